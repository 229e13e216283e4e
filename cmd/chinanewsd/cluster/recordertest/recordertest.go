// Package recordertest says what answers, rulings and acts may rely on,
// whoever records them: one node's store, or the nodes of a cluster.
package recordertest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// Recorder is where answers, rulings and acts are recorded.
type Recorder interface {
	Accept(context.Context, news.Batch, func(*storage.Ledger, news.Batch) news.Decision) (storage.Receipt, error)
	Rule(context.Context, func(*storage.Ledger) news.Decision) (storage.Receipt, error)
	Edit(context.Context, news.Editing, func(*storage.Ledger, news.Editing) news.Decision) (storage.Receipt, error)
	Configure(ctx context.Context, p news.Publication, who string, rule func(*storage.Ledger) news.Decision) (storage.Receipt, error)
}

// Seat is a recorder and the record that is read beside it.
type Seat struct {
	Recorder
	Store *storage.Store
}

// Begin makes recorders over one record, which has Publication and nothing
// else. The first of them rules; where others can, they do it by Judge.
type Begin func(t *testing.T) []Seat

// Run holds recorders to what those who use them rely on.
func Run(t *testing.T, begin Begin) {
	for _, c := range []struct {
		name string
		test func(*testing.T, []Seat)
	}{
		{"an answer is accepted once", acceptedOnce},
		{"an id seen before changes nothing", seenBefore},
		{"the ruling is in the ledger", ruled},
		{"a condition alone is recorded", conditionAlone},
		{"what was passed over is asked for again", passedOver},
		{"a moment sees what was accepted", momentSees},
		{"an act has its effect", acted},
		{"a stale act is refused", staleAct},
		{"of two acts one is stale", doubleAct},
		{"a publication is recorded once", configuredOnce},
		{"a refused request changes nothing", refusedChangesNothing},
		{"what was acknowledged stays", acknowledgedStays},
		{"answers at once make one item", atOnce},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, begin(t)) })
	}
}

// Publication is what the record is configured with: a source that gives its
// texts itself, one that has them on pages, and a feed of both.
func Publication() news.Publication {
	p := news.Publication{Feeds: []news.Feed{{ID: "all", Name: "all", Title: "All", Languages: []string{"all"}, Limit: 100, Fresh: news.Duration(48 * time.Hour), Link: news.LinkOriginal}}}
	for _, id := range []string{"harbours", "orchards"} {
		row := news.Source{ID: id, Origin: news.Origin(id), Kind: news.KindFeed, Rank: 50, URLs: []string{"https://" + id + ".example/list"},
			Fresh: news.Duration(48 * time.Hour), MaxAge: news.Duration(30 * 24 * time.Hour), WaitForText: news.Duration(30 * time.Minute)}
		if id == "orchards" {
			row.Kind = news.KindHTML
		}
		p.Sources = append(p.Sources, row)
		p.Feeds[0].Sources = append(p.Feeds[0].Sources, id)
	}
	return p
}

// Judge rules as Curator does.
func Judge(t testing.TB) storage.Judge {
	c := Curator(t)
	return storage.Judge{
		Batch:  func(l *storage.Ledger, b news.Batch) news.Decision { return c.Accept(l, b) },
		Edit:   func(l *storage.Ledger, e news.Editing) news.Decision { return c.Edit(l, e) },
		Config: func(l *storage.Ledger) news.Decision { return c.Refold(l) },
	}
}

// Curator is one of Publication.
func Curator(t testing.TB) *curator.Curator {
	t.Helper()
	c, err := curator.New(Publication(), 0)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Listing is an answer of a source with releases of these numbers. id numbers
// the answer.
func Listing(source string, id int, numbers ...int) news.Batch {
	b := news.Batch{Source: news.Origin(source), Kind: news.TaskListing, URL: "https://" + source + ".example/list", Part: news.Part(source + ".example"),
		Reader: "r1", Condition: news.OK, Fetched: time.Now().UTC().Truncate(time.Second)}
	copy(b.ID[:], fmt.Sprintf("%-8s %06d", source, id))
	b.State = news.FetchState{Source: b.Source, URL: b.URL, Condition: news.OK, ETag: news.Octets(fmt.Sprintf(`"%d"`, id))}
	for _, n := range numbers {
		b.Entries = append(b.Entries, entry(source, n))
	}
	return b
}

func entry(source string, n int) news.Entry {
	text := fmt.Sprintf("Notice %d of the %s: measure number %d takes effect in district %d.", n, source, n*7, n*13)
	return news.Entry{ID: fmt.Sprintf("id-%d", n), URL: fmt.Sprintf("https://%s.example/%d.html", source, n), Title: fmt.Sprintf("Measure %d of the %s", n, source),
		Lang: "en", Digest: news.TextDigest(text), HTML: "<p>" + text + "</p>", Summary: text,
		Date: news.Date{Precision: news.Minute, Zone: "Asia/Shanghai", Time: time.Now().UTC().Add(-time.Hour).Truncate(time.Minute), Origin: news.FromFeed}}
}

// item is the id of the release that Listing has under a number.
func item(source string, n int) news.ItemID {
	return news.NewItemID(news.Origin(source), news.ByID, fmt.Sprintf("id-%d", n))
}
