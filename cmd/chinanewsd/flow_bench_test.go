package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/news"
)

// steady is an asker whose listings have fresh more entries each time.
type steady struct {
	fresh int
	asked uint64
}

func (s *steady) Fetch(_ context.Context, src news.Source, task news.Task, now time.Time) (news.Batch, error) {
	s.asked++
	b := news.Batch{Source: src.Origin, Kind: task.Kind, Fetched: now, URL: task.URL, Status: 200, Condition: news.OK, State: task.State}
	binary.BigEndian.PutUint64(b.ID[:], s.asked)
	b.State.Source, b.State.URL, b.State.LastGood, b.State.Failures = src.Origin, task.URL, now, 0
	for n := range s.fresh {
		b.Entries = append(b.Entries, news.Entry{ID: fmt.Sprint(s.asked, "-", n), URL: fmt.Sprintf("%s/%d-%d", task.URL, s.asked, n), Title: fmt.Sprintf("Notice %d of %d", n, s.asked),
			Date: news.Date{Time: now, Precision: news.Minute}, Lang: "en", HTML: "<p>The ministry has published the figures of the month.</p>", Digest: fmt.Sprint(s.asked, n)})
	}
	b.Unchanged = s.fresh == 0
	return b, nil
}

// BenchmarkHandle is what a poll costs beside its request: with nothing new,
// and with a release.
func BenchmarkHandle(b *testing.B) {
	for _, fresh := range []int{0, 1} {
		b.Run(fmt.Sprint("fresh=", fresh), func(b *testing.B) {
			dir := b.TempDir()
			file := filepath.Join(dir, "config.yaml")
			text := "site: {contact: c, base_url: \"http://news.example\"}\ndata: data\nadmin: {listen: \"\"}\nsources:\n" + feedRow("a", "http://127.0.0.1/feed.xml") + "feeds:\n" + allFeed
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				b.Fatal(err)
			}
			cfg, err := config.Load(file, checks())
			if err != nil {
				b.Fatal(err)
			}
			h, err := open(b.Context(), cfg, settings{log: quiet, create: true})
			if err != nil {
				b.Fatal(err)
			}
			defer h.close()
			h.ask = &steady{fresh: fresh}
			polls(b, h)
		})
	}
}

func polls(b *testing.B, h *house) {
	for origin, src := range h.rows {
		task := news.Task{Kind: news.TaskListing, Source: origin, URL: src.URLs[0]}
		b.ReportAllocs()
		for b.Loop() {
			place := &queue{busy: 1}
			if err := h.flow.handle(b.Context(), handed{task, place, false}); err != nil {
				b.Fatal(err)
			}
		}
	}
}
