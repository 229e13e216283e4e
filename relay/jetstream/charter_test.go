package jetstream_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

func TestFound(t *testing.T) {
	t.Parallel()
	c := jetstreamtest.Start(t, 3, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	a, b := c.Relays[0], c.Relays[1]
	one, two := jetstreamtest.Charter("one"), jetstreamtest.Charter("two")
	jetstreamtest.Eventually(t, func() error {
		if _, err := b.Charter(ctx); !errors.Is(err, jetstream.ErrNoCharter) {
			return err
		}
		return nil
	})
	if err := a.MakeStreams(ctx, one); err != nil { // and crashed
		t.Fatal(err)
	}
	for range 2 {
		if err := a.Found(ctx, one, ""); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := b.Charter(ctx); got != one || err != nil {
		t.Errorf("the charter is %v, %v", got, err)
	}
	if err := b.Found(ctx, two, ""); err == nil || !strings.Contains(err.Error(), "has incarnation one") {
		t.Errorf("founding beside another: %v", err)
	}
	if err := b.Found(ctx, two, "three"); err == nil || !strings.Contains(err.Error(), "has incarnation one") {
		t.Errorf("founding in place of what is not: %v", err)
	}
	testReplaced(t, ctx, a, b)
}

// testReplaced: who follows the old log learns that it is another.
func testReplaced(t *testing.T, ctx context.Context, a, b *jetstream.Relay) {
	if _, err := a.Append(ctx, "log.1", jetstreamtest.ID(1), []byte("old"), 0); err != nil {
		t.Fatal(err)
	}
	two := jetstreamtest.Charter("two")
	two.Base, two.Link = 17, "17"
	if err := b.MakeStreams(ctx, two); err != nil {
		t.Fatal(err)
	}
	if err := b.WriteCharter(ctx, two); err != nil { // and crashed before what was is removed
		t.Fatal(err)
	}
	if err := b.Found(ctx, two, "one"); err != nil {
		t.Fatal(err)
	}
	if err := a.Follow(ctx, 1, func([]jetstream.Message) error { return nil }); !errors.Is(err, jetstream.ErrRewound) {
		t.Errorf("following what was replaced: %v", err)
	}
	got, err := a.Charter(ctx)
	if got != two || err != nil {
		t.Errorf("the charter is %v, %v", got, err)
	}
	if seq, err := a.Append(ctx, "log.1", jetstreamtest.ID(2), []byte("new"), 0); seq != 1 || err != nil {
		t.Errorf("the first of the new log: %d, %v", seq, err)
	}
	raised := two
	raised.Schema++
	if err := a.Found(ctx, raised, "two"); err != nil {
		t.Fatal(err)
	}
	if first, last, err := b.Head(ctx); first != 1 || last != 1 || err != nil {
		t.Errorf("raising the schema left %d to %d, %v", first, last, err)
	}
	if got, err := b.Charter(ctx); got != raised || err != nil {
		t.Errorf("the charter is %v, %v", got, err)
	}
}

// An append to a log that was replaced says so.
func TestAppendToReplaced(t *testing.T) {
	t.Parallel()
	c := jetstreamtest.Founded(t, 3, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := c.Relays[1].Found(ctx, jetstreamtest.Charter("two"), "one"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Relays[0].Append(ctx, "log.1", jetstreamtest.ID(1), nil, 0); !errors.Is(err, jetstream.ErrRewound) {
		t.Errorf("the append is %v", err)
	}
}

// Of those that found at once, one succeeds, and its log works.
func TestFoundRace(t *testing.T) {
	t.Parallel()
	c := jetstreamtest.Start(t, 3, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	errs := make([]error, 3)
	var group sync.WaitGroup
	for i, name := range []string{"a", "b", "c"} {
		group.Go(func() {
			for errs[i] = jetstream.ErrUnavailable; errors.Is(errs[i], jetstream.ErrUnavailable); {
				errs[i] = c.Relays[i].Found(ctx, jetstreamtest.Charter(name), "")
			}
		})
	}
	group.Wait()
	got, err := c.Relays[0].Charter(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"a", "b", "c"} {
		if (errs[i] == nil) != (got.Incarnation == name) {
			t.Errorf("%s founded: %v; the charter is %s's", name, errs[i], got.Incarnation)
		}
	}
	if _, err := c.Relays[2].Append(ctx, "log.1", jetstreamtest.ID(1), nil, 0); err != nil {
		t.Error(err)
	}
}

func TestCharterRefuses(t *testing.T) {
	c := jetstreamtest.Start(t, 1, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, change := range []func(*jetstream.Charter){
		func(c *jetstream.Charter) { c.Parts = 512 },
		func(c *jetstream.Charter) { c.Incarnation = "" },
		func(c *jetstream.Charter) { c.Incarnation = "a.b" },
		func(c *jetstream.Charter) { c.Incarnation = "a>" },
	} {
		charter := jetstreamtest.Charter("one")
		change(&charter)
		if err := c.Relays[0].Found(ctx, charter, ""); err == nil {
			t.Errorf("founded %v", charter)
		}
	}
}
