package fetcher

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chinanews/news"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

const oneItem = `<rss version="2.0"><channel><title>t</title><item><title>Release</title><guid>1</guid><pubDate>Mon, 23 Nov 2026 03:00:00 GMT</pubDate></item></channel></rss>`

// site is a server that remembers how it was asked.
type site struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
}

func serve(t *testing.T, h http.HandlerFunc) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, r)
		s.mu.Unlock()
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// last is the last request for a document.
func (s *site) last() *http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests[len(s.requests)-1]
}

func (s *site) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.requests {
		if r.URL.Path == path {
			n++
		}
	}
	return n
}

func settings() news.Fetching {
	return news.Fetching{Concurrency: 4, Timeout: news.Duration(5 * time.Second), MaxBody: 1 << 20, MaxItems: 100, Robots: true, Allow: []string{"127.0.0.0/8"},
		Contact: "ops@example.org", Hosts: []news.HostRule{{Pattern: "*", Connections: 4}}}
}

func newFetcher(t *testing.T, change ...func(*Options)) *Fetcher {
	t.Helper()
	o := Options{Fetching: settings(), Version: "1.2", BaseURL: "https://news.example"}
	for _, c := range change {
		c(&o)
	}
	f, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func row(url string) news.Source {
	return news.Source{ID: "a", Origin: "a", Kind: news.KindFeed, Language: "en", Timezone: "Asia/Shanghai", URLs: []string{url}, Robots: true}
}

func listing(url string, s news.FetchState) news.Task {
	return news.Task{Kind: news.TaskListing, Source: "a", URL: url, State: s}
}

func fetch(t *testing.T, f *Fetcher, src news.Source, task news.Task) news.Batch {
	t.Helper()
	b, err := f.Fetch(context.Background(), src, task, noon)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func text(body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header()[headers[i]] = []string{headers[i+1]}
		}
		fmt.Fprint(w, body)
	}
}

func TestGoodAnswer(t *testing.T) {
	s := serve(t, text(oneItem, "ETag", `"v1"`, "Last-Modified", "Mon, 23 Nov 2026 03:00:00 GMT", "Set-Cookie", "a=b"))
	f := newFetcher(t)
	b := fetch(t, f, row(s.URL), listing(s.URL+"/feed", news.FetchState{}))
	if b.Problem != nil || b.Condition != news.OK || len(b.Entries) != 1 || b.Status != 200 || b.Source != "a" || b.ID.IsZero() || b.Capture == "" || b.Reader == "" {
		t.Errorf("batch %+v", b)
	}
	want := news.FetchState{Source: "a", URL: s.URL + "/feed", FinalURL: s.URL + "/feed", ETag: `"v1"`, LastModified: "Mon, 23 Nov 2026 03:00:00 GMT",
		Condition: news.OK, Status: 200, Charset: "utf-8 (header)", Items: 1, LastTry: noon, LastGood: noon, Capture: b.Capture, Reader: b.Reader,
		Habit:  news.Habit{Answers: 1, Yield: 1, Size: len(oneItem), Charset: b.Charset, Minutes: 1, Newest: noon.Add(-time.Hour)},
		Lately: []news.Turn{{At: noon, Condition: news.OK}}}
	got := b.State
	got.Warnings, got.Set = nil, ""
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("state\n%+v, want\n%+v", got, want)
	}
	fetch(t, f, row(s.URL), listing(s.URL+"/feed", news.FetchState{}))
	r := s.last()
	for name, want := range map[string]string{"User-Agent": "chinanewsd/1.2 (+https://news.example/polling; ops@example.org)", "Accept-Encoding": "gzip", "Cookie": "", "Referer": "", "Range": "", "If-None-Match": ""} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if r.Method != "GET" || s.count("/robots.txt") != 1 {
		t.Errorf("%s, robots.txt asked %d times, want once", r.Method, s.count("/robots.txt"))
	}
}

