package storage

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// told are rows of the outbox, of which one is of somebody in trouble.
func told() []news.Delivery {
	return []news.Delivery{
		{To: "hub china-news.atom https://reader.example/cb?n=1", Sent: 7},
		{To: "webhook china-news https://office.example/in", Sent: 3, Tries: 2, Since: noon, Next: noon.Add(time.Minute), Error: "it answered 503"},
	}
}

func deliveries(t *testing.T, s *Store) (list []news.Delivery) {
	t.Helper()
	view(t, s, func(l *Ledger) { list = slices.Collect(l.Deliveries()) })
	return list
}

func these(to ...string) func(*Ledger) []string {
	return func(*Ledger) []string { return to }
}

func TestDeliveriesAreRemembered(t *testing.T) {
	s, dir := create(t)
	if list := deliveries(t, s); len(list) != 0 {
		t.Fatalf("a new record has %v", list)
	}
	if err := s.DropDeliveries(t.Context(), these("nobody")); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveDeliveries(t.Context(), told()); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, dir)
	if got := deliveries(t, s); !slices.Equal(got, told()) {
		t.Errorf("remembered %v", got)
	}
	later := told()[1]
	later.Sent, later.Tries, later.Since, later.Next, later.Error = 9, 0, time.Time{}, time.Time{}, ""
	if err := s.SaveDeliveries(t.Context(), []news.Delivery{later}); err != nil {
		t.Fatal(err)
	}
	view(t, s, func(l *Ledger) {
		if got, ok := l.Delivery(later.To); !ok || got != later {
			t.Errorf("it was told up to %v, %v", got, ok)
		}
		if got, ok := l.Delivery(later.To + "x"); ok || got.Sent != 0 {
			t.Errorf("somebody unknown was told up to %v", got)
		}
	})
	if err := s.DropDeliveries(t.Context(), these(later.To, "nobody")); err != nil {
		t.Fatal(err)
	}
	if got := deliveries(t, s); !slices.Equal(got, told()[:1]) {
		t.Errorf("left are %v", got)
	}
}

// All of a list is remembered or nothing, and a list that cannot be fails no
// other change.
func TestDeliveriesAreSavedAsAWhole(t *testing.T) {
	s, _ := create(t)
	bad := append(told(), news.Delivery{Sent: 1}, news.Delivery{To: strings.Repeat("x", bbolt.MaxKeySize+1)})
	for _, list := range [][]news.Delivery{bad[:3], append(told(), bad[3])} {
		if err := s.SaveDeliveries(t.Context(), list); err == nil || errors.Is(err, ErrDisk) {
			t.Errorf("saved %d rows: %v", len(list), err)
		}
	}
	if got := deliveries(t, s); len(got) != 0 {
		t.Errorf("of lists that failed %v is remembered", got)
	}
}

// What was told is state: it survives whatever is done to the record.
func TestDeliveriesSurvive(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1))
	if err := s.SaveDeliveries(t.Context(), told()); err != nil {
		t.Fatal(err)
	}
	check := func(after string) {
		t.Helper()
		verify(t, s)
		if got := deliveries(t, s); !slices.Equal(got, told()) {
			t.Errorf("after %s: %v", after, got)
		}
	}
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("a rebuild")
	c := backedUp(t, s, dir)
	if err := s.SaveDeliveries(t.Context(), []news.Delivery{{To: "later", Sent: 1}}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Restore(t.Context(), c.File, dir, true, Options{Now: ticking()}); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, dir)
	check("a restore")
	s.Close()
	if _, _, err := Compact(dir, Options{}); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, dir)
	check("compaction")
	s.Close()
	path := filepath.Join(dir, fileName)
	db, err := mended(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	s = reopen(t, s, dir)
	check("mending")
}

// A row whose bytes are not its own is damage, never somebody told.
func TestADamagedDeliveryIsFound(t *testing.T) {
	for name, value := range map[string][]byte{"no checksum": []byte(`{"sent":5}`), "no JSON": seal([]byte("x"), []byte("{"))} {
		s, _ := create(t)
		err := s.db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists(bucketOutbox)
			return errors.Join(err, b.Put([]byte("x"), value))
		})
		if err != nil {
			t.Fatal(err)
		}
		for what, read := range map[string]func(*Ledger){
			"one": func(l *Ledger) { l.Delivery("x") }, "all": func(l *Ledger) { _ = slices.Collect(l.Deliveries()) },
		} {
			err := s.View(t.Context(), func(l *Ledger) error { read(l); return nil })
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
}

// Marks of a fan-out: 256 rows a transaction, in the order of their keys.
func BenchmarkSaveDeliveries(b *testing.B) {
	s, err := Create(b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	list := make([]news.Delivery, 10_000)
	for n := range list {
		list[n] = news.Delivery{To: fmt.Sprintf("hub china-news.atom https://reader-%04d.example/callback/%d", n/10, n)}
	}
	for round := uint64(1); b.Loop(); round++ {
		for part := range slices.Chunk(list, 256) {
			for n := range part {
				part[n].Sent = round
			}
			if err := s.SaveDeliveries(b.Context(), part); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(list)), "us/row")
}
