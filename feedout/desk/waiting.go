package desk

import (
	"cmp"
	"net/http"
	"time"

	"chinanews/feedout"
	"chinanews/feedout/site"
	"chinanews/news"
)

// Waiting is a line of the queue as its feed has it: no text of what waits.
type Waiting struct {
	ID    string // a URI, for ever the same
	Path  string // of its page, below the site's address
	Title string // of the release; of a flood the name of its source
	Lang  string // of the title, as a tag
	Wait         // without what its source says now
	Items int    // of a flood
}

// momentIn and localeOf are as templates say them.
var (
	momentIn = site.Functions()["moment"].(func(lang string, t time.Time) string)
	localeOf = site.Functions()["locale"].(func(lang string) string)
)

// mostWaits bounds the feed.
const mostWaits = 500

// queueFeed is the queue for a feed reader, which has a token instead of a
// cookie. Whoever has none is not told that there is such a feed.
func (d *desk) queueFeed(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Query().Get("token")
	who, ok := d.Porter.Reader(r.Context(), token)
	if !ok {
		http.NotFound(w, r)
		return
	}
	list, err := d.Waits(r.Context())
	var body []byte
	if err == nil {
		body, err = d.board(who, token, list).Atom()
	}
	if err != nil {
		w.Header().Set("Retry-After", "60")
		http.Error(w, "The record cannot be read at the moment.", http.StatusServiceUnavailable)
		return
	}
	h := w.Header()
	h.Set("Content-Type", feedout.Atom.ContentType())
	h.Set("Referrer-Policy", "no-referrer")
	w.Write(body)
}

// board is the queue as a feed, the newest release first.
func (d *desk) board(who news.Person, token string, list []Waiting) feedout.Board {
	s, lang := d.Site(), cmp.Or(who.Lang, "en")
	b := feedout.Board{
		ID: news.QueueURN(s.ID), Title: say(lang, "%s: the queue", s.Title), Author: cmp.Or(s.Publisher, s.Title, "chinanewsd"), Language: localeOf(lang),
		Updated: who.Made,
		Self:    s.BaseURL + "/desk/queue.atom?token=" + token, Page: s.BaseURL + "/desk/",
	}
	for _, q := range list[:min(len(list), mostWaits)] {
		l := feedout.Line{ID: q.ID, Title: cmp.Or(news.Line(q.Title), q.Path), Language: q.Lang, Summary: q.why(lang), Page: s.BaseURL + q.Path, At: q.Since}
		b.Lines = append(b.Lines, l)
		if q.Since.After(b.Updated) {
			b.Updated = q.Since
		}
	}
	return b
}

// why says in a sentence why it waits.
func (q Waiting) why(lang string) string {
	if q.Items > 0 {
		return say(lang, "%d releases came at once and have old dates or none.", q.Items)
	}
	return q.Sentence(lang)
}
