package storage

import (
	"context"
	"testing"
	"time"

	"chinanews/news"
)

func TestSiblingsAreFoldedBothWays(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1, 2, 3))
	rule := func(list ...news.SiblingRuling) {
		if _, err := s.Rule(context.Background(), func(*Ledger) news.Decision { return news.Decision{Ruling: news.Ruling{Siblings: list}} }); err != nil {
			t.Fatal(err)
		}
	}
	rule(news.SiblingRuling{Item: itemN(1), Of: itemN(2), Evidence: "serial"}, news.SiblingRuling{Item: itemN(3), Of: itemN(1)})
	s = reopen(t, s, dir)
	view(t, s, func(l *Ledger) {
		if got := l.Siblings(itemN(2)); len(got) != 1 || got[0].Of != itemN(1) || got[0].Evidence != "serial" || got[0].At.IsZero() {
			t.Errorf("siblings %+v", got)
		}
		if got := l.Siblings(itemN(1)); len(got) != 2 || bytesLess(got[1].Of, got[0].Of) {
			t.Errorf("siblings %+v", got)
		}
	})
	rule(news.SiblingRuling{Item: itemN(2), Of: itemN(1), Off: true})
	view(t, s, func(l *Ledger) {
		if len(l.Siblings(itemN(2))) != 0 || len(l.Siblings(itemN(1))) != 1 {
			t.Error("still siblings")
		}
	})
	verify(t, s)
}

func bytesLess(a, b news.ItemID) bool { return itemOrder(a, b) < 0 }

func TestPinsLeadsAndWaits(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1, 2, 3))
	until := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	must(t, s, news.Editing{Scope: news.Scope{Story: storyN(1), Feed: "f"}, Act: news.ActPin, Args: news.Args{Until: until}}, news.Ruling{
		Pins:  []news.PinRuling{{Feed: "f", Story: storyN(1), Until: until}, {Feed: "f", Story: storyN(2), Until: until}},
		Leads: []news.LeadRuling{{Feed: "f", Story: storyN(3), Lead: itemN(2), Link: "https://x.test/2", Rev: 4}},
		Waits: []news.Wait{{Feed: "g", Story: storyN(3), Why: news.WaitApproval}, {Story: storyN(2), Why: news.WaitHold}},
	})
	s = reopen(t, s, dir)
	view(t, s, func(l *Ledger) {
		if got := l.Pinned("f"); len(got) != 2 || !got[0].Pinned.Equal(until) {
			t.Errorf("pinned %+v", got)
		}
		if m, _ := l.Membership("f", storyN(3)); m.Lead != itemN(2) || m.Rev != 4 || m.Link != "https://x.test/2" || m.Left != "" {
			t.Errorf("leads %+v", m)
		}
		if got := l.Queue(); len(got) != 2 || got[0].Since.IsZero() {
			t.Errorf("queue %+v", got)
		}
	})
	if _, _, err := withdraw(t, s, 3, false); err != nil {
		t.Fatal(err)
	}
	must(t, s, news.Editing{Scope: news.Scope{Story: storyN(2)}, Act: news.ActApprove}, news.Ruling{
		Waits: []news.Wait{{Story: storyN(2)}}, Leave: []news.Leaving{{Feed: "f", Story: storyN(1), Why: news.LeftHidden}},
		Pins: []news.PinRuling{{Feed: "f", Story: storyN(2)}},
	})
	view(t, s, func(l *Ledger) {
		if got := l.Queue(); len(got) != 0 {
			t.Errorf("queue %+v", got)
		}
		if got := l.Pinned("f"); len(got) != 0 {
			t.Errorf("pinned %+v", got)
		}
	})
	verify(t, s)
}

func TestFloodsAreCounted(t *testing.T) {
	s, dir := create(t)
	b := batch(1, 1, 2, 3)
	if _, err := s.Accept(context.Background(), b, func(l *Ledger, b news.Batch) news.Decision {
		d := firstAll(l, b)
		for n := range d.Ruling.Items[1:] {
			d.Ruling.Items[n+1].As = news.AsWaiting
		}
		return d
	}); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, dir)
	var flood news.Queued
	view(t, s, func(l *Ledger) {
		q := l.Queue()
		if len(q) != 1 || q[0].Items != 2 || q[0].Source != "a" {
			t.Fatalf("queue %+v", q)
		}
		flood = q[0]
	})
	scope := news.Scope{Source: flood.Source, Day: flood.Day}
	rc := must(t, s, news.Editing{Scope: scope, Act: news.ActApprove}, news.Ruling{})
	view(t, s, func(l *Ledger) {
		if len(l.Queue()) != 0 {
			t.Error("it waits still")
		}
	})
	must(t, s, news.Editing{Scope: scope, Undoes: rc.Pos}, news.Ruling{})
	view(t, s, func(l *Ledger) {
		if len(l.Queue()) != 1 {
			t.Error("it does not wait again")
		}
	})
	verify(t, s)
}

