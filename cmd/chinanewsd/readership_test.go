package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// reading is a site whose readers are counted.
type reading struct {
	*outsider
	now   time.Time
	doors http.Handler
}

func newReading(t *testing.T) *reading {
	s := &reading{outsider: newOutsider(t), now: time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)}
	s.h.flow.now = func() time.Time { return s.now }
	s.begin()
	return s
}

// begin is a start of the daemon.
func (s *reading) begin() {
	var err error
	if s.h.readers, err = s.h.newReadership(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.doors = s.h.entrance()
}

func (s *reading) asks(path, agent, from string) int {
	r := httptest.NewRequest("GET", path, nil)
	r.RemoteAddr = from + ":4711"
	r.Header.Set("User-Agent", agent)
	w := httptest.NewRecorder()
	s.doors.ServeHTTP(w, r)
	return w.Code
}

func (s *reading) kept(day string) (all map[news.FeedName]news.Readers) {
	s.t.Helper()
	s.h.readers.keep(s.t.Context())
	if err := s.h.store.View(s.t.Context(), func(l *storage.Ledger) error { all = l.Readers(day); return nil }); err != nil {
		s.t.Fatal(err)
	}
	return all
}

// Readers of public feeds and of those behind tokens are counted, each where it
// reads; who asks for what is not there is no reader. A restart adds nothing
// twice, and a new day begins with nothing.
func TestReadersAreCounted(t *testing.T) {
	s := newReading(t)
	for n := range 40 {
		for _, path := range []string{"/feeds/open.rss", "/feeds/open.atom", "/feeds/edits.json", "/t/" + officeToken + "/feeds/zqoffice.rss", "/t/" + officeToken + "/feeds/edits.rss"}[:n%5+1] {
			if code := s.asks(path, "Reader/1", fmt.Sprintf("198.51.100.%d", n)); code != 200 {
				t.Fatalf("%s: %d", path, code)
			}
		}
		for _, path := range []string{"/feeds/zqoffice.rss", "/feeds/zqcellar.rss", "/t/" + officeToken + "/feeds/zqcellar.rss", "/feeds/none.rss"} {
			if code := s.asks(path, "Reader/1", "198.51.100.1"); code != 404 {
				t.Fatalf("%s: %d", path, code)
			}
		}
	}
	s.asks("/feeds/open.rss", "Feedly/1.0 (11 subscribers)", "198.51.100.200")
	check := func(when string, want map[news.FeedName]news.Readers) {
		t.Helper()
		got := s.kept("2026-11-26")
		for feed, r := range got { // two of an estimate may have one mark
			if w := want[feed].Direct; r.Direct < w && r.Direct >= w-2 {
				r.Direct = w
				got[feed] = r
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", when, got, want)
		}
	}
	want := map[news.FeedName]news.Readers{"open": {Direct: 40, Stated: map[string]int{"Feedly rss": 11}}, "edits": {Direct: 24}, "zqoffice": {Direct: 16}}
	check("counted", want)
	s.begin()
	s.asks("/feeds/open.rss", "Reader/1", "198.51.100.1")
	s.asks("/feeds/open.json", "Feedly/1.0 (4 subscribers)", "198.51.100.200")
	want["open"].Stated["Feedly json"] = 4
	check("after a restart", want)
	s.now = s.now.Add(24 * time.Hour)
	check("at the day's end", want)
	if got := s.kept("2026-11-27"); len(got) > 0 || s.h.readers.day != "2026-11-27" {
		t.Errorf("the next day begins with %v", got)
	}
	s.asks("/feeds/open.rss", "Reader/1", "198.51.100.1")
	if got := s.kept("2026-11-27"); got["open"].Direct != 1 {
		t.Errorf("the next day has %v", got)
	}
	check("the day after", want)
}

// No file of the data directory, and nothing of what is kept, has an address of
// a reader or the name of their program.
func TestNoReaderIsOnDisk(t *testing.T) {
	s := newReading(t)
	for n := range 200 {
		s.asks("/feeds/open.rss", "Telltale/1", fmt.Sprintf("203.0.113.%d", n))
		s.asks("/feeds/open.rss", "Telltale/1", fmt.Sprintf("2001:db8:77::%x", n))
	}
	state, err := json.Marshal(s.kept("2026-11-26"))
	if err != nil || !strings.Contains(string(state), "direct") {
		t.Fatal(string(state), err)
	}
	if err := s.h.store.Close(); err != nil {
		t.Fatal(err)
	}
	found := [][]byte{state}
	err = filepath.WalkDir(s.h.cfg.Data, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		found = append(found, text)
		return err
	})
	if err != nil || len(found) < 2 {
		t.Fatal(len(found), err)
	}
	four, six := []byte{203, 0, 113}, []byte{0x20, 1, 0xd, 0xb8, 0, 0x77}
	for n, text := range found {
		for _, word := range [][]byte{[]byte("203.0.113"), []byte("2001:db8"), []byte("Telltale"), four, six} {
			if bytes.Contains(text, word) {
				t.Errorf("file %d has %q", n, word)
			}
		}
	}
}

// A disk that is full is told of once, and serving goes on.
func TestReadersThatCannotBeKept(t *testing.T) {
	s := newReading(t)
	s.asks("/feeds/open.rss", "Reader/1", "198.51.100.1")
	if err := s.h.store.Close(); err != nil {
		t.Fatal(err)
	}
	s.h.readers.keep(t.Context())
	if !s.h.readers.failed {
		t.Error("it did not fail")
	}
	s.h.readers.keep(t.Context())
	if code := s.asks("/feeds/open.rss", "Reader/1", "198.51.100.2"); code != 200 {
		t.Errorf("then served with %d", code)
	}
}

func TestUntilMidnight(t *testing.T) {
	for moment, want := range map[string]time.Duration{"2026-11-26T15:59:59Z": time.Second, "2026-11-26T16:00:00Z": 24 * time.Hour, "2026-12-31T23:00:00+08:00": time.Hour} {
		at, err := time.Parse(time.RFC3339, moment)
		if err != nil {
			t.Fatal(err)
		}
		if got := untilMidnight(at); got != want {
			t.Errorf("%s: %v, want %v", moment, got, want)
		}
	}
}
