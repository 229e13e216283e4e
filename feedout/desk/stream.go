package desk

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// What a Bell is rung for.
const (
	BellQueue  = "queue"  // a ruling or an act may have changed what waits
	BellSource = "source" // a source's condition is another
	BellPeople = "people" // somebody signed out
)

// Bell tells open pages that something changed. It is safe for concurrent use;
// of a nil one nobody hears.
type Bell struct {
	mu     sync.Mutex
	ears   map[*ear]bool
	users  map[string]int
	closed chan struct{}
}

// ear is a page that listens.
type ear struct {
	rung  chan struct{}
	heard map[string]bool // guarded by the bell's mu
}

// NewBell makes a bell. It must be closed for its listeners to go.
func NewBell() *Bell {
	return &Bell{ears: make(map[*ear]bool), users: make(map[string]int), closed: make(chan struct{})}
}

// Ring tells who listens. It does not wait for them: what was rung several times
// meanwhile they hear once.
func (b *Bell) Ring(what string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for e := range b.ears {
		e.heard[what] = true
		select {
		case e.rung <- struct{}{}:
		default:
		}
	}
}

// Close sends all listeners away, for good. It must be called once.
func (b *Bell) Close() { close(b.closed) }

// mostEars bounds how many pages of a user listen at once.
const mostEars = 20

// listen adds an ear; nil: the user has too many. leave takes it away.
func (b *Bell) listen(user string) *ear {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.users[user] >= mostEars {
		return nil
	}
	b.users[user]++
	e := &ear{make(chan struct{}, 1), make(map[string]bool)}
	b.ears[e] = true
	return e
}

func (b *Bell) leave(e *ear, user string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.ears, e)
	if b.users[user]--; b.users[user] == 0 {
		delete(b.users, user)
	}
}

// heard is what was rung since it was last asked.
func (b *Bell) heard(e *ear) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := slices.Sorted(maps.Keys(e.heard))
	clear(e.heard)
	return list
}

// settle is how long a page waits for more to change before it hears of it.
const settle = 300 * time.Millisecond

// settled waits so long, and reports whether anybody still listens.
func (b *Bell) settled(ctx context.Context) bool {
	select {
	case <-time.After(settle):
		return true
	case <-ctx.Done():
	case <-b.closed:
	}
	return false
}

func (d *desk) eventRoutes(mux *http.ServeMux) {
	if d.Bell != nil {
		mux.HandleFunc("GET /desk/events", d.events)
	}
}

const (
	stillThere = 25 * time.Second // between comments, by which proxies know that there is somebody
	eventWrite = 20 * time.Second // that a client may take for what it is sent
)

// events sends server-sent events (HTML, section 9.2) until the session ends, the
// client goes or the bell is closed.
func (d *desk) events(w http.ResponseWriter, r *http.Request) {
	who, ok := d.visitor(r)
	if !ok {
		http.Error(w, "You are not signed in.", http.StatusForbidden)
		return
	}
	e := d.Bell.listen(who.Name)
	if e == nil {
		http.Error(w, "Too many pages of the desk are open.", http.StatusServiceUnavailable)
		return
	}
	defer d.Bell.leave(e, who.Name)
	s := &stream{w, http.NewResponseController(w)}
	s.control.SetReadDeadline(time.Time{}) // the server's is for requests, and would end this one
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	alive := time.NewTicker(stillThere)
	defer alive.Stop()
	err := s.send("retry: 5000\n\n" + d.told(r, BellQueue))
	for err == nil {
		text := ": still there\n\n"
		select {
		case <-r.Context().Done():
			return
		case <-d.Bell.closed:
			return
		case <-alive.C:
		case <-e.rung:
			if text = ""; !d.Bell.settled(r.Context()) {
				return
			}
			for _, what := range d.Bell.heard(e) {
				text += d.told(r, what)
			}
		}
		if !d.stays(r) {
			return
		}
		err = s.send(text)
	}
}

// stays reports whether a request's session holds still. To listen is not to
// use it.
func (d *desk) stays(r *http.Request) bool {
	if d.People != nil {
		return true
	}
	_, _, ok := d.session(r)
	return ok
}

// told is an event with what is to be known of it.
func (d *desk) told(r *http.Request, what string) string {
	if what != BellQueue {
		return fmt.Sprintf("event: %s\ndata: {}\n\n", what)
	}
	if d.Queue == nil {
		return ""
	}
	waits, err := d.Queue.Waiting(r.Context())
	if err != nil {
		return ""
	}
	return fmt.Sprintf("event: %s\ndata: {\"waits\":%d}\n\n", what, waits)
}

// stream is an answer that does not end.
type stream struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (s *stream) send(text string) error {
	s.control.SetWriteDeadline(time.Now().Add(eventWrite))
	if _, err := s.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
