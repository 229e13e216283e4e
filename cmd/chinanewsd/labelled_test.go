package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"chinanews/curator"
	"chinanews/curator/storytest"
	"chinanews/news"
	"chinanews/storage"
)

// The stories of the labelled corpus are found by the record's own index too,
// and so are their versions.
func TestLabelledStoriesInTheRecord(t *testing.T) {
	items := storytest.Items(t, "../../curator", "open")
	if testing.Short() {
		items = items[:len(items)/4]
	}
	j := &joining{t: t, now: items[0].FirstSeen}
	for _, i := range items {
		if !slices.ContainsFunc(j.pub.Sources, func(s news.Source) bool { return s.ID == i.Source }) {
			j.pub.Sources = append(j.pub.Sources, news.Source{ID: i.Source, Origin: news.Origin(i.Source), URLs: []string{"https://" + i.Source + ".example/"}, Kind: news.KindFeed, Body: news.BodyFeed})
		}
	}
	var err error
	if j.curator, err = curator.New(j.pub, 0); err != nil {
		t.Fatal(err)
	}
	if j.store, err = storage.Create(t.TempDir(), storage.Options{Now: func() time.Time { return j.now }, Scratch: true, Features: curator.Features}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.store.Close() })
	ids := make([]news.ItemID, len(items))
	for n, i := range items {
		j.now = i.FirstSeen
		e := i.Entry(t)
		b := news.Batch{ID: news.BatchID{byte(n), byte(n >> 8), 1}, Source: news.Origin(i.Source), Kind: news.TaskListing, URL: "https://" + i.Source + ".example/", Fetched: j.now, Reader: "r", ReadAs: news.KindFeed, Condition: news.OK, Entries: []news.Entry{e}}
		b.State = news.FetchState{Source: b.Source, URL: b.URL, Condition: news.OK, LastGood: j.now}
		if _, err := j.store.Accept(context.Background(), b, func(l *storage.Ledger, b news.Batch) news.Decision { return j.curator.Accept(l, b) }); err != nil {
			t.Fatal(err)
		}
		ids[n] = news.NewItemID(b.Source, news.ByURL, e.Canonical())
	}
	var joined, wanted, right, links int
	j.view(func(l *storage.Ledger) {
		stories := make([]news.StoryID, len(ids))
		for n, id := range ids {
			i, _ := l.Item(id)
			stories[n] = i.Story
			links += len(l.Siblings(id))
		}
		for n := range ids {
			for m := range n {
				same, found := items[n].Release == items[m].Release, stories[n] == stories[m]
				for total, is := range map[*int]bool{&joined: found, &wanted: same, &right: same && found} {
					if is {
						*total++
					}
				}
			}
		}
	})
	f1 := 2 * float64(right) / float64(joined+wanted)
	t.Logf("%d pairs joined of %d, %d rightly: F1 %.4f; %d links", joined, wanted, right, f1, links/2)
	if least := len(items) / 7; f1 < 0.98 || links < least {
		t.Errorf("F1 %.4f and %d links, want 0.98 and %d", f1, links, least)
	}
}
