package jetstream_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

func TestAppendAndFollow(t *testing.T) {
	c := jetstreamtest.Founded(t, 3, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	a, b := c.Relays[0], c.Relays[1]
	seq, err := a.Append(ctx, "log.7", jetstreamtest.ID(1), []byte("one"), 0)
	if err != nil || seq != 1 {
		t.Fatal(seq, err)
	}
	if _, err := b.Append(ctx, "log.7", jetstreamtest.ID(2), []byte("two"), 0); !errors.Is(err, jetstream.ErrFenced) {
		t.Fatalf("an append after what was not the last: %v", err)
	}
	if seq, err = b.Append(ctx, "log.7", jetstreamtest.ID(2), []byte("two"), 1); err != nil || seq != 2 {
		t.Fatal(seq, err)
	}
	if seq, err = b.Append(ctx, "log.rule", jetstreamtest.ID(3), []byte("three"), 0); err != nil || seq != 3 {
		t.Fatal(seq, err)
	}
	for i, r := range c.Relays {
		if got := followed(t, r, 3); got != "1 log.7 one, 2 log.7 two, 3 log.rule three, " {
			t.Errorf("node %d followed %s", i, got)
		}
	}
}

var errEnough = errors.New("enough")

// followed is what a node follows up to a sequence.
func followed(t *testing.T, r *jetstream.Relay, upto uint64) (all string) {
	t.Helper()
	err := r.Follow(t.Context(), 0, func(some []jetstream.Message) error {
		for _, m := range some {
			all += fmt.Sprintf("%d %s %s, ", m.Seq, m.Line, m.Data)
			if m.Seq == upto {
				return errEnough
			}
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
	return all
}
