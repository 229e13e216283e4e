package desk

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"chinanews/feedout"
	"chinanews/news"
)

// view is what a handler has to show.
type view struct {
	name   string // of the template
	status int    // of the answer; 0: 200
	moved  string // where to go instead, a path of the site

	Tab     string // the part of the desk that it is of, as the frame names it
	Title   string
	Tongue  string // of the title, as a tag, where it is not ours
	Said    string // what became of what was done
	Trouble string // why it was not done
	Script  string // of this part, beside desk.js: the name of an asset; empty: none
	Body    any    // what the template shows
	Refresh int    // seconds after which a browser without script asks again; 0: never
}

// frame is what a template is given.
type frame struct {
	view
	Lang    string // of the interface: en or zh
	Here    string // path and query of this page, to come back to
	Who     string // is signed in
	Sheet   string // of this part, beside desk.css; empty: none
	Waits   int    // lines in the queue
	Site    news.Site
	Program string
	Has     map[string]bool // parts that are there, by their tabs
	Start   Start           // what there is to begin with, on the first page
}

// sheets are the style sheets of templates that have one beside desk.css.
var sheets = map[string]string{
	"queue": "queue.css", "flood": "queue.css", "find": "queue.css", "story": "queue.css", "act": "queue.css",
	"bench": "bench.css", "scout": "source.css", "source": "source.css", "sources": "source.css", "figures": "figure.css",
}

// look makes a page for an editor who is signed in.
type look func(*http.Request, Visitor) (view, error)

// page shows what a look sees, to those who are signed in; others are asked to.
func (d *desk) page(see look) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, ok := d.visitor(r)
		if !ok {
			d.stranger(w, r)
			return
		}
		v, err := see(r, who)
		d.answer(w, r, who, v, err)
	}
}

// answer sends a view, or says why there is none.
func (d *desk) answer(w http.ResponseWriter, r *http.Request, who Visitor, v view, err error) {
	refused, ok := errors.AsType[*Refusal](err)
	switch {
	case errors.Is(err, ErrNotFound):
		v = view{name: "trouble", status: http.StatusNotFound, Title: say(who.Lang, "Not found"), Trouble: say(who.Lang, "There is no such page, or what it was about is not in the record.")}
	case ok:
		status, title := refused.heading()
		v = view{name: "trouble", status: status, Title: say(who.Lang, title), Trouble: say(who.Lang, refused.Words)}
	case err != nil:
		v = view{name: "trouble", status: http.StatusServiceUnavailable, Title: say(who.Lang, "Not now"), Trouble: err.Error()}
	}
	if v.moved != "" && err == nil {
		http.Redirect(w, r, d.at(v.moved), http.StatusSeeOther)
		return
	}
	d.show(w, r, who, v)
}

// heading is over a refusal, with the status of its page.
func (e *Refusal) heading() (status int, title string) {
	if e.Later {
		return http.StatusServiceUnavailable, "Not now"
	}
	return http.StatusUnprocessableEntity, "Not done"
}

// show renders a page before it sends a byte of it.
func (d *desk) show(w http.ResponseWriter, r *http.Request, who Visitor, v view) {
	f := frame{view: v, Lang: who.Lang, Here: d.here(r), Who: who.Name, Sheet: sheets[v.name], Site: d.Site(), Program: d.Version, Has: d.has()}
	if d.Queue != nil && who.Name != "" {
		f.Waits, _ = d.Queue.Waiting(r.Context())
	}
	if d.Start != nil && v.Tab == "queue" {
		f.Start = d.Office.Start()
	}
	var b bytes.Buffer
	if err := d.pages.ExecuteTemplate(&b, v.name+".html", f); err != nil {
		http.Error(w, "This page could not be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", who.Lang)
	if v.status != 0 {
		w.WriteHeader(v.status)
	}
	w.Write([]byte(news.Legal(b.String())))
}

// here is the page that an answer is, as a path with its query; what a form got for
// an answer has no address, and is the page where the form was.
func (d *desk) here(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return r.URL.RequestURI()
	}
	from, err := url.Parse(r.Referer())
	if err != nil {
		return below("")
	}
	return below(strings.TrimPrefix(from.RequestURI(), d.Site().Path()))
}

func (d *desk) has() map[string]bool {
	return map[string]bool{
		"queue": d.Queue != nil, "stories": d.Stories != nil, "bench": d.Bench != nil, "scout": d.Scout != nil,
		"sources": d.Sources != nil, "journal": d.Journal != nil, "figures": d.Figures != nil,
	}
}

func asset(name, kind string) http.HandlerFunc {
	body, err := files.ReadFile(name)
	if err != nil {
		panic(err) // the file is embedded
	}
	return feedout.Fixed(feedout.Sheet{Body: body, ContentType: kind, Cache: "private, max-age=60"}).ServeHTTP
}