func TestAgent(t *testing.T) {
	for want, o := range map[string]Options{
		"chinanewsd/dev": {}, "chinanewsd/1 (+https://n.example/polling)": {Version: "1", BaseURL: "https://n.example"},
		"chinanewsd/1 (me)": {Version: "1", Fetching: news.Fetching{Contact: "me\n"}},
	} {
		if got := agent(o); got != want {
			t.Errorf("agent %q, want %q", got, want)
		}
	}
}

func TestValidatorsByteForByte(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotModified) })
	f, src := newFetcher(t), row(s.URL)
	safe := rapid.StringMatching(`[!-~]([ -~]{0,60}[!-~])?`)
	rapid.Check(t, func(rt *rapid.T) {
		state := news.FetchState{FinalURL: s.URL + "/feed", ETag: news.Octets(safe.Draw(rt, "etag")), LastModified: news.Octets(safe.Draw(rt, "modified")), Reader: f.Reader(src), Items: 7, Condition: news.OK, Capture: "c", Failures: 3}
		b := fetch(t, f, src, listing(s.URL+"/feed", state))
		r := s.last()
		if r.Header.Get("If-None-Match") != string(state.ETag) || r.Header.Get("If-Modified-Since") != string(state.LastModified) {
			rt.Fatalf("sent %q and %q, want %q and %q", r.Header.Get("If-None-Match"), r.Header.Get("If-Modified-Since"), state.ETag, state.LastModified)
		}
		if !b.Unchanged || b.Problem != nil || b.State.ETag != state.ETag || b.State.Items != 7 || b.State.Failures != 0 || b.State.LastGood != noon {
			rt.Fatalf("batch %+v", b)
		}
	})
	for name, state := range map[string]news.FetchState{
		"another reader":  {FinalURL: s.URL + "/feed", ETag: "x", Reader: "old"},
		"another address": {FinalURL: s.URL + "/moved", ETag: "x", Reader: f.Reader(src)},
	} {
		fetch(t, f, src, listing(s.URL+"/feed", state))
		if got := s.last().Header.Get("If-None-Match"); got != "" {
			t.Errorf("%s: the validator %q was sent", name, got)
		}
	}
	if b := fetch(t, f, src, listing(s.URL+"/feed", news.FetchState{})); b.Problem == nil || b.Problem.Class != news.ClassStatus {
		t.Errorf("a 304 that nobody asked for: %+v", b.Problem)
	}
}

func TestValidatorsGoWithTheirAnswer(t *testing.T) {
	answer := text(oneItem)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { answer(w, r) })
	f, src := newFetcher(t), row(s.URL)
	state := news.FetchState{FinalURL: s.URL, ETag: `"old"`, LastModified: "then", Reader: f.Reader(src)}
	if b := fetch(t, f, src, listing(s.URL, state)); b.State.ETag != "" || b.State.LastModified != "" {
		t.Errorf("validators of before were kept: %+v", b.State)
	}
	answer = text("<html><title>Error</title>", "ETag", `"error"`)
	if b := fetch(t, f, src, listing(s.URL, state)); b.State.ETag != `"old"` || b.State.Failures != 1 || b.State.Class != news.ClassNotAFeed || b.State.Words == "" {
		t.Errorf("an answer that is no feed: %+v", b.State)
	}
	answer = text(oneItem, "ETag", `"new"`)
	first := fetch(t, f, src, listing(s.URL, news.FetchState{}))
	again := fetch(t, f, src, listing(s.URL, first.State))
	if !again.Unchanged || len(again.Entries) != 0 || again.State.ETag != `"new"` || again.State.Items != 1 {
		t.Errorf("the same bytes again: %+v", again)
	}
}

func class(b news.Batch) news.Class {
	if b.Problem == nil {
		return ""
	}
	return b.Problem.Class
}

