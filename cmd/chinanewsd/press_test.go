package main

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
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

// What the press keeps of its last documents is what it would make anew, whatever
// was recorded since; and it does keep most.
func TestKeptIsAsMadeAnew(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 2))
	steps := 80
	if testing.Short() {
		steps = 30
	}
	s := newOutsider(t)
	deeds, kept := s.deeds(random), 0
	for range 12 {
		deeds["arrives"]()
	}
	s.rule(news.Ruling{})
	for range steps {
		name := slices.Sorted(maps.Keys(deeds))[random.IntN(len(deeds))]
		deeds[name]()
		kept += s.keeps("open")
		for f, e := range s.h.press.done { // printed whether its state moved or not
			e.states[f] = news.FeedState{}
		}
		s.rule(news.Ruling{})
		s.sameAnew(name)
	}
	if kept < steps {
		t.Errorf("in %d steps only %d entries were kept", steps, kept)
	}
}

// deeds are what may be recorded, by name.
func (s *outsider) deeds(random *rand.Rand) map[string]func() {
	var names []string
	revs := make(map[string]int)
	some := func() string { return names[random.IntN(len(names))] }
	feed := func() news.FeedName { return []news.FeedName{"open", "held"}[random.IntN(2)] }
	arrives := func() {
		name := fmt.Sprint("item", len(names), []string{"", "zh"}[random.IntN(2)])
		s.reads(name, 1, news.AsNews, []news.FeedName{"open", "held"}[random.IntN(2):]...)
		names, revs[name] = append(names, name), 1
	}
	return map[string]func(){
		"arrives": arrives,
		"changes": func() { name := some(); revs[name]++; s.reads(name, revs[name], news.AsNews) },
		"updates": func() { s.rule(news.Ruling{Updated: []news.Update{{Feed: feed(), Story: s.story(some())}}}) },
		"sibling": func() {
			one, other := some(), some()
			if strings.HasSuffix(one, "zh") == strings.HasSuffix(other, "zh") {
				return
			}
			s.rule(news.Ruling{Siblings: []news.SiblingRuling{{Item: s.items[one], Of: s.items[other]}},
				Updated: []news.Update{{Feed: "open", Story: s.story(one)}, {Feed: "open", Story: s.story(other)}}})
		},
		"merges": func() { // as the curator does: the younger story leads to the older
			var of [2]news.Story
			s.view(func(l *storage.Ledger) {
				for n := range of {
					of[n], _ = l.Story(s.story(some()))
				}
			})
			if of[0].ID != of[1].ID && len(of[0].Items)+len(of[1].Items) < 4 {
				s.rule(news.Ruling{Stories: []news.StoryRuling{{Item: of[1].Items[0], Story: of[0].ID}}, Alias: []news.AliasRuling{{From: of[1].ID, To: of[0].ID}}})
			}
		},
		"retitled": func() {
			name := some()
			s.acts(name, feed(), news.ActRetitle, news.Args{Text: fmt.Sprint("T", random.IntN(1000))}, news.Ruling{Updated: []news.Update{{Feed: "open", Story: s.story(name)}}})
		},
		"leaves": func() { name := some(); s.rule(s.leaves(name, news.LeftHidden, feed())) },
		"pinned": func() {
			s.rule(news.Ruling{Pins: []news.PinRuling{{Feed: "open", Story: s.story(some()), Until: time.Now().Add(time.Hour)}}})
		},
	}
}

// keeps is how many entries of a feed the press would not read now.
func (s *outsider) keeps(name news.FeedName) (n int) {
	s.view(func(l *storage.Ledger) {
		kept := s.h.press.done[name].keeping(l)
		for m := range l.Entries(name, news.AsNews) {
			if kept(m) {
				n++
			}
		}
	})
	return n
}

// sameAnew compares the documents on the shelf with those of a press that has
// printed nothing.
func (s *outsider) sameAnew(after string) {
	s.t.Helper()
	p := newPress(s.h.store, s.h.press.pub, s.h.press.stand.rows)
	p.hub = s.h.press.hub
	if err := p.print(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	for f := range p.feeds() {
		for _, format := range formats {
			path := "/feeds/" + f.ID + "." + string(format)
			if got, want := s.h.press.shelf.Body(path), p.shelf.Body(path); !bytes.Equal(got, want) {
				n := 0
				for n < min(len(got), len(want)) && got[n] == want[n] {
					n++
				}
				from := max(0, n-400)
				s.t.Fatalf("%s, after %s, parts from what is made anew:\n%.800s\nand not\n%.800s", path, after, got[from:], want[from:])
			}
		}
	}
}