// What an editor wrote stands in documents: the feeds that carry the story are
// made anew, those in the scope alone.
func TestActsMarkFeeds(t *testing.T) {
	s, _ := create(t)
	accept(t, s, batch(1, 1, 2))
	changed := func() (at time.Time) {
		view(t, s, func(l *Ledger) { at = l.Feed("f").Changed })
		return at
	}
	for name, c := range map[string]struct {
		scope news.Scope
		marks bool
	}{
		"everywhere":      {news.Scope{Story: storyN(1)}, true},
		"in the feed":     {news.Scope{Story: storyN(1), Feed: "f"}, true},
		"in another feed": {news.Scope{Story: storyN(1), Feed: "g"}, false},
	} {
		before := changed()
		rc := must(t, s, news.Editing{Scope: c.scope, Act: news.ActTag, Args: news.Args{Tags: []string{"x"}}}, news.Ruling{})
		if after := changed(); after.After(before) != c.marks {
			t.Errorf("%s: changed %s, then %s", name, before, after)
		}
		before = changed()
		must(t, s, news.Editing{Scope: c.scope, Undoes: rc.Pos}, news.Ruling{})
		if after := changed(); after.After(before) != c.marks {
			t.Errorf("%s, taken back: changed %s, then %s", name, before, after)
		}
	}
}

// What comes back is as its readers know it: dated, updated and, in its last
// line, as of then.
func TestWhatComesBackIsNotNew(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1))
	place := func() (m news.Membership) {
		view(t, s, func(l *Ledger) { m, _ = l.Membership("f", storyN(1)) })
		return m
	}
	must(t, s, news.Editing{Scope: news.Scope{Story: storyN(1)}, Act: news.ActNote, Args: news.Args{Text: "x"}},
		news.Ruling{Updated: []news.Update{{Feed: "f", Story: storyN(1)}}})
	before := place()
	for range 2 {
		hide := must(t, s, news.Editing{Scope: news.Scope{Story: storyN(1)}, Act: news.ActHide},
			news.Ruling{Leave: []news.Leaving{{Feed: "f", Story: storyN(1), Why: news.LeftHidden}}})
		again := before.Entering
		again.Seq = place().Seq + 1
		must(t, s, news.Editing{Scope: news.Scope{Story: storyN(1)}, Undoes: hide.Pos}, news.Ruling{Enter: []news.Entering{again}})
		after := place()
		if !after.Published.Equal(before.Published) || !after.Updated.Equal(before.Updated) || !after.AsOf().Equal(before.AsOf()) || !after.First.Equal(before.Entered) || !after.Entered.After(before.Entered) {
			t.Errorf("was %+v, came back as %+v", before, after)
		}
	}
	s = reopen(t, s, dir)
	verify(t, s)
}

// What keeps a story back keeps what is split from it back, too; what an editor
// wrote of it does not go along.
func TestWhatIsSplitStaysKeptBack(t *testing.T) {
	s, dir, _ := mergedStories(t)
	one := news.Scope{Story: storyN(1)}
	must(t, s, news.Editing{Scope: one, Act: news.ActEmbargo, Args: news.Args{Until: noon}}, news.Ruling{})
	hold := must(t, s, news.Editing{Scope: one, Act: news.ActHold}, news.Ruling{})
	must(t, s, news.Editing{Scope: one, Act: news.ActRetitle, Args: news.Args{Text: "ours"}}, news.Ruling{})
	layer := func() (l2 news.Layer) {
		view(t, s, func(l *Ledger) {
			story, _ := l.Story(storyN(2))
			l2 = l.Layer(story, "f")
		})
		return l2
	}
	e := news.Editing{Scope: one, Act: news.ActSplit, Args: news.Args{Items: []news.ItemID{itemN(2)}}, ID: news.BatchID{8}}
	_, err := s.Edit(context.Background(), e, func(l *Ledger, _ news.Editing) news.Decision {
		if _, held := l.Layer(news.Story{ID: storyN(2), Items: []news.ItemID{itemN(2)}}, "f").Held(); !held {
			t.Error("what is being split off is not held")
		}
		return news.Decision{Ruling: news.Ruling{Stories: []news.StoryRuling{{Item: itemN(2), Story: storyN(2)}}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	must(t, s, news.Editing{Scope: one, Act: news.ActHide}, news.Ruling{}) // after the split
	s = reopen(t, s, dir)
	l := layer()
	_, held := l.Held()
	_, hidden := l.Hidden()
	if !held || hidden || !l.Embargo().Equal(noon) || l.Text(news.ActRetitle) != "" {
		t.Errorf("layer %+v", l)
	}
	must(t, s, news.Editing{Scope: one, Undoes: hold.Pos}, news.Ruling{})
	if _, held := layer().Held(); held {
		t.Error("it is held when the hold was taken back")
	}
	verify(t, s)
}
