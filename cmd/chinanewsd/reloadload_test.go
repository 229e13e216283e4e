package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// busyReload are readers of a site that is reloaded all the while.
type busyReload struct {
	*reloadSite
	client *http.Client
	read   atomic.Int64
}

// reads asks again and again until ctx ends. Every request is answered whole,
// and no feed goes back to what it was before.
func (b *busyReload) reads(ctx context.Context, path string) {
	most := 0
	for ctx.Err() == nil {
		resp, err := b.client.Get("http://" + b.addr + path)
		if err != nil {
			b.t.Errorf("%s: %v", path, err)
			return
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		n := bytes.Count(body, []byte("A release "))
		if resp.StatusCode != http.StatusOK || err != nil || len(body) == 0 || n < most {
			b.t.Errorf("%s: %s, %v, %d releases after %d", path, resp.Status, err, n, most)
			return
		}
		most = n
		b.read.Add(1)
	}
}

// variant is the configuration of a reload: a is as ever, b another each time, c
// and a feed are there or not.
func (s *reloadSite) variant(n int) {
	s.t.Helper()
	rows := rowA + strings.Replace(rowB, "publisher: B", fmt.Sprintf("publisher: B%d", n), 1)
	if n%2 == 1 {
		rows += rowC
	}
	feeds := fmt.Sprintf("  - {id: all, title: All %d, languages: all}\n", n)
	if n%3 == 0 {
		feeds += "  - {id: some, title: Some, language: en, where: 'has(title, \"A\")'}\n"
	}
	s.rows(rows, feeds)
	s.set("sources:\n", "defaults: {interval: 1s, min_interval: 1s}\nsources:\n")
}

// Reloads under load lose no request and no poll: what the origin answers is
// recorded, a source that stays keeps its pace, one that changes each time is
// asked on, and nobody sees an older feed than before.
func TestReloadsUnderLoad(t *testing.T) {
	reloads, readers := 12, 2
	if os.Getenv("CHINANEWS_LONG") != "" {
		reloads, readers = 200, 6
	}
	heard := new(heardOutcomes)
	s := &reloadSite{siteFile: newSite(t), origin: newOrigin(t)}
	for _, name := range []string{"a", "b", "c"} {
		s.origin.set("/"+name+".xml", reloadDoc(name, 3))
	}
	s.variant(0)
	s.begin(func(set *settings) { set.observe = heard.observe })
	s.shows("all", "A release 2", "")
	b := &busyReload{reloadSite: s, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * readers}}}
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range readers {
		for _, path := range []string{"/feeds/all.rss", "/feeds/all.json", "/feeds/all/", "/feeds/edits.atom"} {
			all.Go(func() { b.reads(ctx, path) })
		}
	}
	for n := range reloads {
		if n%4 == 0 {
			s.origin.set("/a.xml", reloadDoc("a", 3+n/4))
		}
		s.variant(n + 1)
		if n%5 == 4 { // and what is refused
			s.set("languages: all", "languages: all, content: ful")
			s.reload(false)
			s.set("languages: all, content: ful", "languages: all")
		}
		before := b.read.Load()
		s.reload(true)
		if _, page := s.get("/feeds/all.rss"); !strings.Contains(page, fmt.Sprintf("<title>All %d</title>", n+1)) {
			t.Fatalf("reload %d does not show", n)
		}
		s.until("was read on", func() bool { return t.Failed() || b.read.Load() > before })
	}
	stop()
	all.Wait()
	b.client.CloseIdleConnections()
	asked := map[string]int{"a": s.polls("/a.xml"), "b": s.polls("/b.xml")}
	for id, n := range asked {
		s.until("asks "+id+" on", func() bool { return s.polls("/"+id+".xml") > n+1 })
	}
	s.shows("all", fmt.Sprintf("A release %d", 2+(reloads-1)/4), "")
	s.end()
	took, polls := heard.span("a"), s.polls("/a.xml")
	if recorded := len(heard.of("a")); recorded < polls-1 || recorded > polls { // the last may have been cut off
		t.Errorf("a was asked %d times, and %d answers were recorded", polls, recorded)
	}
	if most := int(took/time.Second) + 2; polls > most {
		t.Errorf("a was asked %d times in %s", polls, took)
	}
	t.Logf("%d reloads, %d requests, %d polls", reloads, b.read.Load(), polls)
}

