// Package desk is the editor's desk, /desk/: what waits, what can be done about
// it and why each release is where it is; rules to try, sources to add and to
// look after, what was done and by whom. Server-rendered pages that work without
// script; a little script makes them quick. Nothing here is for the public, and
// nothing of it may be kept by a cache.
package desk

import (
	"embed"
	"errors"
	"html/template"
	"maps"
	"net/http"

	"chinanews/feedout/site"
	"chinanews/news"
)

// ErrNotFound says that there is no such thing in the record.
var ErrNotFound = errors.New("not found")

// Refusal is why something that an editor asked for is not done, in words for
// the editor.
type Refusal struct{ Words string }

func (e *Refusal) Error() string { return e.Words }

// Office is what the desk works on. A part that is nil is not there: the desk
// has no page of it. All are called from many goroutines; an error that is
// neither ErrNotFound nor a Refusal means that the record cannot be read or
// written now.
type Office struct {
	Site    func() news.Site // BaseURL is set
	Version string
	People  People
	Queue   Queue
	Stories Stories
	Bench   Bench
	Scout   Scout
	Sources Sources
	Journal Journal
	Figures Figures
}

//go:embed templates
var files embed.FS

type desk struct {
	Office
	pages *template.Template
}

// at is where a path of the site stands for a browser: below that of the site's
// address.
func (d *desk) at(path string) string { return d.Site().Path() + path }

// New makes the handler of everything below /desk/. Requests have paths without
// that of the site's address.
func New(o Office) http.Handler {
	d := &desk{Office: o}
	functions := site.Functions()
	maps.Copy(functions, template.FuncMap{"say": say, "base": func() string { return d.at("") }})
	maps.Copy(functions, sourceFunctions)
	d.pages = template.Must(template.New("").Funcs(functions).ParseFS(files, "templates/*.html"))
	mux := http.NewServeMux()
	for name, kind := range assets {
		mux.HandleFunc("GET /desk/"+name, asset("templates/"+name, kind))
	}
	for _, routes := range []func(*http.ServeMux){
		d.peopleRoutes, d.queueRoutes, d.storyRoutes, d.benchRoutes, d.scoutRoutes, d.sourceRoutes, d.journalRoutes, d.figureRoutes,
	} {
		routes(mux)
	}
	mux.HandleFunc("/", d.page(func(*http.Request, Visitor) (view, error) { return view{}, ErrNotFound }))
	return guarded(mux)
}

// assets are the files that pages load, with their types.
var assets = map[string]string{"desk.css": "text/css; charset=utf-8", "desk.js": "text/javascript; charset=utf-8", "scout.js": "text/javascript; charset=utf-8"}

// policy lets a page use our own style sheet, scripts and pictures, and ask our
// own server; nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded sets what protects editors, and refuses what another site has their
// browser send.
func guarded(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
