package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chinanews/news"
	"chinanews/storage"
)

// On a disk without a byte of room the alarm is in the feed, whether or not there
// are pages in the file by which it can be written down; a restart tells nobody
// anything twice.
func TestAlarmOfAFullDisk(t *testing.T) {
	s := newSite(t)
	smallDisk(t, s, "64m")
	s.write(feedRow("a", "http://127.0.0.1:1/feed.xml"), allFeed)
	s.create()
	begin := func() *house {
		h := s.open()
		if err := h.oversee(t.Context()); err != nil {
			t.Fatal(err)
		}
		return h
	}
	kept := func(h *house) (list []news.Alarm) {
		if err := h.store.View(t.Context(), func(l *storage.Ledger) error { list = l.Alarms(); return nil }); err != nil {
			t.Fatal(err)
		}
		return list
	}
	h := begin()
	h.watch.look(t.Context())
	if list := h.watch.all(); len(list) != 0 {
		t.Errorf("with room: %+v", list)
	}
	filler := filepath.Join(s.data, "filler")
	fillDisk(t, filler)
	for n := 0; ; n++ { // what the file has room for itself
		err := h.store.SavePoll(t.Context(), news.FetchState{Source: "old", URL: fmt.Sprint("http://old.example/", n), Words: noise(n)})
		if errors.Is(err, storage.ErrDisk) {
			break
		}
	}
	h.watch.look(t.Context())
	if list := h.watch.all(); len(list) != 1 || list[0].Kind != news.AlarmDisk || !strings.Contains(list[0].Words, "no space left") {
		t.Fatalf("full: noticed %+v", list)
	}
	id := news.AlarmURN("s", h.watch.all()[0], false)
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	h = begin()
	h.watch.look(t.Context())
	h.watch.look(t.Context()) // the first has seen a write fail
	if list := h.watch.all(); len(list) != 1 || news.AlarmURN("s", list[0], false) != id {
		t.Errorf("after a restart: %+v", list)
	}
	if lines := h.watch.standingLines(news.AlarmDisk); len(lines) != 1 || !strings.Contains(lines[0], "MiB free") {
		t.Errorf("it says %q", lines)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		h.watch.look(t.Context())
	}
	if list := kept(h); len(list) != 1 || list[0].Stands() || list[0].N != 1 {
		t.Errorf("with room again, written down is %+v", list)
	}
}
