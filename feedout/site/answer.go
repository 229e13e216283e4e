package site

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"chinanews/feedout"
	"chinanews/news"
)

// page answers with what a view shows: whole, or not at all.
func (s *site) page(look func(*http.Request) (view, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := look(r)
		gone, withdrawn := errors.AsType[*GoneError](err)
		switch {
		case withdrawn:
			lang := interfaceOf(gone.Lang)
			s.refuse(w, view{name: "withdrawn", status: http.StatusGone, Lang: lang, Title: say(lang, "Withdrawn"), Description: gone.Words})
		case errors.Is(err, ErrNotFound):
			s.missing(w, r)
		case err != nil:
			w.Header().Set("Retry-After", "60")
			http.Error(w, "The record cannot be read at the moment. Feeds are still served; please try again in a minute.", http.StatusServiceUnavailable)
		case v.moved != "":
			http.Redirect(w, r, s.at(v.moved), http.StatusMovedPermanently)
		case v.raw.kind != "":
			send(w, r, v.raw)
		case v.status != 0:
			s.refuse(w, v)
		default:
			s.show(w, r, v)
		}
	}
}

// show renders a page before it sends a byte of it.
func (s *site) show(w http.ResponseWriter, r *http.Request, v view) {
	body, err := s.render(v)
	if err != nil {
		http.Error(w, "This page could not be made. The operator's log of the program may say why.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Language", locale(v.Lang))
	send(w, r, content{body, "text/html; charset=utf-8", max(v.keep, time.Minute), v.vary})
}

// render makes a page. Texts were made legal when they were read; names and
// titles of the configuration were not.
func (s *site) render(v view) ([]byte, error) {
	v.Site, v.Feeds, v.Program, v.Searchable, v.Private = s.Site(), s.Feeds(), s.options.Version, s.options.Search != nil, s.options.Private
	v.Canonical = s.canonical(v)
	var b bytes.Buffer
	err := s.pages.ExecuteTemplate(&b, v.name+".html", v)
	return []byte(news.Legal(b.String())), err
}

// missing answers that there is no such page.
func (s *site) missing(w http.ResponseWriter, r *http.Request) {
	lang := interfaceOf(s.Site().Language)
	if strings.HasPrefix(r.URL.Path, "/zh/") {
		lang = "zh"
	}
	s.refuse(w, view{name: "missing", status: http.StatusNotFound, Lang: lang, Title: say(lang, "Not found")})
}

// refuse answers with a page that says why there is no other.
func (s *site) refuse(w http.ResponseWriter, v view) {
	v.NoIndex = true
	body, err := s.render(v)
	if err != nil {
		http.Error(w, "There is no such page.", v.status)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", locale(v.Lang))
	h.Set("Cache-Control", "public, max-age=60")
	w.WriteHeader(v.status)
	w.Write(body)
}

// content is an answer's bytes, their type, how long they may be kept, and the
// request's field that they were chosen by.
type content struct {
	body []byte
	kind string
	keep time.Duration
	vary string
}

// send answers with content.
func send(w http.ResponseWriter, r *http.Request, c content) {
	feedout.Serve(w, r, feedout.Sheet{Body: c.body, ContentType: c.kind, Cache: "public, max-age=" + strconv.Itoa(int(c.keep.Seconds())), Vary: c.vary})
}

func asset(name, kind string) http.HandlerFunc {
	body, err := files.ReadFile(name)
	if err != nil {
		panic(err) // the file is embedded
	}
	return fixed(string(body), kind)
}

func fixed(body, kind string) http.HandlerFunc {
	return feedout.Fixed(feedout.Sheet{Body: []byte(body), ContentType: kind, Cache: feedout.KeepAsset}).ServeHTTP
}

// robots asks crawlers to leave alone what is made for each who asks, and what
// is for those who have its address.
func (s *site) robots(w http.ResponseWriter, r *http.Request) {
	text := "User-agent: *\nDisallow: " + s.at("/search") + "\nDisallow: " + s.at("/t/") + "\nDisallow: " + s.at("/desk/") + "\n\nSitemap: " + s.Site().BaseURL + "/sitemap.xml\n"
	if s.options.Private {
		text = "User-agent: *\nDisallow: /\n"
	}
	fixed(text, "text/plain; charset=utf-8")(w, r)
}

// mark is the site's icon.
const mark = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#a4262c"/><path d="M4 4h8M4 8h8M4 12h5" stroke="#fff" stroke-width="1.6"/></svg>`
