package main

import (
	"os"
	"strings"
	"testing"
	"time"
)

// A reload that finds nothing new has read the file all the same: so say status
// and metrics, and doctor does not take it for changed since. One that is
// refused has not.
func TestReloadOfNothingIsRead(t *testing.T) {
	s := newReloadSite(t, rowA, allFeed)
	begun := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	s.now().daemon.Loaded = begun
	loaded := func() time.Time {
		t.Helper()
		o, err := s.now().overview(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		d := &doctor{over: o, cfg: s.now().cfg}
		if changed := d.changed(); (changed == "") != o.Daemon.Loaded.After(begun) {
			t.Errorf("read at %s, doctor finds %q changed", o.Daemon.Loaded, changed)
		}
		return o.Daemon.Loaded
	}
	text, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	s.set("title: All", "titel: All")
	s.reload(false)
	if got := loaded(); !got.Equal(begun) {
		t.Errorf("refused, and read at %s", got)
	}
	if err := os.WriteFile(s.file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	s.reload(true)
	first := loaded()
	if !first.After(begun) {
		t.Errorf("nothing changed, and read at %s", first)
	}
	if r := s.now().watch.reloading(s.now().loaded()); !r.Loaded.Equal(first) {
		t.Errorf("metrics have %s", r.Loaded)
	}
	s.set("title: All", "titel: All")
	s.reload(false)
	if got := loaded(); !got.Equal(first) {
		t.Errorf("refused again, and read at %s, before %s", got, first)
	}
}

// Who watches the files reloads for a change, and not for having begun to watch.
func TestReloadWatchBeginsQuietly(t *testing.T) {
	s := &reloadSite{siteFile: newSite(t), origin: newOrigin(t)}
	s.origin.set("/a.xml", reloadDoc("a", 3))
	s.rows(rowA, allFeed)
	s.begin(func(set *settings) { set.watch = true })
	r := s.now().reloads
	if r.stale() {
		t.Error("what was just read is stale")
	}
	time.Sleep(watchSettles + watchSettles/2)
	if _, done := s.now().lastReload(); done {
		t.Errorf("it reloaded by itself: %s", s.log.String())
	}
	s.set("title: All", "title: Other")
	s.until("is reloaded", func() bool { last, ok := s.now().lastReload(); return ok && last.OK })
	if r.stale() {
		t.Error("what was reloaded is stale")
	}
	s.set("title: Other", "titel: Other")
	if !r.stale() {
		t.Error("a file that was broken is not stale")
	}
}

// A command that finds no daemon says where one may be.
func TestNoDaemonAtANewPlace(t *testing.T) {
	s := newSite(t)
	s.write(feedRow("a", "http://127.0.0.1:1/feed.xml"), allFeed)
	for _, name := range []string{"reload", "status"} {
		if _, said := s.do(exitFailed, name); !strings.Contains(said, elsewhere) {
			t.Errorf("%s says %s", name, said)
		}
	}
	s.set("http://news.example", "")
	if out, _ := s.do(exitDone, "doctor"); !strings.Contains(out, elsewhere) {
		t.Errorf("doctor says %s", out)
	}
}
