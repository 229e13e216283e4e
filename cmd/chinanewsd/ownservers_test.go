package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"chinanews/curator"
	"chinanews/storage"
)

// atServers lays nodes that share by servers of an operator's own.
func atServers(t *testing.T, n int, url string) seats {
	t.Helper()
	all := laidSeats(t, n)
	for i, s := range all {
		text, err := os.ReadFile(s.file)
		if err != nil {
			t.Fatal(err)
		}
		_, section, _ := strings.Cut(string(text), "cluster: ")
		s.set(section, fmt.Sprintf("{node: news-%d, engine: nats, urls: [%q], secret: p, replicas: 1, session_ttl: 4s}\n", i, strings.Replace(url, "//", "//u@", 1)))
	}
	return all
}

// Nodes at servers of an operator's own are a cluster as any other.
func TestOwnServers(t *testing.T) {
	t.Parallel()
	op := &operator{user: "u", password: "p", dir: t.TempDir()}
	url, _ := op.start(t)
	all := atServers(t, 2, url)
	if err := all[0].first(); err != nil {
		t.Fatal(err)
	}
	all.begin()
	all.show("A release 2")
	all.show("B release 2")
	ruler, others := all.ruler()
	others[0].retitle(others[0].story(), "Retitled elsewhere")
	all.show("Retitled elsewhere")
	for _, s := range all {
		if _, err := os.Stat(engineDir(s.data)); !os.IsNotExist(err) {
			t.Errorf("%s has an engine: %v", s.h.cfg.Cluster.Node, err)
		}
		s.until("is well by the doctor", func() bool {
			said := s.examinedAsNode()
			return strings.Contains(said, "is one of 2 nodes") && !strings.Contains(said, "bad ")
		})
	}
	if err := all[1].first(); err == nil || !strings.Contains(err.Error(), "founded already") {
		t.Errorf("founded once more: %v", err)
	}
	ruler.end()
	next, _ := others.ruler()
	next.retitle(next.story(), "Retitled by who is left")
	others.show("Retitled by who is left")
}

// firstUnasked has a node's record be the first of a cluster, and asks nobody
// whether there is one.
func (s *reloadSite) firstUnasked() {
	s.t.Helper()
	store, err := storage.Create(s.data, storage.Options{Features: curator.Features})
	if err != nil {
		s.t.Fatal(err)
	}
	_, err = begins(s.t.Context(), store)
	if err := errors.Join(err, store.Close()); err != nil {
		s.t.Fatal(err)
	}
}

// Servers that do not let a node in, or cannot do what is asked of them, are told
// of where a person looks, with what to do.
func TestOwnServersThatRefuse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		server operator
		taken  string // a bucket that is there
		want   []string
	}{
		{"another password", operator{user: "u", password: "other"}, "", []string{"do not let this node in", "cluster.secret", "cluster.credentials"}},
		{"no JetStream", operator{user: "u", password: "p", bare: true}, "", []string{"JetStream"}},
		{"another's sessions", operator{user: "u", password: "p"}, "CN_SESS", []string{"KV_CN_SESS", "an account for this site alone"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			op := tt.server
			op.dir = t.TempDir()
			url, stop := op.start(t)
			if tt.taken != "" {
				op.bucket(t, url, tt.taken)
			}
			s := atServers(t, 1, url)[0]
			s.firstUnasked()
			s.begin()
			s.until("says why it waits", func() bool { return lacksOf(s.h.member.waitsFor(), tt.want) == "" })
			if tt.server.password != "p" {
				if wrong := s.h.member.relay.Health(t.Context()).Wrong; lacksOf(strings.Join(wrong, "; "), tt.want) != "" {
					t.Errorf("`cluster status` says %q", wrong)
				}
			}
			stop()
			mended := operator{user: "u", password: "p", dir: t.TempDir(), port: op.port}
			mended.start(t)
			s.until("goes on when that is mended", s.h.member.node.Rules)
		})
	}
	t.Run("small messages", func(t *testing.T) {
		op := &operator{user: "u", password: "p", dir: t.TempDir(), most: 1 << 18}
		url, _ := op.start(t)
		s := atServers(t, 1, url)[0]
		if err := s.first(); err == nil || !strings.Contains(err.Error(), "max_payload") {
			t.Errorf("`cluster init` says %v", err)
		}
		err := daemon(t.Context(), mustLoad(t, s.file), settings{log: quiet}, false, func(*house, string) {})
		if err == nil || !strings.Contains(err.Error(), "set its max_payload to") {
			t.Errorf("the daemon ends with %v", err)
		}
	})
}

// Who founds a cluster is told that its servers do not let this node in.
func TestFoundingAtServersThatRefuse(t *testing.T) {
	t.Parallel()
	op := &operator{user: "u", password: "other", dir: t.TempDir()}
	url, _ := op.start(t)
	s := atServers(t, 1, url)[0]
	var said lockedBuffer
	err := (clusterInitCmd{}).Run(&terminal{Context: t.Context(), config: s.file, out: &said, err: &said})
	if all := fmt.Sprint(said.String(), err); !strings.Contains(all, "do not let this node in") {
		t.Errorf("it says %s", all)
	}
}
