package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"chinanews/news"
)

// answered is what a site with earlier addresses does with a request: where it
// sends it, or the path that it answers itself.
func answered(s news.Site, method, host, target string) (status int, to string) {
	h := rehosted(s, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", r.URL.Path)
		w.WriteHeader(http.StatusTeapot)
	}))
	r, w := httptest.NewRequest(method, "http://x"+target, nil), httptest.NewRecorder()
	r.Host = host
	h.ServeHTTP(w, r)
	return w.Code, w.Header().Get("Location")
}

func TestRehosted(t *testing.T) {
	moved := news.Site{BaseURL: "https://news.example", Was: []string{"https://old.example", "http://older.example:8080/press", "https://news.example/was"}}
	below := news.Site{BaseURL: "https://news.example/now", Was: []string{"https://news.example", "https://news.example/now/then"}}
	for _, tt := range []struct {
		site               news.Site
		method, host, path string
		status             int
		to                 string
	}{
		{moved, "GET", "old.example", "/feeds/a.atom", 301, "https://news.example/feeds/a.atom"}, {moved, "HEAD", "old.example", "/", 301, "https://news.example/"},
		{moved, "GET", "OLD.Example.:443", "/stories/x/compare/1..2?of=y", 301, "https://news.example/stories/x/compare/1..2?of=y"}, {moved, "GET", "old.example:80", "/feeds/a/archive/1-2.atom", 301, "https://news.example/feeds/a/archive/1-2.atom"},
		{moved, "GET", "old.example", "/search?q=%E6%96%B0&x=a%0d%0aB:c", 301, "https://news.example/search?q=%E6%96%B0&x=a%0d%0aB:c"}, {moved, "GET", "old.example", "/t/abc/", 301, "https://news.example/t/abc/"},
		{moved, "GET", "old.example", "//evil.example/", 301, "https://news.example//evil.example/"}, {moved, "GET", "old.example", "/@evil.example", 301, "https://news.example/@evil.example"},
		{moved, "POST", "old.example", "/hub", 418, "/hub"}, {moved, "POST", "older.example:8080", "/press/hub", 418, "/hub"}, {moved, "POST", "older.example:8080", "/hub", 418, "/hub"},
		{moved, "GET", "older.example:8080", "/press/feeds/a.rss", 301, "https://news.example/feeds/a.rss"}, {moved, "GET", "older.example:8080", "/press", 301, "https://news.example"}, {moved, "GET", "older.example:8080", "/feeds/a.rss", 301, "https://news.example/feeds/a.rss"},
		{moved, "GET", "older.example", "/press/", 418, "/press/"}, {moved, "GET", "news.example", "/was/feeds/a.atom", 301, "https://news.example/feeds/a.atom"}, {moved, "GET", "news.example", "/wast", 418, "/wast"},
		{moved, "GET", "news.example", "/", 418, "/"}, {moved, "GET", "evil.example", "/", 418, "/"}, {moved, "GET", "old.example.evil.example", "/", 418, "/"}, {moved, "GET", "", "/", 418, "/"}, {moved, "GET", "127.0.0.1:8080", "/", 418, "/"},
		{below, "GET", "news.example", "/now/feeds/a.atom", 418, "/now/feeds/a.atom"}, {below, "GET", "news.example", "/feeds/a.atom", 418, "/feeds/a.atom"}, // a web server took /now off
		{below, "GET", "news.example", "/now/then/feeds/a.atom", 301, "https://news.example/now/feeds/a.atom"},
		{news.Site{BaseURL: "https://news.example"}, "GET", "old.example", "/", 418, "/"},
	} {
		if status, to := answered(tt.site, tt.method, tt.host, tt.path); status != tt.status || to != tt.to {
			t.Errorf("%s %s%s: %d %s, want %d %s", tt.method, tt.host, tt.path, status, to, tt.status, tt.to)
		}
	}
}

// Whatever is asked at whatever host, nobody is led to another site.
func FuzzRehosted(f *testing.F) {
	f.Add("old.example", "//evil.example")
	f.Add("old.example", "/press/../..//evil.example?@x")
	f.Add("evil.example", "/was")
	f.Add("old.example:443", "/%0d%0aLocation:%20https://evil.example")
	f.Fuzz(func(t *testing.T, host, target string) {
		r, err := http.NewRequest(http.MethodGet, "http://x/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.URL, err = r.URL.Parse(target); err != nil {
			return
		}
		r.Host = host
		w, s := httptest.NewRecorder(), news.Site{BaseURL: "https://news.example", Was: []string{"https://old.example", "https://old.example/press", "https://news.example/was"}}
		rehosted(s, http.NotFoundHandler()).ServeHTTP(w, r)
		if to := w.Header().Get("Location"); to != "" && to != s.BaseURL && !strings.HasPrefix(to, s.BaseURL+"/") && !strings.HasPrefix(to, s.BaseURL+"?") || strings.ContainsAny(to, "\r\n") {
			t.Errorf("%q at %q leads to %q", target, host, to)
		}
	})
}

// The whole site has moved: what was asked at the old host is found at the new
// one, and no host that anybody names gets into a page.
func TestMovedSite(t *testing.T) {
	s := newOutsider(t)
	s.h.cfg.Site.Was = []string{"http://old.example"}
	if err := s.h.publish(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	s.scene()
	site := s.h.public()
	posted := make(map[string]int)
	for _, host := range []string{"old.example", "news.example"} { // a hub's subscriber knows the old address
		asked := strings.NewReader("hub.mode=subscribe&hub.topic=http%3A%2F%2F" + host + "%2Ffeeds%2Fopen.atom&hub.callback=https%3A%2F%2Freader.example%2Fhook")
		r, w := httptest.NewRequest(http.MethodPost, "http://"+host+"/hub", asked), httptest.NewRecorder()
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		site.ServeHTTP(w, r)
		posted[host] = w.Code
	}
	if posted["old.example"] != posted["news.example"] || posted["old.example"]/100 == 3 {
		t.Errorf("what is posted to the hub is answered with %v", posted)
	}
	for _, path := range []string{"/", "/feeds/open.atom", "/feeds/open/edits.json", "/feeds/open/", "/stories/" + s.story("plain").Address(10), "/opml.xml", "/t/" + officeToken + "/feeds/zqoffice.rss"} {
		r, w := httptest.NewRequest(http.MethodGet, "http://old.example"+path, nil), httptest.NewRecorder()
		site.ServeHTTP(w, r)
		if w.Code != 301 || w.Header().Get("Location") != "http://news.example"+path {
			t.Errorf("%s at the old host: %d %s", path, w.Code, w.Header().Get("Location"))
		}
		for _, host := range []string{"news.example", "zqelsewhere.example"} {
			r, w = httptest.NewRequest(http.MethodGet, "http://"+host+path, nil), httptest.NewRecorder()
			r.Header.Set("X-Forwarded-Host", "zqelsewhere.example")
			site.ServeHTTP(w, r)
			if w.Code != 200 || strings.Contains(w.Body.String(), "zqelsewhere") {
				t.Errorf("%s at %s: %d\n%.500s", path, host, w.Code, w.Body)
			}
		}
	}
}
