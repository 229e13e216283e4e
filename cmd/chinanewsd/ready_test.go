package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// Of what is due together the listings are made ready together: each knows its
// state, and is on disk as asked. Whatever else is due is left as it was, and so
// is a listing whose row is paused, gone, or has another address now.
func TestListingsAreMadeReadyTogether(t *testing.T) {
	s := newSite(t)
	s.write(feedRow("a", "http://127.0.0.1:1/feed.xml")+feedRow("b", "http://127.0.0.2:1/feed.xml")+strings.Replace(feedRow("c", "http://127.0.0.3:1/feed.xml"), "kind: feed", "kind: feed, paused: true", 1), allFeed)
	s.create()
	h := s.open()
	defer h.close()
	known := news.FetchState{Source: "b", URL: "http://127.0.0.2:1/feed.xml", ETag: "7", Failures: 2}
	if err := h.store.SavePoll(t.Context(), known); err != nil {
		t.Fatal(err)
	}
	listing := func(origin news.Origin, url string) *handed {
		return &handed{Task: news.Task{Kind: news.TaskListing, Source: origin, URL: url}}
	}
	due := []*handed{listing("a", "http://127.0.0.1:1/feed.xml"), listing("b", known.URL), listing("c", "http://127.0.0.3:1/feed.xml"), listing("gone", "http://127.0.0.4:1/"),
		listing("a", "http://127.0.0.1:1/before.xml"), {Task: news.Task{Kind: news.TaskArticle, Source: "a", URL: "http://127.0.0.1:1/1.html"}}}
	before := h.store.Work()
	h.flow.ready(t.Context(), due)
	if now := h.store.Work(); now.Commits != before.Commits+1 {
		t.Errorf("%d transactions", now.Commits-before.Commits)
	}
	for n, h := range due {
		if want := n < 2; h.begun != want || h.begun && !h.again.After(time.Now()) {
			t.Errorf("%d, %s %s: begun %t, until %s", n, h.Source, h.URL, h.begun, h.again)
		}
	}
	if due[1].State.ETag != "7" || due[1].State.Failures != 2 {
		t.Errorf("knows %+v", due[1].State)
	}
	h.store.View(t.Context(), func(l *storage.Ledger) error {
		for n, want := range []int{1, 3, 0, 0, 0, 0} {
			if p, _ := l.Poll(due[n].Source, due[n].URL); p.Failures != want {
				t.Errorf("%d: %d failures on disk, want %d", n, p.Failures, want)
			}
		}
		return nil
	})
}

// A listing that cannot be counted as asked is not asked, and is due again.
func TestWhatIsNotReadyIsNotAsked(t *testing.T) {
	h, due, asked := dueTogether(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	h.flow.ready(ctx, due)
	for _, one := range due {
		if one.begun {
			t.Errorf("%+v is ready", one)
		}
		if err := h.flow.handle(ctx, one); err != nil || *asked > 0 {
			t.Errorf("asked %d times, %v", *asked, err)
		}
	}
}

// What was made ready when the end came was not asked: it waits for nothing then.
func TestEndForestallsAsking(t *testing.T) {
	h, due, asked := dueTogether(t)
	known := news.FetchState{Source: due[1].Source, URL: due[1].URL, ETag: "7", Failures: 2, LastTry: h.flow.now().Add(-time.Hour), Next: h.flow.now().Add(-time.Minute)}
	if err := h.store.SavePoll(t.Context(), known); err != nil {
		t.Fatal(err)
	}
	h.flow.ready(t.Context(), due)
	late := &handed{Task: news.Task{Kind: news.TaskArticle, Source: "a", URL: "http://127.0.0.1:1/1.html"}}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for _, one := range append(due, late) {
		one.queue = new(queue)
		if err := h.flow.handle(ctx, one); err != nil || *asked > 0 {
			t.Errorf("asked %d times, %v", *asked, err)
		}
	}
	h.store.View(t.Context(), func(l *storage.Ledger) error {
		if p, asked := l.Poll(due[0].Source, due[0].URL); asked {
			t.Errorf("asked for the first time: %+v", p)
		}
		if p, _ := l.Poll(known.Source, known.URL); p.Failures != 2 || !p.Next.Equal(known.Next) || !p.LastTry.Equal(known.LastTry) {
			t.Errorf("asked again: %+v, was %+v", p, known)
		}
		for task := range l.Tasks() {
			if task.Tries > 0 {
				t.Errorf("tried: %+v", task)
			}
		}
		return nil
	})
}

// One that was made ready and has another address now is not asked at the old one.
func TestReadyAndMovedMeanwhile(t *testing.T) {
	h, due, asked := dueTogether(t)
	h.flow.ready(t.Context(), due)
	moved := *h.flow.by()
	row := *moved.rows["a"]
	row.URLs = []string{strings.Replace(row.URLs[0], "feed", "after", 1)}
	moved.rows = map[news.Origin]*news.Source{"a": &row}
	h.flow.terms.Store(&moved)
	for _, one := range due {
		if !one.begun {
			t.Errorf("%+v was not made ready", one)
		}
		if err := h.flow.handle(t.Context(), one); err != nil || *asked > 0 {
			t.Errorf("asked %d times, %v", *asked, err)
		}
	}
}

// dueTogether is a house, two listings that are due in it, and how often the first
// of them was asked.
func dueTogether(t *testing.T) (h *house, due []*handed, asked *int) {
	t.Helper()
	s := newSite(t)
	asked = new(int)
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { *asked++; fmt.Fprint(w, rssOf("A", 0, 1)) }))
	t.Cleanup(origin.Close)
	s.write(feedRow("a", origin.URL+"/feed.xml")+feedRow("b", "http://127.0.0.2:1/feed.xml"), allFeed)
	s.create()
	h = s.open()
	t.Cleanup(func() { h.close() })
	if err := h.flow.load(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	h.flow.now = func() time.Time { return time.Now().Add(-48 * time.Hour) } // whatever is put off is due
	if due, _ = h.flow.table.due(time.Now(), mostDue); len(due) != 2 {
		t.Fatalf("%d are due", len(due))
	}
	return h, due, asked
}
