package storage

import (
	"sync"
	"time"
)

// CommitBounds are the times by which Work.Within counts.
var CommitBounds = [...]time.Duration{
	time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2500 * time.Millisecond, 10 * time.Second,
}

// Work is what a store has done since it was opened.
type Work struct {
	Commits uint64                    // transactions that were written
	Took    time.Duration             // all of these
	Within  [len(CommitBounds)]uint64 // of them that took no longer than each of CommitBounds
	Changes uint64                    // that were made in them
	Failed  uint64                    // transactions that the disk refused
	Failing string                    // why it refused the last one; empty: it did not
	Free    int64                     // bytes in the file that can be used again
}

// work counts as the committer works.
type work struct {
	mu sync.Mutex
	Work
}

// count counts an attempt to write a group, of which bad was left out; none: -1.
func (w *work) count(took time.Duration, group, bad int, err error) {
	if bad >= 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.Failed++
		w.Failing = err.Error()
		return
	}
	w.Failing = ""
	w.Commits++
	w.Changes += uint64(group)
	w.Took += took
	for n, bound := range CommitBounds {
		if took <= bound {
			w.Within[n]++
		}
	}
}

// Work says what was done so far.
func (s *Store) Work() Work {
	s.work.mu.Lock()
	defer s.work.mu.Unlock()
	w := s.work.Work
	stats := s.db.Stats()
	w.Free = int64(stats.FreePageN+stats.PendingPageN) * pageSize
	return w
}
