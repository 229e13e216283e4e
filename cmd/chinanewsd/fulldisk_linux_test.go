package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"chinanews/storage"
)

// smallDisk mounts a file system of some bytes, as the one for a site's data.
func smallDisk(t *testing.T, s *siteFile, size string) {
	t.Helper()
	if err := os.MkdirAll(s.data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("chinanewsd-test", s.data, "tmpfs", 0, "size="+size+",mode=0700"); err != nil {
		if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "mount") {
			t.Fatalf("CHINANEWS_REQUIRE wants a file system of its own: %v", err)
		}
		t.Skipf("needs a file system of its own, which cannot be mounted here (%v); run it as root", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(s.data, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// fillDisk leaves no byte.
func fillDisk(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 4 << 10, 1} {
		block := make([]byte, size)
		for err = nil; err == nil; _, err = f.Write(block) {
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
}

// lively is a daemon of its own process.
type lively struct {
	t    *testing.T
	cmd  *exec.Cmd
	addr string

	mu    sync.Mutex
	lines map[string]bool // what it acknowledged
	full  int             // how often it said that a write failed for want of space
}

func startDaemon(t *testing.T, s *siteFile) *lively {
	t.Helper()
	cmd, _, out := start(t, lifeEnv, "run "+s.file)
	d := &lively{t: t, cmd: cmd, lines: make(map[string]bool)}
	reader := bufio.NewReader(out)
	ready, err := reader.ReadString('\n')
	if err != nil || !strings.HasPrefix(ready, "ready ") {
		t.Fatalf("it says %q, %v", ready, err)
	}
	d.addr = strings.TrimSpace(strings.TrimPrefix(ready, "ready "))
	go func() {
		for {
			line, err := reader.ReadString('\n')
			if err != nil {
				return
			}
			d.mu.Lock()
			switch {
			case strings.HasPrefix(line, "failed ") && strings.Contains(line, "no space left") && strings.Contains(line, "nothing was changed"):
				d.full++
			case strings.HasPrefix(line, "item "), strings.HasPrefix(line, "enter all "):
				d.lines[strings.TrimSpace(line)] = true
			}
			d.mu.Unlock()
		}
	}()
	return d
}

func (d *lively) stop() {
	d.cmd.Process.Kill()
	d.cmd.Wait()
}

func (d *lively) acknowledged() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.lines)
}

func (d *lively) refused() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.full
}

// more waits until a number has grown.
func (d *lively) more(what string, number func() int) {
	d.t.Helper()
	had := number()
	for begin := time.Now(); number() == had; time.Sleep(5 * time.Millisecond) {
		if time.Since(begin) > time.Minute {
			d.t.Fatalf("nothing was %s for a minute", what)
		}
	}
}

// get is what the daemon serves.
func (d *lively) get(path string) string {
	d.t.Helper()
	resp, err := http.Get("http://" + d.addr + path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		d.t.Fatalf("%s: %s, %v", path, resp.Status, err)
	}
	return string(body)
}

// A disk that fills up at any moment takes nothing that was acknowledged, stops
// no reading and no serving, and when it has room again writing goes on by
// itself.
func TestFullDiskAtAnyMoment(t *testing.T) {
	points := 4
	if os.Getenv("CHINANEWS_LONG") != "" {
		points = 50
	}
	o, s := newOrigin(t), newSite(t)
	smallDisk(t, s, "192m")
	s.write(killedRows(o), allFeed)
	s.create()
	history(o, 0)
	s.do(0, "poll")
	ended := make(chan struct{})
	defer func() { <-ended }()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { // releases come all the time
		defer close(ended)
		for step := 1; ctx.Err() == nil; step++ {
			chapters(o, step, noise(step/3))
			time.Sleep(50 * time.Millisecond)
		}
	}()
	d := startDaemon(t, s)
	filler := filepath.Join(s.data, "filler")
	for point := range points {
		d.more("written", d.acknowledged)
		time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond)
		fillDisk(t, filler)
		d.more("refused", d.refused)
		time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
		if feed := d.get("/feeds/all.atom"); !strings.Contains(feed, "<entry>") {
			t.Fatalf("point %d: the feed is %.200s", point, feed)
		}
		d.get("/feeds/all/") // reads the record
		copied := filepath.Join(t.TempDir(), "b.tar")
		s.do(0, "backup", copied) // and so does this, every page and the whole chain
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
	}
	d.more("written", d.acknowledged)
	d.stop()
	k := &killing{t: t, site: s, acknowledged: d.lines, lives: map[string]int{"full disks": points}}
	k.survived(true)
	t.Logf("%d acknowledged facts, %d writes refused", len(d.lines), d.full)
}

// noise is a text that cannot be made smaller, so that keeping it takes room.
func noise(seed int) string {
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	var b strings.Builder
	for range 600 {
		fmt.Fprintf(&b, "%x ", r.Uint32())
	}
	return b.String()
}

// A start on a full disk serves what is there; a restore or backup that does
// not fit says so and leaves nothing.
func TestFullDiskInWords(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	smallDisk(t, s, "8m")
	o.set("/feed.xml", rssOf("A", 0, 5))
	s.write(feedRow("a", o.URL+"/feed.xml"), allFeed)
	s.create()
	s.do(0, "poll")
	copied := filepath.Join(t.TempDir(), "b.tar")
	s.do(0, "backup", copied)
	fillDisk(t, filepath.Join(s.data, "filler"))
	for _, args := range [][]string{{"backup"}, {"restore", copied, "--instead"}, {"compact"}} {
		if _, stderr := s.do(1, args...); !strings.Contains(stderr, "no space left") {
			t.Errorf("%v says %s", args, stderr)
		}
	}
	s.do(0, "status")
	s.do(0, "export")
	d := startDaemon(t, s)
	if feed := d.get("/feeds/all.rss"); strings.Count(feed, "<item>") != 5 {
		t.Errorf("the feed has %d items", strings.Count(feed, "<item>"))
	}
	d.stop()
	if err := os.Remove(filepath.Join(s.data, "filler")); err != nil {
		t.Fatal(err)
	}
	s.do(0, "verify")
	if left, _ := filepath.Glob(filepath.Join(s.data, "[^c]*")); len(left) != 3 { // news.db, news.lock, backups; the socket of a daemon that was killed
		t.Errorf("left are %v", left)
	}
	if list := storage.Copies(s.data); len(list) != 0 {
		t.Errorf("there is a backup: %v", list)
	}
}
