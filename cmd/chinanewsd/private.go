package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"chinanews/feedout/site"
	"chinanews/news"
)

// door is a token, and what it opens.
type door struct {
	key  [sha256.Size]byte   // digest of the token
	open func() http.Handler // made when the token is used first: what nobody asks for costs nothing
}

// private serves to each who has a token a site of its own, below /t/TOKEN. What
// is no token is left to next, so that it is answered like any path that is none.
func (h *house) private(s news.Site, next http.Handler) http.Handler {
	doors := h.doors(s)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, below := strings.CutPrefix(r.URL.EscapedPath(), "/t/")
		token, _, slash := strings.Cut(name, "/")
		d := knock(doors, token)
		switch {
		case !below || d == nil:
			next.ServeHTTP(w, r)
		case !slash:
			discreetly(http.RedirectHandler(s.Path()+"/t/"+token+"/", http.StatusMovedPermanently)).ServeHTTP(w, r)
		default:
			discreetly(http.StripPrefix("/t/"+token, d.open())).ServeHTTP(w, r)
		}
	})
}

// knock is the door that a token opens, nil for none. It takes as long for every
// token: all digests are compared, and whole.
func knock(doors []door, token string) (found *door) {
	key := sha256.Sum256([]byte(token))
	for n := range doors {
		if subtle.ConstantTimeCompare(doors[n].key[:], key[:]) == 1 {
			found = &doors[n]
		}
	}
	return found
}

// doors are those of the configuration's tokens, each with all feeds that have
// the token.
func (h *house) doors(s news.Site) (doors []door) {
	opens := make(map[string][]news.Feed)
	for _, f := range h.cfg.Feeds {
		for _, t := range h.cfg.Tokens {
			if t.Feed == f.ID && !f.Public() {
				opens[t.Secret] = append(opens[t.Secret], f)
			}
		}
	}
	for _, token := range slices.Sorted(maps.Keys(opens)) {
		doors = append(doors, door{sha256.Sum256([]byte(token)), sync.OnceValue(func() http.Handler { return h.room(s, token, opens[token]) })})
	}
	return doors
}

// room is the site behind a door: that of feeds as if they were all there are,
// and public.
func (h *house) room(s news.Site, token string, feeds []news.Feed) http.Handler {
	pub := h.cfg.Publication
	pub.Site = s
	pub.Site.BaseURL += "/t/" + token
	pub.Feeds = nil
	bound := news.Bindings{Feeds: make(map[news.FeedName][]string)}
	for _, f := range feeds {
		f.Access = news.AccessPublic
		pub.Feeds = append(pub.Feeds, f)
		bound.Feeds[f.Name] = h.bound.Feeds[f.Name]
	}
	p := newPress(h.store, pub, h.rows)
	return h.readers.behind(pub.Feeds, h.asked(p, h.front(p, former(bound, pub.Feeds), site.Options{Private: true})))
}

// asked prints what has changed when a document is asked for: there are few who
// ask, and perhaps none.
func (h *house) asked(p *press, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if document(r.URL.Path) {
			if err := p.print(r.Context()); err != nil {
				if r.Context().Err() == nil {
					h.log.Error("feeds that are not public could not be rendered", "err", err)
				}
				w.Header().Set("Retry-After", "60")
				http.Error(w, "The record cannot be read at the moment; please try again in a minute.", http.StatusServiceUnavailable)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// discreetly keeps answers out of caches that others use (RFC 9111, section
// 5.2.2.7) and of search engines, and their addresses from those that they lead
// to. Readers ask again each time, so that a token that is taken out opens
// nothing from then on.
func discreetly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d := &discreet{ResponseWriter: w}
		next.ServeHTTP(d, r)
		if !d.begun { // an answer without a body
			d.WriteHeader(http.StatusOK)
		}
	})
}

// discreet is an answer that is given discreetly.
type discreet struct {
	http.ResponseWriter
	begun bool
}

func (d *discreet) WriteHeader(status int) {
	if !d.begun {
		d.begun = status >= 200
		h := d.Header()
		if h.Get("Cache-Control") != "no-store" {
			h.Set("Cache-Control", "private, no-cache")
		}
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("Referrer-Policy", "no-referrer")
	}
	d.ResponseWriter.WriteHeader(status)
}

func (d *discreet) Write(b []byte) (int, error) {
	if !d.begun {
		d.WriteHeader(http.StatusOK)
	}
	return d.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (d *discreet) Unwrap() http.ResponseWriter { return d.ResponseWriter }
