package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/config"
	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

// callbacks are a network of subscribers in memory: names lead where the test
// says, and every connection that the guard lets pass is noted.
type callbacks struct {
	*wire
	stop func()

	mu     sync.Mutex
	names  map[string][]string // the answers in turn; the last stays
	dialed []string
	asked  []string
	answer http.HandlerFunc
}

func newCallbacks(t *testing.T) *callbacks {
	c := &callbacks{names: make(map[string][]string), answer: echo}
	c.wire, c.stop = newWire(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		c.asked = append(c.asked, r.Host+r.URL.Path)
		answer := c.answer
		c.mu.Unlock()
		answer(w, r)
	}))
	return c
}

func echo(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, r.URL.Query().Get("hub.challenge"))
}

func (c *callbacks) network() fetcher.Network {
	return fetcher.Network{TLS: c.trust, Lookup: c.lookup, Connect: c.connect}
}

func (c *callbacks) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	answers := c.names[host]
	if len(answers) == 0 {
		return c.wire.lookup(ctx, host)
	}
	if len(answers) > 1 {
		c.names[host] = answers[1:]
	}
	return []netip.Addr{netip.MustParseAddr(answers[0])}, nil
}

func (c *callbacks) connect(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	c.mu.Lock()
	c.dialed = append(c.dialed, to.String())
	c.mu.Unlock()
	if to.Port() == 443 {
		return c.secure.dial(ctx)
	}
	return c.plain.dial(ctx)
}

// hubSite is a site with a hub whose subscribers are in memory, in virtual time.
type hubSite struct {
	*testing.T
	*siteFile
	*callbacks
	h   *house
	end context.CancelFunc
	ran chan error
}

const hubFeeds = "  - {id: all, was: [every], title: All, languages: all}\n  - {id: office, title: Office, languages: all, access: token}\n"

// inHub runs a test on such a site. keys are of its configuration.
func inHub(t *testing.T, keys string, test func(*hubSite)) {
	t.Helper()
	dir := quickDisk(t)
	synctest.Test(t, func(t *testing.T) {
		s := &hubSite{T: t, siteFile: &siteFile{t, filepath.Join(dir, "config.yaml"), filepath.Join(dir, "data")}, callbacks: newCallbacks(t)}
		s.siteFile.write(feedRow("a", "http://a.example/feed.xml"), hubFeeds)
		s.set("data: data", keys+"\ndata: data")
		s.set(`base_url: "http://news.example"`, `base_url: "http://news.example", was: ["http://old.example", "http://older.example/news"]`)
		s.begin()
		test(s)
		s.stopped()
		s.callbacks.stop()
	})
}

// begin starts the hub, as the daemon does.
func (s *hubSite) begin() {
	s.Helper()
	cfg, err := config.Load(s.file, checks())
	if err != nil {
		s.Fatal(err)
	}
	if s.h, err = open(s.Context(), cfg, settings{create: true, log: quiet, network: s.callbacks.network()}); err != nil {
		s.Fatal(err)
	}
	if err := s.h.publish(s.Context(), ""); err != nil {
		s.Fatal(err)
	}
	ctx, end := context.WithCancel(s.Context())
	s.end, s.ran = end, make(chan error, 1)
	if s.h.hub == nil {
		s.ran <- nil
		return
	}
	go func() { s.ran <- s.h.hub.Run(ctx) }()
}

func (s *hubSite) stopped() {
	s.Helper()
	s.end()
	if err := <-s.ran; err != nil {
		s.Error(err)
	}
	s.h.outgoing.CloseIdleConnections()
	if err := s.h.close(); err != nil {
		s.Error(err)
	}
}

// post sends a form to the hub, and waits until the callback was asked.
func (s *hubSite) post(mode, topic, callback string) (int, string) {
	s.Helper()
	return s.postTo("http://news.example/hub", mode, topic, callback)
}

func (s *hubSite) postTo(address, mode, topic, callback string) (int, string) {
	s.Helper()
	form := url.Values{"hub.mode": {mode}, "hub.topic": {topic}, "hub.callback": {callback}}
	r := httptest.NewRequest("POST", address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.h.public().ServeHTTP(w, r)
	time.Sleep(15 * time.Second)
	synctest.Wait()
	return w.Code, w.Body.String()
}

func (s *hubSite) kept() (list []news.Subscription) {
	s.Helper()
	err := s.h.store.View(s.Context(), func(l *storage.Ledger) error {
		list = slices.Collect(l.Subscriptions())
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
	return list
}
