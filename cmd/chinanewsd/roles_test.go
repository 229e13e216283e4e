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
	"chinanews/relay/jetstream/jetstreamtest"
)

// answered is what a node's house answers to a reader, listened for or not.
func (s *reloadSite) answered(path string) (body, tag string) {
	w := httptest.NewRecorder()
	s.now().answers.public.ServeHTTP(w, httptest.NewRequest("GET", "http://news.example"+path, nil))
	return w.Body.String(), w.Header().Get("ETag")
}

// Each node does what its roles say, and no more: one serves, one polls, two
// keep what they share.
func TestRolesApart(t *testing.T) {
	all := laidSeats(t, 4)
	roles := []string{"engine", "engine", "poll", "serve"}
	peers, public := mustLoad(t, all[0].file).Cluster.Peers, make([]string, 4)
	var asked [4]atomic.Int64
	for i, s := range all {
		public[i] = spareAddress(t)
		s.set(fmt.Sprintf(`, "%s", "%s"]`, peers[2], peers[3]), "]")
		s.set("session_ttl: 10s", "session_ttl: 4s, roles: ["+roles[i]+"]")
		s.set("listen: 127.0.0.1:0", "listen: "+public[i])
	}
	if err := all[0].first(); err != nil {
		t.Fatal(err)
	}
	var begun sync.WaitGroup
	for i, s := range all {
		begun.Go(func() {
			s.begin(func(s *settings) {
				s.observe = func(o outcome) {
					if o.source.ID != "" { // else it is an act
						asked[i].Add(1)
					}
				}
			})
		})
	}
	begun.Wait()
	t.Cleanup(all.end)
	poll, serve := all[2], all[3]
	serve.shows("all", "A release 2", "")
	serve.shows("all", "B release 2", "")
	serve.retitle(serve.story(), "Retitled where nothing is polled")
	serve.shows("all", "Retitled where nothing is polled", "")
	for _, path := range []string{"/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json"} {
		for i, s := range all {
			jetstreamtest.Eventually(t, func() error {
				served, _ := serve.document(path)
				own, tag := s.answered(path)
				if _, want := serve.answered(path); own != served || tag != want || tag == "" {
					return fmt.Errorf("%s (%s) has another %s:\n%s %s\nthan %s %s", s.h.cfg.Cluster.Node, roles[i], path, tag, own, want, served)
				}
				return nil
			})
		}
	}
	for i, s := range all {
		at, err := s.h.member.node.Status()
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{true: news.Parts}[s == poll]; at.Parts != want || at.Rules != (s == poll) || (asked[i].Load() > 0) != (s == poll) {
			t.Errorf("%s polls %d partitions, rules: %v, has asked %d times", roles[i], at.Parts, at.Rules, asked[i].Load())
		}
		if conn, err := net.Dial("tcp", public[i]); (err == nil) != (s == serve) {
			t.Errorf("%s is dialled with %v", roles[i], err)
		} else if err == nil {
			conn.Close()
		}
		jetstreamtest.Eventually(t, func() error {
			said := s.examined(func(d *doctor) {
				d.record()
				d.listeners()
				d.cluster()
			})
			if !strings.Contains(said, "is one of 4 nodes") || strings.Contains(said, "bad ") {
				return fmt.Errorf("the doctor of %s (%s): %s", s.h.cfg.Cluster.Node, roles[i], said)
			}
			if at, err = s.h.member.node.Status(); err != nil {
				return err
			}
			if bad := findCluster(at, s.h.member.cfg.Does(news.RolePoll), false, time.Now()); bad.bad {
				return fmt.Errorf("%s (%s) alarms: %+v", s.h.cfg.Cluster.Node, roles[i], bad)
			}
			return nil
		})
	}
}

// A node that keeps nothing of what is shared has no data directory while it
// waits; commands are answered all the same.
func TestNodeWithoutEngineWaits(t *testing.T) {
	s := laidSeats(t, 3)[2]
	s.set("session_ttl: 10s", "session_ttl: 10s, roles: [serve]")
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
