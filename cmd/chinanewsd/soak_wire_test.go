package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"chinanews/fetcher"
	"chinanews/news"
)

// soakWorld is the sources of a soak: each host has an address of its own, and
// hostile ones answer there as they like.
type soakWorld struct {
	start time.Time
	wire  *wire
	stop  func()
	conns atomic.Int64 // that the house has open

	addresses map[string]netip.Addr // by host
	hosts     map[netip.Addr]string
	sources   map[string]*soakSource  // by id
	hostile   map[string]*soakSource  // by host
	own       map[string]net.Listener // of hostile hosts
	dial      map[string]func(context.Context) (net.Conn, error)
	ids       []string

	mu       sync.Mutex
	problems []string
}

// soakSource is an office, and what it does to who asks.
type soakSource struct {
	*soakOffice
	*soakVillain // nil: it behaves
	turn         soakTurn
	failed       int
}

func newSoakWorld(t *testing.T, well int, bad []soakVillain) *soakWorld {
	w := &soakWorld{start: time.Now(), addresses: make(map[string]netip.Addr), hosts: make(map[netip.Addr]string), sources: make(map[string]*soakSource),
		hostile: make(map[string]*soakSource), own: make(map[string]net.Listener), dial: make(map[string]func(context.Context) (net.Conn, error))}
	var stopWire func()
	w.wire, stopWire = newWire(t, w)
	for n := range well { // a third of them three to a host
		host, crowd := fmt.Sprintf("office-%d.test", n), 1
		if n < well/3/3*3 {
			host, crowd = fmt.Sprintf("crowd-%d.test", n/3), 3
		}
		w.add(&soakSource{soakOffice: &soakOffice{n: n, id: fmt.Sprintf("office-%d", n), host: host, form: officeForms[n%5]}, turn: soakTurn{patience: patienceOf(crowd)}})
	}
	for n, v := range bad {
		s := &soakSource{soakOffice: &soakOffice{n: 1000 + n, id: "bad-" + v.name, host: "bad-" + v.name + ".test", form: "rss"}, soakVillain: &v, turn: soakTurn{patience: patienceOf(1), wants: v.wants}}
		w.add(s)
		own := newPipes()
		w.hostile[s.host], w.own[s.host], w.dial[s.host] = s, own, own.dial
		go v.serve(own)
	}
	w.stop = func() {
		stopWire()
		for _, l := range w.own {
			l.Close()
		}
	}
	return w
}

func (w *soakWorld) add(s *soakSource) {
	s.start = w.start
	w.sources[s.id] = s
	w.ids = append(w.ids, s.id)
	if _, ok := w.addresses[s.host]; !ok {
		n := len(w.addresses)
		a := netip.AddrFrom4([4]byte{93, 184, byte(n / 250), byte(1 + n%250)})
		w.addresses[s.host], w.hosts[a] = a, s.host
	}
}

// ServeHTTP is all offices, and whoever behaves like one for the moment.
func (w *soakWorld) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	id, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	s, ok := w.sources[id]
	if !ok {
		http.NotFound(rw, r)
		return
	}
	if strings.HasSuffix(r.URL.Path, "/list") {
		w.contact(s)
	}
	s.soakOffice.ServeHTTP(rw, r)
}

func (w *soakWorld) contact(s *soakSource) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.complain(s, s.turn.contact(time.Now()))
}

// complain is called with mu held.
func (w *soakWorld) complain(s *soakSource, what string) {
	if what != "" && len(w.problems) < 40 {
		w.problems = append(w.problems, fmt.Sprintf("%v: %s: %s", time.Since(w.start).Round(time.Second), s.id, what))
	}
}

// observe is told of each answer that the house recorded.
func (w *soakWorld) observe(o outcome) {
	if o.task.Kind != news.TaskListing {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.sources[o.source.ID]
	well := s.soakVillain == nil || s.reads || s.flaps && s.turn.polls%2 == 0
	if p := o.batch.Problem; p != nil {
		s.failed++
		if well {
			w.complain(s, "not read: "+p.Words)
		}
	} else if !well {
		w.complain(s, "was read, and should not be")
	}
	w.complain(s, s.turn.answered(o, time.Now()))
}

func (w *soakWorld) network() fetcher.Network {
	return fetcher.Network{TLS: w.wire.trust, Lookup: w.lookup, Connect: w.connect}
}

func (w *soakWorld) lookup(_ context.Context, host string) ([]netip.Addr, error) {
	if a, ok := w.addresses[host]; ok {
		return []netip.Addr{a}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

func (w *soakWorld) connect(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	dial := w.wire.plain.dial
	if to.Port() == 443 {
		dial = w.wire.secure.dial
	}
	host, ok := w.hosts[to.Addr()]
	if !ok {
		return nil, syscall.ECONNREFUSED
	}
	if s := w.hostile[host]; s != nil {
		w.contact(s)
		w.mu.Lock()
		bad := !s.flaps || s.turn.polls%2 == 1
		w.mu.Unlock()
		if bad {
			dial = w.dial[host]
		}
	}
	conn, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	w.conns.Add(1)
	return &soakConn{Conn: conn, of: &w.conns}, nil
}

// soakConn is a connection that is counted while it is open.
type soakConn struct {
	net.Conn
	of   *atomic.Int64
	once sync.Once
}

func (c *soakConn) Close() error {
	c.once.Do(func() { c.of.Add(-1) })
	return c.Conn.Close()
}

// rows are the configuration's.
func (w *soakWorld) rows() string {
	var b strings.Builder
	for _, id := range w.ids {
		s := w.sources[id]
		row := s.row()
		if s.soakVillain != nil {
			row = strings.Replace(row, "kind:", "looks: [], kind:", 1)
		}
		if s.soakVillain != nil && s.tls {
			row = strings.Replace(row, "http:", "https:", 1)
		}
		b.WriteString(row)
	}
	return b.String()
}
