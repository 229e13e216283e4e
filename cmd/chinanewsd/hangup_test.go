package main

import (
	"context"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A hang-up has the configuration read anew; a daemon that ends says so.
func TestHangup(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no hang-up to send")
	}
	s := newSite(t)
	s.write("  - {id: a, url: \"http://127.0.0.1:9/feed.xml\"}\n", allFeed)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var out, said lockedBuffer
	ended := make(chan int, 1)
	go func() { ended <- command(ctx, []string{"run", "--paused", "--config", s.file}, &out, &said) }()
	await := func(words string) {
		for !strings.Contains(said.String(), words) && ctx.Err() == nil {
			time.Sleep(10 * time.Millisecond)
		}
	}
	await("Read: ")
	s.set("title: All", "title: Everything")
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	await("reloaded: 1 source, 1 feed (0 new, 1 changed, 0 gone)")
	if ctx.Err() != nil {
		t.Error("the hang-up was not answered")
	}
	cancel()
	if status := <-ended; status != 0 || !strings.Contains(said.String(), "msg=stopped") {
		t.Errorf("ended with %d after saying\n%s", status, said.String())
	}
}
