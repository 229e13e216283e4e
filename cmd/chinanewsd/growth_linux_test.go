package main

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// archive is a record of many releases, made without asking anybody.
type archive struct {
	store   *storage.Store
	curator *curator.Curator
	pub     news.Publication
	dir     string
	now     time.Time
	text    func(n int) string
	next    int
}

func newArchive(tb testing.TB, size int) *archive {
	tb.Helper()
	a := &archive{dir: tb.TempDir(), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), text: func(n int) string { return prose(n, size) }}
	a.pub = news.Publication{
		Site:    news.Site{ID: "growth", Title: "Growth", BaseURL: "http://127.0.0.1"},
		Sources: []news.Source{{ID: "a", Origin: "a", URLs: []string{"https://a.example/"}, Kind: news.KindFeed, Body: news.BodyFeed, Rights: news.Government, Language: "en", Fresh: news.Duration(48 * time.Hour), MaxAge: news.Duration(30 * 24 * time.Hour)}},
		Feeds:   []news.Feed{{ID: "all", Name: "all", Title: "All", Language: "en", Languages: []string{"all"}, Sources: []string{"a"}, Limit: 100, Content: news.Full, Link: news.LinkOriginal, Provenance: true}},
	}
	var err error
	if a.store, err = storage.Create(a.dir, storage.Options{Now: func() time.Time { return a.now }}); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { a.store.Close() })
	if a.curator, err = curator.New(a.pub, 0); err != nil {
		tb.Fatal(err)
	}
	if _, err := a.store.Configure(context.Background(), a.pub, "test", nil); err != nil {
		tb.Fatal(err)
	}
	a.accept(tb, 1, 0)
	if _, err := a.store.Rule(context.Background(), func(l *storage.Ledger) news.Decision { return a.curator.Fill(l) }); err != nil {
		tb.Fatal(err)
	}
	return a
}

// accept gives the record a listing of fresh new releases and known older ones.
func (a *archive) accept(tb testing.TB, fresh, known int) {
	a.now = a.now.Add(time.Second)
	b := news.Batch{Source: "a", Kind: news.TaskListing, URL: "https://a.example/", Fetched: a.now, Reader: "r", ReadAs: news.KindFeed, Condition: news.OK}
	for i := range fresh + known {
		n := a.next + fresh - 1 - i
		if n < 0 {
			break
		}
		text := a.text(n)
		b.Entries = append(b.Entries, news.Entry{ID: fmt.Sprint("release-", n), URL: fmt.Sprintf("https://a.example/2026/t%d.html", n), Title: fmt.Sprintf("Release %d on trade", n),
			Lang: "en", Date: news.Date{Precision: news.Minute, Zone: "Asia/Shanghai", Time: a.now}, HTML: text, Digest: news.TextDigest(text)})
	}
	a.next += fresh
	for i := range 8 {
		b.ID[i], b.ID[8+i] = byte(a.now.UnixMilli()>>(8*(7-i))), byte(a.next>>(8*i))
	}
	b.State = news.FetchState{Source: "a", URL: b.URL, Condition: news.OK, LastGood: a.now}
	if _, err := a.store.Accept(context.Background(), b, func(l *storage.Ledger, b news.Batch) news.Decision { return a.curator.Accept(l, b) }); err != nil {
		tb.Fatal(err)
	}
}

// grow brings the record to n items: in bulk, and then without the free pages
// that only a bulk leaves. A record that grows by its listings has few.
func (a *archive) grow(tb testing.TB, n int) {
	a.reopen(tb, true)
	for a.next < n {
		a.accept(tb, min(10_000, n-a.next), 0)
	}
	if err := a.store.Close(); err != nil {
		tb.Fatal(err)
	}
	if _, _, err := storage.Compact(a.dir, storage.Options{}); err != nil {
		tb.Fatal(err)
	}
	a.reopen(tb, false)
}

// reopen opens the record anew; scratch writes nothing for good.
func (a *archive) reopen(tb testing.TB, scratch bool) {
	err := a.store.Close()
	if err == nil {
		a.store, err = storage.Open(a.dir, storage.Options{Now: func() time.Time { return a.now }, Scratch: scratch})
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// growth are the numbers of items that benchmarks compare.
func growth() []int {
	if os.Getenv("CHINANEWS_LONG") != "" {
		return []int{10_000, 100_000, 1_000_000}
	}
	return []int{1_000, 10_000}
}

// spent reports the processor's time of an operation: a machine that others use
// says little by the clock.
func spent(b *testing.B) func() {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	begin := used()
	return func() { b.ReportMetric(float64(used()-begin)/float64(b.N), "cpu-ns/op") }
}

// BenchmarkBeside is, beside what is stored already, a listing of twenty
// entries of which one is new, and a feed of a hundred entries in its formats.
func BenchmarkBeside(b *testing.B) {
	a := newArchive(b, 400)
	rows := map[news.Origin]*news.Source{"a": &a.pub.Sources[0]}
	for _, n := range growth() {
		a.grow(b, n)
		b.Run(fmt.Sprintf("accept/%d", n), func(b *testing.B) {
			defer spent(b)()
			for b.Loop() {
				a.accept(b, 1, 19)
			}
		})
		b.Run(fmt.Sprintf("print/%d", n), func(b *testing.B) {
			defer spent(b)()
			for b.Loop() {
				if err := newPress(a.store, a.pub, rows).print(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
