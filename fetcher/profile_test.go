package fetcher

import (
	"fmt"
	"net/http"
	"testing"

	"chinanews/news"
)

const (
	listPage    = `<html><body><div class="releases"><p><a href="/1.html">Ministers meet in the port</a> 2026-11-20</p></div></body></html>`
	releasePage = `<html><body><h1>Ministers meet in the port</h1><div class="words"><p>They met on Friday.</p></div></body></html>`
)

func port() news.Profile {
	return news.Profile{Name: "port", Signs: []news.Sign{{Has: ".releases"}, {Has: ".words"}},
		List: news.List{Item: []string{".releases p"}}, Article: news.Article{Body: []string{".words"}}}
}

// A row that says nothing but its address is read by a profile, whether it
// says that it is HTML or not.
func TestRowsAreReadByProfiles(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/1.html" {
			fmt.Fprint(w, releasePage)
			return
		}
		fmt.Fprint(w, listPage)
	})
	f := newFetcher(t, func(o *Options) { o.Profiles = []news.Profile{port()} })
	for _, kind := range []news.Kind{news.KindAuto, news.KindHTML, ""} {
		src := row(s.URL)
		src.Kind = kind
		b := fetch(t, f, src, listing(s.URL, news.FetchState{}))
		if b.Problem != nil || len(b.Entries) != 1 || b.Profile != "port" || b.Condition != news.OK {
			t.Fatalf("kind %q: %+v, %v", kind, b.Entries, b.Problem)
		}
		b = fetch(t, f, src, news.Task{Kind: news.TaskArticle, Source: "a", URL: b.Entries[0].URL, Listed: b.Entries[0]})
		if b.Problem != nil || b.Profile != "port" || Text(b.Entries[0].HTML) != "They met on Friday." {
			t.Errorf("kind %q: %+v, %v", kind, b.Entries, b.Problem)
		}
	}
}

// Without a profile that fits, a page is no feed to a row that does not say
// what it is, and to one that says it is a page, one to discover.
func TestPagesOfNoFamily(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<html><body><p><a href="/1.html">Ministers meet in the port</a></p></body></html>`)
	})
	f := newFetcher(t, func(o *Options) { o.Profiles = []news.Profile{port()} })
	for kind, want := range map[news.Kind]news.Condition{news.KindAuto: news.HTMLInstead, news.KindFeed: news.HTMLInstead, news.KindHTML: news.Redesigned} {
		src := row(s.URL)
		src.Kind = kind
		if b := fetch(t, f, src, listing(s.URL, news.FetchState{})); b.Problem == nil || b.Condition != want {
			t.Errorf("kind %q: %s, %v; want %s", kind, b.Condition, b.Problem, want)
		}
	}
}

// A profile that changed reads what did not: validators and the capture of
// before say nothing.
func TestChangedProfilesReadAnew(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("ETag", `"1"`)
		fmt.Fprint(w, listPage)
	})
	src := row(s.URL)
	src.Kind = news.KindHTML
	before := newFetcher(t, func(o *Options) { o.Profiles = []news.Profile{port()} })
	first := fetch(t, before, src, listing(s.URL, news.FetchState{}))
	if again := fetch(t, before, src, listing(s.URL, first.State)); !again.Unchanged || s.last().Header.Get("If-None-Match") == "" {
		t.Fatalf("the same page again: %+v", again)
	}
	changed := port()
	changed.List.LinkMatch = "html$"
	after := newFetcher(t, func(o *Options) { o.Profiles = []news.Profile{changed} })
	if anew := fetch(t, after, src, listing(s.URL, first.State)); anew.Unchanged || len(anew.Entries) != 1 || s.last().Header.Get("If-None-Match") != "" {
		t.Errorf("by another profile: %+v", anew)
	}
}
