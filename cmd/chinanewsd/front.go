package main

import (
	"net/http"
	"strings"

	"chinanews/feedout/site"
)

// front serves what a press prints and the pages and searches of the same
// feeds: nothing of any other feed.
func (h *house) front(p *press, was map[string]string, o site.Options) http.Handler {
	lib := newLibrary(h, p)
	o.Version, o.Search = version, lib
	pages := site.New(lib, o)
	return straight(pages, moved(p.pub.Site.Path(), was, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if document(r.URL.Path) {
			p.shelf.ServeHTTP(w, r)
			return
		}
		if m, ok := archiveAt(r.URL.Path); ok {
			p.serveArchive(w, r, m)
			return
		}
		if f, ok := searchFormat(r.URL.Path); ok {
			lib.serveSearch(w, r, f)
			return
		}
		pages.ServeHTTP(w, r)
	})))
}

// written is the site for who writes it as files: without the limits of
// entrance, and without what files cannot answer.
func (h *house) written() http.Handler { return h.seated(h.served(site.Options{Files: true})) }

// served is what the site has: the public feeds with their hub, and below a
// token's path the feeds that it opens.
func (h *house) served(o site.Options) http.Handler {
	return h.private(h.press.pub.Site, h.besideHub(h.front(h.press, former(h.bound, h.cfg.Feeds), o)))
}

// seated has next serve where the site is, and was.
func (h *house) seated(next http.Handler) http.Handler {
	site := h.press.pub.Site
	return rehosted(site, under(site.Path(), next))
}

// under takes the path of the site's address off that of a request. A web server
// before this one may have done so already: what lacks it is served as it is.
func under(base string, next http.Handler) http.Handler {
	if base == "" {
		return next
	}
	stripped := http.StripPrefix(base, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest, below := strings.CutPrefix(r.URL.Path, base)
		switch {
		case below && rest == "":
			http.Redirect(w, r, base+"/", http.StatusMovedPermanently)
		case below && rest[0] == '/':
			stripped.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// straight leaves it to the site to refuse addresses that try to be others,
// wherever they would lead.
func straight(pages, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if site.Crooked(r.URL) {
			pages.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