func TestStatuses(t *testing.T) {
	for _, tt := range []struct {
		status    int
		headers   []string
		body      string
		condition news.Condition
		until     time.Duration
	}{
		{404, nil, "no", news.Unreachable, 0}, {403, nil, "no", news.Unreachable, 0}, {410, nil, "", news.Gone, 0}, {500, nil, "", news.Unreachable, 0},
		{412, nil, "<script>", news.Challenged, 0}, {521, nil, "x", news.Challenged, 0},
		{403, nil, "<html><script>document.cookie='a=b';location.reload()</script></html>", news.Challenged, 0},
		{200, nil, "<html><script>document.cookie='a=b';location.href='/x'</script></html>", news.Challenged, 0},
		{429, []string{"Retry-After", "3600"}, "", news.Unreachable, time.Hour},
		{503, []string{"Retry-After", "Mon, 23 Nov 2026 06:00:00 GMT"}, "", news.Unreachable, 2 * time.Hour},
		{503, []string{"Retry-After", "1"}, "", news.Unreachable, time.Minute},
		{503, []string{"Retry-After", "-5"}, "", news.Unreachable, time.Minute},
		{429, []string{"Retry-After", "99999999"}, "", news.Unreachable, 24 * time.Hour},
		{429, []string{"Retry-After", "later"}, "", news.Unreachable, 0},
		{500, []string{"Retry-After", "3600"}, "", news.Unreachable, 0},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(tt.headers); i += 2 {
				w.Header().Set(tt.headers[i], tt.headers[i+1])
			}
			w.Header().Set("Date", noon.UTC().Format(http.TimeFormat))
			w.WriteHeader(tt.status)
			fmt.Fprint(w, tt.body)
		})
		b := fetch(t, newFetcher(t), row(s.URL), listing(s.URL, news.FetchState{}))
		if class(b) != news.ClassStatus || b.Condition != tt.condition || b.Problem.Words == "" {
			t.Errorf("%d %s: %s, %+v, want %s", tt.status, tt.body, b.Condition, b.Problem, tt.condition)
		}
		until := time.Time{}
		if tt.until > 0 {
			until = noon.Add(tt.until)
		}
		if !b.State.RetryAfter.Equal(until) || (tt.until > 0 && tt.status == 429) != slices.ContainsFunc(b.Hosts, func(h news.HostState) bool { return h.Pause.Equal(until) && tt.until > 0 }) {
			t.Errorf("%d %v: asked again not before %v (%+v), want %v", tt.status, tt.headers, b.State.RetryAfter, b.Hosts, until)
		}
	}
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502); fmt.Fprint(w, oneItem) })
	src := row(s.URL)
	src.AcceptStatus = []int{502}
	if b := fetch(t, newFetcher(t), src, listing(s.URL, news.FetchState{})); b.Problem != nil {
		t.Errorf("a status that the row accepts: %v", b.Problem)
	}
}

func TestRedirects(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var n int
		switch {
		case r.URL.Path == "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case strings.HasPrefix(r.URL.Path, "/to/"):
			w.Header().Set("Location", strings.TrimPrefix(r.URL.Path, "/to/"))
			w.WriteHeader(302)
		default:
			if _, err := fmt.Sscanf(r.URL.Path, "/hops/%d", &n); err == nil && n > 0 {
				w.Header().Set("Location", fmt.Sprintf("../hops/%d#f", n-1))
				w.WriteHeader(301)
				return
			}
			fmt.Fprint(w, oneItem)
		}
	})
	for _, tt := range []struct {
		path  string
		class news.Class
	}{
		{"/hops/1", ""}, {"/hops/5", ""}, {"/hops/6", news.ClassRedirect}, {"/hops/20", news.ClassRedirect}, {"/loop", news.ClassRedirect},
		{"/to/http://10.0.0.1/", news.ClassBlocked}, {"/to/http://169.254.169.254/latest", news.ClassBlocked}, {"/to/http://[::1]:80/", news.ClassBlocked},
		{"/to/file:///etc/passwd", news.ClassBlocked}, {"/to/gopher://127.0.0.1/", news.ClassBlocked}, {"/to/javascript:x", news.ClassBlocked},
		{"/to/http://0x7f000001.example.invalid.:1/", news.ClassDNS},
	} {
		var mu sync.Mutex
		var permitted []string
		f := newFetcher(t, func(o *Options) {
			o.Network.Dialled = func(address string, err error) {
				mu.Lock()
				defer mu.Unlock()
				if err == nil && !strings.HasPrefix(address, "127.") {
					permitted = append(permitted, address)
				}
			}
		})
		src := row(s.URL)
		src.Robots = !strings.Contains(tt.path, "invalid")
		b := fetch(t, f, src, listing(s.URL+tt.path, news.FetchState{}))
		if class(b) != tt.class && !(tt.class == news.ClassDNS && class(b) == news.ClassBlocked) {
			t.Errorf("%s: class %q (%v), want %q", tt.path, class(b), b.Problem, tt.class)
		}
		if len(permitted) > 0 {
			t.Errorf("%s: connected to %v", tt.path, permitted)
		}
	}
	f := newFetcher(t)
	b := fetch(t, f, row(s.URL), listing(s.URL+"/hops/2", news.FetchState{}))
	if b.FinalURL != s.URL+"/hops/0" || len(b.Redirects) != 2 || b.State.FinalURL != b.FinalURL {
		t.Errorf("redirected by %v to %s", b.Redirects, b.FinalURL)
	}
}

