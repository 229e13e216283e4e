package site

import (
	"compress/gzip"
	"errors"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"chinanews/news"
)

func TestAddresses(t *testing.T) {
	lib := &shelf{}
	for n := range byte(70) {
		lib.items = append(lib.items, item(n+1, "en", nil))
	}
	first := lib.items[0].Address
	h := New(lib, Options{})
	for _, tt := range []struct {
		method, target string
		status         int
		location       string
	}{
		{"GET", "/feeds/china-news/?page=1", 301, "/feeds/china-news/"}, {"GET", "/feeds/china-news/?page=3", 301, "/feeds/china-news/page/3/"}, {"GET", "/feeds/china-news/page/3/", 200, ""}, {"GET", "/feeds/china-news/page/3/?page=2", 200, ""}, {"GET", "/feeds/china-news/page/1/", 301, "/feeds/china-news/"}, {"GET", "/feeds/china-news/page/4/", 404, ""}, {"GET", "/feeds/china-news/page/02/", 404, ""}, {"GET", "/feeds/china-news/page/x/", 404, ""}, {"GET", "/feeds/china-news/page/", 404, ""}, {"GET", "/feeds/nobody/page/2/", 404, ""}, {"GET", "/feeds/china-news/?page=4", 404, ""}, {"GET", "/feeds/china-news/?page=0", 404, ""},
		{"GET", "/feeds/china-news/?page=-1", 404, ""}, {"GET", "/feeds/china-news/?page=x", 404, ""}, {"GET", "/feeds/china-news/?page=02", 404, ""}, {"GET", "/feeds/china-news/?page=%2B2", 404, ""},
		{"GET", "/feeds/china-news/?page=1001", 404, ""}, {"GET", "/feeds/china-news/?page=99999999999999999999", 404, ""}, {"GET", "/feeds/china-news/?page=２", 404, ""}, {"GET", "/feeds/china-news/?other=1", 200, ""}, {"GET", "/feeds/china-news/?%zz;", 200, ""},
		{"GET", "/feeds/none/", 404, ""}, {"GET", "/stories/none", 404, ""}, {"GET", "/stories/" + strings.Repeat("a", 200), 404, ""}, {"GET", "/nothing", 404, ""}, {"GET", "/stories/", 404, ""},
		{"GET", "/stories/a" + first, 301, "/stories/" + first}, {"GET", "/stories/" + strings.ToUpper(first), 301, "/stories/" + first},
		{"GET", "/feed", 301, "/feeds/china-news.atom"}, {"GET", "/rss", 301, "/feeds/china-news.rss"}, {"GET", "/rss.xml", 301, "/feeds/china-news.rss"}, {"GET", "/atom.xml", 301, "/feeds/china-news.atom"},
		{"GET", "/feed.xml", 301, "/feeds/china-news.atom"}, {"GET", "/index.xml", 301, "/feeds/china-news.atom"}, {"GET", "/feeds", 301, "/"}, {"GET", "/feeds/zh", 301, "/feeds/zh/"}, {"GET", "/feeds/none", 404, ""},
		{"POST", "/", 405, ""}, {"DELETE", "/stories/x", 405, ""}, {"OPTIONS", "/", 405, ""}, {"TRACE", "/", 405, ""}, {"PROPFIND", "/feeds/zh/", 405, ""}, {"HEAD", "/", 200, ""}, {"HEAD", "/nothing", 404, ""},
		{"GET", "/../etc/passwd", 404, ""}, {"GET", "/site.css%00", 404, ""}, {"GET", "/feeds/%2e%2e/", 404, ""}, {"GET", "/feeds/..%2f..%2fx/", 404, ""}, {"GET", `/\\evil.example`, 404, ""},
		{"GET", "/stories/%2F" + first, 404, ""}, {"GET", "/feeds/china-news%2F", 404, ""}, {"GET", "/%5Cevil.example", 404, ""}, {"GET", "http://evil.example//evil.example/feed", 404, ""}, {"GET", "/templates/home.html", 404, ""},
		{"GET", "/robots.txt", 200, ""}, {"GET", "/favicon.ico", 200, ""}, {"GET", "/site.css", 200, ""}, {"GET", "/about", 200, ""}, {"GET", "/polling", 200, ""}, {"GET", "/polling/", 404, ""},
	} {
		w := get(h, tt.method, tt.target)
		if w.Code != tt.status || w.Header().Get("Location") != tt.location {
			t.Errorf("%s %s: %d %s, want %d %s", tt.method, tt.target, w.Code, w.Header().Get("Location"), tt.status, tt.location)
		}
		for name, want := range map[string]string{"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s %s: %s is %q", tt.method, tt.target, name, got)
			}
		}
		if tt.status == 405 && w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: Allow is %q", tt.method, w.Header().Get("Allow"))
		}
	}
}

