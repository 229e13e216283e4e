// Package site is the reading site: Home, a page for each feed, a page for
// each story. Server-rendered HTML and one style sheet; no request to anybody
// else, nothing sent anywhere. One small script copies addresses and hands them
// to what the reader's device shares with; pages have all else without it.
package site

import (
	"embed"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"chinanews/news"
)

// ErrNotFound says that there is no such page for the public.
var ErrNotFound = errors.New("not found")

// GoneError says that a page was taken back, and why.
type GoneError struct {
	Lang  string // of Words, as a tag
	Words string // when, and the reason, in a sentence
}

func (e *GoneError) Error() string { return "withdrawn: " + e.Words }

// Library is what the pages show. Only public stories come out of it. Its
// methods are called for each request, from many goroutines; an error that is
// neither ErrNotFound nor a GoneError means that the record cannot be read now.
type Library interface {
	Reading
	History
	Calendar
}

// Reading is what there is to read now.
type Reading interface {
	Site() news.Site // BaseURL is set
	Feeds() []news.Feed
	// Newest are the newest releases of all feeds, by date; lang is a primary
	// subtag, empty for all.
	Newest(lang string, n int) ([]Item, error)
	// Page is one page of those of a feed's releases that a filter lets through,
	// by date; number counts from 1.
	Page(feed string, f Filter, number, size int) (Listing, error)
	// Story is a release by its address, or by that of one merged into it.
	Story(address string) (Item, error)
	Polling() (Polling, error)
}

// Item is a release with the feed that it is shown in.
type Item struct {
	news.Release
	Feed news.Feed
}

// Listing is one page of a feed.
type Listing struct {
	Feed    news.Feed
	Items   []Item
	Total   int           // on all pages
	Cut     bool          // a filter was not asked about the oldest
	Sources []news.Source // that the feed takes from
	Unwell  []SourceLine  // those of them that a person should look at, where the site shows that
}

// Polling is what the public is told of how sources are asked, and where the
// record ends.
type Polling struct {
	Sources []SourceLine
	Pos     uint64 // of the last record
	Link    string // its digest, in hexadecimal
}

// SourceLine is what the public is told of a source. Times are zero while
// they are not known.
type SourceLine struct {
	Source    news.Source
	Condition news.Condition // as news.Judge says, or as its last answer showed it
	LastGood  time.Time
	Next      time.Time
	Pause     time.Duration // between two requests to its host, at least
}

// Options are what pages say of the program, and what they can do beside
// showing a library.
type Options struct {
	Version string
	Search  Searcher // nil: there is no search
	// Private says that the address of the site is for those who have it: pages
	// offer no way to pass it on, and crawlers are asked to leave.
	Private bool
	// Files says that pages are written as files, which cannot see what is asked
	// of them: feeds have no filter. A search may be answered beside them.
	Files bool
}

//go:embed templates/*.html templates/site.css templates/site.js
var files embed.FS

type site struct {
	Library
	options Options
	pages   *template.Template
}

// at is where a path of the site stands for a reader: below that of the site's
// address. All links that are not whole addresses go through it.
func (s *site) at(path string) string { return s.Site().Path() + path }

// New makes the handler of all pages. It answers only GET and HEAD. Requests
// have paths without that of the site's address.
func New(l Library, o Options) http.Handler {
	s := &site{Library: l, options: o}
	s.pages = template.Must(template.New("").Funcs(s.functions()).ParseFS(files, "templates/*.html"))
	mux := http.NewServeMux()
	for path, page := range map[string]func(*http.Request) (view, error){
		"/{$}": s.home(""), "/en/{$}": s.home("en"), "/zh/{$}": s.home("zh"),
		"/feeds/{feed}/{$}": s.feed, "/stories/{story}": s.story,
		"/polling": s.polling(""), "/en/polling": s.polling("en"), "/zh/polling": s.polling("zh"), "/about": s.about(""), "/en/about": s.about("en"), "/zh/about": s.about("zh"),
		"/feeds/edits/{$}": s.notices(news.FeedEdits), "/feeds/removals/{$}": s.notices(news.FeedRemovals),
		"/feeds/{feed}/edits/{$}": s.notices(news.FeedEdits), "/feeds/{feed}/removals/{$}": s.notices(news.FeedRemovals),
		"/feeds/{feed}/page/{page}/{$}": s.feed, "/feeds/{feed}/{year}/{month}/{day}/{$}": s.day,
		"/feeds/edits/page/{page}/{$}": s.notices(news.FeedEdits), "/feeds/removals/page/{page}/{$}": s.notices(news.FeedRemovals),
		"/feeds/{feed}/edits/page/{page}/{$}": s.notices(news.FeedEdits), "/feeds/{feed}/removals/page/{page}/{$}": s.notices(news.FeedRemovals),
		"/stories/{story}/versions/{version}": s.version, "/stories/{story}/compare/{versions}": s.comparison,
		"/stories/{story}/of/{item}/versions/{version}": s.version, "/stories/{story}/of/{item}/compare/{versions}": s.comparison,
		"/sitemap.xml": s.sitemaps, "/sitemap/{part}": s.sitemap,
	} {
		mux.HandleFunc("GET "+path, s.page(page))
	}
	if o.Search != nil {
		mux.HandleFunc("GET /search", s.page(s.search))
	}
	mux.HandleFunc("GET /site.css", asset("templates/site.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /site.js", asset("templates/site.js", "text/javascript; charset=utf-8"))
	mux.HandleFunc("GET /robots.txt", s.robots)
	mux.HandleFunc("GET /favicon.ico", fixed(mark, "image/svg+xml"))
	s.guesses(mux)
	mux.HandleFunc("/", s.missing)
	return s.guarded(mux)
}

// policy lets a page use our own style sheet, script and pictures, and nothing
// else: no script may ask a server for anything.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded sets what protects readers, and refuses what no reader asks.
func (s *site) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "This site can only be read.", http.StatusMethodNotAllowed)
		case Crooked(r.URL):
			s.missing(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// Crooked reports an address whose path tries to be another one. Nothing may be
// served under it; the site answers that there is no such page.
func Crooked(u *url.URL) bool {
	path := strings.ToLower(u.EscapedPath())
	if strings.HasSuffix(path, "/.") || strings.HasSuffix(path, "/..") {
		return true
	}
	return slices.ContainsFunc(crookedParts, func(s string) bool { return strings.Contains(path, s) })
}

var crookedParts = []string{"/./", "/../", "%2e", "%2f", "%5c", `\`, "%00", "//"}
