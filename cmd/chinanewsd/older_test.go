package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

// A look gets the pages of the last reading when another reader made it, all of
// them or none.
func TestALookGetsWhatAnotherReaderRead(t *testing.T) {
	s := newTold(t, "government")
	src := *s.h.rows["a"]
	today := s.h.ask.(*fetcher.Fetcher).Reader(src)
	for name, tt := range map[string]struct {
		reader string
		pages  []string
		kept   int // of them
		want   int
	}{
		"one reader":     {today, []string{"<p>One.</p>"}, 1, 0},
		"another":        {"old", []string{"<p>Two.</p>"}, 1, 1},
		"several pages":  {"old", []string{"<p>Three.</p>", "<p>Four.</p>"}, 2, 2},
		"half is lost":   {"old", []string{"<p>Five.</p>", "<p>Six.</p>"}, 1, 0},
		"all of it is":   {"old", []string{"<p>Seven.</p>"}, 0, 0},
		"never captured": {"old", nil, 0, 0},
	} {
		b := news.Batch{Source: "a", Kind: news.TaskLook, Item: s.same.ID, URL: s.same.Shown.URL, Reader: tt.reader, Condition: news.OK, Entries: []news.Entry{s.same.Shown}}
		copy(b.ID[:], name)
		for n, page := range tt.pages {
			sum := sha256.Sum256([]byte(page))
			c := news.Capture{URL: b.URL, At: time.Now(), Proto: "HTTP/1.1", Status: 200, Body: []byte(page), SHA256: hex.EncodeToString(sum[:])}
			b.Pages, b.Capture = append(b.Pages, c.SHA256), c.SHA256
			if n < tt.kept {
				b.Captures = append(b.Captures, c)
			}
		}
		if len(b.Pages) == 1 {
			b.Pages = nil
		}
		_, err := s.h.store.Accept(context.Background(), b, func(l *storage.Ledger, b news.Batch) news.Decision {
			i, _ := l.Item(b.Item)
			return news.Decision{Keep: []int{0}, Ruling: news.Ruling{Items: []news.ItemRuling{{Item: b.Item, Rev: len(i.Revisions) + 1, Class: news.Reread, State: i.State}}}}
		})
		if err != nil {
			t.Fatal(err)
		}
		task := news.Task{Kind: news.TaskLook, Source: "a", Item: s.same.ID}
		if err := s.h.flow.recall(context.Background(), src, &task); err != nil || len(task.Older) != tt.want {
			t.Errorf("%s: %d pages, want %d (%v)", name, len(task.Older), tt.want, err)
		}
		for n, c := range task.Older {
			if string(c.Body) != tt.pages[n] {
				t.Errorf("%s: page %d is %q", name, n+1, c.Body)
			}
		}
	}
}
