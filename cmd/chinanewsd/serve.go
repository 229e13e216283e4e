package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"time"

	"chinanews/feedout/gate"
	"chinanews/feedout/site"
)

// Limits of the listeners: slow and flooding clients cost little.
const (
	headerTimeout = 5 * time.Second
	stallTimeout  = 60 * time.Second // of a reader, without progress
	idleTimeout   = 60 * time.Second
	maxHeader     = 32 << 10
	stopWithin    = 5 * time.Second

	mostConnections = 2000
	mostOfClient    = 100 // connections of one address, behind which there may be an office
)

// What a client may ask of what is read from the record for it. Feeds are not
// counted. The hub asks about six callbacks that hang in a second: no client
// alone can keep it from others.
var (
	pageRate   = gate.Rate{Burst: 200, Every: time.Second / 10}
	searchRate = gate.Rate{Burst: 30, Every: time.Second}
	hubRate    = gate.Rate{Burst: 200, Every: time.Second}
)

// gated is a listener of the public's.
func (h *house) gated(l net.Listener) net.Listener {
	return gate.Listen(l, gate.Limits{
		Connections: mostConnections, PerClient: mostOfClient, Stall: stallTimeout, Proxies: h.cfg.Proxies,
		Full: func(connections int) {
			h.log.Warn("some are answered that there are too many connections", "connections", connections, "most", mostConnections, "most_of_one_address", mostOfClient)
		},
	})
}

// entrance answers the public: from the shelf at once, all else within limits.
func (h *house) entrance() http.Handler {
	return h.seated(h.readers.before(h.press.shelf.Before(h.atDesk(h.paced(h.served(site.Options{}))))))
}

// paced keeps a client from having the record read for it all the time.
func (h *house) paced(next http.Handler) http.Handler {
	at := func(rate gate.Rate) http.Handler { return gate.Pace(next, rate, h.cfg.Proxies) }
	pages, searches, hub := at(pageRate), at(searchRate), at(hubRate)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case document(path), path == "/site.css", path == "/site.js", path == "/favicon.ico", path == "/robots.txt":
			next.ServeHTTP(w, r)
		case strings.HasPrefix(path, "/search"):
			searches.ServeHTTP(w, r)
		case path == "/hub":
			hub.ServeHTTP(w, r)
		default:
			pages.ServeHTTP(w, r)
		}
	})
}

// readings are the looks of pages into the record that there may be at once:
// others wait. It must not take long to serve a feed beside them.
var readings = make(chan struct{}, max(4, 2*runtime.GOMAXPROCS(0)))

// serve serves until ctx ends, then answers those who have connected. Whoever
// connects later waits for the next process when a service manager keeps the
// socket, and is refused else.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout, WriteTimeout: stallTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	var late unheard
	late.follow(s)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	select {
	case err := <-ended:
		s.Close()
		return fmt.Errorf("serving on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	l.Close()
	<-ended
	s.SetKeepAlivesEnabled(false)
	late.hear()
	grace, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	if s.Shutdown(grace) != nil {
		s.Close()
	}
	return nil
}
