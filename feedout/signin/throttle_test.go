package signin

import (
	"errors"
	"fmt"
	"strings"
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

// Whoever fails on purpose, from everywhere and all the time, does not keep a
// user out of a browser that they were signed in with a short while ago; nor does
// that let anybody guess more, or for another user.
func TestNobodyIsKeptOut(t *testing.T) {
	h := newHall(t)
	had := h.in("Li Wei", "the tea is getting cold")
	signedOut := h.in("Li Wei", "the tea is getting cold")
	h.out(signedOut, false)
	h.now = h.now.Add(3 * 24 * time.Hour) // the session is over long since
	h.in("Ann Bell", "four red bicycles here")
	for n := range freeFailures {
		h.try("Li Wei", "wrong", fmt.Sprintf("198.51.100.%d", n))
		h.try("Ann Bell", "wrong", fmt.Sprintf("198.51.100.%d", n))
	}
	from := func(secret, name, password string) error {
		_, err := h.SignIn(t.Context(), Attempt{Name: name, Password: password, Client: "198.51.100.1", Before: []string{"x", secret}})
		return err
	}
	for range mostWaiting {
		h.queue <- struct{}{} // and they are waiting with more
	}
	if err := from(had, "Li Wei", "the tea is getting cold"); err != nil {
		t.Errorf("a user is kept out of their own browser: %v", err)
	}
	for range mostWaiting {
		<-h.queue
	}
	for name, err := range map[string]error{
		"another's session": from(had, "Ann Bell", "four red bicycles here"), "a session that was ended": from(signedOut, "Li Wei", "the tea is getting cold"),
		"no session": from("", "Li Wei", "the tea is getting cold"),
	} {
		if wait(err) == 0 {
			t.Errorf("%s spares the wait: %v", name, err)
		}
	}
	for range freeFailures {
		if err := from(had, "Li Wei", "wrong"); !errors.Is(err, ErrWrong) {
			t.Fatal(err)
		}
	}
	if err := from(had, "Li Wei", "the tea is getting cold"); wait(err) == 0 {
		t.Errorf("a browser may guess on: %v", err)
	}
	h.now = h.now.Add(4 * 24 * time.Hour)
	for range freeFailures {
		h.try("Li Wei", "wrong", "")
	}
	if err := from(had, "Li Wei", "the tea is getting cold"); wait(err) == 0 {
		t.Errorf("after a week a browser is a friend still: %v", err)
	}
}

// Names that are as long as a request may be fill no memory.
func TestLongNames(t *testing.T) {
	h := newHall(t)
	h.try(strings.Repeat("x", 1<<20), "wrong", "203.0.113.7")
	for key := range h.misses.of {
		if len(key) > 100 {
			t.Errorf("a key of %d bytes is remembered", len(key))
		}
	}
}

// What a clock noted that was a year ahead keeps nobody out for a year, and
// nobody in.
func TestClockWasWrong(t *testing.T) {
	h := newHall(t)
	right := h.now
	h.now = right.AddDate(1, 0, 0)
	secret := h.in("Ann Bell", "four red bicycles here")
	for range freeFailures {
		h.try("Li Wei", "wrong", "")
	}
	h.book.signIns[len(h.book.signIns)-1].Failed = freeFailures + 9 // as storage has them
	h.now = right
	h.open(member("Li Wei", "the tea is getting cold"), member("Ann Bell", "four red bicycles here"))
	if _, err := h.try("Li Wei", "the tea is getting cold", ""); wait(err) == 0 || wait(err) > longestWait {
		t.Errorf("the wait is %s (%v)", wait(err), err)
	}
	h.now = h.now.Add(longestWait)
	h.in("Li Wei", "the tea is getting cold")
	if h.opens(secret, "Ann Bell") {
		t.Error("a session holds for a year")
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
