package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"chinanews/cmd/bench/bare"
	"chinanews/cmd/bench/origin"
	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// firstRound is the first answers of the ministries that cmd/bench measures with, read
// already, and the curator that rules on them.
type firstRound struct {
	publication news.Publication
	curator     *curator.Curator
	batches     []news.Batch
	releases    int
	now         time.Time
}

func newFirstRound(b *testing.B, feeds int) *firstRound {
	r := &firstRound{now: time.Unix(1_792_000_000, 0).UTC()}
	web := origin.Options{Seed: 1, Feeds: feeds, Hosts: 10, Window: [2]int{20, 50}, Body: [2]int{2000, 5600}, Shared: 0.15, Base: r.now.Add(-2 * time.Hour), Gap: 3 * time.Hour}
	r.publication.Site = news.Site{ID: "bench", Title: "Bench", BaseURL: "http://news.example"}
	all := news.Feed{ID: "all", Name: "all", Title: "All", Languages: []string{"all"}, Limit: 100, Fresh: news.Duration(48 * time.Hour), Content: news.Full, Link: news.LinkOriginal}
	for n := range feeds {
		id, url := fmt.Sprint("office-", n), fmt.Sprintf("http://office-%d.example/feed.xml", n%web.Hosts)
		row := news.Source{ID: id, Origin: news.Origin(id), URLs: []string{url}, Kind: news.KindFeed, Body: news.BodyFeed, Rank: 10, Rights: news.Government,
			Language: "en", Fresh: news.Duration(48 * time.Hour), MaxAge: news.Duration(30 * 24 * time.Hour)}
		r.publication.Sources = append(r.publication.Sources, row)
		all.Sources = append(all.Sources, id)
		r.batches = append(r.batches, r.batch(n, row, web))
	}
	r.publication.Feeds = []news.Feed{all}
	var err error
	if r.curator, err = curator.New(r.publication, 0); err != nil {
		b.Fatal(err)
	}
	return r
}

// batch is what a feed lists.
func (r *firstRound) batch(feed int, row news.Source, web origin.Options) news.Batch {
	b := news.Batch{Source: row.Origin, Kind: news.TaskListing, URL: row.URLs[0], Fetched: r.now, Reader: "r", ReadAs: news.KindFeed, Status: 200, Condition: news.OK,
		State: news.FetchState{Source: row.Origin, URL: row.URLs[0], Condition: news.OK, LastGood: r.now}}
	binary.BigEndian.PutUint64(b.ID[:], uint64(feed+1))
	for seq := 20 + feed*7%31 - 1; seq >= 0; seq-- {
		rel := web.Release(feed, seq, 0)
		lang, locale := news.Language("auto", news.PlainText(rel.Body))
		b.Entries = append(b.Entries, news.Entry{ID: rel.GUID(), URL: "http://" + news.Host(row.URLs[0]) + rel.Path(), Title: rel.Title, Lang: lang, Locale: locale, Tags: []string{"notices"},
			Date: news.Date{Time: rel.At, Precision: news.Minute, Origin: news.FromFeed, Zone: "+00:00"}, Summary: rel.Lead, HTML: rel.Body, Digest: news.TextDigest(news.PlainText(rel.Body))})
	}
	r.releases += len(b.Entries)
	return b
}

// BenchmarkAcceptAll is the first round of 60 ministries that cmd/bench measures
// with, from read entries to a record that is written, joined and indexed; not
// brought to disk. The digest that it tells is of all rulings: it should change
// only when what is decided does.
func BenchmarkAcceptAll(b *testing.B) {
	r := newFirstRound(b, 60)
	b.ReportAllocs()
	before := bare.CPU()
	var came string
	for b.Loop() {
		came = r.accept(b)
	}
	b.ReportMetric(float64((bare.CPU()-before).Microseconds())/float64(b.N*r.releases), "cpu-us/release")
	b.Logf("%d releases; %s", r.releases, came)
}

// accept says what was joined and linked, and the digest of all rulings.
func (r *firstRound) accept(b *testing.B) string {
	curator.Forget()
	store, err := storage.Create(filepath.Join(b.TempDir(), "data"), storage.Options{Now: func() time.Time { return r.now }, Scratch: true, Features: curator.Features})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	ctx, sum := context.Background(), sha256.New()
	if _, err := store.Configure(ctx, r.publication, "test", func(l *storage.Ledger) news.Decision { return r.curator.Fill(l) }); err != nil {
		b.Fatal(err)
	}
	joined, linked := 0, 0
	for _, batch := range r.batches {
		rc, err := store.Accept(ctx, batch, func(l *storage.Ledger, b news.Batch) news.Decision { return r.curator.Accept(l, b) })
		if err != nil {
			b.Fatal(err)
		}
		linked += len(rc.Ruling.Siblings)
		for _, s := range rc.Ruling.Stories {
			joined += min(len(s.Evidence), 1)
		}
		if err := json.NewEncoder(sum).Encode(rc.Ruling); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := store.Index(ctx); err != nil {
		b.Fatal(err)
	}
	return fmt.Sprintf("%d joined, %d linked; rulings %x", joined, linked, sum.Sum(nil)[:8])
}
