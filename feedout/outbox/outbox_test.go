package outbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/news"
)

// reader is a recipient that is told of the newest position, or of one after
// the other.
type reader struct {
	to, host, secret string

	mu      sync.Mutex
	newest  uint64
	ordered bool
	mortal  bool // is told no more after 410
	fails   error
	heard   []news.Delivery
}

func (r *reader) To() string   { return r.to }
func (r *reader) Host() string { return r.host }

func (r *reader) Post(after uint64) (Post, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	pos := r.newest
	switch {
	case r.fails != nil:
		return Post{}, r.fails
	case after >= pos:
		return Post{}, nil
	case r.ordered:
		pos = after + 1
	}
	return Post{Pos: pos, URL: "http://" + r.host + "/" + r.to, Header: http.Header{"Content-Type": {"text/plain"}},
		Body: fmt.Append(nil, r.to, " ", pos), Secret: r.secret, Signed: "X-Hub-Signature"}, nil
}

func (r *reader) Heard(d news.Delivery, status int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heard = append(r.heard, d)
	return r.mortal && status == http.StatusGone
}

func (r *reader) moved(pos uint64) Owed {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.newest = pos
	return Owed{Recipient: r, Upto: pos}
}

// world is where posts go, and what remembers them.
type world struct {
	mu      sync.Mutex
	answer  func(r *http.Request, try int) (*http.Response, error) // nil: 204
	tries   map[string]int                                         // by recipient
	got     map[string][]string                                    // bodies that were answered with 2xx, by recipient
	ids     map[string]int                                         // deliveries that were, by id
	at      map[string][]time.Duration                             // when each try began
	flying  map[string]int                                         // posts at a host now
	most    map[string]int
	saved   map[string]news.Delivery
	save    func(list []news.Delivery) error // nil: remembers
	began   time.Time
	trouble []error
}

func newWorld() *world {
	return &world{tries: make(map[string]int), got: make(map[string][]string), ids: make(map[string]int), at: make(map[string][]time.Duration),
		flying: make(map[string]int), most: make(map[string]int), saved: make(map[string]news.Delivery), began: time.Now()}
}

func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	to, host := strings.TrimPrefix(r.URL.Path, "/"), r.URL.Host
	w.mu.Lock()
	w.tries[to]++
	try := w.tries[to]
	w.at[to] = append(w.at[to], time.Since(w.began))
	w.flying[host]++
	w.most[host] = max(w.most[host], w.flying[host])
	w.mu.Unlock()
	res, err := answered(204), error(nil)
	if w.answer != nil {
		res, err = w.answer(r, try)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flying[host]--
	if err == nil && res.StatusCode/100 == 2 {
		w.got[to] = append(w.got[to], string(body))
		w.ids[r.Header.Get("X-Delivery")]++
	}
	return res, err
}

func answered(status int) *http.Response {
	return &http.Response{StatusCode: status, Header: make(http.Header), Body: http.NoBody}
}

// hang is how a recipient answers that does not.
func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func (w *world) remember(_ context.Context, list []news.Delivery) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.save != nil {
		if err := w.save(list); err != nil {
			return err
		}
	}
	for _, d := range list {
		w.saved[d.To] = d
	}
	return nil
}

// run begins to tell; the function that it returns ends that.
func (w *world) run(o Options) (*Outbox, func()) {
	o.Transport, o.Save = w, w.remember
	o.Failed = func(err error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.trouble = append(w.trouble, err)
	}
	b := New(o)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- b.Run(ctx, ctx) }()
	return b, func() { cancel(); <-done }
}

func tell(b *Outbox, list ...Owed) {
	b.Tell(func(yield func(Owed)) error {
		for _, o := range list {
			yield(o)
		}
		return nil
	})
}

func readers(n int, change func(int, *reader)) (list []*reader) {
	for i := range n {
		r := &reader{to: fmt.Sprint("r", i), host: fmt.Sprintf("h%d.example", i/10)}
		if change != nil {
			change(i, r)
		}
		list = append(list, r)
	}
	return list
}

func owed(list []*reader, pos uint64) (all []Owed) {
	for _, r := range list {
		all = append(all, r.moved(pos))
	}
	return all
}

func TestEveryoneIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		b, stop := w.run(Options{})
		list := readers(3000, nil)
		for pos := uint64(1); pos <= 3; pos++ {
			tell(b, w.stand(list, pos)...)
			time.Sleep(time.Minute)
		}
		tell(b, w.stand(list, 3)...) // nothing new
		time.Sleep(time.Minute)
		b.mu.Lock()
		if n := len(b.queue.jobs) + len(b.queue.hosts) + b.queue.idle.Len() + b.queue.busy.Len() + len(b.queue.waiting) + len(b.marks); n > 0 {
			t.Errorf("%d things are left over", n)
		}
		b.mu.Unlock()
		stop()
		for _, r := range list {
			if got, want := strings.Join(w.got[r.to], ","), fmt.Sprintf("%[1]s 1,%[1]s 2,%[1]s 3", r.to); got != want {
				t.Errorf("%s got %s", r.to, got)
			}
			if d := w.saved[r.to]; d.Sent != 3 || d.Tries != 0 {
				t.Errorf("remembered of %s: %+v", r.to, d)
			}
		}
		for host, n := range w.most {
			if n > 4 {
				t.Errorf("%d posts at once to %s", n, host)
			}
		}
		if len(w.ids) != 9000 {
			t.Errorf("%d ids of 9000 deliveries", len(w.ids))
		}
	})
}

// Of several changes while a recipient waits, it is told the newest alone.
func TestChangesCoalesce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.answer = func(r *http.Request, _ int) (*http.Response, error) {
			time.Sleep(time.Second)
			return answered(200), nil
		}
		b, stop := w.run(Options{})
		r := readers(1, nil)[0]
		for pos := uint64(1); pos <= 5; pos++ {
			tell(b, w.stand([]*reader{r}, pos)...)
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		stop()
		if got := strings.Join(w.got[r.to], ","); got != "r0 1,r0 5" {
			t.Errorf("got %s", got)
		}
	})
}

// What cannot be said is asked for again, and is nobody's failure but ours.
func TestWhatCannotBeSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		b, stop := w.run(Options{})
		r := readers(1, nil)[0]
		r.fails = errors.New("the record cannot be read")
		tell(b, r.moved(1))
		time.Sleep(time.Minute)
		r.mu.Lock()
		r.fails = nil
		r.mu.Unlock()
		time.Sleep(time.Minute)
		stop()
		if len(w.got[r.to]) != 1 || w.tries[r.to] != 1 || len(r.heard) != 1 {
			t.Errorf("%d tries, heard %v", w.tries[r.to], r.heard)
		}
		if len(w.trouble) < 4 {
			t.Errorf("said %v", w.trouble)
		}
	})
}

// One who is told by another Recipient from now on, as a subscriber with
// another secret.
func TestARecipientIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		var signed []string
		w.answer = func(r *http.Request, try int) (*http.Response, error) {
			signed = append(signed, r.Header.Get("X-Hub-Signature"))
			if try == 1 {
				return answered(500), nil
			}
			return answered(200), nil
		}
		b, stop := w.run(Options{})
		old, now := &reader{to: "r", host: "h", secret: "old"}, &reader{to: "r", host: "h", secret: "new"}
		tell(b, old.moved(1))
		time.Sleep(time.Second)
		tell(b, now.moved(2))
		time.Sleep(time.Minute)
		stop()
		if len(signed) != 2 || signed[1] != Sign("new", []byte("r 2")) {
			t.Errorf("signed %q", signed)
		}
	})
}

// What is remembered while somebody reads how far others were told counts,
// whatever was read.
func TestWhatWasReadIsOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.answer = func(r *http.Request, _ int) (*http.Response, error) {
			if r.URL.Path == "/r1" {
				return answered(410), nil
			}
			return answered(200), nil
		}
		b, stop := w.run(Options{})
		list := readers(2, func(_ int, r *reader) { r.mortal = true })
		tell(b, owed(list, 1)...)
		err := b.Tell(func(yield func(Owed)) error {
			old := w.stand(list, 1)
			time.Sleep(time.Minute)
			for _, o := range old {
				yield(o)
			}
			return nil
		})
		time.Sleep(time.Minute)
		broken := errors.New("the record cannot be read")
		if got := b.Tell(func(func(Owed)) error { return broken }); err != nil || got != broken {
			t.Errorf("Tell says %v and %v", err, got)
		}
		stop()
		if w.tries["r0"] != 1 || w.tries["r1"] != 1 {
			t.Errorf("tries are %v", w.tries)
		}
	})
}

// A delivery has one id, which no other has: not at the same position of a
// record that was restored and goes on otherwise.
func TestIDs(t *testing.T) {
	seen := make(map[string]bool)
	for _, record := range []string{"", "a", "b"} {
		for _, to := range []string{"webhook all https://h.example/1", "webhook all https://h.example/11"} {
			for _, pos := range []uint64{1, 11} {
				id := Options{Record: record}.ID(to, pos)
				if seen[id] || id != New(Options{Record: record}).ID(to, pos) {
					t.Errorf("%s of %q, %q, %d is another's, or changes", id, record, to, pos)
				}
				seen[id] = true
			}
		}
	}
}
