package storage

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"chinanews/news"
)

var lease = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// leased makes a store whose clock the test sets.
func leased(t *testing.T) (s *Store, dir string, now *time.Time) {
	t.Helper()
	now, dir = new(lease), t.TempDir()
	s, err := Create(dir, Options{Now: func() time.Time { return *now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, dir, now
}

func subscription(feed news.FeedName, host string, n int) news.Subscription {
	return news.Subscription{Topic: news.Topic{Feed: feed, Format: "atom"}, Callback: fmt.Sprintf("https://%s/%d", host, n), Secret: "s", From: 7, Until: lease.Add(time.Hour)}
}

func subscribe(t *testing.T, s *Store, subs ...news.Subscription) {
	t.Helper()
	for _, sub := range subs {
		if err := s.Subscribe(t.Context(), sub); err != nil {
			t.Fatal(err)
		}
	}
}

func subscriptions(t *testing.T, s *Store) (list []news.Subscription) {
	t.Helper()
	view(t, s, func(l *Ledger) { list = slices.Collect(l.Subscriptions()) })
	return list
}

func TestALeaseIsRenewedInPlace(t *testing.T) {
	s, _, now := leased(t)
	first := subscription("a", "reader.example", 1)
	subscribe(t, s, first, first)
	again := first
	again.Secret, again.From, again.Until = "other", 9, lease.Add(48*time.Hour)
	subscribe(t, s, again)
	got := subscriptions(t, s)
	want := again
	want.From = first.From
	if len(got) != 1 || got[0] != want {
		t.Errorf("%+v, want one, %+v: with the old From", got, want)
	}
	*now = want.Until
	if got := subscriptions(t, s); len(got) > 0 {
		t.Errorf("at the end of the lease: %+v", got)
	}
	again.Until = now.Add(time.Hour)
	subscribe(t, s, again)
	if got := subscriptions(t, s); len(got) != 1 || got[0].From != again.From {
		t.Errorf("subscribed anew after its lease: %+v, want From %d", got, again.From)
	}
}

func TestSubscriptionsAreCountedByHost(t *testing.T) {
	s, _, _ := leased(t)
	for n := range 3 {
		subscribe(t, s, subscription("a", "reader.example", n), subscription("a", "reader.example.org", n), subscription("a-b", "reader.example", n))
	}
	port := subscription("a", "READER.example:8443", 9)
	subscribe(t, s, port)
	view(t, s, func(l *Ledger) {
		there := l.CallbacksAt(news.Topic{Feed: "a", Format: "atom"}, "reader.example")
		if all := l.SubscriptionCount(); len(there) != 4 || !slices.Contains(there, port.Callback) || all != 10 {
			t.Errorf("%q at the host and %d in all, want 4 and 10", there, all)
		}
		if there := l.CallbacksAt(news.Topic{Feed: "a", Format: "rss"}, "reader.example"); there != nil {
			t.Errorf("%q of another format", there)
		}
		if _, ok := l.Subscription(port.Topic, port.Callback); !ok {
			t.Error("one with a port is not found")
		}
	})
}

func TestExpire(t *testing.T) {
	s, _, now := leased(t)
	there := func(t news.Topic) bool { return t.Feed != "gone" }
	if n, err := s.Expire(t.Context(), there); n != 0 || err != nil {
		t.Errorf("of none: %d, %v", n, err)
	}
	long := subscription("a", "reader.example", 2)
	long.Until = lease.Add(2 * time.Hour)
	closed := long
	closed.Feed = "gone"
	subscribe(t, s, subscription("a", "reader.example", 1), long, closed)
	*now = lease.Add(time.Hour)
	for _, want := range []int{2, 0} {
		if n, err := s.Expire(t.Context(), there); n != want || err != nil {
			t.Errorf("%d ended, %v, want %d", n, err, want)
		}
	}
	view(t, s, func(l *Ledger) {
		if there, all := l.CallbacksAt(long.Topic, "reader.example"), l.SubscriptionCount(); len(there) != 1 || all != 1 {
			t.Errorf("%q and %d are left, want 1", there, all)
		}
	})
}

// What was acknowledged is there after everything that may befall a file.
func TestSubscriptionsStay(t *testing.T) {
	s, dir, now := leased(t)
	gone := subscription("a", "reader.example", 3)
	subscribe(t, s, subscription("a", "reader.example", 1), subscription("b", "reader.example", 2), gone)
	for range 2 {
		if err := s.Unsubscribe(t.Context(), gone.Topic, gone.Callback); err != nil {
			t.Fatal(err)
		}
	}
	want := subscriptions(t, s)
	if len(want) != 2 {
		t.Fatalf("%+v, want 2", want)
	}
	open := func(dir, after string) {
		t.Helper()
		s, err := Open(dir, Options{Now: func() time.Time { return *now }})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		verify(t, s)
		if got := subscriptions(t, s); !slices.Equal(got, want) {
			t.Errorf("after %s: %+v, want %+v", after, got, want)
		}
		if after != "a rebuild" {
			if _, err := s.Rebuild(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	c := backedUp(t, s, dir)
	s.Close()
	open(dir, "a restart")
	open(dir, "a rebuild")
	if _, _, err := Compact(dir, Options{}); err != nil {
		t.Fatal(err)
	}
	open(dir, "compacting")
	other := filepath.Join(t.TempDir(), "other")
	if _, err := Restore(t.Context(), c.File, other, false, Options{Now: func() time.Time { return *now }}); err != nil {
		t.Fatal(err)
	}
	open(other, "a restore")
}

// A record that is older than hubs has no bucket of them.
func TestNoSubscriptions(t *testing.T) {
	s, _, _ := leased(t)
	sub := subscription("a", "reader.example", 1)
	if err := s.Unsubscribe(t.Context(), sub.Topic, sub.Callback); err != nil {
		t.Error(err)
	}
	view(t, s, func(l *Ledger) {
		_, ok := l.Subscription(sub.Topic, sub.Callback)
		there, all := l.CallbacksAt(sub.Topic, "reader.example"), l.SubscriptionCount()
		if got := slices.Collect(l.Subscriptions()); ok || len(there)+all+len(got) > 0 {
			t.Errorf("%v %v, %q, %d", ok, got, there, all)
		}
	})
}

// Any order of subscribing, unsubscribing and waiting leaves what a map would.
func TestSubscriptionsAreAMap(t *testing.T) {
	s, _, now := leased(t)
	model := make(map[string]news.Subscription)
	rapid.Check(t, func(rt *rapid.T) {
		sub := subscription(rapid.SampledFrom([]news.FeedName{"a", "a-b"}).Draw(rt, "feed"), rapid.SampledFrom([]string{"r.example", "r.example.org"}).Draw(rt, "host"), rapid.IntRange(0, 3).Draw(rt, "n"))
		key := string(subscriptionKey(sub.Topic, sub.Callback))
		var err error
		switch rapid.IntRange(0, 3).Draw(rt, "deed") {
		case 0, 1:
			sub.Until = now.Add(time.Duration(rapid.IntRange(1, 100).Draw(rt, "minutes")) * time.Minute)
			err, model[key] = s.Subscribe(context.Background(), sub), sub
		case 2:
			err = s.Unsubscribe(context.Background(), sub.Topic, sub.Callback)
			delete(model, key)
		case 3:
			*now = now.Add(10 * time.Minute)
			_, err = s.Expire(context.Background(), func(news.Topic) bool { return true })
		}
		if err != nil {
			rt.Fatal(err)
		}
		live := 0
		for _, m := range model {
			if m.Until.After(*now) {
				live++
			}
		}
		got := subscriptions(t, s)
		for _, g := range got {
			if m := model[string(subscriptionKey(g.Topic, g.Callback))]; m != g {
				rt.Errorf("%+v is there, want %+v", g, m)
			}
		}
		if len(got) != live {
			rt.Errorf("%d are there, want %d", len(got), live)
		}
	})
}

// What the hub asks for each request, beside as many as there may be.
func BenchmarkStanding(b *testing.B) {
	s, err := Create(b.TempDir(), Options{Now: func() time.Time { return lease }, Scratch: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var group errgroup.Group
	group.SetLimit(maxGroup)
	for n := range 10_000 {
		group.Go(func() error {
			return s.Subscribe(b.Context(), subscription("a", fmt.Sprintf("r%d.example", n/10), n))
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		err := s.View(b.Context(), func(l *Ledger) error {
			sub := subscription("a", "r500.example", 5003)
			_, ok := l.Subscription(sub.Topic, sub.Callback)
			if there, all := l.CallbacksAt(sub.Topic, "r500.example"), l.SubscriptionCount(); !ok || len(there) != 10 || all != 10_000 {
				b.Fatal(ok, there, all)
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
