package storage

import (
	"errors"
	"runtime"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// A write that is held up stands still; one that ends, well or not, has made a
// step, and then nothing is on its way.
func TestWriting(t *testing.T) {
	s, _ := create(t)
	rests := func() uint64 {
		for {
			if steps, now := s.Writing(); !now {
				return steps
			}
			runtime.Gosched()
		}
	}
	for name, end := range map[string]func() error{"well": func() error { return nil }, "badly": func() error { return errors.New("no") }, "in a panic": func() error { panic("no") }} {
		before := rests()
		begun, hold := make(chan struct{}), make(chan struct{})
		ended := make(chan error, 1)
		go func() {
			ended <- s.commit(t.Context(), func(*bbolt.Tx, time.Time) error {
				close(begun)
				<-hold
				return end()
			})
		}()
		<-begun
		for range 3 {
			if steps, now := s.Writing(); !now || steps != before+1 {
				t.Errorf("one that ends %s, held up: %d steps, on its way: %t; want %d", name, steps, now, before+1)
			}
		}
		close(hold)
		<-ended
		if steps := rests(); steps != before+2 {
			t.Errorf("one that ended %s: %d steps, want %d", name, steps, before+2)
		}
	}
}
