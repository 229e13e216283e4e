package recordertest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// other is the seat whose turn it is, so that nothing is done on one alone.
func other(seats []Seat, n int) Seat { return seats[n%len(seats)] }

func accept(t *testing.T, s Seat, b news.Batch) storage.Receipt {
	t.Helper()
	rc, err := s.Accept(t.Context(), b, Judge(t).Batch)
	if err != nil {
		t.Fatalf("accepting %s: %v", b.ID, err)
	}
	return rc
}

// view reads a seat's record.
func view(t *testing.T, s Seat, f func(*storage.Ledger)) {
	t.Helper()
	if err := s.Store.View(context.Background(), func(l *storage.Ledger) error { f(l); return nil }); err != nil {
		t.Fatal(err)
	}
}

// has reports whether a record has an item, in a story and a feed.
func has(t *testing.T, s Seat, id news.ItemID) (there bool) {
	view(t, s, func(l *storage.Ledger) {
		i, ok := l.Item(id)
		if !ok {
			return
		}
		_, there = l.Membership("all", i.Story)
	})
	return there
}

func items(t *testing.T, s Seat, source string) (n int) {
	view(t, s, func(l *storage.Ledger) {
		for range l.Items(news.Origin(source), time.Time{}) {
			n++
		}
	})
	return n
}

// agree waits until all records have as much as the first, and fails unless
// they are the same.
func agree(t *testing.T, seats []Seat) {
	t.Helper()
	want, err := seats[0].Store.Tip()
	if err != nil {
		t.Fatal(err)
	}
	for n, s := range seats[1:] {
		var got storage.Tip
		for deadline := time.Now().Add(20 * time.Second); got.Pos < want.Pos && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			if got, err = s.Store.Tip(); err != nil {
				t.Fatal(err)
			}
		}
		if got.Pos == want.Pos && got.Link != want.Link || got.Pos < want.Pos {
			t.Errorf("record %d ends at %d %x, the first at %d %x", n+1, got.Pos, got.Link[:4], want.Pos, want.Link[:4])
		}
	}
}

// known waits until a record remembers an answer, of which it remembers how many
// entries there were.
func known(t *testing.T, s Seat, b news.Batch) (p news.FetchState) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		var is bool
		err := s.Store.View(t.Context(), func(l *storage.Ledger) error { p, is = l.Poll(b.Source, b.URL); return nil })
		if is && err == nil && p.Items == b.State.Items {
			return p
		}
		if time.Now().After(deadline) {
			t.Fatalf("what is remembered of %s has not come: %v", b.URL, err)
		}
	}
}

func acceptedOnce(t *testing.T, seats []Seat) {
	if rc := accept(t, other(seats, 0), Listing("harbours", 1, 1, 2, 3)); rc.Pos == 0 {
		t.Error("an answer with news has no position")
	}
	agree(t, seats)
	known(t, other(seats, 1), Listing("harbours", 1))
	before, _ := other(seats, 1).Store.Tip()
	rc := accept(t, other(seats, 1), Listing("harbours", 2, 1, 2, 3))
	if rc.Pos != 0 || !rc.Ruling.Empty() {
		t.Errorf("an answer without news was recorded at %d, ruled %+v", rc.Pos, rc.Ruling)
	}
	if after, _ := other(seats, 1).Store.Tip(); after != before {
		t.Errorf("the record went on from %d to %d", before.Pos, after.Pos)
	}
	for n, s := range seats {
		if got := items(t, s, "harbours"); got != 3 {
			t.Errorf("record %d has %d items, want 3", n, got)
		}
	}
}

func seenBefore(t *testing.T, seats []Seat) {
	b := Listing("harbours", 1, 1)
	accept(t, other(seats, 0), b)
	agree(t, seats)
	b.Entries = append(b.Entries, entry("harbours", 2))
	for n := range seats {
		if rc := accept(t, other(seats, n), b); !rc.Duplicate || rc.RulingPos != 0 {
			t.Errorf("on %d, an answer seen before gave %+v", n, rc)
		}
		if got := items(t, other(seats, n), "harbours"); got != 1 {
			t.Errorf("on %d, an answer seen before made %d items of 1", n, got)
		}
	}
}

func ruled(t *testing.T, seats []Seat) {
	for n := range 4 {
		s := other(seats, n)
		rc := accept(t, s, Listing("harbours", n, 10+n))
		if rc.RulingPos <= rc.Pos || len(rc.Ruling.Items) != 1 || rc.Ruling.Through != rc.Pos {
			t.Fatalf("answer %d has the receipt %+v", n, rc)
		}
		view(t, s, func(l *storage.Ledger) {
			f, err := l.Fact(rc.RulingPos)
			if err != nil || f.Ruling == nil || f.Ruling.Through != rc.Pos || !f.At.Equal(rc.At) && f.At.Before(rc.At) {
				t.Errorf("at %d is %+v, %v; want the ruling on %d", rc.RulingPos, f, err, rc.Pos)
			}
			if p, ok := l.Poll("harbours", "https://harbours.example/list"); !ok || string(p.ETag) != fmt.Sprintf(`"%d"`, n) {
				t.Errorf("after answer %d the state is %+v", n, p)
			}
		})
		if n == 0 {
			fill(t, seats)
		}
		if id := item("harbours", 10+n); !has(t, s, id) {
			t.Errorf("item %d is not in the feed when its answer is acknowledged", n)
		}
	}
	agree(t, seats)
}

