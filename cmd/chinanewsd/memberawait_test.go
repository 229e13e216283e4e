package main

import (
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"chinanews/cmd/chinanewsd/cluster"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// A copy that cannot be used is thrown away: this node's record is served on, and
// nothing is copied again at once.
func TestSpoiltCopy(t *testing.T) {
	m := &member{data: t.TempDir(), log: slog.New(slog.DiscardHandler)}
	s := settings{log: m.log}
	if err := m.renew(t.Context(), s); err != nil || !m.spoilt.IsZero() {
		t.Errorf("without a copy: %v", err)
	}
	if err := os.WriteFile(m.snapshot(), []byte("no backup"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := m.renew(t.Context(), s); err != nil {
		t.Errorf("with a copy that is none: %v", err)
	}
	if _, err := os.Stat(m.snapshot()); !errors.Is(err, os.ErrNotExist) {
		t.Error("the copy is still there")
	}
	if err := m.another(t.Context(), 0); !errors.Is(err, errSpoilt) {
		t.Errorf("then: %v", err)
	}
}

// A node that stops again where it did needs a record that goes on from there: else
// it would copy one after another, and keep its own of before each time.
func TestCopiesThatDoNotHelp(t *testing.T) {
	store, err := storage.Create(t.TempDir(), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	tip, err := store.Tip()
	if err != nil {
		t.Fatal(err)
	}
	m := &member{store: store}
	for n, want := range []uint64{0, tip.Pos, tip.Pos} {
		if got := m.beyond(); got != want {
			t.Errorf("the time %d it needs a record beyond %d, want %d", n, got, want)
		}
	}
	at := func(node string, pos uint64, stopped string) standing {
		return standing{Node: node, Incarnation: "one", Stopped: stopped, Tip: tipStatus{Pos: pos}}
	}
	all := []standing{at("a", 7, ""), at("b", 8, ""), at("c", 9, "it waits"), {Node: "d", Incarnation: "two", Tip: tipStatus{Pos: 10}}}
	for _, c := range []struct {
		beyond uint64
		want   string
	}{{0, "b"}, {7, "b"}, {8, ""}} {
		got, err := furthest(all, "one", c.beyond)
		if got.Node != c.want || (err == nil) != (c.want != "") {
			t.Errorf("beyond %d it is %q, %v, want %q", c.beyond, got.Node, err, c.want)
		}
	}
}

// A node that goes on because it has waited long enough does not say that nobody
// has more.
func TestPatienceRunsOut(t *testing.T) {
	before := lonely
	t.Cleanup(func() { lonely = before })
	lonely = 0
	m, _ := founded(t, time.Now())
	var log lockedBuffer
	m.cfg.Node, m.log = "news-0", slog.New(slog.NewTextHandler(&log, nil))
	if err := m.await(t.Context(), jetstream.ErrHole, true); err != nil {
		t.Fatal(err)
	}
	if said := log.String(); strings.Contains(said, "nobody has more") || !strings.Contains(said, "there may be one") {
		t.Errorf("it says %s", said)
	}
}

// A node that waits from its start follows nothing, and its figures say so.
func TestFiguresOfWhoWaits(t *testing.T) {
	m, _ := founded(t, time.Now())
	m.node = cluster.New(cluster.Options{Store: m.store, Relay: m.relay})
	for _, follows := range []bool{false, true} {
		m.follows.Store(follows)
		if f := m.figures(); f == nil || f.Following != follows {
			t.Errorf("when it follows is %v the figures are %+v", follows, f)
		}
	}
}
