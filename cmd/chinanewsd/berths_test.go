package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// speechless is an asker of listings that have nothing to say. It looks into the
// record before it answers.
type speechless struct {
	store *storage.Store

	mu    sync.Mutex
	asked int
	wrong []string
}

func (s *speechless) Fetch(ctx context.Context, src news.Source, task news.Task, now time.Time) (news.Batch, error) {
	b := news.Batch{Source: src.Origin, Kind: task.Kind, Fetched: now, URL: task.URL, Status: 304, Unchanged: true, Condition: task.State.Condition, State: task.State}
	b.State.Source, b.State.URL, b.State.LastTry, b.State.LastGood, b.State.Failures = src.Origin, task.URL, now, now, 0
	return b, s.store.View(ctx, func(l *storage.Ledger) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked++
		if p, known := l.Poll(src.Origin, task.URL); !known || p.Failures != task.State.Failures+1 || !p.Next.After(now) {
			s.wrong = append(s.wrong, fmt.Sprintf("%s: %+v", src.ID, p))
		}
		return nil
	})
}

// Of many sources each attempt is on disk before its request, though they share
// their writes; what came of them is remembered and heard of, and is no record.
func TestQuietPollsShareTheirWrites(t *testing.T) {
	const sources = 60
	s := newSite(t)
	var rows strings.Builder
	for n := range sources {
		rows.WriteString(feedRow(fmt.Sprint("a", n), fmt.Sprintf("http://127.0.0.%d:1/feed.xml", n%30+1)))
	}
	s.write(rows.String(), allFeed)
	s.create()
	h := s.open()
	ask := &speechless{store: h.store}
	h.ask = ask
	if err := h.flow.load(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	tip, _ := h.store.Tip()
	before := h.store.Work()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var mu sync.Mutex
	heard := make(map[string]bool)
	h.flow.observe = func(o outcome) {
		mu.Lock()
		defer mu.Unlock()
		if heard[o.source.ID] = true; len(heard) == sources {
			stop()
		}
	}
	if err := h.flow.run(ctx); err != nil {
		t.Fatal(err)
	}
	for _, w := range ask.wrong {
		t.Error("asked before its attempt was counted:", w)
	}
	if after := h.store.Work(); after.Commits-before.Commits >= sources/2 {
		t.Errorf("%d polls in %d transactions", sources, after.Commits-before.Commits)
	}
	if now, _ := h.store.Tip(); now != tip {
		t.Errorf("the record has grown to %d", now.Pos)
	}
	h.store.View(t.Context(), func(l *storage.Ledger) error {
		n := 0
		for p := range l.Polls() {
			if n++; p.Failures != 0 || p.LastGood.IsZero() {
				t.Errorf("remembered %+v", p)
			}
		}
		if o := l.Outcomes(news.BeijingDay(l.At())); n != sources || o.Unchanged != sources {
			t.Errorf("%d addresses are remembered, counted %+v", n, o)
		}
		return nil
	})
}

// A task that is kept waiting gives its place to another, and its berth only when
// it leaves; it leaves once.
func TestBerths(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBerths(1)
		slow := b.take()
		if !b.full() {
			t.Error("one of one place is taken, and there is another")
		}
		time.Sleep(slowAnswer + time.Second)
		if b.full() {
			t.Error("who is kept waiting keeps the place")
		}
		next := b.take()
		third := make(chan *berth)
		go func() {
			time.Sleep(slowAnswer)
			third <- b.take()
		}()
		select {
		case <-third:
			t.Error("there are more than twice as many tasks as places")
		case <-time.After(10 * slowAnswer):
		}
		slow.leave()
		slow.leave()
		one := <-third
		one.leave()
		next.leave()
		if len(b.places)+len(b.all) > 0 {
			t.Errorf("%d places and %d berths are taken by nobody", len(b.places), len(b.all))
		}
		(*berth)(nil).leave()
	})
}

// No more is handed out at once than there is a place for: what waits for one
// waits in the timetable, where it can be put off and overtaken.
func TestRoomIsWhatIsFree(t *testing.T) {
	s := newBerths(3)
	var taken []*berth
	for _, want := range []int{2, 2, 1, 1} { // of two at most
		if got := s.room(2); got != want {
			t.Errorf("room for %d with %d taken, want %d", got, len(taken), want)
		}
		if len(taken) < 3 {
			taken = append(taken, s.take())
		}
	}
	for _, one := range taken {
		one.leave()
	}
	if got := s.room(2); got != 2 {
		t.Errorf("room for %d when all have left", got)
	}
}
