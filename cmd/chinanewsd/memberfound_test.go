package main

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
	"chinanews/storage"
)

// founded is a node whose last record is of a time, in a cluster that remembers
// something which the node does not know.
func founded(t *testing.T, last time.Time) (*member, jetstream.Charter) {
	t.Helper()
	c := jetstreamtest.Founded(t, 1, nil)
	store, err := storage.Create(t.TempDir(), storage.Options{Site: "site", Now: func() time.Time { return last }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if err := store.Join(t.Context(), storage.Cursor{Incarnation: "one", Base: 1}); err != nil {
		t.Fatal(err)
	}
	if err := c.Relays[0].Share(t.Context(), []news.Cell{jetstreamtest.Cell("k", "v")}); err != nil {
		t.Fatal(err)
	}
	m := &member{cfg: news.Cluster{LogRetention: 720 * news.Duration(time.Hour)}, relay: c.Relays[0], store: store, log: slog.New(slog.DiscardHandler), ear: newEar(slog.DiscardHandler)}
	return m, jetstreamtest.Charter("one")
}

// A node was away since it had all that nodes remember, whenever there was news
// last; one that does not know since when, since its last record.
func TestAway(t *testing.T) {
	m, c := founded(t, time.Now().Add(-30*time.Hour))
	ask := func(what string, away bool) {
		t.Helper()
		err := m.current(t.Context(), m.relay, c)
		if errors.Is(err, jetstream.ErrHole) != away || !away && err != nil {
			t.Errorf("%s: %v, want away %v", what, err, away)
		}
	}
	whole := func(ago time.Duration) {
		t.Helper()
		if err := m.store.Complete(t.Context(), time.Now().Add(-ago)); err != nil {
			t.Fatal(err)
		}
	}
	ask("an old record that says no more", true)
	whole(time.Hour)
	ask("it was here an hour ago, and nothing new for long", false)
	m.cfg.LogRetention = news.Duration(30 * time.Minute)
	ask("and nodes are told for half an hour what is gone", true)
	m.cfg.LogRetention = 720 * news.Duration(time.Hour)
	whole(25 * time.Hour)
	ask("it was here yesterday", true)
	whole(-time.Hour)
	ask("it will be here", true)
	m.copied = time.Now()
	ask("it has just been copied from who goes on", false)
	m.copied = time.Now().Add(-25 * time.Hour)
	ask("it was copied yesterday", true)
	if err := m.store.Absorb(t.Context(), nil, 1); err != nil {
		t.Fatal(err)
	}
	ask("it lacks nothing", false)
	m, c = founded(t, time.Now())
	ask("a new record that says no more", false)
}

// unsure is an engine whose answers a test gives first.
type unsure struct {
	*jetstream.Relay
	says []error
}

func (u *unsure) StateHead(ctx context.Context) (uint64, error) {
	if len(u.says) == 0 {
		return u.Relay.StateHead(ctx)
	}
	err := u.says[0]
	u.says = u.says[1:]
	return 0, err
}

// What cannot be known yet is waited for; a log that is none any more is for who
// follows it to find.
func TestFoundWaits(t *testing.T) {
	m, _ := founded(t, time.Now().Add(-30*time.Hour))
	u := &unsure{m.relay, []error{jetstream.ErrUnavailable}}
	if err := m.found(t.Context(), u); !errors.Is(err, jetstream.ErrHole) || len(u.says) > 0 {
		t.Errorf("after an engine that does not answer: %v", err)
	}
	if w := m.waitsFor(); w == "" {
		t.Error("it does not say that it waits")
	}
	if err := m.found(t.Context(), &unsure{m.relay, []error{jetstream.ErrRewound}}); err != nil {
		t.Errorf("with a log that is none: %v", err)
	}
}
