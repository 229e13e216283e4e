package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

const (
	maxGroup  = 256                   // requests that share a transaction
	groupWait = 20 * time.Millisecond // how long the first of them waits for others when they come in numbers
)

// request is one change that waits for a transaction.
type request struct {
	do       func(*bbolt.Tx, time.Time) error
	timeless bool          // it is made whatever the clock says
	patience time.Duration // how long it may wait for others that share its transaction
	err      error
	done     chan struct{}
}

// commit runs a change in a transaction that it may share with others, and
// returns when that is on disk. do must leave nothing behind when it fails:
// it decides first and writes afterwards.
func (s *Store) commit(ctx context.Context, do func(*bbolt.Tx, time.Time) error) error {
	return s.request(ctx, &request{do: do, done: make(chan struct{})})
}

// commitWithin is commit for a change that is in no hurry: it waits so long for
// others, unless one comes that is.
func (s *Store) commitWithin(ctx context.Context, patience time.Duration, do func(*bbolt.Tx, time.Time) error) error {
	return s.request(ctx, &request{do: do, patience: patience, done: make(chan struct{})})
}

// commitTimeless is commit for a change that takes no time from the clock.
func (s *Store) commitTimeless(ctx context.Context, do func(*bbolt.Tx) error) error {
	return s.request(ctx, &request{do: func(tx *bbolt.Tx, _ time.Time) error { return do(tx) }, timeless: true, done: make(chan struct{})})
}

func (s *Store) request(ctx context.Context, r *request) error {
	select {
	case s.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.stop:
		return ErrClosed
	}
	<-r.done
	return r.err
}

// commitLoop owns writing: it gathers what waits and commits it together.
func (s *Store) commitLoop(c *clock) {
	defer close(s.done)
	for {
		select {
		case <-s.stop:
			return
		case first := <-s.queue:
			group := s.gather(first)
			s.steps.Add(1)
			s.commitGroup(c, group)
			s.steps.Add(1)
		}
	}
}

// Writing says how many steps writing has made since the record was opened, and
// whether it is on its way now. One that is and makes no steps is held up: by a
// disk that does not answer, by readers that do not end, or by very much to
// write.
func (s *Store) Writing() (steps uint64, now bool) {
	steps = s.steps.Load()
	return steps, steps%2 == 1
}

// gather takes what else is waiting. Those in no hurry are waited with as long
// as all of them may wait. One that is in a hurry goes at once, with whoever is
// there; while others like it come in, it waits for them a little.
func (s *Store) gather(first *request) []*request {
	var g gathering
	for g.add(first); len(g.list) < maxGroup; {
		select {
		case r := <-s.queue:
			g.add(r)
			continue
		default:
		}
		wait := time.Until(g.closes)
		if wait <= 0 {
			break
		}
		timer := time.NewTimer(wait)
		select {
		case r := <-s.queue:
			g.add(r)
		case <-timer.C:
		case <-s.stop:
			g.closes = time.Time{}
		}
		timer.Stop()
	}
	return g.list
}

// gathering is requests that are to share a transaction.
type gathering struct {
	list   []*request
	hurry  int       // how many of them are in a hurry
	closes time.Time // when it waits for others no longer
}

func (g *gathering) add(r *request) {
	g.list = append(g.list, r)
	until := time.Now().Add(r.patience)
	if r.patience == 0 {
		g.hurry++
	}
	switch {
	case r.patience == 0 && g.hurry == 2:
		g.closes = until.Add(groupWait)
	case len(g.list) == 1 || g.hurry < 2 && until.Before(g.closes):
		g.closes = until
	}
}

// commitGroup writes a group in one transaction. One that fails in its own
// right is left out and the others are tried again without it; a disk that
// fails fails them all and leaves the record as it was.
func (s *Store) commitGroup(c *clock, group []*request) {
	for len(group) > 0 {
		begin := time.Now()
		bad, err := s.try(c, group)
		s.work.count(time.Since(begin), len(group), bad, err)
		if bad < 0 {
			finish(group, err)
			return
		}
		finish(group[bad:bad+1], err)
		group = append(group[:bad:bad], group[bad+1:]...)
	}
}

// errOwn marks a failure that is one request's own.
var errOwn = errors.New("own failure")

func (s *Store) try(c *clock, group []*request) (bad int, err error) {
	bad = -1
	s.warcs.reset()
	err = s.db.Update(func(tx *bbolt.Tx) error {
		_, last, err := readTipAt(tx)
		if err != nil {
			return err
		}
		at, odd := c.at(s.now(), last)
		for n, r := range group {
			if odd != nil && !r.timeless {
				bad = n
				return fmt.Errorf("%w%w", errOwn, odd)
			}
			if err := guarded(func() error { return s.do(r, tx, at) }); err != nil {
				bad = n
				return fmt.Errorf("%w%w", errOwn, err)
			}
		}
		return s.warcs.flush()
	})
	if err == nil {
		s.warcs.settled()
	} else {
		s.warcs.undo()
	}
	if err != nil && bad < 0 {
		err = fmt.Errorf("%w: %w; nothing was changed, free space or repair the disk", ErrDisk, err)
	}
	return bad, unmarked(err)
}

// do makes a request's change, and has what follows the record follow it.
func (s *Store) do(r *request, tx *bbolt.Tx, at time.Time) error {
	if err := r.do(tx, at); err != nil {
		return err
	}
	return follow(tx, s.features)
}

// unmarked takes errOwn away again.
func unmarked(err error) error {
	if many, ok := err.(interface{ Unwrap() []error }); ok && errors.Is(err, errOwn) {
		return many.Unwrap()[1]
	}
	return err
}

func finish(group []*request, err error) {
	for _, r := range group {
		r.err = err
		close(r.done)
	}
}

// clock decides what time a record gets. The committer owns it.
type clock struct {
	elapsed func() time.Duration // monotonic; nil: not compared with
	started time.Time            // wall clock when elapsed was zero
	jumped  time.Duration        // by how much it was found to have jumped, and when
	since   time.Duration
}

// MostBehind is how far a clock may be behind the last record and be believed.
const MostBehind = 10 * time.Minute

const (
	maxDrift = 10 * time.Minute
	steady   = time.Minute // a clock that jumped is believed again when it ran true for so long
)

// at is the time of the next record: now, or the last record's when now is a
// little before it. A clock that is far behind the record, or that jumped
// against the monotonic one, is not believed.
func (c *clock) at(now, last time.Time) (time.Time, error) {
	now = now.UTC().Truncate(time.Millisecond)
	switch {
	case last.Sub(now) > MostBehind:
		return now, fmt.Errorf("%w: it says %s and the last record is of %s; set the clock", ErrClock, now.Format(time.RFC3339), last.Format(time.RFC3339))
	case c.off(now):
		return now, fmt.Errorf("%w: it jumped by %s; when that is right, wait a minute", ErrClock, c.jumped.Round(time.Second))
	case now.Before(last):
		return last, nil
	}
	return now, nil
}

// off reports whether the wall clock is not where the monotonic one expects
// it. After a suspended machine wakes it stays off by the same amount, and is
// taken as the new truth.
func (c *clock) off(now time.Time) bool {
	if c.elapsed == nil {
		return false
	}
	mono := c.elapsed()
	drift := now.Sub(c.started) - mono
	if drift.Abs() <= maxDrift {
		c.jumped = 0
		return false
	}
	if (drift - c.jumped).Abs() > steady {
		c.jumped, c.since = drift, mono
	}
	if mono-c.since < steady {
		return true
	}
	c.started, c.jumped = c.started.Add(drift), 0
	return false
}
