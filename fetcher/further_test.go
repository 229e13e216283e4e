package fetcher

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chinanews/news"
)

// conference is an article of n pages, its numbers linked on each; broken
// answers for the pages that it names.
func conference(t *testing.T, n int, broken map[int]http.HandlerFunc) *site {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		k := 1
		if _, err := fmt.Sscanf(r.URL.Path, "/c/t1_%d.html", &k); err != nil && r.URL.Path != "/c/t1.html" {
			http.NotFound(w, r)
			return
		}
		if h, ok := broken[k]; ok {
			h(w, r)
			return
		}
		fmt.Fprintf(w, `<h1>The conference</h1><div id="b"><p>Answer number %d.</p></div>`, k)
		for i := 2; i <= n; i++ {
			fmt.Fprintf(w, `<a href="t1_%d.html">%d</a>`, i, i)
		}
	})
}

func article(src news.Source, url string) news.Task {
	return news.Task{Kind: news.TaskArticle, Source: src.Origin, URL: url, Listed: news.Entry{URL: url, Title: "The conference"}}
}

func articleRow(url string) news.Source {
	src := row(url)
	src.Kind, src.Article.Body = news.KindHTML, []string{"#b"}
	return src
}

func TestAnArticleOfSeveralPages(t *testing.T) {
	s := conference(t, 3, nil)
	src := articleRow(s.URL)
	b := fetch(t, newFetcher(t), src, article(src, s.URL+"/c/t1.html"))
	if b.Problem != nil || len(b.Entries) != 1 {
		t.Fatalf("%d entries, problem %v", len(b.Entries), b.Problem)
	}
	if got, want := Text(b.Entries[0].HTML), "Answer number 1.\nAnswer number 2.\nAnswer number 3."; got != want {
		t.Errorf("the text is %q, want %q", got, want)
	}
	if b.Entries[0].Digest != news.TextDigest("Answer number 1. Answer number 2. Answer number 3.") || b.FinalURL != "" || len(b.Redirects) != 0 {
		t.Errorf("digest, or addresses of pages: %+v", b)
	}
	other := conference(t, 2, nil)
	src = articleRow(other.URL)
	if two := fetch(t, newFetcher(t), src, article(src, other.URL+"/c/t1.html")); two.Capture == b.Capture || two.Capture == "" {
		t.Error("the capture does not cover all pages")
	}
}

func TestNoHalfArticle(t *testing.T) {
	for _, tt := range []struct {
		name   string
		page   http.HandlerFunc
		status int
		words  string
	}{
		{"not found", http.NotFound, 200, "404"},
		{"unavailable", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, 200, "503"},
		{"led away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/c/t2.html", http.StatusFound) }, 200, ""},
		{"home", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/c/t1_0x.html", http.StatusFound) }, 200, ""},
		{"without text", text(`<h1>The conference</h1><div id="b"></div>`), 200, "no text"},
		{"a wall", text(`<script>document.cookie="a=b";location.reload()</script>`), 200, "script"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := conference(t, 3, map[int]http.HandlerFunc{2: tt.page})
			src := articleRow(s.URL)
			b := fetch(t, newFetcher(t), src, article(src, s.URL+"/c/t1.html"))
			if b.Problem == nil || len(b.Entries) != 0 {
				t.Fatalf("%d entries of half an article", len(b.Entries))
			}
			if !strings.Contains(b.Problem.Words, "page 2 of the article, "+s.URL+"/c/t1_2.html") || !strings.Contains(b.Problem.Words, tt.words) {
				t.Errorf("words %q do not name the page and %q", b.Problem.Words, tt.words)
			}
			if b.Status != tt.status {
				t.Errorf("status %d; it is the first page's, which is there", b.Status)
			}
			if tt.words == "503" && !b.State.RetryAfter.After(noon) {
				t.Error("the wish of the host was lost")
			}
		})
	}
}

func TestPagesAreBounded(t *testing.T) {
	s := conference(t, 60, nil)
	src := articleRow(s.URL)
	b := fetch(t, newFetcher(t), src, article(src, s.URL+"/c/t1.html"))
	if b.Problem != nil || s.count("/c/t1_20.html") != 1 || s.count("/c/t1_21.html") != 0 || !strings.Contains(strings.Join(b.Warnings, " "), "its first 20 pages") {
		t.Errorf("problem %v, warnings %q", b.Problem, b.Warnings)
	}
}

func TestPagesThatRepeatEndAnArticle(t *testing.T) {
	again := text(`<div id="b"><p>Answer number 2.</p></div><a href="t1_4.html">4</a>`)
	s := conference(t, 5, map[int]http.HandlerFunc{3: again})
	src := articleRow(s.URL)
	b := fetch(t, newFetcher(t), src, article(src, s.URL+"/c/t1.html"))
	if b.Problem != nil || Text(b.Entries[0].HTML) != "Answer number 1.\nAnswer number 2." || s.count("/c/t1_4.html") != 0 {
		t.Errorf("entries %+v (%v)", b.Entries, b.Problem)
	}
}

func TestFurtherPagesObeyRobots(t *testing.T) {
	s := serve(t, text(`<div id="b"><p>One.</p></div><a href="t1_2.html">2</a>`))
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			fmt.Fprint(w, "User-agent: *\nDisallow: /t1_")
			return
		}
		text(`<div id="b"><p>One.</p></div><a href="t1_2.html">2</a>`)(w, r)
	})
	src := articleRow(s.URL)
	if b := fetch(t, newFetcher(t), src, article(src, s.URL+"/t1.html")); b.Problem == nil || b.Problem.Class != news.ClassRobots {
		t.Errorf("problem %+v, want robots", b.Problem)
	}
}
