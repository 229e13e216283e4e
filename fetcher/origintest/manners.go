package origintest

import (
	"slices"
	"strings"
	"time"
)

// given are the validators that a poller may have of an address.
type given struct{ etag, modified string }

// manners judges what holds for every request of every site.
func (t *trial) manners() {
	last, former := make(map[string]given), make(map[string]given) // by address
	for i, r := range t.log {
		if t.restarted(r.At) && r.carries(former[r.URI]) {
			last[r.URI] = former[r.URI] // the stop cut the answer off, or another row has it
		}
		t.validators(r, last[r.URI], i)
		t.form(r)
		switch {
		case r.Bad:
		case r.Status == 304:
			g := last[r.URI]
			if r.ETag != "" {
				g.etag = r.ETag
			}
			if r.LastModified != "" {
				g.modified = r.LastModified
			}
			last[r.URI] = g
		case r.Status == 200:
			former[r.URI] = last[r.URI]
			last[r.URI] = given{r.ETag, r.LastModified}
		}
	}
	t.pace()
}

// carries reports whether a request has these validators, of which there are
// some.
func (r *Request) carries(g given) bool {
	return g != given{} && g == given{first(r.Header["If-None-Match"]), first(r.Header["If-Modified-Since"])}
}

// validators compares what a request carries with what the last good answer
// gave.
func (t *trial) validators(r *Request, g given, i int) {
	etag, modified := first(r.Header["If-None-Match"]), first(r.Header["If-Modified-Since"])
	where := t.site.name
	t.says(11, etag == "" || g.etag != "", "%s: request %d has an If-None-Match that nobody gave", where, i)
	t.says(10, modified == "" || g.modified != "", "%s: request %d has an If-Modified-Since that nobody gave", where, i)
	t.says(9, modified == "" || modified == g.modified, "%s: request %d says %q, the last answer said %q", where, i, modified, g.modified)
	t.says(15, etag == "" || etag == g.etag, "%s: request %d says %.60q, the last answer said %.60q", where, i, etag, g.etag)
	if g.etag != "" && g.modified != "" && etag+modified != "" {
		t.says(12, etag != "" && modified != "", "%s: request %d has one validator of two", where, i)
		t.says(16, etag == g.etag && modified == g.modified, "%s: request %d has validators of two answers", where, i)
	}
}

// form looks at the request itself.
func (t *trial) form(r *Request) {
	where := t.site.name
	agent := r.Header.Get("User-Agent")
	t.says(67, strings.Contains(agent, "/") && strings.ContainsAny(agent, "@+"), "%s: User-Agent %q names no product, version and contact", where, agent)
	t.says(67, agent == t.one.Header.Get("User-Agent"), "%s: another User-Agent, %q", where, agent)
	encodings := r.Header.Get("Accept-Encoding")
	t.says(70, !strings.Contains(encodings, "br") && !strings.Contains(encodings, "zstd"), "%s: asks for %q", where, encodings)
	t.says(82, encodings == t.one.Header.Get("Accept-Encoding"), "%s: asks for %q, and for another at other times", where, encodings)
	accept := r.Header.Get("Accept")
	t.says(72, strings.Contains(accept, "rss") && strings.Contains(accept, "atom"), "%s: accepts %q", where, accept)
	if t.site.by == nil {
		t.says(73, r.Header.Get("Cookie") == "", "%s: a cookie was sent", where)
	}
	t.says(74, r.Header.Get("Referer") == "", "%s: a Referer was sent", where)
	t.says(75, t.site.name == "exact" || !strings.Contains(r.URI, "?") || strings.HasPrefix(r.Path, "/new"), "%s: asked for %s", where, r.URI)
	t.says(77, r.Method == "GET" && r.Path != "/" && r.Path != "/favicon.ico", "%s: %s %s", where, r.Method, r.Path)
	t.says(78, r.Header.Get("Range") == "", "%s: a Range was sent", where)
	t.says(83, r.Header.Get("A-Im") == "", "%s: A-IM was sent, and 226 has to be merged then", where)
}

// pace looks at when the feeds of a site were asked.
func (t *trial) pace() {
	paths := make(map[string]bool)
	for _, r := range t.log {
		paths[r.Path] = true
	}
	for p := range paths {
		log := t.at(p)
		if t.site.name == "loop" || len(log) < 2 {
			continue
		}
		for i, g := range gaps(log) {
			broken := t.site.name == "reset" && g < 10*time.Second || t.site.again && t.restarted(log[i+1].At) // each row may have to ask anew
			t.says(23, broken || g >= t.o.poller.MinInterval*99/100, "%s: asked again after %v", t.site.name, g)
			t.says(24, broken || g >= t.o.poller.MinInterval*99/100, "%s: asked again after %v", t.site.name, g)
		}
		for _, start := range t.o.restarts {
			n := len(during(log, start.Add(-time.Second).Sub(t.o.start), start.Add(time.Minute).Sub(t.o.start), t.o.start))
			t.says(25, n <= 1 || t.site.again && n <= 2, "%s: asked %d times within a minute of restarts", t.site.name, n)
		}
		t.says(41, log[0].Method == "GET" && (len(log) < 2 || log[1].At.Sub(log[0].At) > time.Second || t.site.name == "reset"), "%s: subscribing costs more than one request", t.site.name)
	}
}

// restarted reports whether the poller was restarted within two hours before.
func (t *trial) restarted(at time.Time) bool {
	return slices.ContainsFunc(t.o.restarts, func(r time.Time) bool { return at.After(r) && at.Sub(r) < 2*t.o.poller.Hour })
}
