// Package hub is the WebSub hub of one site (W3C Recommendation of 23 January
// 2018): it takes subscriptions to the site's own feeds, asks each callback
// once whether it meant that, and keeps those that did until their leases are
// over. It delivers nothing: who delivers reads what is kept.
//
// The trap: whoever posts here makes this machine send a request somewhere. So
// what is asked, how often and how much of the answer is read is bounded, and
// the client that is given must refuse private addresses itself.
package hub

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"chinanews/news"
)

// The limits of a hub.
const (
	MostAtHost = 10     // subscriptions of one callback host to one topic
	Most       = 10_000 // subscriptions in all
	Shortest   = 24 * time.Hour
	Longest    = 10 * 24 * time.Hour // of leases
)

// sweepEvery is how often subscriptions that ended are taken away.
const sweepEvery = 10 * time.Minute

// Book keeps subscriptions. Each is known by its topic and callback. What it
// has acknowledged is durable. It is safe for concurrent use.
type Book interface {
	// Subscribe keeps a subscription in the place of the same one's.
	Subscribe(ctx context.Context, s news.Subscription) error
	// Unsubscribe ends one, if it is there.
	Unsubscribe(ctx context.Context, t news.Topic, callback string) error
	// Expire takes away those whose leases are over, and those to topics that
	// are there no more, and says how many.
	Expire(ctx context.Context) (int, error)
	// Standing is what is there for a callback, and beside it.
	Standing(ctx context.Context, t news.Topic, callback string) (Standing, error)
}

// Standing is what a Book has, seen from one topic and callback.
type Standing struct {
	Subscribed bool     // this callback to this topic, and the lease runs
	AtHost     []string // callbacks at its host that are kept for the topic
	All        int      // subscriptions
	Tip        uint64   // position up to which a new subscriber need not be told
}

// Options are how a hub works. Book, Topics and Client are needed.
type Options struct {
	Book   Book
	Topics func(address string) (news.Topic, bool) // of the site's own public feeds
	Client *http.Client                            // follows no redirects, connects to nothing private
	Check  func(callback *url.URL) error           // why a callback cannot be asked; nil: any can
	Site   string                                  // its address, for people
	Lease  time.Duration                           // the longest; 0: ten days
	Log    *slog.Logger                            // nil: nothing is logged
}

// Hub answers at the hub's address. Make one by New, and Run it.
type Hub struct {
	by   atomic.Pointer[Options]
	desk *desk

	ctx  context.Context // of what is asked in the background
	stop context.CancelFunc
}

// New makes a hub.
func New(o Options) *Hub {
	h := &Hub{desk: newDesk()}
	h.Adopt(o)
	h.ctx, h.stop = context.WithCancel(context.Background())
	return h
}

// Adopt has the hub work by other options from now on. What was admitted goes
// on: nobody is asked twice, and limits hold over both.
func (h *Hub) Adopt(o Options) {
	o.Lease = min(cmp.Or(o.Lease, Longest), Longest)
	if o.Check == nil {
		o.Check = func(*url.URL) error { return nil }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	h.by.Store(&o)
}

// Run takes away subscriptions that ended, until ctx ends; then it cuts off
// what is still being asked, waits for that, and takes no more requests.
func (h *Hub) Run(ctx context.Context) error {
	defer h.desk.visits.Wait()
	defer h.stop()
	defer h.desk.close()
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		switch n, err := h.by.Load().Book.Expire(ctx); {
		case err != nil && ctx.Err() == nil:
			h.by.Load().Log.Warn("subscriptions that ended could not be taken away; it is tried again", "err", err)
		case n > 0:
			h.by.Load().Log.Info("subscriptions ended", "subscriptions", n)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// refusal is an answer that says what was wrong, and what to do.
type refusal struct {
	status int
	after  time.Duration // when to come again; 0: never so
	words  string
}

func (r *refusal) Error() string { return r.words }

func refuse(status int, format string, args ...any) *refusal {
	return &refusal{status, 0, fmt.Sprintf(format, args...)}
}

func busy(after time.Duration, format string, args ...any) *refusal {
	return &refusal{http.StatusServiceUnavailable, after, fmt.Sprintf(format, args...)}
}

// ServeHTTP takes a subscription request (section 5.1) and answers it before
// the callback is asked, or says what this is.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Content-Type", "text/plain; charset=utf-8")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	switch r.Method {
	case http.MethodPost:
		h.post(w, r)
	case http.MethodGet, http.MethodHead:
		io.WriteString(w, h.about())
	default:
		head.Set("Allow", "GET, HEAD, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
		io.WriteString(w, "A hub is asked by POST; GET says what it is.\n")
	}
}

func (h *Hub) post(w http.ResponseWriter, r *http.Request) {
	if no := h.take(w, r); no != nil {
		if no.after > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(no.after/time.Second)))
		}
		w.WriteHeader(no.status)
		io.WriteString(w, no.words+"\n")
		return
	}
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, "Accepted. The callback will be asked whether it meant this.\n")
}

// take reads a request and begins what it asks for.
func (h *Hub) take(w http.ResponseWriter, r *http.Request) *refusal {
	asked, no := h.read(w, r)
	if no != nil {
		return no
	}
	v, no := h.desk.admit(asked, func() (Standing, error) { return h.by.Load().Book.Standing(r.Context(), asked.topic, asked.callback) })
	if no != nil {
		if no.status == http.StatusInternalServerError {
			h.by.Load().Log.Error("a subscription could not be looked up", "err", no.words)
			no.words = "The subscriptions cannot be read at the moment. Try again later."
		}
		return no
	}
	go h.settle(v)
	return nil
}

func (h *Hub) about() string {
	return fmt.Sprintf(`This is the WebSub hub of %s (https://www.w3.org/TR/websub/).

A reader subscribes to one of its feeds by a POST of a form to this address:
  hub.mode           subscribe or unsubscribe
  hub.topic          the address of the feed, as its Link header with rel="self" has it
  hub.callback       https address that is to be told of changes; it is asked once
  hub.secret         optional, less than 200 bytes: deliveries are signed with it
  hub.lease_seconds  optional, %d to %d
`, h.by.Load().Site, int(Shortest/time.Second), int(h.by.Load().Lease/time.Second))
}
