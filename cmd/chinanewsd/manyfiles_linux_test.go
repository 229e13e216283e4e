package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"chinanews/news"
)

// A site of many releases is files too: all of its stories, in a time that is
// said; and what changes later costs what it changed.
func TestManyFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("one thing after the other, in which the race detector sees nothing; run it without -short")
	}
	n := 200
	if os.Getenv("CHINANEWS_LONG") != "" {
		n = 10_000
	}
	a := newArchive(t, 2000)
	a.now = time.Now().Add(-time.Duration(n/50+1) * 24 * time.Hour)
	for a.next < n {
		a.now = a.now.Add(24 * time.Hour)
		a.accept(t, 50, 0)
	}
	h := &house{lasting: lasting{store: a.store, log: quiet}, cfg: news.Config{Publication: a.pub, Data: a.dir},
		terms: &terms{rows: map[news.Origin]*news.Source{"a": &a.pub.Sources[0]}, pace: func(string) news.HostRule { return news.HostRule{} }}}
	h.press = newPress(a.store, a.pub, h.rows)
	if err := h.press.print(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.cfg.Publish = filepath.Join(t.TempDir(), "site")
	p, err := h.openFiles(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	p.begin()
	timed := func(what string) {
		begin := time.Now()
		if err := p.renew(t.Context()); err != nil {
			t.Fatal(err)
		}
		files := p.tree.Files()
		stories := len(p.tree.Below("stories/"))
		t.Logf("%d releases, %s: %d files, %d of stories, %v", a.next, what, len(files), stories, time.Since(begin).Round(time.Millisecond))
		if stories < 2*a.next {
			t.Errorf("%d releases have %d files", a.next, stories)
		}
	}
	timed("everything")
	p.full = time.Time{}
	timed("everything again")
	timed("nothing new")
	a.now = a.now.Add(time.Hour)
	a.accept(t, 1, 0)
	if err := h.press.print(t.Context()); err != nil {
		t.Fatal(err)
	}
	timed("one new release")
	bodies, _ := filesIn(t, p.dir)
	size := 0
	for _, body := range bodies {
		size += len(body)
	}
	t.Logf("%s in %d files", fmt.Sprintf("%.1f MiB", float64(size)/(1<<20)), len(bodies))
}
