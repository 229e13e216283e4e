package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// pulse is that of the house: of writing and of polling, which waits for it.
func (h *house) pulse() *pulse {
	return &pulse{words: func(ctx context.Context) (string, error) { return h.flow.house.Load().brief(ctx) }, log: h.log, organs: []organ{
		{"writing the record", h.writing}, {"handing out what is due", h.flow.strides.loop}, {"asking sources", h.flow.strides.tasks},
	}}
}

// writing is the organ that writes the record.
func (h *house) writing() (steps uint64, rests bool) {
	steps, now := h.store.Writing()
	return steps, !now
}

// strides counts what a flow does, for the pulse. The zero value is of one that
// has not begun, and rests. Safe for concurrent use.
type strides struct {
	mu           sync.Mutex
	rounds       uint64    // of the loop
	until        time.Time // the loop sleeps until then at most; zero: it is awake
	begun, ended uint64    // tasks that were handed out, and of those that are over
	requests     uint64    // that tasks have begun
}

// round counts a round of the loop.
func (s *strides) round() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rounds++
}

// rest notes that the loop sleeps for a pause at most; the caller calls awake
// when it does no more. A machine that slept meanwhile, or whose clock was set,
// is no standstill: the monotonic clock counts.
func (s *strides) rest(pause time.Duration) (awake func()) {
	until := func(t time.Time) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.until = t
	}
	until(time.Now().Add(pause))
	return func() { until(time.Time{}) }
}

// task notes that one was handed out; the caller calls over when it is.
func (s *strides) task() (over func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ended++
	}
}

// request counts one that a task has begun: a task may be of many, each of which
// waits for its host's turn.
func (s *strides) request() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
}

// loop is the organ that hands tasks out.
func (s *strides) loop() (steps uint64, rests bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rounds, s.rounds == 0 || s.until.After(time.Now())
}

// tasks is the organ that does them.
func (s *strides) tasks() (steps uint64, rests bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended + s.requests, s.ended == s.begun
}

// brief says in a line how the house is.
func (h *house) brief(ctx context.Context) (words string, err error) {
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		words = briefly(l, h.cfg, h.daemon != nil && h.daemon.Paused)
		return nil
	})
	if last, ok := h.lastReload(); ok && !last.OK {
		words += "; " + last.outcome()
	}
	return words, err
}

func briefly(l *storage.Ledger, cfg news.Config, paused bool) string {
	asked, well := 0, 0
	var next time.Time
	for _, src := range cfg.Sources {
		if src.Paused {
			continue
		}
		asked++
		alarming := false
		for _, u := range src.URLs {
			state, _ := l.Poll(src.Origin, u)
			alarming = alarming || listing(src, u, state, l.At()).State.Alarming()
			if next.IsZero() || state.Next.Before(next) {
				next = state.Next
			}
		}
		if !alarming {
			well++
		}
	}
	words := count(asked, "source")
	switch {
	case asked > 0 && well == asked:
		words += ", all well"
	case asked > 0:
		words += fmt.Sprintf(", %d well", well)
	}
	return words + upcoming(asked, paused, next, l.At()) + "; " + count(len(cfg.Feeds), "feed")
}

// upcoming says when a source is asked next.
func upcoming(asked int, paused bool, next, now time.Time) string {
	switch {
	case paused:
		return ", and nothing is polled (--paused)"
	case asked == 0:
		return ""
	case !next.After(now):
		return ", polling now"
	}
	return ", next poll at " + next.Local().Format("15:04")
}
