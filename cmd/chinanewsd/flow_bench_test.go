package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
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
	b.State.Source, b.State.URL, b.State.LastGood, b.State.Failures, b.State.Condition = src.Origin, task.URL, now, 0, news.OK
	for n := range s.fresh {
		b.Entries = append(b.Entries, news.Entry{ID: fmt.Sprint(s.asked, "-", n), URL: fmt.Sprintf("%s/%d-%d", task.URL, s.asked, n), Title: fmt.Sprintf("Notice %d of %d", n, s.asked),
			Date: news.Date{Time: now, Precision: news.Minute}, Lang: "en", HTML: "<p>The ministry has published the figures of the month.</p>", Digest: fmt.Sprint(s.asked, n)})
	}
	b.Unchanged = s.fresh == 0
	return b, nil
}

// benchHouse is a house with a source at each address.
func benchHouse(b *testing.B, addresses ...string) *house {
	b.Helper()
	dir := b.TempDir()
	file := filepath.Join(dir, "config.yaml")
	text := "site: {contact: c, base_url: \"http://news.example\"}\ndata: data\nadmin: {listen: \"\"}\nfetch: {allow: [127.0.0.0/8], hosts: {\"*\": {delay: 0s}}}\nsources:\n"
	for n, address := range addresses {
		text += feedRow(fmt.Sprint("office-", n), address)
	}
	if err := os.WriteFile(file, []byte(text+"feeds:\n"+allFeed), 0o600); err != nil {
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
	b.Cleanup(func() { h.close() })
	return h
}

// BenchmarkHandle is what a poll costs beside its request: with nothing new,
// and with a release.
func BenchmarkHandle(b *testing.B) {
	for _, fresh := range []int{0, 1} {
		b.Run(fmt.Sprint("fresh=", fresh), func(b *testing.B) {
			h := benchHouse(b, "http://127.0.0.1/feed.xml")
			h.ask = &steady{fresh: fresh}
			pollsOf(b, h)
		})
	}
}

func pollsOf(b *testing.B, h *house) {
	for origin, src := range h.rows {
		task := news.Task{Kind: news.TaskListing, Source: origin, URL: src.URLs[0]}
		b.ReportAllocs()
		for b.Loop() {
			place := &queue{busy: 1}
			if err := h.flow.handle(b.Context(), &handed{Task: task, queue: place}); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkPoll is what a poll of a feed of 50 releases of 3.4 kB costs, its
// request to a server in this process included: not modified, with the same bytes,
// nothing but another date in its head, one release more, and all of them new.
func BenchmarkPoll(b *testing.B) {
	body := strings.Repeat("<p>The river rose by <b>three metres</b> at the gate, the ministry says.</p>\n", 44)
	for _, fresh := range []int{-2, -1, 0, 1, 50} {
		b.Run(fmt.Sprint("fresh=", fresh), func(b *testing.B) {
			newest, polls := 100, 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("ETag", `"the only one"`)
				if fresh == -2 && r.Header.Get("If-None-Match") != "" {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				newest, polls = newest+max(0, fresh), polls+max(0, min(1, fresh+1))
				fmt.Fprintf(w, "<rss version=\"2.0\"><channel><title>t</title><link>http://a.test/</link><lastBuildDate>%d</lastBuildDate>", polls)
				for n := range 50 {
					fmt.Fprintf(w, "<item><title>Level %d of the river</title><link>http://a.test/%[1]d.html</link><guid>%[1]d</guid><pubDate>Fri, 20 Nov 2026 06:00:00 GMT</pubDate><description><![CDATA[%d%s]]></description></item>", newest-n, (newest-n)*7919, body)
				}
				fmt.Fprint(w, "</channel></rss>")
			}))
			b.Cleanup(server.Close)
			pollsOf(b, benchHouse(b, server.URL+"/feed.xml"))
		})
	}
}
