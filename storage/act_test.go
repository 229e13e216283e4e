package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"chinanews/news"
)

func storyN(n int) news.StoryID { return news.StoryID(itemN(n)) }

func itemN(n int) news.ItemID { return news.NewItemID("a", news.ByID, fmt.Sprint("id-", n)) }

var acts byte

// acted records an act, and with it a ruling.
func acted(t *testing.T, s *Store, e news.Editing, r news.Ruling) (Receipt, error) {
	t.Helper()
	acts++
	e.ID, e.Who = news.BatchID{7, acts}, "the editor"
	return s.Edit(context.Background(), e, func(*Ledger, news.Editing) news.Decision { return news.Decision{Ruling: r} })
}

func must(t *testing.T, s *Store, e news.Editing, r news.Ruling) Receipt {
	t.Helper()
	rc, err := acted(t, s, e, r)
	if err != nil {
		t.Fatal(err)
	}
	return rc
}

// mergedStories is a record of three stories, of which the editor merged the second
// into the first.
func mergedStories(t *testing.T) (s *Store, dir string, merge uint64) {
	s, dir = create(t)
	accept(t, s, batch(1, 1, 2, 3))
	rc := must(t, s, news.Editing{Scope: news.Scope{Story: storyN(1)}, Act: news.ActMerge, Args: news.Args{Story: storyN(2)}},
		news.Ruling{Alias: []news.AliasRuling{{From: storyN(2), To: storyN(1)}},
			Leave: []news.Leaving{{Feed: "f", Story: storyN(2), Why: news.LeftMerged}}})
	return s, dir, rc.Pos
}

// A receipt with a position says that the act is recorded, even beside an error.
func TestAnActThatFailsHasNoPosition(t *testing.T) {
	s, _ := create(t)
	accept(t, s, batch(1, 1))
	before, _ := s.Tip()
	e := news.Editing{ID: news.BatchID{9}, Scope: news.Scope{Story: storyN(1)}, Act: news.ActHide}
	rc, err := s.Edit(context.Background(), e, func(*Ledger, news.Editing) news.Decision { panic(fault{errors.New("unreadable")}) })
	if after, _ := s.Tip(); err == nil || rc.Pos != 0 || after != before {
		t.Errorf("receipt %+v, error %v, tip %d", rc, err, after.Pos)
	}
}

