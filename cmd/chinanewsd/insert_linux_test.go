package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// window is a record that has run for long: items came evenly over 45 days, of
// which those of the last 30 can be found. They are unlike for the most part;
// some are reposts, some the next of a daily series, and of every other release
// there is a Chinese version.
type window struct {
	dir     string
	store   *storage.Store
	curator *curator.Curator
	items   int // that can be found
	next    int
}

const findable = 30 * 24 * time.Hour

var windowBegin = time.Unix(0, 0).UTC().Add(15 * 24 * time.Hour * (1_792_000_000 / (15 * 86400)))

func newWindow(b *testing.B, items int) *window {
	w := &window{dir: filepath.Join(b.TempDir(), "data"), items: items}
	pub := news.Publication{Site: news.Site{ID: "window", Title: "Window", BaseURL: "http://127.0.0.1"}}
	feed := news.Feed{ID: "all", Name: "all", Title: "All", Languages: []string{"all"}, Limit: 100, Fresh: news.Duration(48 * time.Hour), Content: news.Full, Link: news.LinkOriginal}
	for n, id := range []string{"en-a", "zh-a", "en-b", "zh-b"} {
		pub.Sources = append(pub.Sources, news.Source{ID: id, Origin: news.Origin(id), URLs: []string{"https://" + id + ".example/"}, Kind: news.KindFeed, Body: news.BodyFeed, Rank: 10 + n,
			Language: id[:2], Rights: news.Government, Fresh: news.Duration(48 * time.Hour), MaxAge: news.Duration(30 * 24 * time.Hour)})
		feed.Sources = append(feed.Sources, id)
	}
	english := feed
	english.ID, english.Name, english.Languages, english.Where = "english", "english", []string{"en"}, `title contains "trade"`
	pub.Feeds = []news.Feed{feed, english}
	var err error
	if w.curator, err = curator.New(pub, 0); err != nil {
		b.Fatal(err)
	}
	if w.store, err = storage.Create(w.dir, w.options(true)); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { w.store.Close() })
	if _, err := w.store.Configure(context.Background(), pub, "test", func(l *storage.Ledger) news.Decision { return w.curator.Fill(l) }); err != nil {
		b.Fatal(err)
	}
	w.fill(b)
	return w
}

func (w *window) options(scratch bool) storage.Options {
	return storage.Options{Now: func() time.Time { return w.at(w.next) }, Scratch: scratch, Features: curator.Features}
}

func (w *window) at(n int) time.Time {
	return windowBegin.Add(findable / time.Duration(w.items) * time.Duration(n))
}

// fill has items in the record as a simple rule takes them, each in a story of
// its own, in few large batches: what is measured finds them all the same.
func (w *window) fill(b *testing.B) {
	for total := w.items + w.items/2; w.next < total; {
		of := make(map[news.Origin][]news.Entry)
		for end := min(total, w.next+max(256, min(w.items/16, 1<<14))); w.next < end; w.next++ {
			origin, e := w.entry(w.next)
			of[origin] = append(of[origin], e)
		}
		for origin, entries := range of {
			w.accept(b, origin, entries, alone)
		}
	}
}

// alone rules that every entry is an item in a story of its own.
func alone(l *storage.Ledger, b news.Batch) (d news.Decision) {
	for n, e := range b.Entries {
		id := news.NewItemID(b.Source, news.ByID, e.ID)
		s := news.StoryID(id)
		d.Keep = append(d.Keep, n)
		d.Ruling.Items = append(d.Ruling.Items, news.ItemRuling{N: n, Item: id, How: news.ByID, Key: e.ID, Rev: 1, Class: news.First, As: news.AsNews, State: news.Read})
		d.Ruling.Stories = append(d.Ruling.Stories, news.StoryRuling{Item: id, Story: s, Address: s.Address(news.AddressLength + 4)})
	}
	return d
}

