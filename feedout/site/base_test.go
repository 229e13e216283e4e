package site

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"chinanews/news"
)

var (
	// leads is whatever a page, or JSON in place of one, leads to.
	leads = regexp.MustCompile(`(?:href|action|src|content)="(/[^"]*|https://news\.example\.org[^"]*)"|"url": "([^"]*)"`)
	// documents are not of this package.
	documents = regexp.MustCompile(`^/(feeds/.*|search)\.(atom|rss|json)(\?|$)|^/opml\.xml$`)
)

// A site may stand below a path: no link leads out of it, and all that it leads
// to is there.
func TestBelowAPath(t *testing.T) {
	lib := library()
	lib.site = lib.Site()
	lib.site.BaseURL += "/a/b"
	lib.told, lib.gone = nil, nil // their paths are made up
	h := New(lib, searchable(&finder{Results: Results{Items: lib.items[:1], More: news.Place{At: 7}.String()}}))
	todo, seen := []string{"/", "/feed", "/rss.xml", "/feeds", "/feeds/zh", "/search", "/search?q=release", "/stories/a" + lib.items[0].Address, "/stories/" + lib.items[0].Address + ".json"}, map[string]bool{}
	for ; len(todo) > 0; todo = todo[1:] {
		if seen[todo[0]] || documents.MatchString(todo[0]) {
			continue
		}
		seen[todo[0]] = true
		todo = append(todo, below(t, h, todo[0])...)
	}
	if len(seen) < 40 {
		t.Errorf("only %d addresses were followed", len(seen))
	}
	if body := get(h, http.MethodGet, "/robots.txt").Body.String(); !strings.Contains(body, "Disallow: /a/b/search\n") || !strings.Contains(body, "Disallow: /a/b/desk/\n") {
		t.Errorf("robots.txt:\n%s", body)
	}
}

// below are the paths that one of the site leads to, which must all be below
// that of the site.
func below(t *testing.T, h http.Handler, target string) (paths []string) {
	w := get(h, http.MethodGet, target)
	if w.Code != 200 && w.Code != 301 {
		t.Errorf("%s: %d", target, w.Code)
	}
	links := []string{w.Header().Get("Location")}
	for _, m := range leads.FindAllStringSubmatch(w.Body.String(), -1) {
		links = append(links, m[1]+m[2])
	}
	for _, link := range links {
		path, whole := strings.CutPrefix(strings.ReplaceAll(link, "&amp;", "&"), "https://news.example.org")
		rest, in := strings.CutPrefix(path, "/a/b/")
		switch {
		case in:
			paths = append(paths, "/"+rest)
		case whole || strings.HasPrefix(path, "/"):
			t.Errorf("%s leads out of the site, to %s", target, link)
		}
	}
	return paths
}