func TestCancelled(t *testing.T) {
	entered := make(chan bool)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-entered; cancel() }()
	_, err := newFetcher(t).Fetch(ctx, row(s.URL), listing(s.URL, news.FetchState{}), noon)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that it was cancelled", err)
	}
}

func TestSlowServers(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"no answer": func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"no end": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, oneItem[:20])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
	} {
		s := serve(t, handler)
		f := newFetcher(t, func(o *Options) { o.Fetching.Timeout = news.Duration(100 * time.Millisecond) })
		if b := fetch(t, f, row(s.URL), listing(s.URL, news.FetchState{})); class(b) != news.ClassTimeout {
			t.Errorf("%s: class %q (%v), want timeout", name, class(b), b.Problem)
		}
	}
}

func TestListsAndArticles(t *testing.T) {
	pages := map[string]string{"/list": `<ul><li><a href="a.html">A release with a title</a> 2026-11-20</li></ul>`, "/a.html": `<h1>A release with a title</h1><div id=b><p>Text of it.</p></div>`, "/none.html": "<p></p>"}
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, pages[r.URL.Path]) })
	f, src := newFetcher(t), row(s.URL)
	src.Kind, src.List.Item, src.Article.Body = news.KindHTML, []string{"li"}, []string{"#b"}
	b := fetch(t, f, src, listing(s.URL+"/list", news.FetchState{}))
	if len(b.Entries) != 1 || b.Entries[0].URL != s.URL+"/a.html" || b.Entries[0].Date.Day() != "2026-11-20" {
		t.Fatalf("list: %+v, %v", b.Entries, b.Problem)
	}
	task := news.Task{Kind: news.TaskArticle, Source: "a", URL: b.Entries[0].URL, Item: news.ItemID{1}, Listed: b.Entries[0]}
	a := fetch(t, f, src, task)
	if a.Problem != nil || a.Item != task.Item || !strings.Contains(a.Entries[0].HTML, "Text of it.") {
		t.Errorf("article: %+v, %v", a.Entries, a.Problem)
	}
	task.URL = s.URL + "/none.html"
	if a := fetch(t, f, src, task); class(a) != news.ClassSelectorEmpty && class(a) != news.ClassEmpty {
		t.Errorf("a page without text: %v", a.Problem)
	}
	src.Kind = news.KindAuto
	if b := fetch(t, f, src, listing(s.URL+"/list", news.FetchState{})); len(b.Entries) != 1 {
		t.Errorf("kind auto: %v", b.Problem)
	}
	if b := fetch(t, f, src, listing("::nonsense", news.FetchState{})); b.Problem == nil {
		t.Error("an address that is none was asked")
	}
}
