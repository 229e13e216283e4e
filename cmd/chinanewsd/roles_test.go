package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/news/porttest"
	"chinanews/relay/jetstream/jetstreamtest"
)

// answered is what a node's house answers to a reader, listened for or not.
func (s *reloadSite) answered(path string) (body, tag string) {
	w := httptest.NewRecorder()
	s.now().answers.public.ServeHTTP(w, httptest.NewRequest("GET", "http://news.example"+path, nil))
	return w.Body.String(), w.Header().Get("ETag")
}

// roled are nodes with a role each.
type roled struct {
	seats
	roles  []string
	public []string       // addresses
	asked  []atomic.Int64 // sources
}

// newRoled founds a cluster of nodes with those roles, of which the engine's are
// the first two, and starts them.
func newRoled(t *testing.T, roles ...string) *roled {
	t.Helper()
	a := &roled{laidSeats(t, len(roles)), roles, make([]string, len(roles)), make([]atomic.Int64, len(roles))}
	peers := mustLoad(t, a.seats[0].file).Cluster.Peers
	for i, s := range a.seats {
		a.public[i] = porttest.Address(t)
		s.set(`, "`+strings.Join(peers[2:], `", "`)+`"]`, "]")
		s.set("session_ttl: 4s", "session_ttl: 4s, roles: ["+roles[i]+"]")
		s.set("listen: 127.0.0.1:0", "listen: "+a.public[i])
	}
	if err := a.seats[0].first(); err != nil {
		t.Fatal(err)
	}
	var begun sync.WaitGroup
	for i, s := range a.seats {
		begun.Go(func() {
			s.begin(func(s *settings) {
				s.observe = func(o outcome) {
					if o.source.ID != "" { // else it is an act
						a.asked[i].Add(1)
					}
				}
			})
		})
	}
	begun.Wait()
	t.Cleanup(a.end)
	return a
}

// Each node does what its roles say, and no more: one serves, one polls, two
// keep what they share.
func TestRolesApart(t *testing.T) {
	t.Parallel()
	all := newRoled(t, "engine", "engine", "poll", "serve")
	serve := all.seats[3]
	serve.shows("all", "A release 2", "")
	serve.shows("all", "B release 2", "")
	serve.retitle(serve.story(), "Retitled where nothing is polled")
	serve.shows("all", "Retitled where nothing is polled", "")
	for _, path := range []string{"/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json"} {
		all.answer(t, path, serve)
	}
	for i := range all.seats {
		all.keepsTo(t, i)
		all.isWell(t, i)
	}
}

// answer waits until all have what is served, listened for or not.
func (a *roled) answer(t *testing.T, path string, serve *reloadSite) {
	for i, s := range a.seats {
		jetstreamtest.Eventually(t, func() error {
			served, _ := serve.document(path)
			own, tag := s.answered(path)
			if _, want := serve.answered(path); own != served || tag != want || tag == "" {
				return fmt.Errorf("%s (%s) has another %s:\n%s %s\nthan %s %s", s.h.cfg.Cluster.Node, a.roles[i], path, tag, own, want, served)
			}
			return nil
		})
	}
}

// keepsTo looks whether a node polls, rules, asks sources and listens as its role
// says.
func (a *roled) keepsTo(t *testing.T, i int) {
	s, poll := a.seats[i], a.roles[i] == "poll"
	at, err := s.h.member.node.Status()
	if err != nil {
		t.Fatal(err)
	}
	asked := a.asked[i].Load()
	if want := map[bool]int{true: news.Parts}[poll]; at.Parts != want || at.Rules != poll || (asked > 0) != poll {
		t.Errorf("%s polls %d partitions, rules: %v, has asked %d times", a.roles[i], at.Parts, at.Rules, asked)
	}
	if conn, err := net.Dial("tcp", a.public[i]); (err == nil) != (a.roles[i] == "serve") {
		t.Errorf("%s is dialled with %v", a.roles[i], err)
	} else if err == nil {
		conn.Close()
	}
}

// isWell waits until neither the doctor nor the lookout finds a fault.
func (a *roled) isWell(t *testing.T, i int) {
	s := a.seats[i]
	jetstreamtest.Eventually(t, func() error {
		said := s.examined(func(d *doctor) {
			d.record()
			d.listeners()
			d.cluster()
		})
		if !strings.Contains(said, "is one of 4 nodes") || strings.Contains(said, "bad ") {
			return fmt.Errorf("the doctor of %s (%s): %s", s.h.cfg.Cluster.Node, a.roles[i], said)
		}
		at, err := s.h.member.node.Status()
		if err != nil {
			return err
		}
		if bad := findCluster(at, s.h.member.cfg.Does(news.RolePoll), false, time.Now()); bad.bad {
			return fmt.Errorf("%s (%s) alarms: %+v", s.h.cfg.Cluster.Node, a.roles[i], bad)
		}
		return nil
	})
}

// A node that keeps nothing of what is shared has no data directory while it
// waits; commands are answered all the same.
func TestNodeWithoutEngineWaits(t *testing.T) {
	s := laidSeats(t, 3)[2]
	s.set("session_ttl: 4s", "session_ttl: 4s, roles: [serve]")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- daemon(ctx, mustLoad(t, s.file), settings{log: quiet}, false, func(*house, string) {})
	}()
	s.eventually("status says that it waits", func() bool {
		var out strings.Builder
		err := (statusCmd{}).Run(&terminal{Context: t.Context(), config: s.file, out: &out, err: io.Discard})
		return err == nil && strings.Contains(out.String(), "has no record yet")
	})
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
