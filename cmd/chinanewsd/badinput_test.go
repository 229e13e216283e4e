package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chinanews/news/porttest"
	"chinanews/storage"
)

// Each bad source gives one clear sentence with its name, and costs the good
// one beside it nothing.
func TestBadSources(t *testing.T) {
	good := rssOf("Good", 0, 3)
	for _, tt := range []struct {
		name, row string
		handler   http.HandlerFunc
		want      string // in the line of the source
	}{
		{"html at a feed address", "kind: feed", answer("<html><title>Welcome</title><body><h1>Home</h1>"), "not-a-feed"},
		{"empty body", "kind: feed", answer(""), "(empty)"},
		{"no items", "kind: feed", answer(`<rss version="2.0"><channel><title>t</title></channel></rss>`), "(no-items)"},
		{"selector matches nothing", "kind: html, list: {item: [\"ul.gone li\"]}", answer("<html><title>New design</title><a href=/x>x</a>"), "ul.gone li"},
		{"over the limit", "kind: feed", answer(good + strings.Repeat(" ", 2<<20)), "(too-large)"},
		{"cut off", "kind: feed", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100000")
			fmt.Fprint(w, good)
		}, "(truncated)"},
		{"server error", "kind: feed", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, "503"},
		{"gone", "kind: feed", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(410) }, "410"},
		{"rubbish", "kind: feed", answer("\x00\x01\x02\x03 no feed at all"), "bad: "},
		{"redirect to a private address", "kind: feed", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://10.0.0.1/feed.xml", http.StatusFound)
		}, "(blocked-address)"},
		{"redirects in a circle", "kind: feed", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		}, "(redirect)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mux := http.NewServeMux()
			mux.HandleFunc("/robots.txt", http.NotFound)
			mux.HandleFunc("/bad", tt.handler)
			mux.HandleFunc("/good", answer(good))
			server := httptest.NewServer(mux)
			defer server.Close()
			s := newSite(t)
			s.write(fmt.Sprintf("  - {id: bad, url: \"%s/bad\", language: en, %s}\n", server.URL, tt.row)+feedRow("good", server.URL+"/good"), allFeed)
			text, _ := os.ReadFile(s.file)
			os.WriteFile(s.file, bytes.Replace(text, []byte("timeout: 5s"), []byte("timeout: 5s, max_body: 1MiB"), 1), 0o600)
			s.create()
			out, _ := s.do(0, "poll")
			lines := strings.Split(out, "\n")
			if !strings.HasPrefix(lines[0], "bad: ") || !strings.Contains(lines[0], tt.want) {
				t.Errorf("the bad source says %q, want %q in it", lines[0], tt.want)
			}
			if !strings.Contains(out, "good: 3 items, 3 new") {
				t.Errorf("the good source beside it: %s", out)
			}
			if n := len(s.members("all")); n != 3 {
				t.Errorf("%d entries, want the good source's 3", n)
			}
		})
	}
}

func answer(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }
}

func TestUnreadableDatesAreSaid(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", `<rss version="2.0"><channel><title>t</title><item><title>One</title><guid>1</guid><pubDate>when it rains</pubDate></item></channel></rss>`)
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	s.create()
	if out, _ := s.do(0, "poll", "--json"); !strings.Contains(out, `"state":"unreadable-dates"`) {
		t.Errorf("poll says %s", out)
	}
}

func TestBadTLS(t *testing.T) {
	server := httptest.NewTLSServer(answer(rssOf("A", 0, 1)))
	defer server.Close()
	server.Config.ErrorLog = nil
	s := newSite(t)
	s.write(feedRow("a", server.URL+"/feed.xml"), allFeed)
	s.create()
	if out, stderr := s.do(1, "poll"); !strings.Contains(out, "certificate") || !strings.Contains(stderr, "every source failed") {
		t.Errorf("poll says %q, %q", out, stderr)
	}
}

