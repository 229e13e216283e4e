package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// gauges is a site whose feed is another at each request, the same for everyone
// who asks as often. It changes its mind about old releases, too.
type gauges struct {
	chance   *rand.Rand
	releases []release
	made     int
	polls    int
	feeds    int
}

type release struct {
	number, revision int
	date             string
}

func (o *gauges) add() {
	o.made++
	dates := []string{"Fri, 20 Nov 2026 06:00:00 GMT", "11-20 08:00", "", "2026-11-19"}
	o.releases = slices.Insert(o.releases, 0, release{o.made, 0, dates[o.chance.IntN(10)*len(dates)/13]})
}

// change is what happens between two polls.
func (o *gauges) change() {
	n := o.chance.IntN(len(o.releases))
	switch r := o.releases[n]; o.chance.IntN(9) {
	case 0, 1:
		o.add()
	case 2, 3:
		o.releases[n].revision++
	case 4:
		o.releases = slices.Delete(o.releases, n, n+1)
		o.add()
	case 5:
		o.chance.Shuffle(len(o.releases), func(i, j int) { o.releases[i], o.releases[j] = o.releases[j], o.releases[i] })
	case 6:
		o.releases = append(o.releases, r) // twice
	case 7:
		o.releases[n].date = "" // the same as before but for its date
	}
	if len(o.releases) > 20 {
		o.releases = o.releases[:14]
	}
}

func (o *gauges) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, ".xml") {
		if strings.HasSuffix(r.URL.Path, ".html") {
			fmt.Fprintf(w, "<html><title>Page</title><body><h1>Release %s of the office</h1><p>%s</p></body></html>", r.URL.Path, strings.Repeat("The office of rivers has read its gauges. ", 20))
		} else {
			http.NotFound(w, r)
		}
		return
	}
	if o.polls++; o.polls%o.feeds == 0 {
		o.change()
	}
	fmt.Fprintf(w, `<rss version="2.0"><channel><title>t</title><link>http://a.test/</link><lastBuildDate>poll %d</lastBuildDate>`, o.polls)
	for _, e := range o.releases {
		o.item(w, e, r.URL.Path)
	}
	fmt.Fprint(w, "</channel></rss>")
}

// item writes a release; two feeds of the office do not agree on all of them.
func (o *gauges) item(w http.ResponseWriter, e release, feed string) {
	fmt.Fprintf(w, "<item><title>Notice %d of the office", e.number)
	if e.number%7 == 0 {
		fmt.Fprint(w, " in ", feed)
	}
	if e.revision%3 == 2 {
		fmt.Fprint(w, ", corrected")
	}
	fmt.Fprint(w, "</title>")
	if e.number%3 > 0 {
		fmt.Fprintf(w, "<link>http://a.test/%d.html</link>", e.number)
	}
	if e.number%4 > 0 {
		fmt.Fprintf(w, `<guid isPermaLink="false">%d</guid>`, e.number)
	}
	if e.date != "" {
		fmt.Fprintf(w, "<pubDate>%s</pubDate>", e.date)
	}
	if e.number%5 > 0 {
		fmt.Fprintf(w, "<description>&lt;p&gt;The level at gate %d was read %d times, and %d mm were found in %s.&lt;/p&gt;</description>", e.number, e.revision+1, 100+e.revision, feed)
	}
	fmt.Fprint(w, "</item>")
}

// inPart is an asker and a recorder. It has each answer of which not all was
// parsed judged both ways, and counts.
type inPart struct {
	asker
	recorder
	t *testing.T

	mu                    sync.Mutex
	full                  map[news.BatchID][]news.Entry // of such answers
	answers, short, whole int
}

func (p *inPart) Fetch(ctx context.Context, src news.Source, task news.Task, now time.Time) (news.Batch, error) {
	b, err := p.asker.Fetch(ctx, src, task, now)
	p.mu.Lock()
	defer p.mu.Unlock()
	if b.Whole == nil {
		return b, err
	}
	short, whole := slices.Clone(b.Entries), b.Whole
	if !whole() {
		p.t.Errorf("the whole of %s cannot be read", task.URL)
	}
	p.full[b.ID] = slices.Clone(b.Entries)
	copy(b.Entries, short)
	b.Whole = func() bool { p.whole++; return whole() }
	p.answers++
	for _, e := range short {
		if e.Short {
			p.short++
		}
	}
	return b, err
}

func (p *inPart) Accept(ctx context.Context, b news.Batch, rule func(*storage.Ledger, news.Batch) news.Decision) (storage.Receipt, error) {
	full, ok := p.full[b.ID]
	if !ok {
		return p.recorder.Accept(ctx, b, rule)
	}
	return p.recorder.Accept(ctx, b, func(l *storage.Ledger, b news.Batch) news.Decision {
		as := b
		as.Entries, as.Whole = slices.Clone(full), nil
		want := rule(l, as)
		got := rule(l, b)
		got.Whole = false
		if !reflect.DeepEqual(got, want) {
			p.t.Errorf("decided\n%+v\nwant\n%+v", got, want)
		}
		for _, n := range got.Keep {
			if !reflect.DeepEqual(b.Entries[n], full[n]) {
				p.t.Errorf("recorded %+v, want %+v", b.Entries[n], full[n])
			}
		}
		return got
	})
}

// What is not parsed again is decided on as if it had been.
func TestDecisionsAreTheSameOnWhatIsReadInPart(t *testing.T) {
	for name, keys := range map[string]string{"feed": "", "pages": "body: page, ", "two feeds": "urls: [\"http://a.test/other.xml\"], ", "bulletin": "versions: items, "} {
		for seed := range uint64(2) {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) {
				row := strings.Replace(feedRow("a", "http://a.test/feed.xml"), "kind:", keys+"interval: 1h, min_interval: 30m, kind:", 1)
				site := &gauges{chance: rand.New(rand.NewPCG(seed, 1)), feeds: strings.Count(row, ".xml")}
				for range 12 {
					site.add()
				}
				p := &inPart{t: t, full: make(map[news.BatchID][]news.Entry)}
				visited(t, row, site.ServeHTTP, func(h *house) {
					p.asker, p.recorder = h.ask, h.flow.record
					h.ask, h.flow.record = p, p
				}, 4*24*time.Hour)
				t.Logf("of %d answers read in part, %d entries are short; the whole was wanted %d times", p.answers, p.short, p.whole)
				if p.short < 300 || p.answers < 30 {
					t.Errorf("only %d entries in %d answers are short", p.short, p.answers)
				}
			})
		}
	}
}
