package main

import (
	"sync"
	"time"
)

// berths are the room for tasks that are done at once. A task that is kept
// waiting gives its place to another, so that sites that stall together do not
// stop the rest; there are twice as many berths as places.
type berths struct{ places, all chan struct{} }

func newBerths(places int) berths {
	places = max(1, places)
	return berths{make(chan struct{}, places), make(chan struct{}, 2*places)}
}

// take waits for a berth with a place.
func (s berths) take() *berth {
	s.places <- struct{}{}
	s.all <- struct{}{}
	one := &berth{of: s}
	one.give = sync.OnceFunc(func() { <-s.places })
	one.waiting = time.AfterFunc(slowAnswer, one.give)
	return one
}

// full reports whether nobody else has a place before somebody leaves.
func (s berths) full() bool { return len(s.places) == cap(s.places) }

// berth is a task's. The nil berth is of one that is done without.
type berth struct {
	of      berths
	waiting *time.Timer
	give    func() // gives the place to another
	left    bool
}

// leave gives all back, once. Only the task's own goroutine calls it.
func (s *berth) leave() {
	if s == nil || s.left {
		return
	}
	s.left = true
	s.waiting.Stop()
	s.give()
	<-s.of.all
}

// Writes of polls are made together: an attempt may wait so long for others
// before it is made, and what came of one that brought nothing, before the next
// is planned.
const (
	beginWithin  = 250 * time.Millisecond
	settleWithin = time.Second
)

// patience is how long a poll may wait for others: the longer the more sources
// there are, for one that is asked alone would wait in vain. Where no place is
// free, whoever can come has come. A single round does not wait.
func (f *flow) patience(most time.Duration) time.Duration {
	if f.idle != nil || most == beginWithin && f.berths.full() {
		return 0
	}
	return min(most, time.Duration(len(f.by().rows))*most/200)
}

// answered gives back what a task that was answered has taken of its host and of
// the workers, when all that is left to do is to write.
func (f *flow) answered(h *handed, took time.Duration) {
	f.table.leave(h, f.now(), took)
	h.berth.leave()
}