func TestCommandLineMistakes(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", rssOf("A", 0, 1))
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	for _, tt := range []struct {
		status int
		args   []string
		want   string
	}{
		{1, []string{"poll"}, "no record in"},
		{1, []string{"verify"}, "chinanewsd run"},
		{2, []string{"poll", "nobody"}, `no source "nobody"`},
		{2, []string{"fly"}, "--help"},
		{2, []string{"check", "--wrong"}, "--help"},
		{0, []string{"check"}, ""},
		{0, []string{"version"}, ""},
		{0, []string{"--help"}, ""},
	} {
		if _, stderr := s.do(tt.status, tt.args...); !strings.Contains(stderr, tt.want) {
			t.Errorf("%v says %q, want %q in it", tt.args, stderr, tt.want)
		}
	}
	s.write("  - {id: a, url: nowhere, colour: red}\n", allFeed)
	if _, stderr := s.do(2, "check"); !strings.Contains(stderr, s.file+":7:") || !strings.Contains(stderr, "colour") {
		t.Errorf("a bad configuration: %q", stderr)
	}
	s.file = filepath.Join(t.TempDir(), "none.yaml")
	s.do(2, "check")
}

func TestSecondDaemonNamesTheFirst(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", rssOf("A", 0, 1))
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	store, err := storage.Create(s.data, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, stderr := s.do(1, "run"); !strings.Contains(stderr, fmt.Sprintf("in use by pid %d", os.Getpid())) {
		t.Errorf("a second daemon says %q", stderr)
	}
}

func TestAnotherSiteIsAMistake(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	s.create()
	text, _ := os.ReadFile(s.file)
	os.WriteFile(s.file, bytes.Replace(text, []byte("site: {"), []byte("site: {id: another, "), 1), 0o600)
	if _, stderr := s.do(2, "poll"); !strings.Contains(stderr, "an identity never changes") {
		t.Errorf("another site id: %q", stderr)
	}
}

func TestPortInUse(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	text, _ := os.ReadFile(s.file)
	os.WriteFile(s.file, bytes.Replace(text, []byte("127.0.0.1:0"), []byte(l.Addr().String()), 1), 0o600)
	if _, stderr := s.do(1, "run"); !strings.Contains(stderr, "in use") || !strings.Contains(stderr, "listen") {
		t.Errorf("a port in use: %q", stderr)
	}
}

func TestUnwritableData(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	if err := os.WriteFile(s.data, nil, 0o600); err != nil { // a file where the directory should be
		t.Fatal(err)
	}
	if _, stderr := s.do(1, "run"); !strings.Contains(stderr, "data") {
		t.Errorf("an unwritable directory: %q", stderr)
	}
}

// The daemon serves, polls, and ends when it is told to.
func TestDaemon(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", rssOf("A", 0, 4))
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	addr := porttest.Address(t)
	text, _ := os.ReadFile(s.file)
	text = bytes.Replace(text, []byte("listen: 127.0.0.1:0"), []byte("listen: "+addr), 1)
	text = bytes.Replace(text, []byte(`admin: {listen: ""}`), []byte("admin: {listen: "+porttest.Address(t)+"}"), 1)
	os.WriteFile(s.file, text, 0o600)
	ctx, cancel := context.WithCancel(context.Background())
	var stderr lockedBuffer
	ended := make(chan int)
	go func() { ended <- command(ctx, []string{"run", "--config", s.file}, new(bytes.Buffer), &stderr) }()
	for get(t, "http://"+addr+"/feeds/all.atom", 4) == "" {
		select {
		case status := <-ended:
			t.Fatalf("the daemon ended with %d: %s", status, stderr.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
	for path, want := range map[string]string{"/": "A release 3", "/feeds/all/": "Subscribe", "/feeds/all.rss": "<rss", "/feeds/all.json": "jsonfeed.org", "/opml.xml": "<opml", "/polling": "Ministry", "/about": "appended", "/robots.txt": "User-agent"} {
		if body := get(t, "http://"+addr+path, 0); !strings.Contains(body, want) {
			t.Errorf("%s does not say %q: %.200s", path, want, body)
		}
	}
	cancel()
	if status := <-ended; status != 0 || !strings.Contains(stderr.String(), "nothing is in it yet") || !strings.Contains(stderr.String(), "/feeds/all.atom") {
		t.Errorf("ended with %d: %s", status, stderr.String())
	}
}

// get is a document, empty while it is not there or has fewer entries.
func get(t *testing.T, url string, entries int) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil || resp.StatusCode != 200 || strings.Count(b.String(), "<entry") < entries {
		return ""
	}
	return b.String()
}
