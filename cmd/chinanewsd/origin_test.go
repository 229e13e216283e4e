package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// origin is a web site whose documents a test changes.
type origin struct {
	*httptest.Server
	mu    sync.Mutex
	docs  map[string]string
	asked map[string]int
}

func newOrigin(t *testing.T) *origin {
	t.Helper()
	o := &origin{docs: make(map[string]string), asked: make(map[string]int)}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		doc, ok := o.docs[r.URL.Path]
		o.asked[r.URL.Path]++
		o.mu.Unlock()
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, doc)
	}))
	t.Cleanup(o.Close)
	return o
}

func (o *origin) set(path, doc string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.docs[path] = doc
}

// rssOf is a feed of n releases, the newest first, an hour apart.
func rssOf(title string, from, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<rss version="2.0"><channel><title>%s</title><link>/</link><description>d</description>`, title)
	for i := from + n - 1; i >= from; i-- {
		fmt.Fprintf(&b, `<item><title>%[1]s release %[2]d</title><link>/%[2]d.html</link><guid isPermaLink="false">%[1]s-%[2]d</guid><pubDate>%[3]s</pubDate><description>Text of release %[2]d of %[1]s, said once.</description></item>`,
			title, i, time.Now().Add(time.Duration(i-from-n)*time.Hour).UTC().Format(time.RFC1123))
	}
	return b.String() + `</channel></rss>`
}

// site is a configuration with a data directory of its own.
type siteFile struct {
	t    *testing.T
	file string
	data string
}

// write makes a configuration of rows and feeds, with hosts that may be asked
// without pause.
func newSite(t *testing.T) *siteFile {
	dir := t.TempDir()
	return &siteFile{t, filepath.Join(dir, "config.yaml"), filepath.Join(dir, "data")}
}

const allFeed = "  - {id: all, title: All, languages: all}\n"

func (s *siteFile) write(rows, feeds string) {
	s.t.Helper()
	text := fmt.Sprintf("site: {contact: c, base_url: \"http://news.example\"}\ndata: data\nlisten: 127.0.0.1:0\nadmin: {listen: \"\"}\n"+
		"fetch: {allow: [127.0.0.0/8], timeout: 5s, hosts: {\"*\": {connections: 8, delay: 0s, retries: 0}}}\nsources:\n%sfeeds:\n%s", rows, feeds)
	if err := os.WriteFile(s.file, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// set changes the configuration's text.
func (s *siteFile) set(old, new string) {
	s.t.Helper()
	text, err := os.ReadFile(s.file)
	if err != nil || !bytes.Contains(text, []byte(old)) {
		s.t.Fatalf("%s has no %q (%v)", s.file, old, err)
	}
	if err := os.WriteFile(s.file, bytes.ReplaceAll(text, []byte(old), []byte(new)), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// create makes the record, as `run` does at its first start.
func (s *siteFile) create() {
	s.t.Helper()
	store, err := storage.Create(s.data, storage.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// do runs a command line against the site and wants a status.
func (s *siteFile) do(want int, args ...string) (stdout, stderr string) {
	s.t.Helper()
	var out, err bytes.Buffer
	if got := command(context.Background(), append(args, "--config", s.file), &out, &err); got != want {
		s.t.Fatalf("chinanewsd %s: status %d, want %d\n%s%s", strings.Join(args, " "), got, want, out.String(), err.String())
	}
	return out.String(), err.String()
}

// open opens the site's house, as commands do.
func (s *siteFile) open() *house {
	s.t.Helper()
	cfg, err := config.Load(s.file, checks())
	if err != nil {
		s.t.Fatal(err)
	}
	h, err := open(context.Background(), cfg, settings{log: quiet})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { h.close() })
	return h
}

// documents are the rendered feeds, by path.
func (s *siteFile) documents() map[string]string {
	s.t.Helper()
	h := s.open()
	defer h.close()
	if err := h.publish(context.Background(), "http://news.example"); err != nil {
		s.t.Fatal(err)
	}
	docs := make(map[string]string)
	for _, f := range h.press.pub.Feeds {
		for _, format := range []string{"rss", "atom", "json"} {
			path := "/feeds/" + f.ID + "." + format
			docs[path] = string(h.press.shelf.Body(path))
		}
	}
	return docs
}

// members are the entries of a feed, newest entered first.
func (s *siteFile) members(feed news.FeedName) []news.Membership {
	s.t.Helper()
	h := s.open()
	defer h.close()
	var out []news.Membership
	err := h.store.View(context.Background(), func(l *storage.Ledger) error {
		for m := range l.Entries(feed, news.AsNews) {
			out = append(out, m)
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}