// span is from the first answer of a source to the last.
func (h *heardOutcomes) span(id string) time.Duration {
	list := h.of(id)
	if len(list) == 0 {
		return 0
	}
	return list[len(list)-1].batch.Fetched.Sub(list[0].batch.Fetched)
}

// The command has the daemon reload, and says what came of it: also when the file
// cannot be read, and when nobody is there.
func TestReloadCommand(t *testing.T) {
	s := newReloadSite(t, rowA, allFeed)
	s.set("title: All", "title: Other")
	if out, _ := s.do(exitDone, "reload"); out != "reloaded: 1 source, 1 feed (0 new, 1 changed, 0 gone)\n" {
		t.Errorf("it says %q", out)
	}
	s.set("listen: 127.0.0.1:0", "listen: 127.0.0.1:7")
	if out, _ := s.do(exitDone, "reload"); !strings.Contains(out, "nothing has changed\nlisten: 127.0.0.1:7 takes effect at the next start; until then it is 127.0.0.1:0\n") {
		t.Errorf("it says %q", out)
	}
	s.set("title: Other", "titel: Other")
	out, said := s.do(exitUsage, "reload")
	if out != "" || !strings.Contains(said, s.file+":9:15: ") || !strings.Contains(said, "titel") || !strings.Contains(said, "the daemon works on by the one it has") {
		t.Errorf("it says %q and %q", out, said)
	}
	if out, said := s.do(exitDone, "status"); !strings.Contains(out, "not done") || !strings.Contains(said, "titel") {
		t.Errorf("the status is %q and %q", out, said)
	}
	if out, _ := s.do(exitDone, "status", "--json"); !strings.Contains(out, `"reload":{"at":`) || !strings.Contains(out, `"ok":false`) {
		t.Errorf("the status is %s", out)
	}
	s.end()
	if _, said := s.do(exitUsage, "reload"); !strings.Contains(said, s.file+":9:15: ") {
		t.Errorf("it says %q", said)
	}
	s.set("titel: Other", "title: Other")
	if _, said := s.do(exitFailed, "reload"); !strings.Contains(said, "no daemon answers at") {
		t.Errorf("it says %q", said)
	}
}

// Files are seen to change however an editor writes them: over the old one, or
// by a new one in its place; also those that are included, and through a link.
func TestReloadWhenFilesChange(t *testing.T) {
	s := &reloadSite{siteFile: newSite(t), origin: newOrigin(t)}
	s.origin.set("/a.xml", reloadDoc("a", 3))
	s.rows(rowA, allFeed)
	dir := t.TempDir()
	real := filepath.Join(dir, "real.yaml")
	place := func(text string) { // as editors do
		if err := os.WriteFile(real+"~", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(real+"~", real); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	place(string(text))
	if err := os.Remove(s.file); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, s.file); err != nil {
		t.Fatal(err)
	}
	s.begin(func(set *settings) { set.watch = true })
	title := func(want string) {
		t.Helper()
		s.until("is called "+want, func() bool {
			_, page := s.get("/feeds/all.rss")
			return strings.Contains(page, "<title>"+want+"</title>")
		})
	}
	title("All")
	time.Sleep(50 * time.Millisecond) // until it watches
	place(strings.Replace(string(text), "title: All", "title: Placed", 1))
	title("Placed")
	s.set("title: Placed", "title: Written")
	title("Written")
	rows := filepath.Join(filepath.Dir(s.file), "rows")
	if err := os.Mkdir(rows, 0o700); err != nil {
		t.Fatal(err)
	}
	s.set("data: data", "data: data\ninclude: [\"rows/*.yaml\"]")
	s.until("has read it", func() bool { return len(s.now().cfg.Included) == 1 })
	if err := os.WriteFile(filepath.Join(rows, "b.yaml"), []byte(strings.ReplaceAll(rowB, "ORIGIN", s.origin.URL)), 0o600); err != nil {
		t.Fatal(err)
	}
	s.until("has the row", func() bool { return len(s.now().cfg.Sources) == 2 })
	if err := os.WriteFile(filepath.Join(filepath.Dir(s.file), "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}
