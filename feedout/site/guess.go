package site

import (
	"net/http"
	"slices"

	"chinanews/news"
)

// typed are addresses that people and programs try, and what they mean by them:
// a page, or the first feed in a format.
var typed = map[string]string{
	"feed": ".atom", "feed.xml": ".atom", "feed.atom": ".atom", "feed/atom": ".atom", "atom": ".atom", "atom.xml": ".atom", "index.xml": ".atom", "index.atom": ".atom",
	"rss": ".rss", "rss.xml": ".rss", "rss2.xml": ".rss", "feed.rss": ".rss", "feed/rss": ".rss", "feed/rss2": ".rss", "index.rss": ".rss",
	"feed.json": ".json", "feed/json": ".json", "index.json": ".json", "feeds.json": ".json",
	"feeds": "/", "home": "/", "index.html": "/", "index.htm": "/", "index.php": "/",
}

// guesses leads addresses that people type to what they mean.
func (s *site) guesses(mux *http.ServeMux) {
	for name, meant := range typed {
		for _, lang := range []string{"", "en", "zh"} {
			path := "/" + name
			if lang != "" {
				path = "/" + lang + path
			}
			mux.HandleFunc("GET "+path, s.guess(lang, meant))
			mux.HandleFunc("GET "+path+"/{$}", s.guess(lang, meant))
		}
	}
	for _, path := range []string{"/en", "/zh", "/feeds/edits", "/feeds/removals"} {
		mux.HandleFunc("GET "+path, s.lead(path+"/"))
	}
	mux.HandleFunc("GET /opml", s.lead("/opml.xml"))
	for _, rest := range []string{"", "/edits", "/removals"} {
		mux.HandleFunc("GET /feeds/{feed}"+rest, s.slash)
	}
}

// lead sends readers elsewhere on the site, for good.
func (s *site) lead(path string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.at(path), http.StatusMovedPermanently)
	}
}

// guess leads to what is meant in a language, which is Home or the language's
// first feed; "" is any. Without a feed there is no such page: a redirect to a
// feed of another language would be kept after one in this came.
func (s *site) guess(lang, meant string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		feeds := s.Feeds()
		n := slices.IndexFunc(feeds, func(f news.Feed) bool { return lang == "" || news.Primary(f.Language) == lang })
		switch {
		case meant == "/" && lang == "":
			s.lead("/")(w, r)
		case meant == "/":
			s.lead("/"+lang+"/")(w, r)
		case n < 0:
			s.missing(w, r)
		default:
			s.lead("/feeds/"+feeds[n].ID+meant)(w, r)
		}
	}
}

// slash leads to a feed's page, or one below it, that was asked for without its
// last slash.
func (s *site) slash(w http.ResponseWriter, r *http.Request) {
	if !slices.ContainsFunc(s.Feeds(), func(f news.Feed) bool { return f.ID == r.PathValue("feed") }) {
		s.missing(w, r)
		return
	}
	s.lead(r.URL.Path+"/")(w, r)
}
