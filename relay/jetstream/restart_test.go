package jetstream_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

// wellAgain waits until nothing is wrong with the engine, as a node sees it.
func wellAgain(t *testing.T, r *jetstream.Relay) {
	t.Helper()
	jetstreamtest.Eventually(t, func() error {
		if h := r.Health(t.Context()); len(h.Wrong) > 0 || len(h.Servers) != 3 || !h.SyncAlways {
			return fmt.Errorf("%+v", h)
		}
		return nil
	})
}

// A node whose engine lost its files gets them of the others; all nodes are
// stopped at once and find what they had.
func TestLostFilesAndRestart(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits for elections")
	}
	c := jetstreamtest.Founded(t, 3, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var after uint64
	add := func(i int) {
		t.Helper()
		var err error
		if after, err = c.Relays[i].Append(ctx, "log.1", jetstreamtest.ID(int(after)), fmt.Append(nil, after), after); err != nil {
			t.Fatal(err)
		}
	}
	add(0)
	wellAgain(t, c.Relays[0])
	c.Kill(2)
	add(1)
	jetstreamtest.Eventually(t, func() error {
		if h := c.Relays[0].Health(ctx); len(h.Wrong) == 0 || !strings.Contains(strings.Join(h.Wrong, " "), "node-2") {
			return fmt.Errorf("nothing is wrong: %+v", h)
		}
		return nil
	})
	if err := os.RemoveAll(c.Options[2].Engine.Dir); err != nil {
		t.Fatal(err)
	}
	c.Restart(2)
	wellAgain(t, c.Relays[2])
	add(2)
	if got := followed(t, c.Relays[2], 3); got != "1 log.1 0, 2 log.1 1, 3 log.1 2, " {
		t.Errorf("the node with new files follows %s", got)
	}
	for i := range c.Relays {
		c.Kill(i)
	}
	for i := range c.Relays {
		c.Restart(i)
	}
	wellAgain(t, c.Relays[1])
	add(0)
	if got := followed(t, c.Relays[1], 4); got != "1 log.1 0, 2 log.1 1, 3 log.1 2, 4 log.1 3, " {
		t.Errorf("after the restart of all a node follows %s", got)
	}
}
