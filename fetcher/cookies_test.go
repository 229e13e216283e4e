package fetcher

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chinanews/news"
)

const oneLink = `<ul><li><a href="/a/1.html">A release with a name</a></li></ul>`

// guarded gives its list and its articles to those who show the cookie that
// the list gave, and the list gives it on the way to itself.
func guarded(t *testing.T) *site {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		c, err := r.Cookie("session")
		known := err == nil && c.Value == "s1"
		switch {
		case r.URL.Path == "/list" && !known:
			http.SetCookie(w, &http.Cookie{Name: "session", Value: "s1", Path: "/"})
			http.Redirect(w, r, "/list", http.StatusFound)
		case r.URL.Path == "/list":
			if w.Header().Set("ETag", `"v"`); r.Header.Get("If-None-Match") != "" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			fmt.Fprint(w, oneLink)
		case !known:
			w.WriteHeader(http.StatusForbidden)
		default:
			http.SetCookie(w, &http.Cookie{Name: "article", Value: "seen", Path: "/"})
			fmt.Fprint(w, `<h1>A release with a name</h1><div id="b"><p>Text.</p></div>`)
		}
	})
}

func cookieRow(url string) news.Source {
	src := articleRow(url + "/list")
	src.List.Item, src.Cookies = []string{"li"}, true
	return src
}

func TestCookiesOfAListingGoWithItsArticles(t *testing.T) {
	s := guarded(t)
	src, f := cookieRow(s.URL), newFetcher(t)
	before := news.FetchState{FinalURL: s.URL + "/list", ETag: `"v"`, Reader: f.Reader(src), Condition: news.OK}
	b := fetch(t, f, src, listing(s.URL+"/list", before))
	if b.Problem != nil || b.Unchanged || len(b.Entries) != 1 {
		t.Fatalf("the list: %v, unchanged %v; its cookies are not known yet, so it is asked for whole", b.Problem, b.Unchanged)
	}
	for range 2 {
		if a := fetch(t, f, src, article(src, s.URL+"/a/1.html")); a.Problem != nil {
			t.Fatalf("the article: %v", a.Problem)
		}
		if got := s.last().Header.Get("Cookie"); got != "session=s1" {
			t.Errorf("the article was asked with %q, want what the list gave and no more", got)
		}
	}
	s.mu.Lock()
	s.requests = nil
	s.mu.Unlock()
	if b = fetch(t, f, src, listing(s.URL+"/list", b.State)); b.Problem != nil || !b.Unchanged {
		t.Errorf("the list again: %v, unchanged %v", b.Problem, b.Unchanged)
	}
	if first := s.requests[0].Header.Get("Cookie"); first != "" {
		t.Errorf("the list was asked with %q, as by somebody it knows", first)
	}
	if a := fetch(t, f, src, article(src, s.URL+"/a/1.html")); a.Problem != nil {
		t.Errorf("the article after a list that did not change: %v", a.Problem)
	}
	other := src
	other.Origin = "b"
	if a := fetch(t, f, other, article(other, s.URL+"/a/1.html")); a.Problem == nil || a.Status != http.StatusForbidden {
		t.Errorf("another source has the cookies: %v", a.Problem)
	}
}

func TestNoCookiesUnlessTheRowWantsThem(t *testing.T) {
	s := guarded(t)
	src, f := cookieRow(s.URL), newFetcher(t)
	src.Cookies = false
	if b := fetch(t, f, src, listing(s.URL+"/list", news.FetchState{})); b.Problem == nil || b.Problem.Class != news.ClassRedirect {
		t.Errorf("problem %+v, want redirects in a circle", b.Problem)
	}
	fetch(t, f, src, article(src, s.URL+"/a/1.html"))
	for _, r := range s.requests {
		if c := r.Header.Get("Cookie"); c != "" {
			t.Errorf("%s was asked with %q", r.URL, c)
		}
	}
}

func TestCookiesStayOnTheirSite(t *testing.T) {
	foreign := serve(t, text(`<h1>A release with a name</h1><div id="b"><p>Text.</p></div>`))
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for n := range 200 {
			http.SetCookie(w, &http.Cookie{Name: fmt.Sprintf("c%d", n), Value: "v", Path: "/"})
		}
		http.SetCookie(w, &http.Cookie{Name: "super", Value: "v", Domain: "gov.cn"})
		fmt.Fprint(w, oneLink)
	})
	src, f := cookieRow(s.URL), newFetcher(t)
	fetch(t, f, src, listing(s.URL+"/list", news.FetchState{}))
	fetch(t, f, src, article(src, s.URL+"/a/1.html"))
	if n := strings.Count(s.last().Header.Get("Cookie"), "="); n != maxCookies {
		t.Errorf("%d cookies, want %d at most", n, maxCookies)
	}
	elsewhere := strings.Replace(foreign.URL, "127.0.0.1", "localhost", 1)
	fetch(t, newFetcher(t, func(o *Options) { o.Fetching.Allow = append(o.Fetching.Allow, "::1/128") }), src, article(src, elsewhere+"/a/1.html"))
	if got := foreign.last().Header.Get("Cookie"); got != "" {
		t.Errorf("another host was told %q", got)
	}
}

func TestAStatusThatLies(t *testing.T) {
	body, status := oneLink, http.StatusBadGateway
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
	src, f := cookieRow(s.URL), newFetcher(t)
	src.AcceptStatus = []int{502, 503}
	b := fetch(t, f, src, listing(s.URL+"/list", news.FetchState{Failures: 3}))
	if b.Problem != nil || len(b.Entries) != 1 || b.State.Failures != 0 || !b.State.RetryAfter.IsZero() {
		t.Errorf("502 with the page: %v, state %+v", b.Problem, b.State)
	}
	for doc, words := range map[string]string{
		"<html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1><hr>nginx</html>": "bad gateway",
		"<html><title>Sorry</title><p>We are closed</p></html>":                        "without the page",
		"": "502",
	} {
		body = doc
		b := fetch(t, f, src, listing(s.URL+"/list", news.FetchState{}))
		if b.Problem == nil || b.Problem.Class != news.ClassStatus || b.Condition != news.Unreachable || !strings.Contains(b.Problem.Words, words) || b.State.Failures != 1 {
			t.Errorf("%q with 502: %+v, want the status with %q", doc, b.Problem, words)
		}
	}
	body = "<html><h1>Error</h1><article><p>The gateway did not answer in time, so there is nothing to read.</p></article><title>502</title></html>"
	src.Article.Body = nil
	if a := fetch(t, f, src, article(src, s.URL+"/a/1.html")); a.Problem == nil || len(a.Entries) != 0 {
		t.Errorf("an error page became an article: %+v", a.Entries)
	}
	body, status = oneLink, http.StatusServiceUnavailable
	b = fetch(t, f, src, listing(s.URL+"/list", news.FetchState{}))
	if b.Problem != nil || len(b.Entries) != 1 || !b.State.RetryAfter.After(noon) {
		t.Errorf("503 with the page and a wish: %v, asked again %s; want the page read and the wish kept", b.Problem, b.State.RetryAfter)
	}
}