func (w *window) accept(b *testing.B, origin news.Origin, entries []news.Entry, rule func(*storage.Ledger, news.Batch) news.Decision) news.Ruling {
	url, now := "https://"+string(origin)+".example/", w.at(w.next)
	batch := news.Batch{Source: origin, Kind: news.TaskListing, URL: url, Fetched: now, Reader: "r", ReadAs: news.KindFeed, Condition: news.OK, Entries: entries}
	binary.BigEndian.PutUint64(batch.ID[:], uint64(w.next))
	copy(batch.ID[8:], origin)
	batch.State = news.FetchState{Source: origin, URL: url, Condition: news.OK, LastGood: now}
	rc, err := w.store.Accept(context.Background(), batch, rule)
	if err != nil {
		b.Fatal(err)
	}
	return rc.Ruling
}

// entry is the nth item ever, and whose.
func (w *window) entry(n int) (news.Origin, news.Entry) {
	origin, of := news.Origin([]string{"en-a", "zh-a"}[n%2]), n
	rnd := rand.New(rand.NewPCG(uint64(n), 11))
	intro := ""
	switch n % 10 {
	case 3, 6:
		of = max(n%2, n-2-2*rnd.IntN(20)) // a repost of what came shortly before
		origin, intro = news.Origin([]string{"en-b", "zh-b"}[n%2]), []string{"<p>Carried by the regional office this morning for its readers.</p>", "<p>本站今日上午为读者转载如下。</p>"}[n%2]
	}
	title, text := tiding(of, w.at(of))
	text = intro + text
	at := w.at(n)
	return origin, news.Entry{ID: fmt.Sprint("release-", n), URL: fmt.Sprintf("https://%s.example/%d/t%d.html", origin, at.Year(), n), Title: title, Lang: string(origin[:2]),
		HTML: text, Digest: news.TextDigest(text), Date: news.Date{Precision: news.Minute, Zone: "Asia/Shanghai", Time: at}}
}

// tally counts what items became: that they are shows that the rules ran.
type tally struct{ joined, linked int }

func (t *tally) add(r news.Ruling) {
	t.linked += len(r.Siblings)
	for _, j := range r.Stories {
		if j.Evidence != "" {
			t.joined++
		}
	}
}

// BenchmarkStoryInsert is one more item with its text, in a commit of its own,
// beside so many that can be found: not brought to disk, and brought there.
func BenchmarkStoryInsert(b *testing.B) {
	sizes := []int{10_000}
	if os.Getenv("CHINANEWS_LONG") != "" {
		sizes = []int{10_000, 100_000, 1_000_000}
	}
	for _, items := range sizes {
		b.Run(fmt.Sprintf("window=%d", items), func(b *testing.B) {
			w := newWindow(b, items)
			b.ReportMetric(w.size(b)/float64(w.next), "B/item")
			for _, synced := range []bool{false, true} {
				w.reopen(b, !synced)
				b.Run(fmt.Sprintf("synced=%v", synced), w.insert)
			}
		})
	}
}

func (w *window) insert(b *testing.B) {
	var told tally
	b.ReportAllocs()
	report := spent(b)
	for b.Loop() {
		origin, e := w.entry(w.next)
		w.next++
		told.add(w.accept(b, origin, []news.Entry{e}, func(l *storage.Ledger, b news.Batch) news.Decision { return w.curator.Accept(l, b) }))
	}
	report()
	b.ReportMetric(float64(told.joined)/float64(b.N), "joined/op")
	b.ReportMetric(float64(told.linked)/float64(b.N), "linked/op")
}

// reopen opens the record anew, without the free pages that only a bulk leaves.
func (w *window) reopen(b *testing.B, scratch bool) {
	err := w.store.Close()
	if err == nil {
		_, _, err = storage.Compact(w.dir, storage.Options{})
	}
	if err == nil {
		w.store, err = storage.Open(w.dir, w.options(scratch))
	}
	if err != nil {
		b.Fatal(err)
	}
}

func (w *window) size(b *testing.B) float64 {
	file, err := os.Stat(filepath.Join(w.dir, "news.db"))
	if err != nil {
		b.Fatal(err)
	}
	return float64(file.Size())
}
