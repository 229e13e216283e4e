package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// hearers are those who are told, at one server.
type hearers struct {
	*httptest.Server
	mu     sync.Mutex
	answer func(path string, try int) int // nil: 204
	tries  map[string]int
	got    map[string][]post // by path, what was answered with 2xx
}

type post struct {
	http.Header
	body []byte
}

func newAudience(t *testing.T) *hearers {
	t.Helper()
	a := &hearers{tries: make(map[string]int), got: make(map[string][]post)}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *hearers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tries[r.URL.Path]++
	status := 204
	if a.answer != nil {
		status = a.answer(r.URL.Path, a.tries[r.URL.Path])
	}
	if err == nil && status/100 == 2 {
		a.got[r.URL.Path] = append(a.got[r.URL.Path], post{r.Header, body})
	}
	w.WriteHeader(status)
}

// heard is what came to a path, when so much did; fewer within the time, or
// more, is an error.
func (a *hearers) heard(t *testing.T, path string, n int) []post {
	t.Helper()
	until := time.Now().Add(20 * time.Second)
	for {
		a.mu.Lock()
		got := a.got[path]
		a.mu.Unlock()
		if len(got) >= n || time.Now().After(until) {
			if len(got) != n {
				t.Fatalf("%s heard %d times, want %d", path, len(got), n)
			}
			return got
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// tellingHouse is a house that prints and tells while a test is in it.
type tellingHouse struct {
	*house
	t     *testing.T
	said  *logged
	leave func()
	n     int // of releases
}

// tellers opens a site's house, with what a test changes of its configuration.
func tellers(t *testing.T, s *siteFile, change func(*news.Config)) *tellingHouse {
	t.Helper()
	cfg, err := config.Load(s.file, checks())
	if err != nil {
		t.Fatal(err)
	}
	cfg.Hub.Allow = []string{"127.0.0.0/8"}
	if change != nil {
		change(&cfg)
	}
	said := &logged{}
	h, err := open(context.Background(), cfg, settings{create: true, log: slog.New(slog.NewTextHandler(said, nil))})
	if err != nil {
		t.Fatal(err)
	}
	th := &tellingHouse{house: h, t: t, said: said}
	if err := h.publish(context.Background(), "http://news.example"); err != nil {
		t.Fatal(err)
	}
	h.tell.post.First, h.tell.post.Most = 20*time.Millisecond, 100*time.Millisecond
	ctx, cancel := context.WithCancel(context.Background())
	var tasks sync.WaitGroup
	tasks.Go(func() { h.press.run(ctx, func(err error) { t.Error(err) }) })
	tasks.Go(func() { h.tell.run(ctx, ctx) })
	th.leave = sync.OnceFunc(func() {
		cancel()
		tasks.Wait()
		if err := h.close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(th.leave)
	return th
}

// released accepts a listing with so many new releases, of which feeds are told.
func (h *tellingHouse) released(n int) {
	h.t.Helper()
	h.recorded(n)
	h.press.changed()
}

// recorded accepts a listing with so many new releases, which no document shows
// yet.
func (h *tellingHouse) recorded(n int) {
	h.t.Helper()
	now := time.Now().UTC()
	b := news.Batch{Source: "a", Kind: news.TaskListing, URL: "https://a.example/", Fetched: now, Reader: "r", ReadAs: news.KindFeed, Condition: news.OK}
	copy(b.ID[:], fmt.Sprintf("%016x", now.UnixNano()))
	for range n {
		text := fmt.Sprintf("<p>What the ministry said at %d in release %d, in words of its own.</p>", now.UnixNano(), h.n)
		key := fmt.Sprint(now.UnixNano(), "-", h.n)
		b.Entries = append(b.Entries, news.Entry{ID: key, URL: "https://a.example/" + key, Title: "Release " + key + " <on> trade & 关税", Lang: "en",
			Date: news.Date{Precision: news.Minute, Zone: "Asia/Shanghai", Time: now}, HTML: text, Digest: news.TextDigest(text)})
		h.n++
	}
	b.State = news.FetchState{Source: "a", URL: b.URL, Condition: news.OK, LastGood: now}
	ctx := context.Background()
	if _, err := h.store.Accept(ctx, b, func(l *storage.Ledger, b news.Batch) news.Decision { return h.curator.Accept(l, b) }); err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.store.Rule(ctx, func(l *storage.Ledger) news.Decision { return h.curator.Fill(l) }); err != nil {
		h.t.Fatal(err)
	}
}

// acts has an editor act on the newest story of the feed all.
func (h *tellingHouse) acts(act news.Act, args news.Args) {
	h.t.Helper()
	var address string
	h.view(func(l *storage.Ledger) {
		for m := range l.Entries("all", news.AsNews) {
			address = cmp.Or(address, l.Address(m.Story))
		}
	})
	if _, err := h.edit(context.Background(), wish{Story: address, Act: act, Args: args, Who: "an editor"}); err != nil {
		h.t.Fatal(err)
	}
	h.press.changed()
}

func (h *tellingHouse) view(f func(*storage.Ledger)) {
	h.t.Helper()
	if err := h.store.View(context.Background(), func(l *storage.Ledger) error { f(l); return nil }); err != nil {
		h.t.Fatal(err)
	}
}

// subscribes has a callback subscribe as it would now.
func (h *tellingHouse) subscribes(format, callback, secret string, lease time.Duration) news.Subscription {
	h.t.Helper()
	sub := news.Subscription{Topic: news.Topic{Feed: "all", Format: format}, Callback: callback, Secret: secret, Until: time.Now().Add(lease)}
	h.view(func(l *storage.Ledger) { sub.From = l.Feed("all").Moved })
	if err := h.store.Subscribe(context.Background(), sub); err != nil {
		h.t.Fatal(err)
	}
	return sub
}

// settled waits until what was printed last shows all that moved, and all that
// is owed of it was told or has failed.
func (h *tellingHouse) settled() {
	h.t.Helper()
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		var moved uint64
		h.view(func(l *storage.Ledger) { moved = l.Feed("all").Moved })
		if h.tell.shown("all").Moved == moved {
			time.Sleep(150 * time.Millisecond)
			return
		}
	}
	h.t.Fatal("what moved is not printed")
}

func oneSource(t *testing.T) *siteFile {
	s := newSite(t)
	s.write(feedRow("a", "https://a.example/"), allFeed)
	return s
}

func TestSubscribersAreToldWhatMoved(t *testing.T) {
	a, s := newAudience(t), oneSource(t)
	h := tellers(t, s, nil)
	h.released(3)
	h.settled()
	for _, format := range []string{"rss", "atom", "json"} {
		h.subscribes(format, a.URL+"/"+format, "a secret", time.Hour)
	}
	h.subscribes("atom", a.URL+"/open", "", time.Hour)
	h.subscribes("atom", a.URL+"/over", "", 0)
	h.released(2)
	for _, format := range formats {
		got := a.heard(t, "/"+string(format), 1)[0]
		path := "/feeds/all." + string(format)
		if want := h.press.shelf.Body(path); !bytes.Equal(got.body, want) {
			t.Errorf("%s: told %d bytes, on the shelf are %d", format, len(got.body), len(want))
		}
		if got.Get("Content-Type") != format.ContentType() || got.Get("X-Hub-Signature") != "sha256="+hmacOf("a secret", got.body) || len(got.Get("X-Delivery")) != 32 {
			t.Errorf("%s: told with %v", format, got.Header)
		}
		if link := got.Get("Link"); !strings.Contains(link, `<http://news.example`+path+`>; rel="self"`) || !strings.Contains(link, `<http://news.example/hub>; rel="hub"`) {
			t.Errorf("%s: links %s", format, link)
		}
		if !strings.Contains(got.Get("User-Agent"), "chinanewsd/") {
			t.Errorf("%s: told by %s", format, got.Get("User-Agent"))
		}
	}
	if sig := a.heard(t, "/open", 1)[0].Values("X-Hub-Signature"); sig != nil {
		t.Errorf("without a secret it is signed %s", sig)
	}
	before := h.press.shelf.Body("/feeds/all.atom")
	h.acts(news.ActTag, news.Args{Tags: []string{"of-note"}}) // changes the document, and moves nothing
	for until := time.Now().Add(20 * time.Second); bytes.Equal(before, h.press.shelf.Body("/feeds/all.atom")); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("the document did not change: the test proves nothing")
		}
	}
	h.settled()
	a.heard(t, "/atom", 1)
	h.acts(news.ActRetitle, news.Args{Text: "A title of the editor's"})
	a.heard(t, "/atom", 2)
	h.acts(news.ActHide, news.Args{})
	a.heard(t, "/atom", 3)
	a.heard(t, "/over", 0)
}

// Changes while a subscriber fails are told at once when it is back, the
// newest alone, across a restart.
func TestASubscriberThatFails(t *testing.T) {
	a, s := newAudience(t), oneSource(t)
	h := tellers(t, s, nil)
	h.released(1)
	h.settled()
	h.subscribes("json", a.URL+"/in", "", time.Hour)
	a.answer = func(string, int) int { return 500 }
	for range 3 {
		h.released(1)
		h.settled()
	}
	h.leave()
	a.heard(t, "/in", 0)
	a.mu.Lock()
	a.answer = nil
	a.mu.Unlock()
	h = tellers(t, s, nil)
	got := a.heard(t, "/in", 1)[0]
	if want := h.press.shelf.Body("/feeds/all.json"); !bytes.Equal(got.body, want) {
		t.Error("it was not told the newest document")
	}
	h.settled()
	h.leave()
	h = tellers(t, s, nil)
	h.settled()
	a.heard(t, "/in", 1)
}

func TestOutsideHubsAreTold(t *testing.T) {
	a, s := newAudience(t), oneSource(t)
	outside := func(cfg *news.Config) { cfg.Hub.Outside = []string{a.URL + "/hub"} }
	h := tellers(t, s, nil)
	h.released(2)
	h.settled()
	h.leave()
	h = tellers(t, s, outside) // it is new, and is told of what comes
	h.settled()
	a.heard(t, "/hub", 0)
	h.released(1)
	topics := make(map[string]int)
	for _, got := range a.heard(t, "/hub", 3) {
		if got.Get("Content-Type") != "application/x-www-form-urlencoded" {
			t.Errorf("told with %v", got.Header)
		}
		topics[string(got.body)]++
	}
	for _, format := range formats {
		if n := topics["hub.mode=publish&hub.url=http%3A%2F%2Fnews.example%2Ffeeds%2Fall."+string(format)]; n != 1 {
			t.Errorf("of %s it was told %d times: %v", format, n, topics)
		}
	}
}

func hmacOf(secret string, body []byte) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// logged is a log that a test reads.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), what)
}
