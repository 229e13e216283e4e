package desk

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

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
	err := s.send("retry: 5000\n\n" + d.told(r, BellQueue, d.waiting))
	for err == nil {
		text := ": still there\n\n"
		select {
		case <-r.Context().Done():
			return
		case <-d.Bell.closed:
			return
		case <-alive.C:
		case <-e.rung:
			text = ""
			for _, what := range d.Bell.heard(e) {
				text += d.told(r, what, d.waitingSince)
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
func (d *desk) told(r *http.Request, what string, count func(context.Context) (int, error)) string {
	if what != BellQueue {
		return fmt.Sprintf("event: %s\ndata: {}\n\n", what)
	}
	if d.Queue == nil {
		return ""
	}
	waits, err := count(r.Context())
	if err != nil {
		return ""
	}
	return fmt.Sprintf("event: %s\ndata: {\"waits\":%d}\n\n", what, waits)
}

// tally is the queue's count, which all pages that hear a stroke of the bell
// share.
type tally struct {
	mu     sync.Mutex
	stroke uint64 // after which it was counted; 0: it was not
	waits  int
}

// waiting counts the queue.
func (d *desk) waiting(ctx context.Context) (int, error) { return d.Queue.Waiting(ctx) }

// waitingSince is what the queue's count was when it was asked for first since
// the bell struck last.
func (d *desk) waitingSince(ctx context.Context) (int, error) {
	t := &d.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	stroke := d.Bell.strokes() // before it is counted: what is rung for meanwhile is counted anew
	if t.stroke == stroke {
		return t.waits, nil
	}
	waits, err := d.Queue.Waiting(ctx)
	if err == nil {
		t.stroke, t.waits = stroke, waits
	}
	return waits, err
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
