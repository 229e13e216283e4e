package fetcher

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chinanews/news"
)

func zipped(body string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(body))
	z.Close()
	return b.String()
}

func TestBodies(t *testing.T) {
	cut := zipped(oneItem)
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		class   news.Class
	}{
		{"plain", text(oneItem), ""},
		{"gzip", text(zipped(oneItem), "Content-Encoding", "gzip"), ""},
		{"gzip unsaid", text(zipped(oneItem)), ""},
		{"gzip said and not done", text(oneItem, "Content-Encoding", "gzip"), ""},
		{"br", text("xxxx", "Content-Encoding", "br"), news.ClassEncoding},
		{"gzip cut off", text(cut[:len(cut)-9], "Content-Encoding", "gzip"), news.ClassTruncated},
		{"gzip bomb", text(zipped(strings.Repeat("a", 4<<20)), "Content-Encoding", "gzip"), news.ClassTooLarge},
		{"too large", text(strings.Repeat("a", 2<<20)), news.ClassTooLarge},
		{"endless", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		}, news.ClassTooLarge},
		{"shorter than said", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5000")
			fmt.Fprint(w, oneItem)
		}, news.ClassTruncated},
		{"chunks without end", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, oneItem)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, news.ClassTruncated},
		{"empty", text("  \n"), news.ClassEmpty},
		{"html", text("<html><title>Welcome</title><p>text</p>"), news.ClassNotAFeed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, tt.handler)
			s.Config.ErrorLog = nil
			b := fetch(t, newFetcher(t), row(s.URL), listing(s.URL, news.FetchState{}))
			if class(b) != tt.class || tt.class != "" && len(b.Entries) > 0 {
				t.Errorf("class %q (%v), want %q", class(b), b.Problem, tt.class)
			}
		})
	}
}
