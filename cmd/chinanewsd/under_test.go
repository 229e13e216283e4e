package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// A site below a path answers whether or not the web server before it has taken
// the path off, and sends everybody to addresses with it.
func TestUnderAPath(t *testing.T) {
	file := newSite(t)
	file.write("  - {id: a, url: \"http://a.example/feed.xml\", kind: feed, language: en}\n", "  - {id: now, was: [before], title: Now}\n")
	file.set("http://news.example", "http://news.example/x")
	file.create()
	s := &toldSite{t: t, h: file.open()}
	if err := s.h.publish(t.Context(), "unused"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path, to string
		status   int
	}{
		{"/x/feeds/now.atom", "", 200}, {"/feeds/now.atom", "", 200}, {"/x/", "", 200}, {"/", "", 200}, {"/x", "/x/", 301}, {"/xx", "", 404}, {"/x/x/", "", 404},
		{"/x/feeds/now", "/x/feeds/now/", 301}, {"/feeds/now", "/x/feeds/now/", 301}, {"/x/feeds/before.rss", "/x/feeds/now.rss", 301}, {"/feeds/before/", "/x/feeds/now/", 301},
		{"/x/feed", "/x/feeds/now.atom", 301}, {"/x/search?q=tariff", "", 200}, {"/x/opml.xml", "", 200}, {"/x/site.css", "", 200}, {"/x//feeds/now.atom", "", 404}, {"/x/../feeds/now.atom", "", 404}, {"/x/./feeds/now/", "", 404}, {"/x/feeds/now/edits", "/x/feeds/now/edits/", 301}, {"/feeds/now/removals", "/x/feeds/now/removals/", 301}, {"/x/feeds/edits", "/x/feeds/edits/", 301},
		{"/x/zh", "/x/zh/", 301}, {"/x/feeds/no/edits", "", 404}, {"/x/zh/feed", "", 404}, {"/x/en/rss/", "/x/feeds/now.rss", 301}, {"/x/en/feeds", "/x/en/", 301}, {"/feeds/", "/x/", 301},
	} {
		w := s.get(tt.path)
		if w.Code != tt.status || w.Header().Get("Location") != tt.to {
			t.Errorf("%s: %d to %q, want %d to %q", tt.path, w.Code, w.Header().Get("Location"), tt.status, tt.to)
		}
	}
	for path, to := range map[string]string{"/x/feeds/now.json": "/x/feeds/now/", "/feeds/now.json": "/x/feeds/now/", "/x/search.atom?q=tariff": "/x/search?q=tariff"} {
		r, w := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
		r.Header.Set("Sec-Fetch-Dest", "document")
		s.h.public().ServeHTTP(w, r)
		if w.Code != http.StatusFound || w.Header().Get("Location") != to {
			t.Errorf("a browser at %s: %d to %q, want %q", path, w.Code, w.Header().Get("Location"), to)
		}
	}
}

// What is counted, and what is not, is so below a path too.
func TestPacedUnderAPath(t *testing.T) {
	file := newSite(t)
	file.write("  - {id: a, url: \"http://a.example/feed.xml\", kind: feed, language: en}\n", "  - {id: now, title: Now}\n")
	file.set("http://news.example", "http://news.example/x")
	file.set("data: data", "trusted_proxies: []\ndata: data")
	file.create()
	s := &toldSite{t: t, h: file.open()}
	if err := s.h.publish(t.Context(), "unused"); err != nil {
		t.Fatal(err)
	}
	entrance := s.h.entrance()
	refused := func(path string, n int) (refused int) {
		for range n {
			w := httptest.NewRecorder()
			if entrance.ServeHTTP(w, httptest.NewRequest("GET", path, nil)); w.Code == http.StatusTooManyRequests {
				refused++
			}
		}
		return refused
	}
	if n := refused("/x/feeds/now.atom", 2*pageRate.Burst); n != 0 {
		t.Errorf("%d requests for a feed are refused", n)
	}
	if n := refused("/x/search?q=tariff", 2*searchRate.Burst); n < searchRate.Burst/2 {
		t.Errorf("only %d searches are refused", n)
	}
}