// The words of a request never come back in a page.
func TestRequestStaysOut(t *testing.T) {
	h := New(library(), Options{})
	for _, target := range []string{"/", "/nothing-<marker>", "/feeds/marker/", "/stories/markermarker", "/feeds/china-news/?page=marker", "/polling?marker=1"} {
		w := get(h, "GET", target, "X-Forwarded-Host", "marker.example", "Forwarded", "host=marker.example", "Referer", "https://marker.example/", "Accept-Language", "marker")
		for name, values := range w.Header() {
			if strings.Contains(strings.Join(values, ""), "marker") {
				t.Errorf("%s: header %s has the request's words", target, name)
			}
		}
		if body := w.Body.String(); strings.Contains(body, "marker") || strings.Contains(body, "elsewhere.example") {
			t.Errorf("%s: the page has the request's words", target)
		}
	}
}

func TestPaging(t *testing.T) {
	lib := &shelf{}
	for n := range byte(70) {
		lib.items = append(lib.items, item(n+1, "en", nil))
	}
	h := New(lib, Options{})
	for query, want := range map[string]struct{ has, hasNot string }{
		"":        {`rel="next" href="/feeds/china-news/page/2/"`, `rel="prev"`},
		"page/2/": {`rel="prev" href="/feeds/china-news/"`, `>Release 30<`},
		"page/3/": {`rel="prev" href="/feeds/china-news/page/2/"`, `rel="next"`},
	} {
		body := get(h, "GET", "/feeds/china-news/"+query).Body.String()
		canonical := `<link rel="canonical" href="https://news.example.org/feeds/china-news/` + query + `">`
		if !strings.Contains(body, want.has) || strings.Contains(body, want.hasNot) || !strings.Contains(body, canonical) {
			t.Errorf("page %q must have %q and %q, and not %q", query, want.has, canonical, want.hasNot)
		}
	}
	if body := get(New(&shelf{items: lib.items[:30]}, Options{}), "GET", "/feeds/china-news/").Body.String(); strings.Contains(body, "paging") {
		t.Error("one full page has paging")
	}
}

