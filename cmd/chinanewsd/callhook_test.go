package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// hooked has a site's feed have a webhook.
func hooked(a *hearers) func(*news.Config) {
	return func(cfg *news.Config) {
		cfg.Webhooks = []news.Webhook{{Feed: "all", URL: a.URL + "/hook", Secret: "of the office"}}
	}
}

// calls are what a webhook was told, checked for what holds of all.
func calls(t *testing.T, got []post) (list []call) {
	t.Helper()
	ids := make(map[string]uint64)
	for _, p := range got {
		var c call
		if err := json.Unmarshal(p.body, &c); err != nil {
			t.Fatal(err)
		}
		if p.Get("X-Signature") != "sha256="+hmacOf("of the office", p.body) || p.Get("X-Delivery") != c.Delivery || p.Get("Content-Type") != "application/json" {
			t.Errorf("call %s has %v", c.Delivery, p.Header)
		}
		if pos, twice := ids[c.Delivery]; twice && pos != c.Position {
			t.Errorf("deliveries at %d and %d have one id", pos, c.Position)
		}
		ids[c.Delivery] = c.Position
		list = append(list, c)
	}
	return list
}

// items are those of the feed in JSON, by their ids, without white space.
func (h *tellingHouse) items() map[string]string {
	h.t.Helper()
	var doc struct{ Items []json.RawMessage }
	if err := json.Unmarshal(h.press.shelf.Body("/feeds/all.json"), &doc); err != nil {
		h.t.Fatal(err)
	}
	items := make(map[string]string)
	for _, raw := range doc.Items {
		var item struct{ ID string }
		var b bytes.Buffer
		if err := json.Unmarshal(raw, &item); err != nil {
			h.t.Fatal(err)
		}
		json.Compact(&b, raw)
		items[item.ID] = b.String()
	}
	return items
}

func TestWebhooksAreToldEachMove(t *testing.T) {
	a, s := newAudience(t), oneSource(t)
	h := tellers(t, s, nil)
	h.released(2)
	h.settled()
	h.leave()
	h = tellers(t, s, hooked(a)) // new, it begins with what comes
	h.settled()
	a.heard(t, "/hook", 0)
	h.released(2)
	h.released(1)
	told := calls(t, a.heard(t, "/hook", 2))
	items := h.items()
	for n, want := range []int{2, 1} {
		c := told[n]
		if c.Feed != "all" || c.FeedURL != "http://news.example/feeds/all.json" || len(c.Moves) != want {
			t.Fatalf("call %d is %+v", n, c)
		}
		for _, m := range c.Moves {
			if m.What != news.MovedIn || items[m.ID] == "" || string(m.Item) != items[m.ID] {
				t.Errorf("%s %s:\n%s\nin the feed:\n%s", m.What, m.ID, m.Item, items[m.ID])
			}
		}
	}
	h.acts(news.ActTag, news.Args{Tags: []string{"of-note"}})
	h.acts(news.ActRetitle, news.Args{Text: "A title of the editor's"})
	a.heard(t, "/hook", 3)
	h.acts(news.ActHide, news.Args{})
	told = calls(t, a.heard(t, "/hook", 4))
	updated, left := told[2].Moves[0], told[3].Moves[0]
	if updated.What != news.MovedUpdated || !strings.Contains(string(updated.Item), "A title of the editor's") || left.What != news.MovedOut || left.Item != nil || left.ID != updated.ID {
		t.Errorf("told %+v and %+v", told[2], told[3])
	}
}

