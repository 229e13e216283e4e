package fetcher

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"chinanews/news"
)

// A document comes by the way of every request: robots.txt, redirects, guard,
// charset, bot walls.
func TestDocument(t *testing.T) {
	page := `<html><head><meta charset="gb2312"><title>要闻</title></head><body><ul class="l"><li><a href="./1.html">部长会见大使</a><span>2026-11-20</span></li></ul></body></html>`
	coded, err := simplifiedchinese.GB18030.NewEncoder().String(page)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/old":
			http.Redirect(w, r, "/xw/", http.StatusMovedPermanently)
		case "/xw/":
			w.Header().Set("Content-Type", "text/html")
			w.Write([]byte(coded))
		case "/wall":
			w.WriteHeader(http.StatusPreconditionFailed)
		default:
			http.NotFound(w, r)
		}
	})
	f := newFetcher(t)
	d, problem, err := f.Document(context.Background(), row(s.URL), s.URL+"/old", noon)
	if err != nil || problem != nil || d.URL != s.URL+"/xw/" || !strings.Contains(string(d.UTF8), "要闻") || !strings.Contains(d.Charset, "gb") || d.ContentType != "text/html" {
		t.Errorf("document %+v, %v, %v", d, problem, err)
	}
	src := row(s.URL)
	src.Kind, src.List = news.KindHTML, news.List{Item: []string{"ul.l li"}}
	read, problem := f.Read(src, listing(s.URL, news.FetchState{}), d, noon)
	if problem != nil || len(read.Entries) != 1 || read.Entries[0].URL != s.URL+"/xw/1.html" || read.Entries[0].Date.Day() != "2026-11-20" {
		t.Errorf("read %+v, %v", read, problem)
	}
	for address, want := range map[string]news.Class{s.URL + "/none": news.ClassStatus, s.URL + "/wall": news.ClassStatus, "http://10.0.0.1/": news.ClassBlocked, "nonsense": news.ClassConnect} {
		if _, problem, err := f.Document(context.Background(), row(s.URL), address, noon); err != nil || problem == nil || problem.Class != want {
			t.Errorf("%s: %v, %v, want %s", address, problem, err, want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := f.Document(ctx, row(s.URL), s.URL+"/xw/", noon); err == nil {
		t.Error("a cancelled caller hears nothing")
	}
}
