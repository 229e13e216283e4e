package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// visits notes when a site's paths were asked for, in virtual time.
type visits struct {
	mu    sync.Mutex
	start time.Time
	at    map[string][]time.Duration
}

func (v *visits) note(r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.at[r.URL.Path] = append(v.at[r.URL.Path], time.Since(v.start).Round(time.Minute))
}

// visited lives with one source of a site in virtual time and returns when its
// paths were asked for.
func visited(t *testing.T, row string, site http.HandlerFunc, before func(*house), how time.Duration) map[string][]time.Duration {
	t.Helper()
	v := &visits{at: make(map[string][]time.Duration)}
	dir := quickDisk(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		v.start = time.Now()
		w, stop := newWire(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			v.note(r)
			site(w, r)
		}))
		text := "site: {contact: ops@news.example}\ndata: " + dir + "/data\nsources:\n" + row + "feeds:\n" + allFeed
		cfg, err := config.Parse("config.yaml", []byte(text), checks())
		if err != nil {
			t.Fatal(err)
		}
		l := &life{t: t, cfg: cfg, set: settings{create: true, log: quiet, network: w.network()}, before: before}
		l.start()
		time.Sleep(how)
		l.stop()
		time.Sleep(time.Minute)
		stop()
	})
	return v.at
}

func oneRelease(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/feed.xml" {
		http.NotFound(w, r)
		return
	}
	fmt.Fprint(w, `<rss version="2.0"><channel><title>t</title><link>/</link><description>d</description><item><title>Notice one of the office</title>`+
		`<link>http://a.test/1.html</link><guid isPermaLink="false">1</guid><pubDate>Fri, 20 Nov 2026 06:00:00 GMT</pubDate></item></channel></rss>`)
}

// A release's page is asked for when its host wants, and rarely when it is not
// there.
func TestArticlesWait(t *testing.T) {
	row := strings.Replace(feedRow("a", "http://a.test/feed.xml"), "kind:", "body: page, kind:", 1)
	for status, want := range map[int]string{503: "[0s 6h0m0s]", 404: "[0s 15m0s 45m0s 1h45m0s 3h45m0s 7h45m0s]", 410: "[0s]"} {
		at := visited(t, row, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/1.html" {
				w.Header().Set("Retry-After", "21600")
				w.WriteHeader(status)
				return
			}
			oneRelease(w, r)
		}, nil, 10*time.Hour)
		if got := fmt.Sprint(at["/1.html"]); got != want {
			t.Errorf("an article that answers %d is asked for at %s, want %s", status, got, want)
		}
	}
}

// unwritable is an asker whose answers no record can hold.
type unwritable struct{ asker }

func (u unwritable) Fetch(ctx context.Context, src news.Source, task news.Task, now time.Time) (news.Batch, error) {
	b, err := u.asker.Fetch(ctx, src, task, now)
	b.Fetched = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC) // RFC 3339 ends before it
	return b, err
}

// An answer that cannot be recorded is a failure like any other: its source is
// not asked once a minute.
func TestUnrecordedAnswersBackOff(t *testing.T) {
	at := visited(t, feedRow("a", "http://a.test/feed.xml"), oneRelease, func(h *house) { h.ask = unwritable{h.ask} }, 5*time.Hour)
	if n := len(at["/feed.xml"]); n < 3 || n > 6 {
		t.Errorf("a source whose answers cannot be recorded was asked %d times in 5 h, at %v", n, at["/feed.xml"])
	}
}

// stalling is an asker that hangs at some hosts for a while.
type stalling struct {
	asker
	hang time.Duration
}

func (s stalling) Fetch(ctx context.Context, src news.Source, task news.Task, now time.Time) (news.Batch, error) {
	if strings.Contains(task.URL, "stall") {
		select {
		case <-time.After(s.hang):
		case <-ctx.Done():
		}
		return news.Batch{Source: src.Origin, Kind: task.Kind, URL: task.URL, Took: s.hang, Problem: &news.Problem{Class: news.ClassTimeout, Condition: news.Unreachable}}, ctx.Err()
	}
	return s.asker.Fetch(ctx, src, task, now)
}

// Sites that stall together for the first time keep the others waiting for
// moments only, and a stop while they do is quick.
func TestSitesThatStallTogether(t *testing.T) {
	var rows strings.Builder
	for n := range 20 {
		rows.WriteString(feedRow(fmt.Sprint("stall-", n), fmt.Sprintf("http://stall%d.test/feed.xml", n)))
	}
	rows.WriteString(feedRow("a", "http://a.test/feed.xml"))
	at := visited(t, rows.String(), oneRelease, func(h *house) {
		h.ask = stalling{h.ask, 30 * time.Second}
		second := news.FetchState{Source: "a", URL: "http://a.test/feed.xml", LastTry: time.Now(), Next: time.Now().Add(time.Second)}
		if err := h.store.SavePoll(context.Background(), second); err != nil { // the others come first
			t.Fatal(err)
		}
	}, 12*time.Second)
	if len(at["/feed.xml"]) < 1 {
		t.Error("20 sites that stall kept another from being asked for 12 s")
	}
}

// witness is an asker that looks into the record while it asks.
type witness struct {
	asker
	look func(news.Task)
}

func (w witness) Fetch(ctx context.Context, src news.Source, task news.Task, now time.Time) (news.Batch, error) {
	w.look(task)
	return w.asker.Fetch(ctx, src, task, now)
}

// An attempt is on disk before it is made: a crash on the way is no reason to
// ask again at once.
func TestAttemptsAreCountedFirst(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/feed.xml", rssOf("A", 0, 1))
	s.write(feedRow("a", o.URL+"/feed.xml"), allFeed)
	s.create()
	h := s.open()
	asked := 0
	h.ask = witness{h.ask, func(task news.Task) {
		asked++
		err := h.store.View(t.Context(), func(l *storage.Ledger) error {
			if state, _ := l.Poll("a", task.URL); state.Failures != 1 || !state.Next.After(time.Now()) {
				t.Errorf("while it is asked for, the record has %+v", state)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}}
	h.flow.idle = func() bool { return h.flow.table.idle(h.flow.now()) }
	if err := h.flow.load(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if err := h.flow.run(t.Context()); err != nil || asked != 1 {
		t.Errorf("asked %d times, %v", asked, err)
	}
}
