package fetcher

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"chinanews/news"
)

// BenchmarkFetch is a whole poll of a feed of fifty entries over loopback, and the
// server's part of it: a conditional request that nothing is new to, one that has
// the same bytes again, one of whose entries one is new, and one whose entries are
// all read, as by a fetcher that has just begun.
func BenchmarkFetch(b *testing.B) {
	var docs []string
	for n := range 128 {
		docs = append(docs, levels(n))
	}
	var asked atomic.Int64
	answers := map[string]func() string{
		"/equal": func() string { return docs[0] },
		"/new":   func() string { return docs[int(asked.Add(1))%len(docs)] },
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch doc, ok := answers[r.URL.Path]; {
		case r.Header.Get("If-None-Match") != "":
			w.WriteHeader(http.StatusNotModified)
		case r.URL.Path == "/same":
			w.Header().Set("ETag", `"tag"`)
			io.WriteString(w, docs[0])
		case ok:
			io.WriteString(w, doc())
		default:
			http.NotFound(w, r)
		}
	}))
	defer s.Close()
	for _, c := range []struct {
		name, path string
		status     int
		forget     bool
	}{{"not modified", "/same", 304, false}, {"equal bytes", "/equal", 200, false}, {"one new", "/new", 200, false}, {"all new", "/equal", 200, true}} {
		b.Run(c.name, func(b *testing.B) { fetchAgain(b, s.URL, c.path, c.status, c.forget) })
	}
}

// levels is a feed of fifty releases, the first of which has a number.
func levels(first int) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Levels</title><link>https://rivers.example/</link>`)
	for n := first + 49; n >= first; n-- {
		fmt.Fprintf(&b, `<item><title>Level %d</title><link>/%[1]d.html</link><guid>%[1]d</guid><pubDate>Fri, 20 Nov 2026 %02d:%02d:00 GMT</pubDate><description>&lt;p&gt;It rose by %[1]d mm.&lt;/p&gt;</description></item>`, n, n/60, n%60)
	}
	return b.String() + "</channel></rss>"
}

func fetchAgain(b *testing.B, url, path string, status int, forget bool) {
	f, err := New(Options{Fetching: settings(), Version: "1.2"})
	if err != nil {
		b.Fatal(err)
	}
	src := row(url)
	poll := func(s news.FetchState) news.Batch {
		batch, err := f.Fetch(b.Context(), src, listing(url+path, s), noon)
		if err == nil && batch.Condition != news.OK {
			err = fmt.Errorf("%s: %s", path, batch.Condition)
		}
		if err != nil {
			b.Fatal(err)
		}
		return batch
	}
	state := poll(news.FetchState{}).State
	b.ReportAllocs()
	for b.Loop() {
		if forget {
			state, f.known = news.FetchState{}, newKnown(MostCached)
		}
		batch := poll(state)
		if state = batch.State; batch.Status != status {
			b.Fatalf("answered %d, want %d", batch.Status, status)
		}
	}
}
