package desk

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"chinanews/news"
)

// self is what a user is shown of themselves.
type self struct {
	Sessions []news.Session
	Here     string // key of the one that asks
	HasFeed  bool   // the queue is one
	Made     time.Time
	Address  string // of the queue's feed, when it was made just now
}

// you shows a user their sessions and the address of the queue's feed.
func (d *desk) you(r *http.Request, who Visitor) (view, error) {
	s, person, _ := d.session(r)
	list, err := d.Porter.Sessions(r.Context(), who.Name)
	return view{name: "you", Title: say(who.Lang, "Signed in as %s", who.Name), Body: self{list, s.Key, d.Waits != nil, person.Made, ""}}, err
}

// queueAddress makes a new address of the queue's feed, which is shown this once,
// or takes away the one that there is.
func (d *desk) queueAddress(r *http.Request, who Visitor) (view, error) {
	if r.PostFormValue("do") != "new" {
		return view{moved: "/desk/you"}, d.Porter.DropQueueToken(r.Context(), who.Name)
	}
	token, err := d.Porter.NewQueueToken(r.Context(), who.Name)
	if err != nil {
		return view{}, err
	}
	v, err := d.you(r, who)
	if body, ok := v.Body.(self); ok {
		body.Address = d.Site().BaseURL + "/desk/queue.atom?token=" + token
		v.Body, v.Said = body, say(who.Lang, "This is the address of the queue as a feed. It is shown this once.")
	}
	return v, err
}

// speak has the desk speak another language to a user.
func (d *desk) speak(r *http.Request, who Visitor) (view, error) {
	lang := r.PostFormValue("lang")
	if lang != "en" && lang != "zh" {
		return view{}, &Refusal{Words: say(who.Lang, "The desk speaks English and Chinese.")}
	}
	return view{moved: below(r.PostFormValue("back"))}, d.Porter.Speak(r.Context(), who.Name, lang)
}

// spoken is the language that a browser asks for first of those that the desk
// speaks (RFC 9110, section 12.5.4): en where it asks for none.
func spoken(r *http.Request) string {
	lang, best := "en", 0.0
	for _, part := range strings.Split(strings.Join(r.Header.Values("Accept-Language"), ","), ",") {
		tag, q := weighed(part)
		for _, ours := range []string{"en", "zh"} {
			if primary, _, _ := strings.Cut(strings.ToLower(tag), "-"); primary == ours && q > best {
				lang, best = ours, q
			}
		}
	}
	return lang
}

// weighed is a language of a list with what it weighs there.
func weighed(part string) (tag string, q float64) {
	tag, weight, _ := strings.Cut(part, ";")
	q = 1
	if w, ok := strings.CutPrefix(strings.TrimSpace(weight), "q="); ok {
		if f, err := strconv.ParseFloat(w, 64); err == nil && f >= 0 && f <= 1 {
			q = f
		}
	}
	return strings.TrimSpace(tag), q
}
