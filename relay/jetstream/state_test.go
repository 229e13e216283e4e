package jetstream_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

// shared is what a node has of the state after a sequence.
func shared(t *testing.T, r *jetstream.Relay, from, upto uint64) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := r.FollowState(t.Context(), from, func(cells []news.Cell, last uint64) error {
		for _, c := range cells {
			value := "gone"
			if c.Value != nil {
				value = "=" + string(c.Value)
			}
			all[c.Bucket+"/"+string(c.Key)] = value
		}
		if last >= upto {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
	return all
}

func TestShare(t *testing.T) {
	c := jetstreamtest.Founded(t, 3, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cells := []news.Cell{jetstreamtest.Cell("a", "1"), jetstreamtest.Cell("b", "1"), jetstreamtest.Cell("a", "2"), jetstreamtest.Cell("empty", "")}
	if err := c.Relays[0].Share(ctx, cells); err != nil {
		t.Fatal(err)
	}
	before := stateHead(t, c.Relays[1])
	if err := c.Relays[1].Share(ctx, []news.Cell{{Bucket: "polls", Key: []byte("b")}}); err != nil {
		t.Fatal(err)
	}
	head := stateHead(t, c.Relays[2])
	if before != 3 || head != 4 {
		t.Errorf("the heads are %d and %d, want 3 and 4: a key is written once", before, head)
	}
	want := map[string]string{"polls/a": "=2", "polls/b": "gone", "polls/empty": "="}
	for i, r := range c.Relays {
		if got := shared(t, r, 0, head); !maps.Equal(got, want) {
			t.Errorf("node %d has %v, want %v", i, got, want)
		}
		if got := shared(t, r, before, head); !maps.Equal(got, map[string]string{"polls/b": "gone"}) {
			t.Errorf("node %d then has %v", i, got)
		}
	}
}

func stateHead(t *testing.T, r *jetstream.Relay) uint64 {
	t.Helper()
	head, err := r.StateHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return head
}

// More cells than one answer holds come in order and whole; the news that one is
// gone is kept for the retention only.
func TestShareMany(t *testing.T) {
	t.Parallel()
	c := jetstreamtest.Founded(t, 3, func(_ int, o *jetstream.Options) { o.Retention = time.Second })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var cells []news.Cell
	for i := range 1000 {
		cells = append(cells, news.Cell{Bucket: "tasks", Key: fmt.Append(nil, i), Value: bytes.Repeat([]byte{'x'}, i)})
	}
	if err := c.Relays[0].Share(ctx, cells); err != nil {
		t.Fatal(err)
	}
	if got := shared(t, c.Relays[1], 0, 1000); len(got) != 1000 || len(got["tasks/999"]) != 1000 {
		t.Errorf("%d cells are shared, the last of %d bytes", len(got), len(got["tasks/999"]))
	}
	if err := c.Relays[0].Share(ctx, []news.Cell{{Bucket: "tasks", Key: []byte("7")}}); err != nil {
		t.Fatal(err)
	}
	jetstreamtest.Eventually(t, func() error {
		for _, a := range c.Relays[0].Health(ctx).Assets {
			if a.Name == "CN_STATE_one" && a.Messages == 999 {
				return nil
			}
		}
		return errors.New("the news of the one that is gone stays")
	})
}
