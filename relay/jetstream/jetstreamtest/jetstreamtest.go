// Package jetstreamtest starts nodes that share a log, in one process and on
// loopback, for tests.
package jetstreamtest

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/news/porttest"
	"chinanews/relay/jetstream"
)

// Cluster is some nodes. Its test owns it.
type Cluster struct {
	Relays  []*jetstream.Relay // by number; nil: stopped
	Options []jetstream.Options
	t       testing.TB
}

// Start starts n nodes, each with an engine, named node-0 and so on, and waits
// for none of them. change, when it is not nil, changes the options of each. They
// end with the test.
func Start(t testing.TB, n int, change func(i int, o *jetstream.Options)) *Cluster {
	t.Helper()
	c := Planned(t, n, change)
	for i := range n {
		c.Restart(i)
	}
	return c
}

// Planned is Start, but starts none: Restart does.
func Planned(t testing.TB, n int, change func(i int, o *jetstream.Options)) *Cluster {
	t.Helper()
	c := &Cluster{Relays: make([]*jetstream.Relay, n), t: t}
	peers := addresses(t, n)
	for i := range n {
		o := jetstream.Options{
			Node: fmt.Sprintf("node-%d", i), Replicas: min(n, 3) | 1, SessionTTL: 2 * time.Second, Retention: 720 * time.Hour, Poll: true,
			Engine: &jetstream.Engine{Dir: filepath.Join(t.TempDir(), "engine"), Listen: peers[i], Peers: peers, Store: true},
			Log:    slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})).With("node", i),
		}
		if change != nil {
			change(i, &o)
		}
		c.Options = append(c.Options, o)
	}
	t.Cleanup(func() {
		for i := range c.Relays {
			c.Kill(i)
		}
	})
	return c
}

// Founded is Start, and founds the log "one", which has nothing before it.
func Founded(t testing.TB, n int, change func(i int, o *jetstream.Options)) *Cluster {
	t.Helper()
	c := Start(t, n, change)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	Eventually(t, func() error { return c.Relays[0].Found(ctx, Charter("one"), "") })
	for i, r := range c.Relays {
		Eventually(t, func() error {
			if _, err := r.Charter(ctx); err != nil {
				return fmt.Errorf("node %d: %w", i, err)
			}
			return nil
		})
	}
	return c
}

// Charter is one of an empty log.
func Charter(incarnation string) jetstream.Charter {
	return jetstream.Charter{Incarnation: incarnation, Site: "site", Parts: jetstream.Parts, Schema: 1, Replicas: 3, At: time.Unix(1_800_000_000, 0).UTC()}
}

// Restart starts a node that is stopped.
func (c *Cluster) Restart(i int) {
	c.t.Helper()
	r, err := jetstream.Open(context.Background(), c.Options[i])
	if err != nil {
		c.t.Fatal(err)
	}
	c.Relays[i] = r
}

// Stop closes a node politely.
func (c *Cluster) Stop(i int) {
	if r := c.Relays[i]; r != nil {
		c.Relays[i] = nil
		if err := r.Close(); err != nil {
			c.t.Error(err)
		}
	}
}

// Kill ends a node as a crash would.
func (c *Cluster) Kill(i int) {
	if r := c.Relays[i]; r != nil {
		c.Relays[i] = nil
		r.Abort()
	}
}

// Eventually tries until there is no error, for at most 30 s.
func Eventually(t testing.TB, try func() error) {
	t.Helper()
	var err error
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if err = try(); err == nil {
			return
		}
	}
	t.Fatal(err)
}

// ID is the n-th id of a test.
func ID(n int) (id [16]byte) {
	copy(id[:], fmt.Sprintf("%016d", n))
	return id
}

// Cell is a cell of a test.
func Cell(key, value string) news.Cell {
	return news.Cell{Bucket: "polls", Key: []byte(key), Value: []byte(value)}
}

// addresses are of nodes that may listen there again and again.
func addresses(t testing.TB, n int) (all []string) {
	t.Helper()
	for range n {
		all = append(all, porttest.Address(t))
	}
	return all
}
