package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"chinanews/news"
	"chinanews/news/porttest"
	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

// finalized runs the command on a node.
func (s *reloadSite) finalized(c clusterFinalizeCmd) (said string, err error) {
	var out strings.Builder
	err = c.Run(&terminal{Context: s.t.Context(), config: s.file, out: &out, err: io.Discard})
	return out.String(), err
}

// joined has a node of another program take part, and returns when this one knows;
// leave ends that.
func (s *reloadSite) joined(name, about string) (leave func()) {
	s.t.Helper()
	cfg := mustLoad(s.t, s.file)
	cfg.Cluster.Node, cfg.Cluster.Listen, cfg.Cluster.Roles = name, porttest.Address(s.t), []news.Role{news.RoleServe}
	o, err := relayOptions(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		s.t.Fatal(err)
	}
	o.About = []byte(about)
	r, err := jetstream.Open(s.t.Context(), o)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(s.t.Context())
	var owning sync.WaitGroup
	owning.Go(func() { r.Own(ctx, nil) })
	leave = sync.OnceFunc(func() {
		cancel()
		owning.Wait()
		r.Close()
	})
	s.t.Cleanup(leave)
	s.until("knows of "+name, func() bool {
		there, err := s.h.member.relay.Sessions(ctx)
		return err == nil && slices.ContainsFunc(there, func(other jetstream.Session) bool { return other.Node == name })
	})
	return leave
}

// What nodes say to one another is raised when all are known to run this
// version, and not while one is older or away.
func TestFinalize(t *testing.T) {
	all := newSeats(t, 3)
	s, m := all[0], all[0].h.member
	wants := func(c clusterFinalizeCmd, out, refusal string) {
		t.Helper()
		said, err := s.finalized(c)
		if (err == nil) != (refusal == "") || err != nil && !strings.Contains(err.Error(), refusal) || !strings.Contains(said, out) {
			t.Errorf("%+v says %q, %v; want %q, %q", c, said, err, out, refusal)
		}
	}
	wants(clusterFinalizeCmd{}, "Nothing is to be done", "")
	charter, err := m.relay.Charter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	charter.Schema-- // as the version before has founded it
	if err := m.relay.Found(t.Context(), charter, charter.Incarnation); err != nil {
		t.Fatal(err)
	}
	leave := s.joined("news-9", `{"version":"v0.9.0"}`)
	jetstreamtest.Eventually(t, func() error {
		_, err := s.finalized(clusterFinalizeCmd{})
		if err != nil && strings.Contains(err.Error(), "news-9 runs an older chinanewsd (v0.9.0)") {
			return nil
		}
		return cmp.Or(err, errors.New("it is done"))
	})
	leave()
	jetstreamtest.Eventually(t, func() error { // while it is asked the engine may be too busy to answer
		_, err := s.finalized(clusterFinalizeCmd{})
		if err != nil && strings.Contains(err.Error(), "news-9 takes no part at the moment") {
			return nil
		}
		return cmp.Or(err, errors.New("it is done"))
	})
	if c, err := m.relay.Charter(t.Context()); err != nil || c != charter {
		t.Errorf("a refused finalize has made the charter %+v, %v", c, err)
	}
	wants(clusterFinalizeCmd{Force: true}, "version 1 understands (before: 0)", "")
	charter.Schema++
	if c, err := all[1].h.member.relay.Charter(t.Context()); err != nil || c != charter {
		t.Errorf("the charter is %+v, %v", c, err)
	}
	wants(clusterFinalizeCmd{}, "Nothing is to be done", "")
}

// A node of which nothing is known holds it up, named where its name is known.
func TestAwaited(t *testing.T) {
	engine := func(name string) jetstream.Session {
		return jetstream.Session{Node: name, About: []byte(`{"roles":["engine","poll"]}`)}
	}
	there := []jetstream.Session{engine("a"), engine("b"), {Node: "reads", About: []byte(`{"roles":["serve"]}`)}}
	for _, tt := range []struct {
		heard []string
		peers int
		want  string // empty: all are there
	}{
		{[]string{"a", "b"}, 2, ""},
		{[]string{"a"}, 0, ""}, // an operator's own servers
		{[]string{"a", "b", "c"}, 2, "c takes no part"},
		{[]string{"a", "b", "reads"}, 3, "of 3 nodes of cluster.peers 2 take part"}, // one that only serves does not stand for an engine
	} {
		err := awaited(there, tt.heard, tt.peers)
		if (err == nil) != (tt.want == "") || err != nil && (!strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "--force")) {
			t.Errorf("of %v heard of and %d peers: %v, want %q", tt.heard, tt.peers, err, tt.want)
		}
	}
}

// A node whose program is older than what the cluster says takes no part, and
// says what to do.
func TestNodeOfBefore(t *testing.T) {
	t.Parallel()
	s := laidSeats(t, 1)[0]
	if err := s.first(); err != nil {
		t.Fatal(err)
	}
	s.begin()
	s.until("rules", func() bool { return s.h.member.node.Rules() })
	relay := s.h.member.relay
	charter, err := relay.Charter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	charter.Schema++
	if err := relay.Found(t.Context(), charter, charter.Incarnation); err != nil {
		t.Fatal(err)
	}
	s.end()
	err = daemon(t.Context(), mustLoad(t, s.file), settings{log: quiet}, false, func(*house, string) {})
	if err == nil || !strings.Contains(err.Error(), "only a newer chinanewsd understands (2, this one 1): install that") {
		t.Errorf("it ends with %v", err)
	}
}
