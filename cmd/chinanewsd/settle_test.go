package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"chinanews/news"
	"chinanews/storage"
)

// unruled is a store that counts what it is asked to rule on.
type unruled struct {
	*storage.Store
	asked int
}

func (u *unruled) Accept(ctx context.Context, b news.Batch, rule func(*storage.Ledger, news.Batch) news.Decision) (storage.Receipt, error) {
	u.asked++
	return u.Store.Accept(ctx, b, rule)
}

// An answer that brings nothing new is not ruled on, whether the site says so or
// sends the same bytes again. The next one that does is.
func TestNothingNewIsNotRuledOn(t *testing.T) {
	for _, validator := range []string{"", `"v"`} {
		releases, polls := 2, 0
		origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				http.NotFound(w, r)
				return
			}
			polls++
			if validator != "" {
				w.Header().Set("ETag", validator)
				if r.Header.Get("If-None-Match") == validator {
					w.WriteHeader(http.StatusNotModified)
					return
				}
			}
			fmt.Fprint(w, rssOf("A", 0, releases))
		}))
		s := newSite(t)
		s.write(feedRow("a", origin.URL+"/feed.xml"), allFeed)
		s.create()
		h := s.open()
		count := &unruled{Store: h.store}
		h.flow.record = count
		poll := func(want int) {
			t.Helper()
			if err := h.flow.handle(t.Context(), &handed{Task: news.Task{Kind: news.TaskListing, Source: "a", URL: origin.URL + "/feed.xml"}, queue: &queue{busy: 1}}); err != nil {
				t.Fatal(err)
			}
			h.store.View(t.Context(), func(l *storage.Ledger) error {
				if p, _ := l.Poll("a", origin.URL+"/feed.xml"); p.Failures != 0 || !p.LastGood.Equal(p.LastTry) || p.Items != releases {
					t.Errorf("remembers %+v", p)
				}
				return nil
			})
			if count.asked != want {
				t.Errorf("validator %q: %d of %d polls ruled on, want %d", validator, count.asked, polls, want)
			}
		}
		for range 4 {
			poll(1)
		}
		releases, validator = 3, validator+validator
		poll(2)
		poll(2)
		origin.Close()
		h.close()
	}
}
