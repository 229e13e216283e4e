package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// unheard are the connections whose request has not come to the handler. A
// server that shuts down hangs up on them, also when the request has come in:
// they are waited for before. Safe for concurrent use.
type unheard struct {
	mu    sync.Mutex
	conns map[net.Conn]bool
}

// unheardWithin is how long a connection is waited for of which nothing comes.
const unheardWithin = 2 * time.Second

type connKey struct{}

// follow has a server note its connections and requests.
func (u *unheard) follow(s *http.Server) {
	u.conns = make(map[net.Conn]bool)
	next := s.Handler
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(connKey{}).(net.Conn); ok {
			u.note(c, false)
		}
		next.ServeHTTP(w, r)
	})
	s.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		u.note(c, true)
		return context.WithValue(ctx, connKey{}, c)
	}
	s.ConnState = func(c net.Conn, state http.ConnState) {
		u.note(c, state == http.StateNew || state == http.StateActive)
	}
}

func (u *unheard) note(c net.Conn, waits bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if waits {
		u.conns[c] = true
	} else {
		delete(u.conns, c)
	}
}

func (u *unheard) some() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.conns) > 0
}

// hear waits until every request has come to the handler, for a while.
func (u *unheard) hear() {
	for until := time.Now().Add(unheardWithin); u.some() && time.Now().Before(until); {
		time.Sleep(5 * time.Millisecond)
	}
}
