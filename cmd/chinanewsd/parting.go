package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// unheard are the connections whose request has not come to the handler. A
// server that shuts down hangs up on them, also when the request has come in:
// they are waited for before. Safe for concurrent use.
type unheard struct {
	waits sync.Map // of each net.Conn, an *atomic.Bool
}

// unheardWithin is how long a connection is waited for of which nothing comes.
const unheardWithin = 2 * time.Second

type connKey struct{}

// follow has a server note its connections and requests.
func (u *unheard) follow(s *http.Server) {
	next := s.Handler
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if waits, ok := r.Context().Value(connKey{}).(*atomic.Bool); ok {
			waits.Store(false)
		}
		next.ServeHTTP(w, r)
	})
	s.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		waits := new(atomic.Bool)
		waits.Store(true)
		u.waits.Store(c, waits)
		return context.WithValue(ctx, connKey{}, waits)
	}
	s.ConnState = u.note
}

func (u *unheard) note(c net.Conn, state http.ConnState) {
	switch waits, ok := u.waits.Load(c); {
	case state == http.StateClosed || state == http.StateHijacked:
		u.waits.Delete(c)
	case ok:
		waits.(*atomic.Bool).Store(state != http.StateIdle)
	}
}

func (u *unheard) some() (some bool) {
	u.waits.Range(func(_, waits any) bool {
		some = waits.(*atomic.Bool).Load()
		return !some
	})
	return some
}

// hear waits until every request has come to the handler, for a while.
func (u *unheard) hear() {
	for until := time.Now().Add(unheardWithin); u.some() && time.Now().Before(until); {
		time.Sleep(5 * time.Millisecond)
	}
}