func TestActsThatChangeNothingAreRefused(t *testing.T) {
	s, _, merge := mergedStories(t)
	one := news.Scope{Story: storyN(1)}
	hide := must(t, s, news.Editing{Scope: one, Act: news.ActHide}, news.Ruling{})
	undone := must(t, s, news.Editing{Scope: one, Undoes: hide.Pos}, news.Ruling{})
	for name, c := range map[string]struct {
		e    news.Editing
		want error
	}{
		"unknown story":        {news.Editing{Scope: news.Scope{Story: storyN(9)}, Act: news.ActHide}, ErrNoStory},
		"another revision":     {news.Editing{Scope: one, Act: news.ActHide, Rev: 2}, ErrStale},
		"undo of an undo":      {news.Editing{Scope: one, Undoes: undone.Pos}, ErrNoAct},
		"undo twice":           {news.Editing{Scope: one, Undoes: hide.Pos}, ErrNoAct},
		"undo of a batch":      {news.Editing{Scope: one, Undoes: 2}, ErrNoAct},
		"undo past the end":    {news.Editing{Scope: one, Undoes: 999}, ErrNoAct},
		"undo of another's":    {news.Editing{Scope: news.Scope{Story: storyN(3)}, Undoes: merge}, ErrNoAct},
		"merge with itself":    {news.Editing{Scope: one, Act: news.ActMerge, Args: news.Args{Story: storyN(2)}}, ErrSameStory},
		"merge with nothing":   {news.Editing{Scope: one, Act: news.ActMerge}, ErrNoStory},
		"split of nothing":     {news.Editing{Scope: one, Act: news.ActSplit}, ErrNotSplit},
		"split of all":         {news.Editing{Scope: one, Act: news.ActSplit, Args: news.Args{Items: []news.ItemID{itemN(1), itemN(2)}}}, ErrNotSplit},
		"split of a stranger":  {news.Editing{Scope: one, Act: news.ActSplit, Args: news.Args{Items: []news.ItemID{itemN(3)}}}, ErrNotSplit},
		"flood that was none":  {news.Editing{Scope: news.Scope{Source: "a", Day: "2026-11-23"}, Act: news.ActApprove}, ErrNoFlood},
		"flood of no source":   {news.Editing{Scope: news.Scope{Source: "z", Day: "2026-11-23"}, Act: news.ActApprove}, ErrNoFlood},
		"undo in another feed": {news.Editing{Scope: news.Scope{Source: "a", Day: "x"}, Undoes: merge}, ErrNoAct},
	} {
		before, _ := s.Tip()
		if _, err := acted(t, s, c.e, news.Ruling{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if after, _ := s.Tip(); after != before {
			t.Errorf("%s: the record grew", name)
		}
	}
}

func TestActsOnWithdrawnStoriesAreRefused(t *testing.T) {
	s, _ := create(t)
	accept(t, s, batch(1, 1, 2))
	if _, _, err := withdraw(t, s, 1, false); err != nil {
		t.Fatal(err)
	}
	for _, e := range []news.Editing{
		{Scope: news.Scope{Story: storyN(1)}, Act: news.ActRetitle, Args: news.Args{Text: "x"}},
		{Scope: news.Scope{Story: storyN(2)}, Act: news.ActMerge, Args: news.Args{Story: storyN(1)}},
		{Scope: news.Scope{Story: storyN(1), Feed: "f"}, Act: news.ActPin},
	} {
		if _, err := acted(t, s, e, news.Ruling{}); !errors.Is(err, ErrWithdrawn) {
			t.Errorf("%s: %v", e.Act, err)
		}
	}
}

// An act on a story that was merged can be taken back under either id, and
// follows the item under whose id it was made when that is split off again.
func TestLayersFollowStories(t *testing.T) {
	s, dir, _ := mergedStories(t)
	must(t, s, news.Editing{Scope: news.Scope{Story: storyN(2), Feed: "f"}, Act: news.ActRetitle, Args: news.Args{Text: "ours"}}, news.Ruling{})
	later := must(t, s, news.Editing{Scope: news.Scope{Story: storyN(1)}, Act: news.ActRetitle, Args: news.Args{Text: "later"}}, news.Ruling{})
	layer := func(n int, feed news.FeedName) (text string) {
		view(t, s, func(l *Ledger) {
			story, _ := l.Story(storyN(n))
			text = l.Layer(story, feed).Text(news.ActRetitle)
		})
		return text
	}
	if got := layer(2, "f"); got != "later" {
		t.Errorf("the later act counts: %q", got)
	}
	must(t, s, news.Editing{Scope: news.Scope{Story: storyN(2)}, Undoes: later.Pos}, news.Ruling{})
	s = reopen(t, s, dir)
	if got := layer(1, "f"); got != "ours" {
		t.Errorf("after the later one was taken back: %q", got)
	}
	if got := layer(1, ""); got != "" {
		t.Errorf("an act on a feed counts everywhere: %q", got)
	}
	verify(t, s)
}

func TestSplitMakesAStoryOfItsOwnAgain(t *testing.T) {
	s, dir, _ := mergedStories(t)
	split := must(t, s, news.Editing{Scope: news.Scope{Story: storyN(2)}, Act: news.ActSplit, Args: news.Args{Items: []news.ItemID{itemN(2)}}},
		news.Ruling{Stories: []news.StoryRuling{{Item: itemN(2), Story: storyN(2)}}})
	for range 2 {
		view(t, s, func(l *Ledger) {
			one, _ := l.Story(storyN(1))
			two, _ := l.Story(storyN(2))
			if !slices.Equal(one.Items, []news.ItemID{itemN(1)}) || !slices.Equal(two.Items, []news.ItemID{itemN(2)}) || two.Address == "" {
				t.Errorf("stories %+v, %+v", one, two)
			}
			if !slices.Equal(l.Apart(itemN(1)), []news.ItemID{itemN(2)}) || !slices.Equal(l.Apart(itemN(2)), []news.ItemID{itemN(1)}) || l.Apart(itemN(3)) != nil {
				t.Error("apart", l.Apart(itemN(1)), l.Apart(itemN(2)))
			}
		})
		s = reopen(t, s, dir)
	}
	must(t, s, news.Editing{Scope: news.Scope{Story: storyN(1)}, Undoes: split.Pos}, news.Ruling{Alias: []news.AliasRuling{{From: storyN(2), To: storyN(1)}}})
	view(t, s, func(l *Ledger) {
		if l.Apart(itemN(1)) != nil || l.Apart(itemN(2)) != nil {
			t.Error("still apart")
		}
	})
	verify(t, s)
}

// The part that leaves is told in the act, whichever the editor named: the
// story's first item stays.
func TestASplitNamesWhatLeaves(t *testing.T) {
	s, _, _ := mergedStories(t)
	must(t, s, news.Editing{Scope: news.Scope{Story: storyN(1)}, Act: news.ActSplit, Args: news.Args{Items: []news.ItemID{itemN(1)}}},
		news.Ruling{Stories: []news.StoryRuling{{Item: itemN(2), Story: storyN(2)}}})
	view(t, s, func(l *Ledger) {
		acts := l.Decisions(news.Scope{Story: storyN(1)}).Acts
		if got := acts[len(acts)-1].Args.Items; !slices.Equal(got, []news.ItemID{itemN(2)}) {
			t.Errorf("the act says that %v left", got)
		}
		if got := l.Apart(itemN(1)); !slices.Equal(got, []news.ItemID{itemN(2)}) {
			t.Errorf("apart %v", got)
		}
	})
	verify(t, s)
}

// A story that came into a feed under its own id takes its place along when it
// is split off; one that was there twice leaves the other there.
func TestPlacesGoWithTheirStory(t *testing.T) {
	for name, leave := range map[string][]news.Leaving{
		"both were in": nil,
		"one was in":   {{Feed: "f", Story: storyN(1), Why: news.LeftRule}},
	} {
		s, _ := create(t)
		accept(t, s, batch(1, 1, 2))
		must(t, s, news.Editing{Scope: news.Scope{Story: storyN(1)}, Act: news.ActMerge, Args: news.Args{Story: storyN(2)}},
			news.Ruling{Leave: leave, Alias: []news.AliasRuling{{From: storyN(2), To: storyN(1)}}})
		must(t, s, news.Editing{Scope: news.Scope{Story: storyN(1)}, Act: news.ActSplit, Args: news.Args{Items: []news.ItemID{itemN(2)}}},
			news.Ruling{Stories: []news.StoryRuling{{Item: itemN(2), Story: storyN(2)}}})
		view(t, s, func(l *Ledger) {
			one, _ := l.Story(storyN(1))
			two, _ := l.Story(storyN(2))
			if got, want := len(one.Feeds), 1-len(leave); got != want || len(two.Feeds) != 1 {
				t.Errorf("%s: the first is in %v, the second in %v", name, one.Feeds, two.Feeds)
			}
		})
		verify(t, s)
	}
}