// fill gives the feed its first contents.
func fill(t *testing.T, seats []Seat) {
	t.Helper()
	c := Curator(t)
	rc, err := seats[0].Rule(t.Context(), func(l *storage.Ledger) news.Decision { return c.Fill(l) })
	if err != nil || rc.RulingPos == 0 {
		t.Fatalf("filling gave %+v, %v", rc, err)
	}
	for _, s := range seats {
		agreeUpTo(t, s, rc.RulingPos)
	}
}

func conditionAlone(t *testing.T, seats []Seat) {
	accept(t, other(seats, 0), Listing("harbours", 1, 1))
	agree(t, seats)
	b := Listing("harbours", 2)
	b.Condition, b.Status, b.State.Condition = news.Condition("unreachable"), 0, news.Condition("unreachable")
	rc := accept(t, other(seats, 1), b)
	if rc.Pos == 0 {
		t.Error("a source that became unreachable is not in the record")
	}
	agree(t, seats)
	b = Listing("harbours", 3)
	b.Condition, b.State.Condition = news.Condition("unreachable"), news.Condition("unreachable")
	if rc := accept(t, other(seats, 1), b); rc.Pos != 0 {
		t.Errorf("a source that is still unreachable is recorded again, at %d", rc.Pos)
	}
}

func momentSees(t *testing.T, seats []Seat) {
	rc := accept(t, other(seats, 1), Listing("orchards", 1, 1))
	agreeUpTo(t, seats[0], rc.RulingPos)
	c := Curator(t)
	done, err := seats[0].Rule(t.Context(), func(l *storage.Ledger) news.Decision {
		return c.Decide(l, news.Task{Kind: news.TaskDecide, Source: "orchards", Item: item("orchards", 1)})
	})
	if err != nil || done.RulingPos == 0 || len(done.Ruling.States) != 1 {
		t.Fatalf("a moment gave %+v, %v; want the item to be given up", done, err)
	}
	view(t, seats[0], func(l *storage.Ledger) {
		if i, _ := l.Item(item("orchards", 1)); i.State != news.Unreadable {
			t.Errorf("the item is %s after the moment was acknowledged", i.State)
		}
	})
	nothing, err := seats[0].Rule(t.Context(), func(*storage.Ledger) news.Decision {
		return news.Decision{Tasks: []news.Task{{Kind: news.TaskDecide, Item: item("orchards", 1), Due: time.Now()}}}
	})
	if err != nil || nothing.Pos+nothing.RulingPos != 0 {
		t.Errorf("a moment that decides nothing gave %+v, %v", nothing, err)
	}
}

// agreeUpTo waits until a record has a position.
func agreeUpTo(t *testing.T, s Seat, pos uint64) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if tip, err := s.Store.Tip(); err != nil || tip.Pos >= pos {
			return
		}
	}
	t.Errorf("record %d did not come", pos)
}

// storied has a release in the record, and is its story, and an act of it.
func storied(t *testing.T, seats []Seat) news.Editing {
	t.Helper()
	rc := accept(t, seats[0], Listing("harbours", 1, 1))
	for _, s := range seats {
		agreeUpTo(t, s, rc.RulingPos)
	}
	e := news.Editing{Who: "mei", Scope: news.Scope{Story: news.StoryID(item("harbours", 1))}, Act: news.ActRetitle, Args: news.Args{Text: "Another title"}}
	e.ID[0] = 1
	return e
}

func edit(t *testing.T, s Seat, e news.Editing) (storage.Receipt, error) {
	return s.Edit(t.Context(), e, Judge(t).Edit)
}

func acted(t *testing.T, seats []Seat) {
	e := storied(t, seats)
	for n := range 3 {
		s := other(seats, n+1)
		e.ID[1], e.Rev, e.Args.Text = byte(n), 0, fmt.Sprint("Title ", n)
		rc, err := edit(t, s, e)
		if err != nil || rc.Pos == 0 {
			t.Fatalf("act %d: %+v, %v", n, rc, err)
		}
		view(t, s, func(l *storage.Ledger) {
			if d := l.Decisions(e.Scope); d.Rev != n+1 || d.Acts[n].Pos != rc.Pos {
				t.Errorf("after act %d its scope has %+v", n, d)
			}
		})
		again, err := edit(t, s, e)
		if err != nil || !again.Duplicate {
			t.Errorf("the same act again gave %+v, %v", again, err)
		}
	}
	agree(t, seats)
}

