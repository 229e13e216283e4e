package main

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// What waits for a host that asked to be left alone is not late.
func TestHeldTasksAreNotLate(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	table := newTimetable(func(string) news.HostRule { return news.HostRule{} })
	table.put(news.Task{Kind: news.TaskListing, Source: "a", URL: "http://a.example/", Due: now.Add(-time.Hour)},
		news.Task{Kind: news.TaskListing, Source: "b", URL: "http://b.example/", Due: now.Add(-time.Minute)})
	table.hold("a.example", now.Add(time.Hour))
	if f := table.figures(now)[news.TaskListing]; f.Waiting != 2 || f.Due != 1 || f.Late != time.Minute {
		t.Errorf("held: %+v", f)
	}
	if f := table.figures(now.Add(2 * time.Hour))[news.TaskListing]; f.Due != 2 || f.Late != 3*time.Hour {
		t.Errorf("held no more: %+v", f)
	}
}

// The admin listener says what it has, and has all of that.
func TestAdminIndex(t *testing.T) {
	s := newReloadSite(t, feedRow("a", "ORIGIN/a.xml"), allFeed)
	get := func(path string) (int, string) {
		w := httptest.NewRecorder()
		s.now().admin().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code, w.Body.String()
	}
	_, text := get("/")
	paths := strings.Fields(text[strings.Index(text, "\n"):])
	if len(paths) != 6 {
		t.Errorf("the index is %q", text)
	}
	for _, path := range paths {
		if code, _ := get(path); code != 200 {
			t.Errorf("%s is %d", path, code)
		}
	}
}

// The figures of sources that stay are there while the house after a reload is
// looked at first.
func TestFiguresOverReload(t *testing.T) {
	s := newReloadSite(t, feedRow("a", "ORIGIN/a.xml")+feedRow("b", "ORIGIN/b.xml"), allFeed)
	w := s.now().watch
	w.look(t.Context())
	s.rows(feedRow("a", "ORIGIN/a.xml"), allFeed)
	s.reload(true)
	w.looking.Lock()
	defer w.looking.Unlock()
	if w.due(s.now()); len(w.figures()) != 1 || w.figures()[0].id != "a" {
		t.Errorf("between two looks: %+v", w.figures())
	}
}

// Of two lists of a host the one whose certificate ends first counts, in whatever
// order they were asked.
func TestCertificatesOfOneHost(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	fine := news.TLSCertificate{Host: "a.example", From: now.AddDate(0, -1, 0), Until: now.AddDate(1, 0, 0)}
	late := news.TLSCertificate{Host: "b.example", From: now.AddDate(-1, 0, 0), Until: now.AddDate(0, 0, 2)}
	for _, minutes := range []time.Duration{1, -1} {
		w := &lookout{shown: map[string]showing{"https://a.example/1": {fine, now}, "https://a.example/2": {late, now.Add(minutes * time.Minute)}}}
		if found := w.certificates(now); len(found) != 1 || !found[0].bad || !strings.Contains(found[0].words, "b.example") {
			t.Errorf("%+v", found)
		}
	}
}
