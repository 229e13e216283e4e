package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"chinanews/feedout/site"
	"chinanews/news"
)

// What is asked for again is not made again, what has to be made waits its turn,
// and what is another by now is not held.
func TestDocumentsOfArchivesAreMadeOneAtATime(t *testing.T) {
	v := newVault(t, 120)
	p := v.h.press
	first, second := v.address(1), v.address(2)
	ask := func(ctx context.Context, path string) int {
		w := httptest.NewRecorder()
		m, _ := archiveAt(path)
		p.serveArchive(w, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil), m)
		return w.Code
	}
	if code := ask(t.Context(), second); code != http.StatusOK {
		t.Fatal(code)
	}
	p.leaves.turn <- struct{}{}
	short, cancel := context.WithTimeout(t.Context(), settle)
	defer cancel()
	if code := ask(short, first); code != http.StatusServiceUnavailable {
		t.Errorf("while another is made, one that was not asked for before: %d", code)
	}
	if code := ask(t.Context(), second); code != http.StatusOK {
		t.Errorf("while another is made, one that was asked for before: %d", code)
	}
	<-p.leaves.turn
	v.acts("n60", "", news.ActWithdraw, news.Args{Reason: "A mistake."}, v.leaves("n60", news.LeftWithdrawn, "open"))
	for path, want := range map[string]int{first: http.StatusOK, second: http.StatusMovedPermanently} {
		if code := ask(t.Context(), path); code != want {
			t.Errorf("after a withdrawal %s: %d, want %d", path, code, want)
		}
	}
	m, _ := archiveAt(second)
	if p.leaves.held(m) != nil {
		t.Error("a document with what was withdrawn is held")
	}
}

func TestFewDocumentsOfArchivesAreHeld(t *testing.T) {
	l := newLeaves()
	for n := range 100 {
		l.keep(shelfmark{page: n}, http.NotFoundHandler(), mostLeaves/10)
		if len(l.made) > 10 || l.held(shelfmark{page: n}) == nil {
			t.Fatalf("after %d documents %d are held", n+1, len(l.made))
		}
	}
}

// What is not today's takes no room from what is.
func TestDroppedDocumentsOfArchivesTakeNoRoom(t *testing.T) {
	l := newLeaves()
	l.keep(shelfmark{page: 1}, http.NotFoundHandler(), mostLeaves/10)
	for n := range 100 {
		gone := shelfmark{page: 2, gen: uint64(n)}
		l.keep(gone, http.NotFoundHandler(), mostLeaves/10)
		l.keep(gone, http.NotFoundHandler(), mostLeaves/5) // made again
		l.drop(gone)
		l.drop(gone)
	}
	if l.held(shelfmark{page: 1}) == nil {
		t.Error("a document was cleared, and nothing was beside it")
	}
}

// Days and parts of the sitemap wait for one another; pages do not wait for them.
func TestDaysAreReadOneAtATime(t *testing.T) {
	v := newVault(t, 3)
	lib := newLibrary(v.h, v.h.press)
	today := dayOf(time.Now())
	reads := make(chan error, 2)
	lib.bulk <- struct{}{}
	go func() { _, err := lib.Day("open", today); reads <- err }()
	go func() { _, err := lib.Dated(monthOf(today), 0, 10); reads <- err }()
	if _, err := lib.Page("open", site.Filter{}, 1, 10); err != nil {
		t.Error(err)
	}
	select {
	case err := <-reads:
		t.Errorf("it was read while another one was: %v", err)
	case <-time.After(settle):
	}
	<-lib.bulk
	for range 2 {
		if err := <-reads; err != nil {
			t.Error(err)
		}
	}
}
