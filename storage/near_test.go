package storage

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// wordsOf has every word of an entry for a feature.
func wordsOf(e news.Entry) (list []uint64) {
	for _, word := range strings.Fields(e.Title + " " + e.Summary + " " + e.HTML) {
		list = append(list, feature(word))
	}
	return list
}

func feature(word string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(word))
	return h.Sum64()
}

// calendar is a clock that is set.
type calendar struct{ now time.Time }

func (c *calendar) days(n int) { c.now = c.now.AddDate(0, 0, n) }

func (c *calendar) options() Options {
	return Options{Now: func() time.Time { c.now = c.now.Add(time.Second); return c.now }, Site: "site-1", Features: wordsOf}
}

func createNear(t *testing.T) (*Store, string, *calendar) {
	t.Helper()
	dir, c := t.TempDir(), &calendar{noon}
	s, err := Create(dir, c.options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, dir, c
}

func openNear(t *testing.T, s *Store, dir string, o Options) *Store {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// storied rules that every entry is a reading of an item in a story of its own.
func storied(l *Ledger, b news.Batch) news.Decision {
	d := readings(l, b)
	for _, r := range d.Ruling.Items {
		if r.Class == news.First {
			s := news.StoryID(r.Item)
			d.Ruling.Stories = append(d.Ruling.Stories, news.StoryRuling{Item: r.Item, Story: s, Address: s.Address(news.AddressLength)})
		}
	}
	return d
}

func hear(t testing.TB, s *Store, id int, all ...release) {
	t.Helper()
	if _, err := s.Accept(context.Background(), said(id, "a", all...), storied); err != nil {
		t.Fatal(err)
	}
}

// sharing is what shares words, as "number:how many".
func sharing(t testing.TB, s *Store, words string, around time.Time, within time.Duration, most int) string {
	t.Helper()
	var list []string
	err := s.View(context.Background(), func(l *Ledger) error {
		for _, f := range l.Sharing(wordsOf(news.Entry{Title: words}), around, within, most) {
			i, _ := l.Item(f.Item)
			list = append(list, fmt.Sprintf("%s:%d", strings.TrimPrefix(i.Key, "id-"), f.N))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(list, " ")
}

func TestSharing(t *testing.T) {
	s, _, c := createNear(t)
	d := noon.AddDate(0, 0, -3)
	hear(t, s, 1,
		release{n: 1, title: "tariff on steel", html: "rare earth export ban", date: d},
		release{n: 2, title: "tariff tariff tariff", summary: "steel", date: d.AddDate(0, 0, 1)},
		release{n: 3, title: "tariff", html: "steel", date: d.AddDate(0, 0, 2)},
		release{n: 4, title: "of long ago", html: "steel export", date: d.AddDate(-3, 0, 0)},
		release{n: 5, title: "nothing in common", date: d})
	hear(t, s, 2, release{n: 0, title: "steel export", date: d})
	week := 7 * 24 * time.Hour
	table := []struct {
		words  string
		around time.Time
		within time.Duration
		most   int
		want   string
	}{
		{"tariff steel export", d, week, 9, "1:3 2:2 3:2 0:2"},
		{"tariff tariff steel steel", d, week, 9, "1:2 2:2 3:2 0:1"},
		{"tariff steel export", d, week, 2, "1:3 2:2"},
		{"tariff steel export", d, week, 0, ""},
		{"steel", d, 24 * time.Hour, 9, "1:1 2:1 0:1"},
		{"steel", d, 24*time.Hour - time.Second, 9, "1:1 0:1"},
		{"steel", d.AddDate(0, 0, 2), 0, 9, "3:1"},
		{"steel", d.AddDate(-3, 0, 0), week, 9, "4:1"},
		{"steel", d.AddDate(9, 0, 0), week, 9, ""},
		{"steel", time.Time{}, week, 9, ""},
		{"rare earth nowhere", d, week, 9, "1:2"},
		{"absent", d, week, 9, ""},
		{"", d, week, 9, ""},
	}
	for _, tt := range table {
		if got := sharing(t, s, tt.words, tt.around, tt.within, tt.most); got != tt.want {
			t.Errorf("%q within %s of %s: %q, want %q", tt.words, tt.within, tt.around, got, tt.want)
		}
	}
	c.days(1)
	hear(t, s, 3, release{n: 1, title: "corrected", html: "tariff", date: d})
	for words, want := range map[string]string{"steel": "2:1 3:1 0:1", "corrected tariff": "1:2 2:1 3:1", "earth": ""} {
		if got := sharing(t, s, words, d, week, 9); got != want {
			t.Errorf("after an edit %q has %q, want %q", words, got, want)
		}
	}
	c.days(28)
	hear(t, s, 4, release{n: 6, title: "steel", date: d})
	if got := sharing(t, s, "steel", d, week, 9); got != "2:1 3:1 0:1 6:1" {
		t.Errorf("on the 29th day %q", got)
	}
	c.days(1)
	if got := sharing(t, s, "steel tariff", d, week, 9); got != "6:1" {
		t.Errorf("after 30 days %q", got)
	}
	hear(t, s, 5, release{n: 3, title: "steel steel", date: d})
	if got := sharing(t, s, "steel tariff", d, week, 9); got != "6:1" {
		t.Errorf("an edit of what is no longer to be found: %q", got)
	}
	verify(t, s)
}

// Of a feature that very many share, only those dated nearest count.
func TestSharingIsBounded(t *testing.T) {
	s, _, _ := createNear(t)
	var all []release
	for n := range 300 {
		all = append(all, release{n: n, title: fmt.Sprint("template own", n), date: noon.AddDate(0, 0, n%100-100)})
	}
	hear(t, s, 1, all...)
	got := strings.Fields(sharing(t, s, "template own250", noon.AddDate(0, 0, -50), 400*24*time.Hour, 1000))
	var want []string
	for day := range 6 { // of each day three, the nearest days first
		for _, at := range []int{50 + day, 50 - day}[:min(day+1, 2)] {
			for _, n := range []int{at, at + 100, at + 200} {
				want = append(want, fmt.Sprintf("%d:%d", n, map[bool]int{false: 1, true: 2}[n == 250]))
			}
		}
	}
	if len(got) != readAtMost || got[0] != "250:2" {
		t.Errorf("%q, want %d with 250 first", got, readAtMost)
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			t.Errorf("%q is not one of the nearest", g)
		}
	}
}

// What expires goes a little at a time, and all of it goes.
func TestNearExpires(t *testing.T) {
	s, _, c := createNear(t)
	var all []release
	for n := range 100 {
		all = append(all, release{n: n, title: fmt.Sprint("some words of ", n), date: noon})
	}
	hear(t, s, 1, all...)
	left := func() (runs, items int) {
		view(t, s, func(l *Ledger) {
			x := nearOf(l.tx, l.at)
			runs, items = x.runs.Stats().BucketN-1, x.items.Stats().KeyN
		})
		return runs, items
	}
	c.days(60)
	runs, items := left()
	for n := 0; items > n; n++ {
		hear(t, s, 2+n, release{n: 1000 + n, title: "new"})
		after, itemsAfter := left()
		if items-itemsAfter > expireItems {
			t.Fatalf("from %d items to %d at once", items, itemsAfter)
		}
		if runs, items = after, itemsAfter; n > 200 {
			t.Fatalf("%d items are left", items)
		}
		verify(t, s)
	}
	view(t, s, func(l *Ledger) {
		rows := 0
		for _, r := range nearOf(l.tx, l.at).stretch(generationOf(seconds(l.at))) {
			rows += r.len()
		}
		if rows != items || runs > bits.Len(uint(rows)) {
			t.Errorf("%d rows in %d runs of %d items with one word", rows, runs, items)
		}
	})
}

// A record that was made before there was the index gets one when it is
// opened; one that was written without features when it is opened with them.
func TestNearOfAnOlderRecord(t *testing.T) {
	s, dir, c := createNear(t)
	hear(t, s, 1, release{n: 1, title: "old words", date: noon})
	c.days(31)
	for n := 2; n < 200; n++ {
		hear(t, s, n, release{n: n, title: fmt.Sprint("word", n), html: "text", date: noon}, release{n: n + 1000, title: "w"})
	}
	want := tell(t, s)
	blind := c.options()
	blind.Features = nil
	s = openNear(t, s, dir, blind)
	change(t, s, func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketRows, bucketLong} {
			old, err := tx.CreateBucket(name)
			if err := errors.Join(err, put(old, keyFrom, posKey(2))); err != nil {
				return err
			}
		}
		return tx.DeleteBucket(bucketNear)
	})
	s = openNear(t, s, dir, blind)
	verify(t, s)
	if got := tell(t, s); len(got) != 0 {
		t.Errorf("%d values without features", len(got))
	}
	view(t, s, func(l *Ledger) {
		if l.tx.Bucket(bucketRows) != nil || l.tx.Bucket(bucketLong) != nil {
			t.Error("what was before there were runs is still there")
		}
	})
	if got := sharing(t, s, "word7", noon, time.Hour, 9); got != "" {
		t.Errorf("without features %q is found", got)
	}
	s = openNear(t, s, dir, c.options())
	verify(t, s)
	if got := tell(t, s); !maps.Equal(got, want) || len(got) < 400 {
		t.Errorf("%d values, want %d", len(got), len(want))
	}
	if got := sharing(t, s, "word7 text", noon, time.Hour, 1); got != "7:2" {
		t.Errorf("afterwards %q is found", got)
	}
}
