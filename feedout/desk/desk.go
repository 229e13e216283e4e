// Package desk is the editor's desk, /desk/: what waits, what can be done about
// it and why each release is where it is; rules to try, sources to add and to
// look after, what was done and by whom. Server-rendered pages that work without
// script; a little script makes them quick. Nothing here is for the public, and
// nothing of it may be kept by a cache.
package desk

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"maps"
	"net/http"
	"net/url"

	"chinanews/feedout/signin"
	"chinanews/feedout/site"
	"chinanews/news"
)

// ErrNotFound says that there is no such thing in the record.
var ErrNotFound = errors.New("not found")

// Refusal is why something that an editor asked for is not done, in words for
// the editor.
type Refusal struct {
	Words string
	Later bool // it can be done at another time
}

func (e *Refusal) Error() string { return e.Words }

// Words of refusals where several nodes are one site.
const (
	TooFewNodes = "It is not done, as far as is known: too few of the nodes that share the record can be reached. Try again when they are back, and look first whether it was done all the same. Whoever runs this site finds which are away with chinanewsd cluster status."
	StrayNode   = "It is not done: this node takes no part any more in what the others record, and shows what it has. Whoever runs this site finds why in its alarms; another node may do it."
	LateNode    = "It is not done: this node does not follow the others yet, as after a start, and shows what it has. Try again in a minute, or on another node; if that lasts, whoever runs this site finds why in its alarms."
)

// Office is what the desk works on. A part that is nil is not there: the desk
// has no page of it. All are called from many goroutines; an error that is
// neither ErrNotFound nor a Refusal means that the record cannot be read or
// written now.
type Office struct {
	Site    func() news.Site // BaseURL is set
	Version string
	Porter  *signin.Porter                               // nil: nobody can sign in
	Client  func(r *http.Request) string                 // where a request comes from, for limits only; empty: nobody knows
	Bell    *Bell                                        // nil: pages hear of nothing
	Start   func() Start                                 // nil: there is nothing to begin with
	Waits   func(ctx context.Context) ([]Waiting, error) // the queue for its feed, the newest release first; nil: it is no feed
	People  People                                       // who is signed in; nil: whom the porter let in
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
	tally tally
}

// at is where a path of the site stands for a browser: below that of the site's
// address.
func (d *desk) at(path string) string { return d.Site().Path() + path }

// New makes the handler of everything below /desk/. Requests have paths without
// that of the site's address.
func New(o Office) http.Handler {
	d := newDesk(o)
	mux := http.NewServeMux()
	d.assetRoutes(mux)
	if d.Queue == nil {
		mux.HandleFunc("GET /desk/{$}", d.page(d.first))
	}
	for _, folder := range []string{"/desk", "/desk/stories", "/desk/sources"} { // the mux knows nothing of the path of the site's address
		mux.Handle("GET "+folder, http.RedirectHandler(d.at(folder+"/"), http.StatusMovedPermanently))
	}
	for _, routes := range []func(*http.ServeMux){
		d.peopleRoutes, d.eventRoutes, d.queueRoutes, d.storyRoutes, d.benchRoutes, d.scoutRoutes, d.sourceRoutes, d.journalRoutes, d.figureRoutes,
	} {
		routes(mux)
	}
	mux.HandleFunc("/", d.page(func(*http.Request, Visitor) (view, error) { return view{}, ErrNotFound }))
	return d.guarded(mux)
}

func newDesk(o Office) *desk {
	d := &desk{Office: o}
	functions := site.Functions()
	maps.Copy(functions, template.FuncMap{"say": say, "base": func() string { return d.at("") }})
	maps.Copy(functions, sourceFunctions)
	d.pages = template.Must(template.New("").Funcs(functions).ParseFS(files, "templates/*.html"))
	return d
}

// assets are the files that pages load, with their types.
var assets = map[string]string{
	"desk.css": style, "queue.css": style, "bench.css": style, "source.css": style, "figure.css": style,
	"desk.js": script, "scout.js": script, "bench.js": script,
}

const (
	style  = "text/css; charset=utf-8"
	script = "text/javascript; charset=utf-8"
)

func (d *desk) assetRoutes(mux *http.ServeMux) {
	for name, kind := range assets {
		mux.HandleFunc("GET /desk/"+name, asset("templates/"+name, kind))
	}
}

// policy lets a page use our own style sheet, scripts and pictures, and ask our
// own server; nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// mostForm bounds what a form may send, in bytes.
const mostForm = 1 << 20

// guarded sets what protects editors, and refuses what another site has their
// browser send.
func (d *desk) guarded(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	if u, err := url.Parse(d.Site().BaseURL); err == nil && u.Host != "" { // a web server before this one may ask by another name
		cross.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := spoken(r)
		d.show(w, r, Visitor{Lang: lang}, view{name: "trouble", status: http.StatusForbidden, Title: say(lang, "Not done"),
			Trouble: say(lang, "This was sent from another site, and nothing was done. If you sent it yourself, open the desk at %s.", d.Site().BaseURL+"/desk/")})
	}))
	next = cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, mostForm)
		next.ServeHTTP(w, r)
	})
}
