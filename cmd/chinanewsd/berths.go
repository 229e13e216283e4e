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

// room is how many berths, of most, may be taken at once: one at the least, for
// which its taker may have to wait.
func (s berths) room(most int) int { return max(1, min(most, cap(s.places)-len(s.places))) }

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
