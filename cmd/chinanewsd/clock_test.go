package main

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// A start with a clock that is a year behind the record serves what is there,
// says so, and polls nothing.
func TestClockBehindTheRecord(t *testing.T) {
	s := siteWithNews(t)
	o := newOrigin(t)
	o.set("/feed.xml", rssOf("A", 0, 9))
	s.write(feedRow("a", o.URL+"/feed.xml"), allFeed)
	s.open().close() // records the configuration
	ahead, err := storage.Open(s.data, storage.Options{Now: func() time.Time { return time.Now().Add(365 * 24 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	_, err = ahead.Rule(t.Context(), func(l *storage.Ledger) news.Decision {
		return news.Decision{Ruling: news.Ruling{Fill: []news.FillRuling{{Feed: "all"}}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	ahead.Close()
	cfg, err := config.Load(s.file, checks())
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	ready := make(chan string, 1)
	go func() {
		ended <- daemon(ctx, cfg, settings{log: slog.New(slog.NewTextHandler(&log, nil))}, false, func(_ *house, addr string) { ready <- addr })
	}()
	select {
	case err := <-ended:
		t.Fatalf("it ended: %v", err)
	case addr := <-ready:
		resp, err := http.Get("http://" + addr + "/feeds/all.rss")
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("the feed: %v, %v", resp, err)
		} else {
			resp.Body.Close()
		}
	}
	time.Sleep(300 * time.Millisecond)
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "the clock is behind the record") {
		t.Errorf("it says %s", log.String())
	}
	if n := o.asked["/feed.xml"]; n != 0 {
		t.Errorf("the source was asked %d times, and nothing of it could be recorded", n)
	}
}