func staleAct(t *testing.T, seats []Seat) {
	e := storied(t, seats)
	e.Rev = 1
	rc, err := edit(t, other(seats, 1), e)
	if err != nil {
		t.Fatal(err)
	}
	for n, s := range seats {
		agreeUpTo(t, s, rc.Pos)
		e.ID[1] = byte(n + 1)
		if rc, err := edit(t, s, e); !errors.Is(err, storage.ErrStale) || rc.Pos != 0 {
			t.Errorf("on %d, an act on a revision that is gone gave %+v, %v", n, rc, err)
		}
	}
}

func doubleAct(t *testing.T, seats []Seat) {
	e := storied(t, seats)
	e.Rev = 1
	var mu sync.Mutex
	var won, stale int
	var all sync.WaitGroup
	for n := range 8 {
		e := e
		e.ID[1] = byte(n)
		all.Go(func() {
			_, err := edit(t, other(seats, n), e)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case errors.Is(err, storage.ErrStale):
				stale++
			default:
				t.Errorf("act %d: %v", n, err)
			}
		})
	}
	all.Wait()
	if won != 1 || stale != 7 {
		t.Errorf("of 8 acts for one revision %d were recorded and %d refused as stale", won, stale)
	}
	agree(t, seats)
}

func configuredOnce(t *testing.T, seats []Seat) {
	p := Publication()
	p.Site.ID = seats[0].Store.Site()
	p.Feeds[0].Title = "Everything"
	c := Curator(t)
	rule := func(l *storage.Ledger) news.Decision { return c.Refold(l) }
	rc, err := seats[0].Configure(t.Context(), p, "config.yaml", rule)
	if err != nil || rc.Pos == 0 {
		t.Fatalf("another publication gave %+v, %v", rc, err)
	}
	for n, s := range seats {
		agreeUpTo(t, s, rc.Pos)
		if again, err := s.Configure(t.Context(), p, "config.yaml", rule); err != nil || again.Pos != 0 {
			t.Errorf("on %d, the same publication again gave %+v, %v", n, again, err)
		}
		view(t, s, func(l *storage.Ledger) {
			if !l.Publishes(p) {
				t.Errorf("record %d says another publication", n)
			}
		})
	}
}

func refusedChangesNothing(t *testing.T, seats []Seat) {
	accept(t, seats[0], Listing("harbours", 1, 1))
	agree(t, seats)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	want := 2
	if _, err := other(seats, 1).Accept(ctx, Listing("harbours", 2, 2), Judge(t).Batch); errors.Is(err, context.Canceled) {
		want = 1
	} else if err != nil {
		t.Errorf("an answer whose time was over gave %v", err)
	}
	e := news.Editing{Who: "mei", Scope: news.Scope{Story: news.StoryID{9}}, Act: news.ActNote, Args: news.Args{Text: "x"}}
	e.ID[0] = 7
	if _, err := edit(t, other(seats, 1), e); !errors.Is(err, storage.ErrNoStory) {
		t.Errorf("an act on no story gave %v", err)
	}
	if got := items(t, other(seats, 1), "harbours"); got != want {
		t.Errorf("the record has %d items, want %d", got, want)
	}
}

func acknowledgedStays(t *testing.T, seats []Seat) {
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	acked := make([]bool, 24)
	for n := range acked {
		all.Go(func() {
			_, err := other(seats, n).Accept(ctx, Listing("harbours", n, n), Judge(t).Batch)
			if acked[n] = err == nil; n == len(acked)/2 {
				cancel()
			}
		})
	}
	all.Wait()
	cancel()
	accept(t, seats[0], Listing("orchards", 1, 1)) // it goes on
	agree(t, seats)
	for n, ok := range acked {
		for i, s := range seats {
			var there bool
			view(t, s, func(l *storage.Ledger) { _, there = l.Item(item("harbours", n)) })
			if ok && !there {
				t.Errorf("item %d was acknowledged and is not in record %d", n, i)
			}
		}
	}
}

func atOnce(t *testing.T, seats []Seat) {
	var all sync.WaitGroup
	for n := range 12 {
		all.Go(func() { accept(t, other(seats, n), Listing("harbours", n, 1, 2, 3, 4)) })
	}
	all.Wait()
	agree(t, seats)
	for n, s := range seats {
		if got := items(t, s, "harbours"); got != 4 {
			t.Errorf("record %d has %d items, want 4", n, got)
		}
		stories := 0
		view(t, s, func(l *storage.Ledger) {
			for i := range l.Items("harbours", time.Time{}) {
				if len(i.Revisions) != 1 {
					t.Errorf("record %d: item %s has %d readings of one text", n, i.Shown.ID, len(i.Revisions))
				}
			}
			for range l.Stories() {
				stories++
			}
		})
		if stories != 4 {
			t.Errorf("record %d has %d stories, want 4", n, stories)
		}
	}
}
