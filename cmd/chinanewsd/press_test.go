package main

import (
	"strings"
	"testing"
	"time"

	"chinanews/feedout"
	"chinanews/news"
	"chinanews/storage"
)

// What is pinned stands first, once, until it is not.
func TestPinnedStandFirst(t *testing.T) {
	s := newOutsider(t)
	for _, name := range []string{"one", "two", "three"} {
		s.reads(name, 1, news.AsNews, "open")
	}
	order := func() (order string) {
		body := s.get("/feeds/open.atom").Body.String()
		for entry := range strings.SplitSeq(body, "<entry") {
			for _, name := range []string{"one", "two", "three"} {
				if strings.Contains(entry, mark(name, 1)+"title<") {
					order += name + " "
				}
			}
		}
		return order
	}
	pin := news.PinRuling{Feed: "open", Story: s.story("one"), Until: time.Now().Add(time.Hour)}
	s.acts("one", "open", news.ActPin, news.Args{Until: pin.Until}, news.Ruling{Pins: []news.PinRuling{pin}})
	s.rule(news.Ruling{})
	if got, want := order(), "one three two "; got != want {
		t.Errorf("pinned: %q, want %q", got, want)
	}
	s.rule(news.Ruling{Pins: []news.PinRuling{{Feed: "open", Story: s.story("one")}}})
	if got, want := order(), "three two one "; got != want {
		t.Errorf("no longer pinned: %q, want %q", got, want)
	}
}

// A feed names siblings of its entries, with the titles of their own feeds, and
// is made anew when those feeds change.
func TestSiblingsInOtherFeeds(t *testing.T) {
	s := newOutsider(t)
	s.reads("pair", 1, news.AsNews, "open")
	s.reads("pairzh", 1, news.AsNews)
	s.approves("pairzh", 1)
	s.reads("pairzh", 2, news.AsNews)
	s.rule(news.Ruling{Siblings: []news.SiblingRuling{{Item: s.items["pair"], Of: s.items["pairzh"]}}})
	page := "/stories/" + s.story("pair").Address(10)
	title := mark("pairzh", 1) + "title"
	if body := s.get(page).Body.String(); !strings.Contains(body, title) || strings.Contains(body, mark("pairzh", 2)) {
		t.Errorf("the page names not the approved title of its sibling:\n%s", body)
	}
	if body := s.get("/feeds/open.atom").Body.String(); strings.Contains(body, title) {
		t.Error("a sibling that was linked after the entry's last update changed it")
	}
	s.rule(news.Ruling{Updated: []news.Update{{Feed: "open", Story: s.story("pair")}}})
	for _, format := range []string{"atom", "rss", "json"} {
		if body := s.get("/feeds/open." + format).Body.String(); !strings.Contains(body, title) {
			t.Errorf("the %s does not name the sibling:\n%s", format, body)
		}
	}
	if _, ok := s.h.press.done["open"].states["held"]; !ok {
		t.Error("the document does not depend on the feed that has the sibling")
	}
	s.acts("pairzh", "", news.ActHide, news.Args{}, s.leaves("pairzh", news.LeftHidden, "held"))
	s.rule(news.Ruling{})
	for _, path := range []string{page, page + ".json", "/feeds/open.atom", "/feeds/open.json"} {
		if body := s.get(path).Body.String(); strings.Contains(body, mark("pairzh", 1)) {
			t.Errorf("%s names a sibling that was hidden", path)
		}
	}
}

// A document's date does not go back, nor stay where its bytes change: not when
// the sibling that it named last is taken away, and not when the program is
// started anew.
func TestModifiedNeverGoesBack(t *testing.T) {
	s := newOutsider(t)
	var last time.Time
	var before string
	for _, step := range []struct {
		name string
		does func()
	}{
		{"empty", func() {}},
		{"one", func() { s.reads("pair", 1, news.AsNews, "open") }},
		{"its sibling", func() {
			s.reads("pairzh", 1, news.AsNews, "held")
			s.rule(news.Ruling{Siblings: []news.SiblingRuling{{Item: s.items["pair"], Of: s.items["pairzh"]}}, Updated: []news.Update{{Feed: "open", Story: s.story("pair")}}})
		}},
		{"no sibling", func() { s.acts("pairzh", "", news.ActHide, news.Args{}, s.leaves("pairzh", news.LeftHidden, "held")) }},
		{"start", func() {}},
	} {
		step.does()
		time.Sleep(2 * time.Millisecond) // a record's time is in whole ones
		p := newPress(s.h.store, s.h.press.pub, s.h.press.stand.rows)
		if err := p.print(t.Context()); err != nil {
			t.Fatal(err)
		}
		var modified time.Time
		s.view(func(l *storage.Ledger) { modified = p.modified(l, feedout.Document{Updated: l.Feed("open").Changed}) })
		body := string(p.shelf.Body("/feeds/open.atom"))
		if modified.Before(last) || body != before && !modified.After(last) {
			t.Errorf("%s: modified %v after %v", step.name, modified, last)
		}
		if step.name == "no sibling" && body == before {
			t.Error("the document still names the sibling")
		}
		last, before = modified, body
	}
}

// A feed that cannot be rendered keeps back nothing of the others: there may be
// what was withdrawn in them.
func TestOneFeedKeepsNoneBack(t *testing.T) {
	s := newOutsider(t)
	s.reads("one", 1, news.AsNews, "open", "held")
	s.reads("two", 1, news.AsNews, "held")
	s.rule(news.Ruling{})
	s.acts("two", "", news.ActWithdraw, news.Args{Reason: "A mistake."}, s.leaves("two", news.LeftWithdrawn, "held"))
	_, err := s.h.store.Rule(t.Context(), func(*storage.Ledger) (d news.Decision) {
		d.Ruling.Leads = []news.LeadRuling{{Feed: "open", Story: s.story("one"), Lead: news.ItemID{1}}}
		return d
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.h.press.print(t.Context()); err == nil || !strings.Contains(err.Error(), "feed open") {
		t.Fatalf("a feed with an entry that nothing leads was rendered: %v", err)
	}
	if body := s.get("/feeds/held.atom").Body.String(); strings.Contains(body, mark("two", 1)) {
		t.Error("what was withdrawn is still in another feed")
	}
}

func TestADecisionOnAFloodTouchesEverything(t *testing.T) {
	var touched touched
	touched.fact(nil, storage.Fact{Editing: &news.Editing{Scope: news.Scope{Source: "a", Day: "2026-11-23"}, Act: news.ActHide}})
	if !touched.all {
		t.Error("files with carriers that the flood brought would stay as they are")
	}
}
