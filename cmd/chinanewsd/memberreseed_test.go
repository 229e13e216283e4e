package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/news/porttest"
	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

// fixedSeats are newSeats that listen where they did when they live again with
// another's record.
func fixedSeats(t *testing.T) seats {
	t.Helper()
	all := laidSeats(t, 3)
	for _, s := range all {
		s.set("listen: 127.0.0.1:0", "listen: "+porttest.Address(t))
	}
	if err := all[0].first(); err != nil {
		t.Fatal(err)
	}
	all.begin()
	all.show("A release 2")
	all.show("B release 2")
	return all
}

// goOn waits until all nodes follow one log and one of them rules, and what is done
// on another comes everywhere.
func (all seats) goOn(title string) {
	all[0].t.Helper()
	all[0].until("follows, like all others", func() bool {
		c, err := all[0].charter()
		return err == nil && !slices.ContainsFunc(all, func(s *reloadSite) bool {
			at, err := s.now().store.Cursor()
			return err != nil || at.Incarnation != c.Incarnation || !s.h.member.follows.Load()
		})
	})
	_, others := all.ruler()
	others[0].retitle(others[0].story(), title)
	all.show(title)
}

func (s *reloadSite) charter() (jetstream.Charter, error) {
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Second)
	defer cancel()
	return s.h.member.relay.Charter(ctx)
}

// reseed has the node with the longest record found the cluster anew.
func (all seats) reseed() {
	all[0].t.Helper()
	longest := slices.MaxFunc(all, func(a, b *reloadSite) int { return int(a.tip()) - int(b.tip()) })
	var err error
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if err = (clusterReseedCmd{}).Run(&terminal{Context: all[0].t.Context(), config: longest.file, out: io.Discard, err: io.Discard}); err == nil {
			return
		}
	}
	all[0].t.Fatalf("it cannot be reseeded: %v", err)
}

func (s *reloadSite) tip() uint64 {
	s.t.Helper()
	tip, err := s.now().store.Tip()
	if err != nil {
		s.t.Fatal(err)
	}
	return tip.Pos
}

// A cluster is founded anew with the record of a node: of one that follows, and of
// one that cannot since what nodes shared is gone, and serves all the same.
func TestReseed(t *testing.T) {
	t.Parallel()
	all := fixedSeats(t)
	t.Run("while all is well", func(t *testing.T) {
		all.reseed()
		all.goOn("Retitled after a reseed")
	})
	t.Run("what nodes shared is gone", func(t *testing.T) {
		all.end()
		for _, s := range all {
			if err := os.RemoveAll(engineDir(s.data)); err != nil {
				t.Fatal(err)
			}
		}
		all.begin()
		all[0].until("says what to do, and serves", func() bool {
			var out strings.Builder
			err := (clusterStatusCmd{}).Run(&terminal{Context: t.Context(), config: all[0].file, out: &out, err: io.Discard})
			status, _ := all[0].get("/feeds/all.json")
			return err != nil && strings.Contains(out.String(), "cluster reseed") && status == http.StatusOK
		})
		all.reseed()
		all.goOn("Retitled after a loss")
	})
}

// shared has nodes that do not run share something, of which none of them knows
// when it starts, nor can be told what went.
func (all seats) shared() {
	t := all[0].t
	t.Helper()
	var relays []*jetstream.Relay
	for _, s := range all {
		o, err := relayOptions(mustLoad(t, s.file), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		r, err := jetstream.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		relays = append(relays, r)
	}
	jetstreamtest.Eventually(t, func() error {
		return relays[0].Share(t.Context(), []news.Cell{jetstreamtest.Cell("k", `{"source":"a","url":"u"}`)})
	})
	for _, r := range relays {
		r.Close()
	}
	time.Sleep(goneFor)
}

// wentOn wants that one of them found that its record is the one to go on with.
func (all seats) wentOn(words string) {
	all[0].t.Helper()
	if !slices.ContainsFunc(all, func(s *reloadSite) bool { return strings.Contains(s.log.String(), words) }) {
		all[0].t.Errorf("none of them says %q: they followed as if they had not been away", words)
	}
}

// When all nodes were away for so long that nobody can tell what went meanwhile,
// they go on: from the record that has most.
func TestAllWereAway(t *testing.T) {
	gone, alone := goneFor, lonely
	t.Cleanup(func() { goneFor, lonely = gone, alone }) // when the daemons have ended
	goneFor, lonely = 3*time.Second, time.Hour          // a copy of another's record is followed from within that
	all := fixedSeats(t)
	t.Run("all are back", func(t *testing.T) {
		all.end()
		all.shared()
		all.begin()
		all.goOn("Retitled by all")
		all.wentOn("which goes on")
	})
	if os.Getenv("CHINANEWS_LONG") == "" {
		return
	}
	t.Run("one is lost", func(t *testing.T) {
		all.end()
		all[1:].shared()
		lonely = time.Second
		all[1:].begin()
		all[1:].goOn("Retitled by who is left")
		all[1:].wentOn("this node's record goes on")
	})
	t.Run("one is late", func(t *testing.T) { cameLate(t, all[:1], all[1:]) })
}

// cameLate has nodes wait for one that comes later than they; a reseed without it
// is refused.
func cameLate(t *testing.T, late, left seats) {
	left.end()
	left.shared()
	lonely = time.Hour
	left.begin()
	for _, s := range left {
		s.until("waits, and serves", func() bool {
			status, _ := s.get("/feeds/all.json")
			return status == http.StatusOK && strings.Contains(s.h.member.waitsFor(), "a copy of another's record")
		})
	}
	if err := (clusterReseedCmd{}).Run(&terminal{Context: t.Context(), config: left[0].file, out: io.Discard, err: io.Discard}); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("a reseed while one is away ends with %v", err)
	}
	late.begin()
	slices.Concat(late, left).goOn("Retitled with who came late")
}

// One that only serves does not stand for a node of cluster.peers that is away: it
// may have the longest record.
func TestUnasked(t *testing.T) {
	at := func(name string, roles ...news.Role) standing { return standing{Node: name, Roles: roles} }
	a, b := at("a", news.RoleEngine, news.RolePoll), at("b", news.RoleEngine)
	reads, away := at("reads", news.RoleServe), standing{Node: "c", Trouble: silent}
	for _, tt := range []struct {
		name  string
		all   []standing
		peers int
		want  int
	}{
		{"all engines answer", []standing{a, b, reads}, 2, 0},
		{"an engine that was not heard of", []standing{a, b, reads}, 3, 1},
		{"one that was", []standing{a, b, reads, away}, 3, 1},
		{"one that only serves is away", []standing{a, b, away}, 2, 1},
		{"an operator's own servers", []standing{reads}, 0, 0},
	} {
		m := &member{cfg: news.Cluster{Peers: make([]string, tt.peers)}}
		if got := m.unasked(tt.all); got != tt.want {
			t.Errorf("%s: %d have not answered, want %d", tt.name, got, tt.want)
		}
	}
}
