package desk

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"chinanews/feedout/signin"
	"chinanews/feedout/site"
	"chinanews/news"
)

// Visitor is who asks for a page.
type Visitor struct {
	Name string // of the user; empty: nobody is signed in
	Lang string // of the interface: en or zh
}

// People know who may come in.
type People interface {
	// Visitor is who is signed in with what a request brings.
	Visitor(r *http.Request) (Visitor, bool)
}

func (d *desk) peopleRoutes(mux *http.ServeMux) {
	if d.Porter == nil {
		return
	}
	mux.HandleFunc("GET /desk/sign-in", d.door)
	mux.HandleFunc("POST /desk/sign-in", d.signIn)
	mux.HandleFunc("POST /desk/sign-out", d.signOut)
	mux.HandleFunc("GET /desk/you", d.page(d.you))
	mux.HandleFunc("POST /desk/language", d.page(d.speak))
	if d.Waits != nil {
		mux.HandleFunc("GET /desk/queue.atom", d.queueFeed)
		mux.HandleFunc("POST /desk/queue-address", d.page(d.queueAddress))
	}
}

// visitor is who asks, if they are signed in.
func (d *desk) visitor(r *http.Request) (Visitor, bool) {
	if d.People != nil {
		return d.People.Visitor(r)
	}
	s, who, ok := d.session(r)
	if ok {
		d.Porter.Used(r.Context(), s)
	}
	return Visitor{Name: s.User, Lang: cmp.Or(who.Lang, spoken(r))}, ok
}

// session is the one that a request comes with.
func (d *desk) session(r *http.Request) (s news.Session, who news.Person, ok bool) {
	for _, c := range d.cookies(r) {
		if s, who, ok = d.Porter.Session(r.Context(), c.Value); ok {
			break
		}
	}
	return s, who, ok
}

// cookies are those that may hold a session's secret.
func (d *desk) cookies(r *http.Request) []*http.Cookie {
	all := r.CookiesNamed(d.cookie("").Name)
	return all[:min(len(all), mostCookies)]
}

// mostCookies bounds how many of one name are looked at: another host of the
// domain may have set some, and must not keep anybody out with them.
const mostCookies = 4

// cookie is the one that holds a session's secret; an empty one is taken away.
func (d *desk) cookie(secret string) *http.Cookie {
	s := d.Site()
	c := &http.Cookie{Name: "desk", Value: secret, Path: s.Path() + "/desk/", HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: int(signin.Longest.Seconds())}
	if strings.HasPrefix(s.BaseURL, "https:") {
		c.Name, c.Secure = "__Secure-desk", true
	}
	if secret == "" {
		c.MaxAge = -1
	}
	return c
}

// stranger answers who is not signed in. A link from another site comes without
// the cookie (RFC 6265bis, section 5.2: Strict): the page then asks for itself once
// more, from this site.
func (d *desk) stranger(w http.ResponseWriter, r *http.Request) {
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	document := r.Header.Get("Sec-Fetch-Dest") == "document" || r.Header.Get("Sec-Fetch-Dest") == ""
	lang := spoken(r)
	switch {
	case read && document && r.Header.Get("Sec-Fetch-Site") == "cross-site":
		d.show(w, r, Visitor{Lang: lang}, view{name: "again", Title: say(lang, "One moment")})
	case read && document && d.Porter != nil:
		w.Header().Set("Location", d.at("/desk/sign-in?next="+url.QueryEscape(r.URL.RequestURI())))
		w.WriteHeader(http.StatusSeeOther)
	default:
		d.show(w, r, Visitor{Lang: lang}, view{name: "trouble", status: http.StatusForbidden, Title: say(lang, "You are not signed in"),
			Trouble: say(lang, "Nothing was done. Sign in in another window, come back here, and send it again.")})
	}
}

// entry is what the sign-in page shows.
type entry struct{ Name, Next string }

