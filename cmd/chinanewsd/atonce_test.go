package main

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

// Two merges into one story that share a transaction, and so their moment, are
// taken back one by one.
func TestMergesOfOneMomentAreTakenBackAlone(t *testing.T) {
	m := newMonth(t, 2)
	m.begin()
	first, second, third := m.made[0], m.made[1], m.made[2]
	o := m.desks[0]
	story := func(r *novelty) news.StoryID { s, _ := m.storyOf(o, r); return s.ID }
	scope, others := news.Scope{Story: story(first)}, []news.StoryID{story(second), story(third)}
	var merges [2]storage.Receipt
	var wait sync.WaitGroup
	for n, other := range others {
		wait.Go(func() {
			e := news.Editing{ID: news.BatchID{200, byte(n)}, Who: "an editor", Scope: scope, Act: news.ActMerge, Args: news.Args{Story: other}}
			var err error
			merges[n], err = m.store.Edit(context.Background(), e, func(l *storage.Ledger, e news.Editing) news.Decision { return m.curator.Edit(l, e) })
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if !merges[0].At.Equal(merges[1].At) {
		t.Fatalf("the merges are of %v and %v", merges[0].At, merges[1].At)
	}
	m.now = m.now.Add(time.Hour)
	m.act(news.Editing{Scope: scope, Undoes: merges[0].Pos})
	a, b, c := story(first), story(second), story(third)
	if a == b || c != a && c != b { // it came to whichever of the two has the older id
		t.Errorf("stories are %s, %s and %s: want the first two apart, and the third with one of them", a, b, c)
	}
}

// Editors act at once on what they have seen, while sources are polled and the
// press prints: of those who saw one revision one acts, the others are told,
// and what is printed in the end is the record's.
func TestEditorsPollsAndPressAtOnce(t *testing.T) {
	const editors, rounds = 4, 6
	m := newMonth(t, 3)
	m.begin()
	s, _ := m.storyOf(m.desks[0], m.made[0])
	scope := news.Scope{Story: s.ID}
	ctx, stop := context.WithCancel(t.Context())
	printing := make(chan error, 1)
	go func() {
		printing <- m.press.run(ctx, func(err error) { t.Error(err) })
	}()
	for round := range rounds {
		done := make(chan bool, editors)
		for n := range editors {
			go func() {
				e := news.Editing{ID: news.BatchID{byte(100 + round), byte(n)}, Who: fmt.Sprint("editor ", n), Scope: scope, Rev: round + 1, Act: news.ActRetitle, Args: news.Args{Text: fmt.Sprint("Title ", round, n)}}
				_, err := m.store.Edit(ctx, e, func(l *storage.Ledger, e news.Editing) news.Decision { return m.curator.Edit(l, e) })
				if err != nil && !errors.Is(err, storage.ErrStale) {
					t.Error(err)
				}
				m.press.changed()
				done <- err == nil
			}()
		}
		m.carry(m.desks[1], m.compose())
		m.poll(m.desks[1])
		acted := 0
		for range editors {
			if <-done {
				acted++
			}
		}
		if acted != 1 {
			t.Errorf("round %d: %d editors acted on one revision", round, acted)
		}
	}
	stop()
	if err := <-printing; err != nil {
		t.Error(err)
	}
	m.view(func(l *storage.Ledger) {
		if d := l.Decisions(scope); d.Rev != rounds || len(d.Acts) != rounds {
			t.Errorf("it is at revision %d with %d acts, want %d", d.Rev, len(d.Acts), rounds)
		}
	})
	m.documents()                // what the press was stopped before
	m.now = m.now.Add(time.Hour) // nothing is printed again for its youth
	live := &turmoil{month: m}
	docs := m.documents()
	for format, doc := range docs {
		if fresh := live.printed()["/feeds/all."+format]; fresh != doc {
			t.Errorf("the press that ran has another %s", format)
		}
	}
}
