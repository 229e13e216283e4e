package fetcher

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

func TestCheckAddress(t *testing.T) {
	for _, good := range []string{
		"https://x.example/list.html", "https://x.example/{2006-01}/{02}/node.htm", "https://x.example/day/{20060102}.shtml",
		"https://x.example/?d={2006-1-2}", "https://x.example/{2006年01月}/", "https://x.example/{Jan}/{_2}", "https://x.example/%7Bid%7D",
	} {
		if err := CheckAddress(good); err != nil {
			t.Errorf("%s is refused: %v", good, err)
		}
	}
	for bad, want := range map[string]string{
		"https://x.example/{yyyy-MM}/":    "{yyyy-MM} in the address",
		"https://x.example/{docId}":       "no layout of a day",
		"https://x.example/{2006 15:04}":  "no layout of a day",
		"https://x.example/{}":            "no layout of a day",
		"https://x.example/{-}":           "no layout of a day",
		"https://x.example/{2006":         "not closed",
		"https://x.example/2006}":         "not closed",
		"https://{2006}.example/list.htm": "host",
	} {
		if err := CheckAddress(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error that says %q", bad, err, want)
		}
	}
}

func TestOn(t *testing.T) {
	at := time.Date(2026, 3, 5, 23, 59, 0, 0, time.UTC)
	for template, want := range map[string]string{
		"https://x.example/{2006-01}/{02}/node_01.htm": "https://x.example/2026-03/05/node_01.htm",
		"https://x.example/{20060102}/{1}-{2}":         "https://x.example/20260305/3-5",
		"https://x.example/{n}/{yyyy}/{02":             "https://x.example/{n}/{yyyy}/{02",
		"https://x.example/02/2006":                    "https://x.example/02/2006",
	} {
		if got := on(template, at); got != want {
			t.Errorf("%s is %s, want %s", template, got, want)
		}
	}
}

// daily is a paper that prints one list a day, at its own hour.
func daily(t *testing.T, printed func(path string) bool) *site {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !printed(r.URL.Path) {
			http.NotFound(w, r)
			return
		}
		if w.Header().Set("ETag", `"v"`); r.Header.Get("If-None-Match") == `"v"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, `<ul><li><a href="content_1.html">The same words every day</a></li></ul>`)
	})
}

func TestTheDayInAnAddress(t *testing.T) {
	printed := map[string]bool{"/2026-11/22/node.html": true}
	s := daily(t, func(path string) bool { return printed[path] })
	src := row(s.URL + "/{2006-01}/{02}/node.html")
	src.Kind, src.List.Item = news.KindHTML, []string{"li"}
	f := newFetcher(t)
	state := news.FetchState{}
	ask := func(at time.Time) news.Batch {
		t.Helper()
		b, err := f.Fetch(context.Background(), src, news.Task{Kind: news.TaskListing, Source: "a", URL: src.URLs[0], State: state}, at)
		if err != nil {
			t.Fatal(err)
		}
		state = b.State
		return b
	}
	midnight := time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC) // in Beijing, where the 23rd begins
	b := ask(midnight.Add(-time.Minute))
	if b.Problem != nil || b.URL != src.URLs[0] || b.State.URL != src.URLs[0] || b.FinalURL != s.URL+"/2026-11/22/node.html" {
		t.Fatalf("asked %s, then %s (%v); state of %s", b.URL, b.FinalURL, b.Problem, b.State.URL)
	}
	if got, want := b.Entries[0].URL, s.URL+"/2026-11/22/content_1.html"; got != want {
		t.Errorf("the entry is at %s, want %s", got, want)
	}
	b = ask(midnight.Add(5 * time.Minute))
	if b.Problem != nil || b.Status != http.StatusNotModified || !b.Unchanged || s.count("/2026-11/23/node.html") != 1 {
		t.Errorf("before the paper is out: status %d, %v; want yesterday's, not modified", b.Status, b.Problem)
	}
	printed["/2026-11/23/node.html"] = true
	b = ask(midnight.Add(6 * time.Hour))
	if b.Problem != nil || b.Unchanged || len(b.Entries) != 1 || !strings.Contains(b.Entries[0].URL, "/2026-11/23/") {
		t.Errorf("the new paper: unchanged %v, %+v (%v); want its own entry, though its bytes are yesterday's", b.Unchanged, b.Entries, b.Problem)
	}
	if b = ask(midnight.Add(6*time.Hour + time.Minute)); b.Status != http.StatusNotModified {
		t.Errorf("asked again: status %d, want 304", b.Status)
	}
	b = ask(midnight.Add(5 * 24 * time.Hour))
	if b.Problem == nil || b.Problem.Class != news.ClassStatus || b.Status != 404 || b.State.Failures != 1 {
		t.Errorf("a paper that is gone for days: %+v, want its 404", b.Problem)
	}
}

func TestWhereADayWentTheNextNeedNotGo(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/new.xml" {
			http.Redirect(w, r, "/new.xml", http.StatusMovedPermanently)
			return
		}
		fmt.Fprint(w, oneItem)
	})
	src := row(s.URL + "/{20060102}.xml")
	b := fetch(t, newFetcher(t), src, listing(src.URLs[0], news.FetchState{}))
	if b.Problem != nil || b.State.Moved.To != "" {
		t.Errorf("moved to %q (%v), want nowhere", b.State.Moved.To, b.Problem)
	}
}

func TestRowsShareADay(t *testing.T) {
	printed := map[string]bool{"/22.html": true}
	s := daily(t, func(path string) bool { return printed[path] })
	src := row(s.URL + "/{02}.html")
	src.Kind, src.List.Item, src.MinInterval = news.KindHTML, []string{"li"}, news.Duration(10*time.Minute)
	abroad := src
	abroad.Origin, abroad.Timezone = "b", "UTC"
	f := newFetcher(t, func(o *Options) { o.Shared = src.URLs })
	at := time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC) // the 23rd in Beijing
	for _, tt := range []struct {
		src          news.Source
		after        time.Duration
		today, asked int // how often the 23rd and the 22nd were asked for by then
		final        string
	}{
		{src, 0, 1, 1, "/22.html"}, {src, time.Minute, 1, 1, "/22.html"}, {abroad, 2 * time.Minute, 1, 2, "/22.html"}, {src, 20 * time.Minute, 2, 3, "/22.html"},
	} {
		b, err := f.Fetch(context.Background(), tt.src, news.Task{Kind: news.TaskListing, Source: tt.src.Origin, URL: src.URLs[0]}, at.Add(tt.after))
		if err != nil || b.Problem != nil || b.FinalURL != s.URL+tt.final || len(b.Entries) != 1 {
			t.Errorf("after %v: %s, %d entries, %v", tt.after, b.FinalURL, len(b.Entries), b.Problem)
		}
		if today, asked := s.count("/23.html"), s.count("/22.html"); today != tt.today || asked != tt.asked {
			t.Errorf("after %v: today's was asked for %d times, yesterday's %d; want %d and %d", tt.after, today, asked, tt.today, tt.asked)
		}
	}
}