// One that fails is told all of it in order, later and across restarts; what
// was hidden meanwhile is not shown to it. The log says once that it fails, and
// `status` for how long.
func TestAWebhookThatFails(t *testing.T) {
	a, s := newAudience(t), oneSource(t)
	h := tellers(t, s, hooked(a))
	h.settled()
	a.answer = func(string, int) int { return 503 }
	h.released(1)
	h.settled()
	h.acts(news.ActRetitle, news.Args{Text: "What nobody should read"})
	h.settled()
	h.acts(news.ActHide, news.Args{})
	for range 3 {
		h.released(1)
		h.settled()
	}
	if n := h.said.count("cannot be told"); n != 1 {
		t.Errorf("it is said %d times", n)
	}
	o, err := h.overview(t.Context(), "")
	if err != nil || len(o.Told.Webhooks) != 1 || o.Told.Webhooks[0].Tries < 2 || o.Told.Webhooks[0].Error != "it answered 503" || strings.Contains(o.Told.Webhooks[0].Host, "hook") {
		t.Errorf("status says %+v, %v", o.Told, err)
	}
	h.leave()
	var moved []uint64
	h = tellers(t, s, hooked(a))
	h.view(func(l *storage.Ledger) {
		for m := range l.Moves("all", 0) {
			if n := len(moved); n == 0 || moved[n-1] != m.Pos {
				moved = append(moved, m.Pos)
			}
		}
	})
	a.mu.Lock()
	restarts := a.tries["/hook"]
	a.answer = func(_ string, try int) int { return []int{500, 200, 302}[(try-restarts)%3] } // on and off
	a.mu.Unlock()
	var order []uint64
	for _, c := range calls(t, a.heard(t, "/hook", len(moved))) {
		order = append(order, c.Position)
		for _, m := range c.Moves {
			if strings.Contains(string(m.Item), "nobody should read") {
				t.Errorf("what was hidden is told: %s", m.Item)
			}
		}
	}
	if !slices.Equal(order, moved) {
		t.Errorf("told %v, what moved is at %v", order, moved)
	}
	h.settled()
	h.leave()
	h = tellers(t, s, hooked(a))
	h.settled()
	time.Sleep(100 * time.Millisecond)
	a.heard(t, "/hook", len(moved))
}

// A webhook that is taken out and put in again begins anew.
func TestAWebhookComesAgain(t *testing.T) {
	a, s := newAudience(t), oneSource(t)
	h := tellers(t, s, hooked(a))
	h.released(1)
	a.heard(t, "/hook", 1)
	h.settled()
	h.leave()
	h = tellers(t, s, nil)
	h.released(1)
	h.settled()
	h.leave()
	h = tellers(t, s, hooked(a))
	h.settled()
	a.heard(t, "/hook", 1)
	h.released(1)
	a.heard(t, "/hook", 2)
}

// A webhook hears no more than anybody may read, however late it hears it.
func TestWebhooksAreToldWhatIsPublic(t *testing.T) {
	s := newOutsider(t)
	s.scene()
	for _, f := range s.h.press.pub.Feeds {
		hook := &webhook{s.h.tell, news.Webhook{Feed: f.ID, URL: "https://reader.example/"}, f}
		told, after := 0, uint64(0)
		for {
			post, err := hook.Post(after)
			if err != nil {
				t.Fatal(err)
			}
			if post.Pos <= after {
				break
			}
			after = post.Pos
			told++
			s.seen[fmt.Sprint(f.ID, " ", post.Pos)] = string(post.Body)
		}
		if told < 3 {
			t.Errorf("of %s it was told %d times", f.ID, told)
		}
	}
	for _, name := range []string{"hidden", "stopped", "unapproved", "unapprovedzh", "embargoed", "private", "privatemerged", "privatewithdrawn", "privatezh", "flood", "floodmerged", "withdrawn", "prefer", "cellar", "shared"} {
		s.nowhere(mark(name, 1) + "t")
		s.nowhere(mark(name, 2) + "t")
	}
	for _, word := range []string{mark("kept", 2), mark("keptelsewhere", 2), mark("keptgone", 2), "ZqofficeNote", "ZqofficeRetitled", "ZqunapprovedNote", "ZqprivateReason", officeToken, bothToken} {
		s.nowhere(word)
	}
	all := strings.Join(slices.Collect(maps.Values(s.seen)), "\n")
	for _, word := range []string{mark("plain", 2) + "text", mark("both", 1) + "text", mark("kept", 1) + "text", "ZqeditedTitle"} {
		if !strings.Contains(all, word) {
			t.Errorf("it is not told %s, which is public", word)
		}
	}
}
