package signin

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// wait is how long an error says that one must wait; 0: it is another.
func wait(err error) time.Duration {
	if w, ok := errors.AsType[*WaitError](err); ok {
		return w.For
	}
	return 0
}

// Whoever guesses waits longer and longer, a quarter of an hour at most; even
// the right password is not tried meanwhile.
func TestWaits(t *testing.T) {
	h := newHall(t)
	for n := range 5 {
		if _, err := h.try("Li Wei", "wrong", "203.0.113.7"); !errors.Is(err, ErrWrong) {
			t.Fatalf("failure %d: %v", n, err)
		}
	}
	for _, want := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
		if _, err := h.try("Li Wei", "the tea is getting cold", "203.0.113.7"); wait(err) != want {
			t.Fatalf("%v, want a wait of %s", err, want)
		}
		h.now = h.now.Add(want - time.Second)
		if _, err := h.try("Li Wei", "the tea is getting cold", "203.0.113.7"); wait(err) != time.Second {
			t.Fatalf("%v, want a wait of a second", err)
		}
		h.now = h.now.Add(time.Second)
		if _, err := h.try("Li Wei", "wrong", "203.0.113.7"); !errors.Is(err, ErrWrong) {
			t.Fatalf("after %s: %v", want, err)
		}
	}
	h.now = h.now.Add(15 * time.Minute)
	h.in("Li Wei", "the tea is getting cold")
	if _, err := h.try("Li Wei", "wrong", "203.0.113.7"); !errors.Is(err, ErrWrong) {
		t.Errorf("who came in has failed before: %v", err)
	}
}

// Neither another address nor another name helps who guesses; they keep nobody
// else out.
func TestWaitsOfWhom(t *testing.T) {
	h := newHall(t)
	for n := range 5 {
		h.try("Li Wei", "wrong", fmt.Sprintf("203.0.113.%d", n))
	}
	if _, err := h.try("Li Wei", "the tea is getting cold", "198.51.100.1"); wait(err) == 0 {
		t.Errorf("a name that was guessed from everywhere: %v", err)
	}
	if _, err := h.try("Ann Bell", "four red bicycles here", "203.0.113.1"); err != nil {
		t.Errorf("another user: %v", err)
	}
	h = newHall(t)
	for n := range 5 {
		h.try(fmt.Sprintf("user %d", n), "wrong", "203.0.113.7")
	}
	if _, err := h.try("Ann Bell", "four red bicycles here", "203.0.113.7"); wait(err) == 0 {
		t.Errorf("an address that guessed names: %v", err)
	}
	if _, err := h.try("Ann Bell", "four red bicycles here", "198.51.100.1"); err != nil {
		t.Errorf("another address: %v", err)
	}
	h = newHall(t) // behind a web server that does not say whom it serves
	for n := range 50 {
		h.try(fmt.Sprintf("user %d", n), "wrong", "")
	}
	if _, err := h.try("Ann Bell", "four red bicycles here", ""); err != nil {
		t.Errorf("an address that nobody knows: %v", err)
	}
}

// Many at once get no more guesses than one after the other.
func TestWaitsAtOnce(t *testing.T) {
	h := newHall(t)
	var all sync.WaitGroup
	var guessed, waited, busy atomic.Int64
	for range 200 {
		all.Go(func() {
			_, err := h.try("Li Wei", "wrong", "203.0.113.7")
			switch {
			case errors.Is(err, ErrWrong):
				guessed.Add(1)
			case errors.Is(err, ErrBusy):
				busy.Add(1)
			case wait(err) > 0:
				waited.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if guessed.Load() > freeFailures || guessed.Load()+waited.Load()+busy.Load() != 200 {
		t.Errorf("%d guessed, %d waited, %d found it busy", guessed.Load(), waited.Load(), busy.Load())
	}
}

// Failures are counted on by the next run, and success ends them.
func TestWaitsAfterRestart(t *testing.T) {
	for n, tt := range []struct {
		fail, in int // failures, then a success, then failures
		want     bool
	}{{6, 0, true}, {4, 0, false}, {3, 2, false}} {
		h := newHall(t)
		failed := 0
		for range tt.fail {
			if _, err := h.try("Li Wei", "wrong", "203.0.113.7"); errors.Is(err, ErrWrong) {
				failed++
			}
			h.now = h.now.Add(time.Minute)
		}
		for range tt.in {
			h.in("Li Wei", "the tea is getting cold")
		}
		for i := range h.book.signIns { // as storage has them: failures of an hour together
			if h.book.signIns[i].Failed > 0 {
				h.book.signIns[i].Failed = i + 1
			}
		}
		h.now = h.now.Add(-time.Minute)
		h.open(member("Li Wei", "the tea is getting cold"))
		if _, err := h.try("Li Wei", "wrong", "198.51.100.1"); (wait(err) > 0) != tt.want {
			t.Errorf("case %d: after a restart %v, want a wait: %v", n, err, tt.want)
		}
	}
}

// What is remembered is bounded, and a flood of names and addresses wipes no
// user's failures away.
func TestMissesAreBounded(t *testing.T) {
	h := newHall(t)
	for range 5 {
		h.try("Li Wei", "wrong", "")
	}
	for n := range 3 * mostMisses {
		h.misses.enter(h.now, ofName(fmt.Sprint("x", n)), ofClient(fmt.Sprint(n)))
		if len(h.misses.of) > mostMisses+2 {
			t.Fatalf("%d are remembered", len(h.misses.of))
		}
	}
	if _, err := h.try("Li Wei", "the tea is getting cold", ""); wait(err) == 0 {
		t.Errorf("a flood let go of failures: %v", err)
	}
}

// Whatever comes when, an attempt is let through only where the last failures
// allow it, and no wait is longer than a quarter of an hour.
func TestThrottleKeepsPace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		th := &throttle{of: make(map[string]misses), loyal: func(string) bool { return false }}
		now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
		var through []time.Time
		for range rapid.IntRange(1, 60).Draw(t, "attempts") {
			now = now.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "seconds")) * time.Second)
			wait := th.enter(now, "k")
			if wait < 0 || wait > longestWait {
				t.Fatalf("a wait of %s", wait)
			}
			if wait == 0 {
				through = append(through, now)
			}
		}
		for i, at := range through { // from the fifth on they are apart as the waits are
			if i < freeFailures || at.Sub(through[i-1]) > missesKept {
				continue
			}
			if least := min(firstWait<<min(i-freeFailures, 10), longestWait); at.Sub(through[i-1]) < least {
				t.Fatalf("failure %d came %s after the one before, want %s", i+1, at.Sub(through[i-1]), least)
			}
		}
	})
}
