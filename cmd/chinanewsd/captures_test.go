package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/fetcher"
	"chinanews/news"
)

// Captured pages are real; they are no part of the repository.
const capturedPages = "../../../shared/corpus/pages"

// Rows of the catalogue read what pages of their sites looked like when they
// were captured.
func TestCatalogueOnCaptures(t *testing.T) {
	if files, _ := filepath.Glob(capturedPages + "/*.html"); len(files) == 0 {
		t.Skip("needs ../shared/corpus, which is not part of the repository")
	}
	offers, err := config.Catalogue(checks())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(capturedPages, path.Base(r.URL.Path)))
	}))
	t.Cleanup(server.Close)
	ask, err := fetcher.New(fetcher.Options{Fetching: news.Fetching{Concurrency: 1, Timeout: news.Duration(time.Minute), MaxBody: 10 << 20, Allow: []string{"127.0.0.0/8"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		row, files string
		under      string // what stands before a file's name in its address, where the row reads a day there
		kind       news.TaskKind
		entries    int // of all files
	}{
		{"mfa-zh-remarks", "mfa-list-*.html", "", news.TaskListing, 85},
		{"mfa-zh-missions", "mfa-zh-20*.html", "", news.TaskArticle, 12},
		{"mfa-zh-activities", "mfa-zh-20*.html", "", news.TaskArticle, 12},
		{"people-world-zh", "people-2024*.html", "", news.TaskArticle, 1},
		{"chinanews-scroll-page", "chinanews-detail-*.html", "", news.TaskArticle, 1},
		{"guancha", "gne-guancha-2.html", "2019_09_08_1.shtml/", news.TaskArticle, 1},
		{"xinhua-zh", "gne-xinhuanet-1.html", "20191210/0123456789abcdef0123456789abcdef/", news.TaskArticle, 1},
	} {
		src := offers[slices.IndexFunc(offers, func(o config.Offer) bool { return o.ID == tt.row })].Source
		src.Robots = false
		files, _ := filepath.Glob(filepath.Join(capturedPages, tt.files))
		entries := 0
		for _, file := range files {
			task := news.Task{Kind: tt.kind, URL: server.URL + "/" + tt.under + filepath.Base(file)}
			task.Listed.URL = task.URL
			b, err := ask.Fetch(context.Background(), src, task, time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC))
			if err != nil || b.Problem != nil {
				t.Errorf("%s on %s: %v, %+v", tt.row, filepath.Base(file), err, b.Problem)
			}
			for _, e := range b.Entries {
				entries++
				if e.Title == "" || !e.Date.Known() || tt.kind == news.TaskArticle && len(fetcher.Text(e.HTML)) < 300 {
					t.Errorf("%s on %s: title %q, date %+v, %d bytes of text", tt.row, filepath.Base(file), e.Title, e.Date, len(fetcher.Text(e.HTML)))
				}
			}
		}
		if entries != tt.entries {
			t.Errorf("%s on %s: %d entries, want %d", tt.row, tt.files, entries, tt.entries)
		}
	}
}
