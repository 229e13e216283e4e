package main

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// scripted is a poster that fails as it is told, and notes when it was called.
type scripted struct {
	fails []bool
	begin time.Time
	calls []time.Duration
}

func (s *scripted) Index(context.Context) (int, error) {
	n := len(s.calls)
	s.calls = append(s.calls, time.Since(s.begin))
	if n < len(s.fails) && s.fails[n] {
		return 0, errors.New("disk full")
	}
	return 1, nil
}

// The indexer posts at its start and soon after each change, says once that it
// fails, and tries again.
func TestIndexer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{fails: []bool{false, true, true, false, true}, begin: time.Now()}
		x := newIndexer(s)
		ctx, cancel := context.WithCancel(t.Context())
		failures, ended := 0, make(chan error)
		go func() { ended <- x.run(ctx, func(error) { failures++ }) }()
		time.Sleep(10 * time.Second)
		x.changed()
		x.changed()
		time.Sleep(10 * time.Minute)
		x.changed()
		time.Sleep(10 * time.Minute)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		changes := []time.Duration{0, 10 * time.Second, 10*time.Minute + 10*time.Second}
		want := []time.Duration{gatherWords, changes[1] + gatherWords, changes[1] + gatherWords + retryWords, changes[1] + gatherWords + 2*retryWords, changes[2] + gatherWords, changes[2] + gatherWords + retryWords}
		if !slices.Equal(s.calls, want) || failures != 2 {
			t.Errorf("posted after %v with %d failures told, want %v and 2", s.calls, failures, want)
		}
	})
}
