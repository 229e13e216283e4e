package outbox

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/news"
)

// dice are for many.
type dice struct {
	mu   sync.Mutex
	rand *rand.Rand
}

func (d *dice) roll(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rand.IntN(n)
}

// Against all that may happen, over many runs that end at any moment: everyone
// is told what it is owed in the end, in order where that matters, and what is
// told twice has the same id.
func TestAnyHistory(t *testing.T) {
	runs := uint64(30)
	if testing.Short() {
		runs = 5
	}
	for seed := range runs {
		synctest.Test(t, func(t *testing.T) {
			chance := &dice{rand: rand.New(rand.NewPCG(seed, 7))}
			w := newWorld()
			w.answer = func(r *http.Request, _ int) (*http.Response, error) {
				switch draw := chance.roll(20); {
				case draw == 0:
					return hang(r)
				case draw < 4:
					return answered(500), nil
				case draw < 6:
					time.Sleep(time.Duration(chance.roll(2000)) * time.Millisecond)
				}
				return answered(200), nil
			}
			w.save = func([]news.Delivery) error {
				if chance.roll(4) == 0 {
					return errors.New("no space left on device")
				}
				return nil
			}
			list := readers(60, func(n int, r *reader) { r.ordered = n%3 == 0 })
			pos := uint64(0)
			for range 12 {
				b, stop := w.run(Options{First: time.Second, Most: 5 * time.Second})
				for range 3 {
					pos += uint64(chance.roll(3))
					tell(b, w.stand(list, pos)...)
					time.Sleep(time.Duration(chance.roll(3000)) * time.Millisecond)
				}
				stop()
			}
			w.save = nil
			b, stop := w.run(Options{First: time.Second, Most: 5 * time.Second})
			tell(b, w.stand(list, pos)...)
			time.Sleep(time.Hour)
			stop()
			w.check(t, list, pos)
		})
	}
}

// stand is what is owed, by what is remembered.
func (w *world) stand(list []*reader, pos uint64) []Owed {
	all := owed(list, pos)
	w.mu.Lock()
	defer w.mu.Unlock()
	for n := range all {
		all[n].Was = w.saved[all[n].To()]
	}
	return all
}

// check reads what was told: each position after the one before it or, where a
// run ended before it was remembered, once more from one that was told.
func (w *world) check(t *testing.T, list []*reader, pos uint64) {
	t.Helper()
	for _, r := range list {
		told := uint64(0)
		for _, body := range w.got[r.to] {
			var to string
			var now uint64
			fmt.Sscan(body, &to, &now)
			if to != r.to || r.ordered && now > told+1 {
				t.Errorf("%s was told %v", r.to, w.got[r.to])
				break
			}
			told = max(told, now)
		}
		if told != pos || w.saved[r.to].Sent != pos {
			t.Errorf("%s was told up to %d, remembered %d, of %d", r.to, told, w.saved[r.to].Sent, pos)
		}
	}
	bodies := 0
	for _, got := range w.got {
		bodies += len(slices.Compact(slices.Sorted(slices.Values(got))))
	}
	if bodies != len(w.ids) {
		t.Errorf("%d deliveries have %d ids", bodies, len(w.ids))
	}
}

// A mark that cannot be saved is not forgotten, and what it says is not told
// again while we know it. No more is told meanwhile than a crash may repeat.
func TestFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		full := true
		w.save = func([]news.Delivery) error {
			if full {
				return errors.New("no space left on device")
			}
			return nil
		}
		b, stop := w.run(Options{})
		list := readers(3000, nil)
		tell(b, owed(list, 1)...)
		time.Sleep(time.Hour)
		w.mu.Lock()
		if n := len(w.got); n < maxUnmarked || n > maxUnmarked+64 || len(w.saved) > 0 {
			t.Errorf("%d are told and %d remembered with a full disk", n, len(w.saved))
		}
		if n := len(w.trouble); n < 60 || n > 80 {
			t.Errorf("it was said %d times in an hour", n)
		}
		full = false
		w.mu.Unlock()
		time.Sleep(5 * time.Minute)
		stop()
		for _, r := range list {
			if len(w.got[r.to]) != 1 || w.saved[r.to].Sent != 1 {
				t.Fatalf("%s was told %v, remembered %+v", r.to, w.got[r.to], w.saved[r.to])
			}
		}
	})
}

// Run ends though recipients hang and the disk is full, soon, and what was
// delivered is remembered where that is possible.
func TestRunEnds(t *testing.T) {
	for _, full := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			w.answer = func(r *http.Request, _ int) (*http.Response, error) {
				switch {
				case strings.HasSuffix(r.URL.Path, "0"):
					return hang(r)
				case strings.HasSuffix(r.URL.Path, "1"):
					time.Sleep(2 * time.Second)
				}
				return answered(200), nil
			}
			w.save = func([]news.Delivery) error {
				if full {
					return errors.New("no space left on device")
				}
				return nil
			}
			b, stop := w.run(Options{})
			tell(b, owed(readers(100, nil), 1)...)
			time.Sleep(time.Second)
			began := time.Now()
			stop()
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
			if want := map[bool]int{false: 90, true: 0}[full]; len(w.saved) != want {
				t.Errorf("%d are remembered, want %d", len(w.saved), want)
			}
			for to, d := range w.saved {
				if d.Tries > 0 {
					t.Errorf("%s is said to have failed: %+v", to, d)
				}
			}
			tell(b, owed(readers(1, nil), 2)...) // nobody is told any more
			synctest.Wait()
		})
	}
}

// The pause of another clock does not last for years.
func TestAPauseOfAnotherClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		b, stop := w.run(Options{})
		o := readers(1, nil)[0].moved(1)
		o.Was = news.Delivery{Tries: 1, Next: time.Now().Add(1000 * time.Hour)}
		tell(b, o)
		time.Sleep(7 * time.Hour)
		stop()
		if at := w.at["r0"]; len(at) != 1 || at[0] != maxAsked {
			t.Errorf("tried at %v", at)
		}
	})
}

// Nor does one that was noted before the clock was set back.
func TestAClockThatIsSetBack(t *testing.T) {
	q, now := newQueue(), time.Now()
	q.perHost = 1
	q.add(readers(1, nil)[0].moved(1), now)
	j := q.take()
	j.Was.Tries, j.Was.Next = 1, now.Add(1000*time.Hour)
	q.landed(j)
	q.settle(j, now)
	q.wake(now.Add(maxAsked - time.Second))
	if q.take() != nil {
		t.Error("it is asked before the end of the longest pause")
	}
	if q.wake(now.Add(maxAsked)); q.take() != j {
		t.Error("it is not asked after the longest pause")
	}
}
