package main

import (
	"context"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// halting is an asker of whose answers an entry is short that nobody knows, and
// that cannot be had in full.
type halting struct{ steady }

func (h *halting) Fetch(ctx context.Context, src news.Source, task news.Task, now time.Time) (news.Batch, error) {
	b, err := h.steady.Fetch(ctx, src, task, now)
	b.State.ETag, b.State.LastModified, b.State.Capture = "\"1\"", "yesterday", "sum"
	b.Entries = append(b.Entries, news.Entry{Short: true, ID: "unknown", URL: task.URL + "/unknown", Title: "A notice that is not known", Digest: "d"})
	b.Whole = func() bool { return false }
	return b, err
}

// Entries that were passed over are asked for again: the next request must not be
// answered by "not modified".
func TestPassedOverIsAskedForAgain(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	s.write(feedRow("a", o.URL+"/feed.xml"), allFeed)
	s.create()
	h := s.open()
	defer h.close()
	h.ask = &halting{steady{fresh: 1}}
	for origin, src := range h.rows {
		task := news.Task{Kind: news.TaskListing, Source: origin, URL: src.URLs[0]}
		if err := h.flow.handle(t.Context(), &handed{Task: task, queue: &queue{busy: 1}}); err != nil {
			t.Fatal(err)
		}
		err := h.store.View(t.Context(), func(l *storage.Ledger) error {
			if p, ok := l.Poll(origin, src.URLs[0]); !ok || p.ETag != "" || p.LastModified != "" || p.Capture != "" {
				t.Errorf("it is remembered as %+v", p)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