// An empty site is a site: nothing to read yet, but all pages.
func TestEmpty(t *testing.T) {
	h := New(&shelf{}, Options{})
	for _, target := range []string{"/", "/zh/", "/feeds/zh/", "/polling", "/about"} {
		if w := get(h, "GET", target); w.Code != 200 {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
	none := New(noFeeds{&shelf{}}, Options{})
	if w := get(none, "GET", "/feed"); w.Code != 404 {
		t.Errorf("/feed without feeds: %d", w.Code)
	}
	if body := get(none, "GET", "/").Body.String(); !strings.Contains(body, "Nothing here yet.") {
		t.Error("Home says nothing of there being nothing")
	}
}

type noFeeds struct{ *shelf }

func (noFeeds) Feeds() []news.Feed { return nil }

func TestUnreadableRecord(t *testing.T) {
	lib := library()
	lib.err = errors.New("disk is gone")
	h := New(lib, Options{})
	for _, target := range []string{"/", "/feeds/china-news/", "/stories/" + lib.items[0].Address, "/polling"} {
		w := get(h, "GET", target)
		if w.Code != 503 || strings.Contains(w.Body.String(), "disk is gone") || strings.Contains(w.Body.String(), "<") || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}

// A page that cannot be made is not half made.
func TestBrokenTemplate(t *testing.T) {
	if _, err := brokenSite().render(view{name: "home"}); err == nil {
		t.Fatal("the template renders")
	}
	for name, f := range map[string]http.HandlerFunc{"page": brokenSite().page(func(*http.Request) (view, error) { return view{name: "home"}, nil }), "missing": brokenSite().missing} {
		w := get(f, "GET", "/")
		if w.Code != map[string]int{"page": 500, "missing": 404}[name] || strings.Contains(w.Body.String(), "<") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestConditional(t *testing.T) {
	lib := library()
	h := New(lib, Options{})
	for _, target := range []string{"/", "/feeds/zh/", "/stories/" + lib.items[0].Address, "/site.css", "/robots.txt"} {
		plain, packed := get(h, "GET", target), get(h, "GET", target, "Accept-Encoding", "deflate, gzip;q=0.5")
		tag, packedTag := plain.Header().Get("ETag"), packed.Header().Get("ETag")
		if tag == "" || tag == packedTag || packed.Header().Get("Vary") != map[bool]string{true: "Accept-Encoding, Accept-Language", false: "Accept-Encoding"}[target == "/"] || !strings.HasPrefix(plain.Header().Get("Cache-Control"), "public, max-age=") {
			t.Errorf("%s: headers %v, compressed %v", target, plain.Header(), packed.Header())
		}
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatal(err)
		}
		if same, err := io.ReadAll(z); err != nil || string(same) != plain.Body.String() {
			t.Errorf("%s: compressed is another page (%v)", target, err)
		}
		if w := get(h, "GET", target, "If-None-Match", `"x", W/`+tag); w.Code != 304 || w.Body.Len() != 0 {
			t.Errorf("%s again: %d with %d bytes", target, w.Code, w.Body.Len())
		}
		if w := get(h, "GET", target, "If-None-Match", packedTag, "Accept-Encoding", "gzip"); w.Code != 304 {
			t.Errorf("%s again, compressed: %d", target, w.Code)
		}
		if w := get(h, "GET", target, "If-None-Match", `"other"`); w.Code != 200 {
			t.Errorf("%s with another tag: %d", target, w.Code)
		}
	}
}

// On a real listener: the same answers to HEAD without a body.
func TestHead(t *testing.T) {
	server := httptest.NewServer(New(library(), Options{}))
	t.Cleanup(server.Close)
	for _, target := range []string{"/", "/nothing", "/site.css"} {
		resp, err := http.Head(server.URL + target)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || len(body) != 0 || resp.Header.Get("Content-Type") == "" {
			t.Errorf("HEAD %s: %d bytes, %v, %v", target, len(body), resp.Header, err)
		}
	}
}

// brokenSite has templates that fail in the middle.
func brokenSite() *site {
	s := &site{Library: library()}
	s.pages = template.Must(template.New("").Parse(`{{define "home.html"}}<p>half{{.Nothing}}{{end}}{{define "missing.html"}}<p>{{.Nothing}}{{end}}`))
	return s
}

// A story that was withdrawn is gone, with the reason, and nothing of its text.
func TestAWithdrawnStoryIsGone(t *testing.T) {
	for lang, title := range map[string]string{"en": "Withdrawn", "zh-CN": "本站已撤下"} {
		pages := New(&shelf{err: &GoneError{Lang: lang, Words: "We withdrew this: a <b>mistake</b>."}, items: []Item{item(1, "en", func(*Item) {})}}, Options{})
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/stories/"+item(1, "en", func(*Item) {}).Address, nil))
		body := w.Body.String()
		if w.Code != http.StatusGone || !strings.Contains(body, "<h1>"+title+"</h1>") || !strings.Contains(body, "We withdrew this: a &lt;b&gt;mistake&lt;/b&gt;.") {
			t.Errorf("%s: %d\n%s", lang, w.Code, body)
		}
		if got := w.Header().Get("Content-Language"); got != locale(interfaceOf(lang)) {
			t.Errorf("%s: language %q", lang, got)
		}
	}
}
