package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/config"
	"chinanews/fetcher/origintest"
	"chinanews/news"
	"chinanews/storage"
)

// later is when virtual time begins: it starts in the year 2000, where the
// dates of releases would look old.
var later = time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)

// quickDisk is a directory whose syncs cost nothing: what is tested in virtual
// time is not the disk. What packs records makes its channels when it is first
// used, and must do so outside of any bubble.
func quickDisk(t *testing.T) string {
	t.Helper()
	s := newSite(t)
	s.write(feedRow("a", "http://a.test/feed.xml"), allFeed)
	s.create()
	for range 2 {
		if err := s.open().close(); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := os.MkdirTemp("/dev/shm", "chinanews-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// life is a daemon without listeners that is started and stopped in virtual
// time.
type life struct {
	t      *testing.T
	cfg    news.Config
	set    settings
	before func(*house) // nil, or called before a house begins to live

	house *house
	stop  func() time.Duration // how long stopping took
}

func (l *life) start() {
	l.t.Helper()
	h, err := open(context.Background(), l.cfg, l.set)
	if err != nil {
		l.t.Fatal(err)
	}
	if l.before != nil {
		l.before(h)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if err := h.flow.load(ctx, false); err != nil {
		l.t.Fatal(err)
	}
	ended := make(chan error, 2)
	go func() { ended <- h.flow.run(ctx) }()
	go func() { ended <- h.flow.fillLate(ctx) }()
	l.house = h
	l.stop = func() time.Duration {
		begin := time.Now()
		cancel()
		for range 2 {
			if err := <-ended; err != nil {
				l.t.Error(err)
			}
		}
		if err := h.close(); err != nil {
			l.t.Error(err)
		}
		return time.Since(begin)
	}
}

// titles are the releases that the record has of a source.
func (l *life) titles(source string) (out []string) {
	err := l.house.store.View(context.Background(), func(led *storage.Ledger) error {
		for i := range led.Items(news.Origin(source), time.Time{}) {
			out = append(out, i.Shown.Title)
		}
		return nil
	})
	if err != nil {
		l.t.Error(err)
	}
	return out
}

// takeDays are the manners that half a day cannot show: how errors are backed
// off from, and what comes later than that.
var takeDays = []int{33, 42, 43, 44, 45, 46, 48, 49, 51, 52, 53, 54, 94}

func TestScore(t *testing.T) {
	dir := quickDisk(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		l := &life{t: t, set: settings{create: true, log: quiet}}
		var w *wire
		o := origintest.New(origintest.Poller{
			MinInterval: 20 * time.Minute, Interval: time.Hour, Timeout: 30 * time.Second, Hour: time.Hour,
			Published: func(site string) []string { return l.titles(site) },
			Private:   func() int { return int(w.private.Load()) },
		})
		w, stop := newWire(t, o)
		l.set.network = w.network()
		l.cfg = scoreConfig(t, dir, o.Subscriptions())
		restarts, span := 24*time.Hour, 96*time.Hour
		switch {
		case os.Getenv("CHINANEWS_LONG") != "":
			restarts, span = 60*time.Hour, 240*time.Hour
		case testing.Short(): // enough for races, and for most manners
			restarts, span = 6*time.Hour, 12*time.Hour
		}
		stopped := l.runDays(o, restarts, span)
		table := o.Score()
		table.Add(88, stopped <= 10*time.Second, fmt.Sprintf("stopping while sites stall took %v, and nothing was lost", stopped))
		l.stop()
		time.Sleep(time.Minute) // connections that are idle end
		stop()
		var b strings.Builder
		table.Print(&b)
		t.Log("\n" + b.String())
		failed := table.Failed()
		if testing.Short() {
			failed = slices.DeleteFunc(failed, func(v origintest.Verdict) bool { return slices.Contains(takeDays, v.No) })
		}
		if len(failed) > 0 {
			t.Errorf("failed: %+v", failed)
		}
	})
}

// runDays lives for a span, and is started five times in one minute after some
// of it.
func (l *life) runDays(o *origintest.Origin, restarts, span time.Duration) (stopped time.Duration) {
	l.start()
	time.Sleep(restarts)
	for !o.Busy() { // a stop that interrupts nothing shows nothing
		time.Sleep(time.Second)
	}
	for range 5 {
		stopped = max(stopped, l.stop())
		o.Restarted()
		l.start()
		time.Sleep(10 * time.Second)
	}
	time.Sleep(span - restarts)
	return stopped
}

func scoreConfig(t *testing.T, dir string, subs []origintest.Subscription) news.Config {
	t.Helper()
	var rows strings.Builder
	count := make(map[string]int)
	for _, s := range subs {
		id := s.Site
		if n := count[s.Site]; n > 0 {
			id = fmt.Sprint(s.Site, "-", n)
		}
		count[s.Site]++
		fmt.Fprintf(&rows, "  - {id: %q, url: %q, kind: feed, body: feed, language: en, rights: government, publisher: Office, tags: [x], headers: {", id, s.URL)
		for name, value := range s.Headers {
			fmt.Fprintf(&rows, "%q: %q, ", name, value)
		}
		rows.WriteString("}}\n")
	}
	text := "site: {contact: ops@news.example}\ndata: " + dir + "/data\n" +
		"defaults: {interval: 1h, min_interval: 20m, max_age: 365d}\nsources:\n" + rows.String() + "feeds:\n  - {id: all, title: All, languages: all}\n"
	cfg, err := config.Parse("config.yaml", []byte(text), checks())
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}
