// Package site is the reading site: Home, a page for each feed, a page for
// each story. Server-rendered HTML and one style sheet; no script, no request
// to anybody else, nothing sent anywhere.
package site

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"chinanews/news"
)

// ErrNotFound says that there is no such page for the public.
var ErrNotFound = errors.New("not found")

// Library is what the pages show. Only public stories come out of it. Its
// methods are called for each request, from many goroutines; an error that is
// not ErrNotFound means that the record cannot be read now.
type Library interface {
	Site() news.Site // BaseURL is set
	Feeds() []news.Feed
	// Newest are the newest releases of all feeds, by date; lang is a primary
	// subtag, empty for all.
	Newest(lang string, n int) ([]Item, error)
	// Page is one page of a feed's releases, by date; number counts from 1.
	Page(feed string, number, size int) (Listing, error)
	// Story is a release by its address, or by that of one merged into it.
	Story(address string) (Item, error)
	Sources() ([]SourceLine, error)
}

// Item is a release with the feed that it is shown in.
type Item struct {
	news.Release
	Feed news.Feed
}

// Listing is one page of a feed.
type Listing struct {
	Feed  news.Feed
	Items []Item
	Total int
}

// SourceLine is what the public is told of a source.
type SourceLine struct {
	Source    news.Source
	Condition news.Condition
	LastGood  time.Time
	Next      time.Time
}

// Options are what pages say of the program.
type Options struct{ Version string }

//go:embed templates/*.html templates/site.css
var files embed.FS

const (
	perPage = 30
	onHome  = 40
)

// New makes the handler of all pages. It answers only GET and HEAD.
func New(l Library, o Options) http.Handler {
	s := &site{Library: l, options: o}
	s.pages = template.Must(template.New("").Funcs(s.functions()).ParseFS(files, "templates/*.html"))
	mux := http.NewServeMux()
	for path, page := range map[string]func(*http.Request) (view, error){
		"/{$}": s.home(""), "/en/{$}": s.home("en"), "/zh/{$}": s.home("zh"),
		"/feeds/{feed}/{$}": s.feed, "/stories/{story}": s.story, "/polling": s.polling, "/about": s.about,
	} {
		mux.HandleFunc("GET "+path, s.page(page))
	}
	mux.HandleFunc("GET /site.css", asset("templates/site.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /robots.txt", text("User-agent: *\nDisallow:\n"))
	mux.HandleFunc("GET /favicon.ico", icon)
	for _, path := range []string{"/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/feeds", "/feeds/{feed}"} {
		mux.HandleFunc("GET "+path, s.guess)
	}
	mux.HandleFunc("/", s.missing)
	return guarded(mux)
}

type site struct {
	Library
	options Options
	pages   *template.Template
}

// guarded sets what protects readers, and refuses what only reads cannot need.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "This site can only be read.", http.StatusMethodNotAllowed)
			return
		}
		if strings.ContainsAny(r.URL.Path, "\x00\\") || strings.Contains(r.URL.Path, "..") {
			http.Error(w, "There is no such page.", http.StatusNotFound)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// view is what a template is given.
type view struct {
	name   string // of the template
	status int    // 0: 200
	moved  string // where the page is instead

	Lang    string // of the interface: en or zh
	Title   string
	Path    string // of this page, for the language switch and canonical link
	Site    news.Site
	Feeds   []news.Feed
	Feed    news.Feed
	Items   []Item
	Item    Item
	Page    int
	Pages   int
	Sources []SourceLine
	Version string
}

// page renders a view: whole, or not at all.
func (s *site) page(make func(*http.Request) (view, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := make(r)
		switch {
		case errors.Is(err, ErrNotFound):
			s.missing(w, r)
			return
		case err != nil:
			http.Error(w, "The record cannot be read at the moment. The feeds are served on.", http.StatusServiceUnavailable)
			return
		case v.moved != "":
			http.Redirect(w, r, v.moved, http.StatusMovedPermanently)
			return
		}
		s.render(w, v)
	}
}

func (s *site) render(w http.ResponseWriter, v view) {
	v.Site, v.Feeds, v.Version = s.Site(), s.Feeds(), s.options.Version
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, v.name+".html", v); err != nil {
		http.Error(w, "This page could not be made.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", locale(v.Lang))
	h.Set("Cache-Control", "public, max-age=60")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	if v.status != 0 {
		w.WriteHeader(v.status)
	}
	w.Write(b.Bytes())
}

func (s *site) missing(w http.ResponseWriter, r *http.Request) {
	s.render(w, view{name: "missing", status: http.StatusNotFound, Lang: "en", Title: "Not found"})
}

// guess leads the addresses that people type to what they mean.
func (s *site) guess(w http.ResponseWriter, r *http.Request) {
	feeds := s.Feeds()
	name := r.PathValue("feed")
	switch {
	case r.URL.Path == "/feeds":
		http.Redirect(w, r, "/", http.StatusMovedPermanently)
	case name != "" && s.known(name):
		http.Redirect(w, r, "/feeds/"+name+"/", http.StatusMovedPermanently)
	case name != "" || len(feeds) == 0:
		s.missing(w, r)
	case strings.HasPrefix(r.URL.Path, "/rss"):
		http.Redirect(w, r, "/feeds/"+feeds[0].ID+".rss", http.StatusMovedPermanently)
	default:
		http.Redirect(w, r, "/feeds/"+feeds[0].ID+".atom", http.StatusMovedPermanently)
	}
}

func (s *site) known(id string) bool {
	for _, f := range s.Feeds() {
		if f.ID == id {
			return true
		}
	}
	return false
}

func asset(name, contentType string) http.HandlerFunc {
	body, err := files.ReadFile(name)
	if err != nil {
		panic(err) // the file is embedded
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "public, max-age=3600")
		w.Write(body)
	}
}

func text(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write([]byte(s))
	}
}

// icon is the site's mark.
func icon(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#a4262c"/><path d="M4 4h8M4 8h8M4 12h5" stroke="#fff" stroke-width="1.6"/></svg>`))
}
