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
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// narrow is a recorder whose servers take no message with entries.
type narrow struct{ recorder }

func (n narrow) Accept(ctx context.Context, b news.Batch, rule func(*storage.Ledger, news.Batch) news.Decision) (storage.Receipt, error) {
	if len(b.Entries) > 0 {
		return storage.Receipt{}, fmt.Errorf("appending to log.7 after 12: %w: 1200000 of 1048576 bytes", jetstream.ErrTooLarge)
	}
	return n.recorder.Accept(ctx, b, rule)
}

// A listing that is larger than what nodes can tell one another has its source in
// a condition that says so, as after any answer that cannot be read. What was not
// kept is not taken for known: once the servers take it, it is recorded.
func TestAnswerTooLargeToTell(t *testing.T) {
	known := 0 // requests for what is new only
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("ETag", `"v"`)
		if r.Header.Get("If-None-Match") != "" {
			known++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, rssOf("A", 0, 3))
	}))
	defer origin.Close()
	s := newSite(t)
	s.write(feedRow("a", origin.URL+"/feed.xml"), allFeed)
	s.create()
	h := s.open()
	defer h.close()
	poll := func() (state news.FetchState, releases int) {
		t.Helper()
		asked := time.Now()
		if err := h.flow.handle(t.Context(), &handed{Task: news.Task{Kind: news.TaskListing, Source: "a", URL: origin.URL + "/feed.xml"}, queue: &queue{busy: 1}}); err != nil {
			t.Fatal(err)
		}
		err := h.store.View(t.Context(), func(l *storage.Ledger) error {
			state, _ = l.Poll("a", origin.URL+"/feed.xml")
			for range l.Items("a", time.Time{}) {
				releases++
			}
			return nil
		})
		if err != nil || state.Next.Before(asked.Add(shortestPause)) {
			t.Errorf("it is asked again at %s, after %s; %v", state.Next, asked, err)
		}
		return state, releases
	}
	whole := h.flow.record
	h.flow.record = narrow{whole}
	for n := 1; n < 4; n++ {
		state, releases := poll()
		if state.Condition != news.Broken || state.Class != news.ClassTooLarge || state.Failures != n || !state.LastGood.IsZero() || state.ETag != "" || releases > 0 {
			t.Errorf("after %d answers that were not taken: %d releases, %+v", n, releases, state)
		}
		for _, words := range []string{"1200000 of 1048576 bytes", "max_payload"} {
			if !strings.Contains(state.Words, words) {
				t.Errorf("%q does not say %q", state.Words, words)
			}
		}
	}
	h.flow.record = whole
	if state, releases := poll(); state.Condition != news.OK || state.Failures > 0 || releases != 3 || known > 0 {
		t.Errorf("when it is taken: %d releases, %d requests for what is new, %+v", releases, known, state)
	}
	if poll(); known != 1 {
		t.Errorf("once it is kept, what is new is asked for %d times", known)
	}
}

// More than any message holds is not helped by another setting of servers.
func TestUnsaidAdvice(t *testing.T) {
	for _, tt := range []struct {
		err     error
		servers bool
	}{
		{fmt.Errorf("appending to log.7 after 12: %w: 1200000 of 1048576 bytes", jetstream.ErrTooLarge), true},
		{fmt.Errorf("%w: 70000000 of 67108864 bytes", storage.ErrLarge), false},
	} {
		words := unsaid(news.Batch{Asked: &news.Task{}}, tt.err).Problem.Words
		if strings.Contains(words, "max_payload") != tt.servers || !strings.Contains(words, "fetch.max_items") {
			t.Errorf("%v: %q", tt.err, words)
		}
	}
}
