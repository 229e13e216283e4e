package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/fetcher"
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

// A disk that fills up under a daemon is in the feed that an operator's reader
// gets, when it is low and not again when it is full; over a start on the full
// disk too; and once when there is room.
func TestAlarmOfADiskThatFillsUp(t *testing.T) {
	s := newSite(t)
	smallDisk(t, s, "64m")
	s.write(feedRow("a", "http://127.0.0.1:1/feed.xml"), allFeed)
	var o *operated
	told := func(when string, want int, title string) {
		t.Helper()
		for range 3 {
			o.house.watch.look(t.Context())
		}
		if entries, _ := o.alarmed(want); want > 0 && !strings.Contains(entries[0].Title, title) {
			t.Errorf("%s: %q", when, entries[0].Title)
		}
	}
	again := func() { o.stop(); o = operate(t, s, fetcher.Network{}, true) }
	o = operate(t, s, fetcher.Network{}, true)
	told("with room", 0, "")
	room, err := spaceOf(s.data)
	if err != nil {
		t.Fatal(err)
	}
	big, filler := filepath.Join(s.data, "big"), filepath.Join(s.data, "filler")
	if err := os.WriteFile(big, make([]byte, room.free-room.least()+1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	told("low", 1, "The disk is nearly full")
	if list := o.house.watch.all(); !strings.Contains(list[0].Words, "MiB free of 64.0 MiB") || o.house.store.Work().Failing != "" {
		t.Errorf("low: %+v", list)
	}
	again()
	fillDisk(t, filler)
	told("full", 1, "The disk is nearly full")
	again()
	told("after a start on it", 1, "The disk is nearly full")
	if err := errors.Join(os.Remove(big), os.Remove(filler)); err != nil {
		t.Fatal(err)
	}
	told("with room again", 2, "The disk has room again")
	again()
	told("later", 2, "The disk has room again")
	o.stop()
}

// A backup for which a disk has no room is told once; the disk is enlarged, and
// the next one is told, or that which a command makes meanwhile.
func TestAlarmOfABackupWithoutRoom(t *testing.T) {
	dir := quickDisk(t)
	backups := filepath.Join(dir, "data", backupFolder)
	smallDisk(t, &siteFile{data: backups}, "64k")
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		o, stop := oversee(t, dir, "backup: {at: \"03:30\"}\n", busyOffice(20))
		defer stop()
		time.Sleep(25 * time.Hour)
		o.wants("without room", "The record could not be backed up")
		if a, _ := o.house.watch.standing(news.AlarmBackup); !strings.Contains(a.Words, "0.1 MiB free") {
			t.Errorf("it says %+v", a)
		}
		time.Sleep(48 * time.Hour)
		o.restart()
		time.Sleep(30 * time.Hour)
		o.wants("on and on")
		if err := syscall.Mount("", backups, "tmpfs", syscall.MS_REMOUNT, "size=64m"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(24 * time.Hour)
		o.wants("when one was made", "There is a good backup again")
		filler := filepath.Join(backups, "filler")
		fillDisk(t, filler)
		time.Sleep(24 * time.Hour)
		o.wants("without room again", "The record could not be backed up")
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		o.backUp()
		time.Sleep(time.Minute)
		o.wants("when the command made one", "There is a good backup again")
		time.Sleep(24 * time.Hour)
		o.wants("and the next")
	})
}
