package main

import (
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chinanews/cmd/chinanewsd/meter"
	"chinanews/feedout"
	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

// A daemon exposes what it does: polls, releases, what it serves, its record.
func TestMetricsOfADaemon(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/feed.xml", rssOf("Harbour", 0, 5))
	hostile := `evil"} 1\nchinanews_alarms{kind="x`
	o.set("/bad.xml", "<html><title>"+hostile+"</title>")
	quick := func(row string) string {
		return strings.Replace(row, "kind:", "body: none, interval: 100ms, min_interval: 100ms, kind:", 1)
	}
	s.write(quick(feedRow("harbour", o.URL+"/feed.xml"))+feedRow("bad", o.URL+"/bad.xml"), allFeed)
	d := operate(t, s, fetcher.Network{}, false)
	defer d.stop()
	public := d.house.metered(d.house.entrance())
	for _, path := range []string{"/feeds/all.atom", "/feeds/all.atom", "/stories/none", "/" + hostile} {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = path
		r.Header.Set("User-Agent", hostile+" 12 subscribers")
		public.ServeHTTP(httptest.NewRecorder(), r)
	}
	wants := []string{
		`chinanews_polls_total{kind="listing",outcome="good"} `, `chinanews_polls_total{kind="listing",outcome="not-a-feed"} 1`, `chinanews_items_total{source="harbour"} 5`,
		`chinanews_source_well{source="harbour"} 1`, `chinanews_source_well{source="bad"} 0`, `chinanews_sources{state="html-instead"} 1`, `chinanews_feed_entries_total{feed="all"} 5`,
		`chinanews_http_requests_total{code="2xx",kind="feed"} 2`, `chinanews_http_requests_total{code="4xx",kind="page"} 2`, `chinanews_feed_readers{feed="all",how="stated"} 12`,
		`chinanews_tasks{kind="listing"} `, `chinanews_reload_successful 1`, `chinanews_alarms{kind="disk"} 0`, `chinanews_backup_timestamp_seconds 0`, `chinanews_build_info{version="`,
	}
	var text string
	for begin := time.Now(); time.Since(begin) < 20*time.Second; time.Sleep(50 * time.Millisecond) {
		d.house.watch.look(t.Context())
		if _, text = d.get("/metrics"); len(missing(text, wants)) == 0 {
			break
		}
	}
	if m := missing(text, wants); len(m) > 0 {
		t.Errorf("no %q in\n%s", m, text)
	}
	if strings.Contains(text, "evil") {
		t.Error("what others said is in it")
	}
	for _, name := range []string{"chinanews_store_commit_seconds_count", "chinanews_store_bytes", "chinanews_disk_free_bytes"} {
		if !strings.Contains(text, "\n"+name+" ") || strings.Contains(text, "\n"+name+" 0\n") {
			t.Errorf("%s is 0", name)
		}
	}
}

func missing(text string, wants []string) (list []string) {
	for _, want := range wants {
		if !strings.Contains(text, want) {
			list = append(list, want)
		}
	}
	return list
}

func TestRequestKinds(t *testing.T) {
	for path, want := range map[string]meter.Kind{
		"/feeds/all.atom": meter.OfFeed, "/feeds/all/edits.rss": meter.OfFeed, "/opml.xml": meter.OfFeed, "/feeds/all/archive/3-1.atom": meter.OfArchive, "/feeds/all/": meter.OfPage,
		"/": meter.OfPage, "/stories/x": meter.OfPage, "/search": meter.OfSearch, "/search.rss": meter.OfSearch, "/hub": meter.OfHub, "/desk/": meter.OfDesk, "/desk/desk.css": meter.OfDesk,
		"/t/secret/feeds/all.rss": meter.OfPrivate, "/site.css": meter.OfAsset, "/favicon.ico": meter.OfAsset, "": meter.OfPage, "no path": meter.OfPage,
	} {
		if got := requestKind(path); got != want {
			t.Errorf("%q is of kind %d, want %d", path, got, want)
		}
	}
}

// Only what says something of how long a release took is measured.
func TestLag(t *testing.T) {
	at := atNoon
	entry := func(p news.Precision, ago time.Duration) news.Entry {
		return news.Entry{Date: news.Date{Time: at.Add(-ago), Precision: p}}
	}
	good := outcome{task: news.Task{Kind: news.TaskListing, State: news.FetchState{LastGood: at.Add(-time.Hour)}},
		batch: news.Batch{Fetched: at, Entries: []news.Entry{entry(news.Minute, 7*time.Minute), entry(news.Day, time.Hour), entry(news.Minute, -time.Hour)}}, receipt: storage.Receipt{Decision: news.Decision{Keep: []int{0, 1, 2}}}}
	if lag, ok := lagOf(good, news.ItemRuling{N: 0, As: news.AsNews}); !ok || lag != 7*time.Minute {
		t.Errorf("%v, %v", lag, ok)
	}
	first, article := good, good
	first.task.State = news.FetchState{}
	article.task.Kind = news.TaskArticle
	for name, tt := range map[string]struct {
		o outcome
		i news.ItemRuling
	}{
		"of a day": {good, news.ItemRuling{N: 1, As: news.AsNews}}, "ahead": {good, news.ItemRuling{N: 2, As: news.AsNews}}, "history": {good, news.ItemRuling{N: 0, As: news.AsHistory}},
		"a first listing": {first, news.ItemRuling{N: 0, As: news.AsNews}}, "an article": {article, news.ItemRuling{N: 0, As: news.AsNews}}, "another's": {good, news.ItemRuling{N: 9, As: news.AsNews}},
	} {
		if lag, ok := lagOf(tt.o, tt.i); ok {
			t.Errorf("%s is measured: %v", name, lag)
		}
	}
}

// discard answers nobody.
type discard struct{ h http.Header }

func (d discard) Header() http.Header         { return d.h }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

// bareAndCounted serve a feed from the shelf, as it is and counted.
func bareAndCounted() (bare, counted http.Handler) {
	h := &house{press: &press{shelf: feedout.NewShelf()}, lasting: lasting{meter: meter.New("dev", nil, nil)}}
	h.press.shelf.Put("/feeds/all.atom", feedout.Sheet{Body: []byte(strings.Repeat("release ", 5000)), ContentType: feedout.Atom.ContentType(), Cache: feedout.KeepFeed, Page: "/feeds/all/", Modified: atNoon})
	bare = h.press.shelf.Before(http.NotFoundHandler())
	return bare, h.metered(bare)
}

// Counting adds no allocation to a feed from the shelf.
func TestCountedServingAllocatesNothing(t *testing.T) {
	bare, counted := bareAndCounted()
	r := httptest.NewRequest("GET", "/feeds/all.atom", nil)
	w := discard{make(http.Header)}
	of := func(h http.Handler) float64 { return testing.AllocsPerRun(2000, func() { h.ServeHTTP(w, r) }) }
	if without, with := of(bare), of(counted); with > without {
		t.Errorf("%v allocations, %v when it is counted", without, with)
	}
}

// BenchmarkCountedFeed says how many times as long a counted answer takes as one
// that is not. They take turns, and the quickest turn of each is compared: what
// else the machine does meets both.
func BenchmarkCountedFeed(b *testing.B) {
	bare, counted := bareAndCounted()
	w, r := discard{make(http.Header)}, httptest.NewRequest("GET", "/feeds/all.atom", nil)
	const turn = 200
	took := func(h http.Handler) time.Duration {
		begin := time.Now()
		for range turn {
			h.ServeHTTP(w, r)
		}
		return time.Since(begin)
	}
	without, with := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	for b.Loop() {
		without, with = min(without, took(bare)), min(with, took(counted))
	}
	b.ReportMetric(float64(without)/turn, "ns/bare")
	b.ReportMetric(float64(with)/turn, "ns/counted")
	b.ReportMetric(float64(with)/float64(without), "times")
}
