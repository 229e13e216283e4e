package site

import (
	"testing"

	"chinanews/news"
)

// What people type leads in one step to what they mean, on each language's Home
// to its own.
func TestGuesses(t *testing.T) {
	h, none := New(library(), Options{}), New(noFeeds{library()}, Options{})
	for typed, meant := range map[string]string{
		"/feed": "/feeds/china-news.atom", "/feed/": "/feeds/china-news.atom", "/feed.xml": "/feeds/china-news.atom", "/atom": "/feeds/china-news.atom", "/atom/": "/feeds/china-news.atom", "/atom.xml": "/feeds/china-news.atom",
		"/index.xml": "/feeds/china-news.atom", "/feed/atom/": "/feeds/china-news.atom", "/rss": "/feeds/china-news.rss", "/rss/": "/feeds/china-news.rss", "/rss.xml": "/feeds/china-news.rss", "/feed/rss2/": "/feeds/china-news.rss", "/feed.json": "/feeds/china-news.json",
		"/zh/feed": "/feeds/zh.atom", "/zh/rss.xml": "/feeds/zh.rss", "/zh/feed.json": "/feeds/zh.json", "/en/feed": "/feeds/china-news.atom", "/en/rss/": "/feeds/china-news.rss", "/rss?page=2": "/feeds/china-news.rss",
		"/feeds": "/", "/feeds/": "/", "/zh/feeds": "/zh/", "/en/feeds/": "/en/", "/index.html": "/", "/zh": "/zh/", "/en": "/en/", "/zh/index.html": "/zh/", "/opml": "/opml.xml",
		"/feeds/zh": "/feeds/zh/", "/feeds/zh/edits": "/feeds/zh/edits/", "/feeds/removals": "/feeds/removals/",
		"/feeds/none": "", "/feeds/none/edits": "", "/ja/feed": "", "/feedx": "", "/feed/x": "", "/atom.rss": "", "/rss/feed": "", "/feeds/zh/other": "",
	} {
		w := get(h, "GET", typed)
		if want := map[bool]int{true: 404, false: 301}[meant == ""]; w.Code != want || w.Header().Get("Location") != meant {
			t.Errorf("%s: %d to %q, want %q", typed, w.Code, w.Header().Get("Location"), meant)
		}
	}
	for typed, want := range map[string]int{"/feed": 404, "/zh/rss": 404, "/feeds": 301, "/feeds/zh": 404} {
		if w := get(none, "GET", typed); w.Code != want {
			t.Errorf("%s without feeds: %d, want %d", typed, w.Code, want)
		}
	}
	if w := get(New(onlyEnglish{library()}, Options{}), "GET", "/zh/feed"); w.Code != 404 {
		t.Errorf("a Chinese feed that is not there: %d to %s", w.Code, w.Header().Get("Location"))
	}
}

type onlyEnglish struct{ *shelf }

func (onlyEnglish) Feeds() []news.Feed { return []news.Feed{english} }
