package storage

import (
	"context"
	"testing"
	"time"

	"chinanews/news"
)

// shelf is a record whose feed f has three pages, of 150 stories; those of 151
// and on are in no feed.
type shelf struct {
	t   *testing.T
	s   *Store
	now time.Time
}

func newShelf(t *testing.T) *shelf {
	f := &shelf{t: t, now: noon}
	var err error
	if f.s, err = Create(t.TempDir(), Options{Now: func() time.Time { return f.now }, Site: "site-1"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.s.Close() })
	f.reads("a", news.AsNews, 170)
	var r news.Ruling
	for n := range 150 {
		r.Enter = append(r.Enter, entering(n, news.AsNews, uint64(n+1)))
	}
	ruled(t, f.s, r)
	f.now = f.now.Add(time.Hour)
	return f
}

// reads records so many items of a source, each a story of its own.
func (f *shelf) reads(source news.Origin, as news.As, many int) {
	f.t.Helper()
	numbers := make([]int, many)
	for n := range numbers {
		numbers[n] = n
	}
	b := batch(byte(len(source)), numbers...)
	b.Source, b.ID[5] = source, source[0]
	_, err := f.s.Accept(context.Background(), b, func(l *Ledger, b news.Batch) news.Decision {
		d := firstAll(l, b)
		d.Ruling.Enter = nil
		for n := range d.Ruling.Items {
			d.Ruling.Items[n].As = as
		}
		return d
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// rereads records another reading of an item of source a.
func (f *shelf) rereads(n int, class news.Change, change func(*news.Entry)) {
	f.t.Helper()
	b := batch(200, n)
	b.ID[4], b.ID[5] = byte(f.now.Unix()>>8), byte(f.now.Unix())
	change(&b.Entries[0])
	_, err := f.s.Accept(context.Background(), b, func(l *Ledger, b news.Batch) (d news.Decision) {
		i, _ := l.Item(itemN(n))
		d.Keep = []int{0}
		d.Ruling.Items = []news.ItemRuling{{Item: i.ID, How: news.ByID, Rev: len(i.Revisions) + 1, Class: class}}
		return d
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// firstChanged is the first page that something gave another generation; 0: none.
func (f *shelf) firstChanged(what string, do func()) (page int) {
	f.t.Helper()
	before := gens(f.t, f.s)
	var changed time.Time
	view(f.t, f.s, func(l *Ledger) { changed = l.Feed("f").Changed })
	f.now = f.now.Add(time.Minute)
	do()
	now := gens(f.t, f.s)
	for n := range before {
		if now[n] != before[n] && page == 0 {
			page = n + 1
		}
		if page > 0 && now[n] != now[len(now)-1] {
			f.t.Errorf("%s: generations %v, were %v", what, now, before)
		}
	}
	view(f.t, f.s, func(l *Ledger) {
		if at := l.Feed("f").Changed; page > 0 && !at.After(changed) {
			f.t.Errorf("%s: a page has another generation, and the feed did not change", what)
		}
	})
	return page
}

func joins(item, story int) news.Ruling {
	return news.Ruling{Stories: []news.StoryRuling{{Item: itemN(item), Story: storyN(story), Evidence: "test"}}}
}

// pageTurn is what may touch a page, and the first that it does; 0: none.
type pageTurn struct {
	what string
	do   func()
	page int
}

// What shows on a page gives it another generation, and nothing else does.
func TestWhatTouchesPages(t *testing.T) {
	f := newShelf(t)
	rule := func(r news.Ruling) func() { return func() { ruled(t, f.s, r) } }
	removed := func(state news.Presence) news.Ruling {
		return news.Ruling{Removal: []news.Removal{{Item: itemN(70), State: state, Looks: 1}}}
	}
	for _, c := range []pageTurn{
		{"a carrier that came after the last update", rule(joins(151, 60)), 0},
		{"its reading", func() { f.rereads(151, news.Edit, func(e *news.Entry) { e.Title = "Another" }) }, 0},
		{"its address", func() { f.rereads(151, news.Slight, func(e *news.Entry) { e.URL += "x" }) }, 0},
		{"an update after which it is named", rule(news.Ruling{Updated: []news.Update{{Feed: "f", Story: storyN(60)}}}), 2},
		{"its reading, now that it is named", func() { f.rereads(151, news.Edit, func(e *news.Entry) { e.Title = "Once more" }) }, 2}, // back at its first address
		{"the same address, another title", func() { f.rereads(151, news.Edit, func(e *news.Entry) { e.Title = "Again" }) }, 0},
		{"a carrier that goes to a story of its own", rule(joins(151, 151)), 2},
		{"a carrier at the moment of an update", func() {
			ruled(t, f.s, news.Ruling{Updated: []news.Update{{Feed: "f", Story: storyN(60)}}})
			before := gens(t, f.s)[1]
			ruled(t, f.s, joins(152, 60))
			if gens(t, f.s)[1] == before {
				t.Error("a carrier of the same moment is named, and its page is as before")
			}
		}, 2},
		{"a text of the lead", func() { f.rereads(61, news.Fill, func(e *news.Entry) { e.HTML += "<p>more</p>" }) }, 2},
		{"another reader's text", func() { f.rereads(61, news.Reread, func(*news.Entry) {}) }, 0},
		{"a state", rule(news.Ruling{States: []news.StateRuling{{Item: itemN(62), State: news.Unreadable}}}), 2},
		{"a state of what is in no feed", rule(news.Ruling{States: []news.StateRuling{{Item: itemN(160), State: news.Unreadable}}}), 0},
		{"a look that missed it", rule(removed(news.Missing)), 0},
		{"its removal", rule(removed(news.Removed)), 2},
		{"another look that missed it", rule(removed(news.Removed)), 0},
		{"another reader's text of what is removed, which was seen then", func() { f.rereads(70, news.Reread, func(*news.Entry) {}) }, 2},
		{"its return", rule(removed(news.Present)), 2},
		{"another lead", rule(news.Ruling{Leads: []news.LeadRuling{{Feed: "f", Story: storyN(60), Lead: itemN(152)}}}), 2},
		{"a merge of what is in no feed", rule(news.Ruling{Alias: []news.AliasRuling{{From: storyN(153), To: storyN(154)}}}), 0},
		{"a merge of two stories, of which one leaves", rule(news.Ruling{Alias: []news.AliasRuling{{From: storyN(120), To: storyN(65)}},
			Leave: []news.Leaving{{Feed: "f", Story: storyN(120), Why: news.LeftMerged}}}), 3},
		{"a merge of two stories, of which none leaves", rule(news.Ruling{Alias: []news.AliasRuling{{From: storyN(121), To: storyN(65)}}}), 0},
		{"a merge of one that was named in the other's feed", rule(news.Ruling{Updated: []news.Update{{Feed: "f", Story: storyN(65)}}}), 2},
		{"a retitling of one that is in no feed", func() {
			must(t, f.s, news.Editing{Scope: news.Scope{Story: storyN(155)}, Act: news.ActRetitle, Args: news.Args{Text: "Ours"}}, news.Ruling{})
		}, 0},
		{"a merge that brings the editor's words", rule(news.Ruling{Alias: []news.AliasRuling{{From: storyN(155), To: storyN(66)}}}), 2},
		{"what had left", rule(goes(67, news.LeftRule)), 2},
		{"a text of what had left", func() { f.rereads(67, news.Edit, func(e *news.Entry) { e.Title = "Gone" }) }, 0},
		{"a note on what had left", func() {
			must(t, f.s, news.Editing{Scope: news.Scope{Story: storyN(67)}, Act: news.ActNote, Args: news.Args{Text: "Ours"}}, news.Ruling{})
		}, 0},
		{"a sibling", rule(news.Ruling{Siblings: []news.SiblingRuling{{Item: itemN(68), Of: itemN(156)}}}), 0},
		{"what waits", rule(news.Ruling{Waits: []news.Wait{{Feed: "f", Story: storyN(68), Why: news.WaitChange}}}), 0},
	} {
		if got := f.firstChanged(c.what, c.do); got != c.page {
			t.Errorf("%s: pages from %d on have another generation, want %d", c.what, got, c.page)
		}
	}
	if report, err := f.s.Rebuild(context.Background()); err != nil || len(report.Differs) > 0 {
		t.Errorf("rebuild: %v %v", report.Differs, err)
	}
}

// What a flood brought stands among the carriers from when an editor let it in.
func TestAFloodTouchesPages(t *testing.T) {
	f := newShelf(t)
	f.reads("flood", news.AsWaiting, 3)
	waiting := news.NewItemID("flood", news.ByID, "id-1")
	ruled(t, f.s, news.Ruling{Stories: []news.StoryRuling{{Item: waiting, Story: storyN(60), Evidence: "test"}}, Updated: []news.Update{{Feed: "f", Story: storyN(60)}}})
	flood := news.Scope{Source: "flood", Day: f.now.Format(time.DateOnly)}
	for _, act := range []news.Act{news.ActApprove, news.ActHide} {
		got := f.firstChanged("a decision", func() { must(t, f.s, news.Editing{Scope: flood, Act: act}, news.Ruling{}) })
		if got != 2 {
			t.Errorf("%s: pages from %d on have another generation, want 2", act, got)
		}
	}
}