// door shows the sign-in page, and sends on who is in.
func (d *desk) door(w http.ResponseWriter, r *http.Request) {
	next, lang := below(r.FormValue("next")), spoken(r)
	v := view{name: "sign-in", Title: say(lang, "Sign in"), Body: entry{Next: next}}
	switch _, in := d.visitor(r); {
	case in:
		v.moved = next
	case r.Header.Get("Sec-Fetch-Site") == "cross-site":
		v = view{name: "again", Title: say(lang, "One moment")}
	case r.FormValue("in") != "":
		v.Trouble = say(lang, "Your browser did not send back the cookie that it was given. It must take cookies of this site, and have the desk open at %s.", d.Site().BaseURL+"/desk/")
	}
	d.answer(w, r, Visitor{Lang: lang}, v, nil)
}

// mostEntry bounds what a stranger may send, in bytes.
const mostEntry = 16 << 10

// signIn takes name and password.
func (d *desk) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, mostEntry)
	a := signin.Attempt{Name: strings.TrimSpace(r.PostFormValue("name")), Password: r.PostFormValue("password"), Agent: signin.Browser(r.UserAgent())}
	if d.Client != nil {
		a.Client = d.Client(r)
	}
	for _, c := range d.cookies(r) {
		a.Before = append(a.Before, c.Value)
	}
	next, lang := below(r.PostFormValue("next")), spoken(r)
	secret, err := d.Porter.SignIn(r.Context(), a)
	if err != nil {
		d.refuse(w, r, lang, entry{a.Name, next}, err)
		return
	}
	if old, _, ok := d.session(r); ok { // of the same browser
		d.Porter.SignOut(r.Context(), old, false)
	}
	http.SetCookie(w, d.cookie(secret))
	d.answer(w, r, Visitor{Lang: lang}, view{moved: "/desk/sign-in?in=1&next=" + url.QueryEscape(next)}, nil)
}

// refuse says why somebody does not come in.
func (d *desk) refuse(w http.ResponseWriter, r *http.Request, lang string, e entry, err error) {
	v := view{name: "sign-in", Title: say(lang, "Sign in"), Body: e}
	wait, tooOften := errors.AsType[*signin.WaitError](err)
	switch {
	case errors.Is(err, signin.ErrWrong):
		v.status, v.Trouble = http.StatusForbidden, say(lang, "Name and password do not belong together.")
	case tooOften:
		seconds := int(wait.For/time.Second) + 1
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		v.status, v.Trouble = http.StatusTooManyRequests, say(lang, "There were too many failures. You can try again in %s.", lasting(lang, seconds))
	case errors.Is(err, signin.ErrBusy):
		w.Header().Set("Retry-After", "5")
		v.status, v.Trouble = http.StatusServiceUnavailable, say(lang, "Too many are signing in at this moment. Please try again.")
	default:
		v.status, v.Trouble = http.StatusServiceUnavailable, say(lang, "Nobody can sign in now: the record cannot be read or written. Whoever runs this site finds why in the log.")
	}
	d.answer(w, r, Visitor{Lang: lang}, v, nil)
}

// lasting says how long something takes.
func lasting(lang string, seconds int) string {
	if seconds < 90 {
		return say(lang, "%d seconds", seconds)
	}
	return say(lang, "%d minutes", (seconds+59)/60)
}

// signOut ends the session, or all of its user.
func (d *desk) signOut(w http.ResponseWriter, r *http.Request) {
	var err error
	s, _, in := d.session(r)
	if in {
		err = d.Porter.SignOut(r.Context(), s, r.PostFormValue("everywhere") != "")
	}
	if err == nil {
		http.SetCookie(w, d.cookie(""))
		d.Bell.Ring(BellPeople)
	}
	d.answer(w, r, Visitor{Name: s.User, Lang: spoken(r)}, view{moved: "/desk/sign-in"}, err)
}

// below is a path of the desk to go on to; of all else, its first page.
func below(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/desk/") || site.Crooked(u) || u.Path == "/desk/sign-in" {
		return "/desk/"
	}
	return u.RequestURI()
}
