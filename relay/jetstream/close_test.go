package jetstream_test

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

// busy are the goroutines of the relay, the engine and its client, each with its
// stack.
func busy() (all []string) {
	b := make([]byte, 16<<20)
	for g := range strings.SplitSeq(string(b[:runtime.Stack(b, true)]), "\n\n") {
		if strings.Contains(g, "nats-io/") || strings.Contains(g, "relay/jetstream.") {
			all = append(all, g)
		}
	}
	return all
}

// After Close nothing of a node that did all that it can runs.
func TestCloseLeavesNothing(t *testing.T) {
	c := jetstreamtest.Founded(t, 3, nil)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	loops := 0
	start := func(f func() error) {
		loops++
		go func() { done <- f() }()
	}
	for _, r := range c.Relays {
		start(func() error { return r.Own(ctx, nil) })
		start(func() error { return r.Follow(ctx, 0, func([]jetstream.Message) error { return nil }) })
		start(func() error { return r.FollowState(ctx, 0, func([]news.Cell, uint64) error { return nil }) })
		if err := r.Answer("echo", func(_ context.Context, q []byte, w io.Writer) error { _, err := w.Write(q); return err }); err != nil {
			t.Fatal(err)
		}
	}
	jetstreamtest.Eventually(t, func() error {
		_, err := c.Relays[0].Ask(ctx, "node-1", "echo", []byte("q"))
		return err
	})
	if _, err := c.Relays[0].Append(ctx, "log.1", jetstreamtest.ID(1), nil, 0); err != nil {
		t.Error(err)
	}
	cancel()
	for range loops {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for i := range c.Relays {
		c.Stop(i)
	}
	jetstreamtest.Eventually(t, func() error {
		if all := busy(); len(all) > 0 {
			return fmt.Errorf("%d goroutines are left:\n%s", len(all), strings.Join(all, "\n\n"))
		}
		return nil
	})
}
