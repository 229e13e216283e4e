package main

import (
	"net/http"
	"strings"

	"chinanews/news"
)

// rehosted sends those who read at an address that the site had before to the
// one that it has. What is not read is answered where it is asked: a hub's
// subscriber may not follow a redirect with what it posts. Nobody is led
// anywhere but to the site, and all other names of hosts count for nothing.
func rehosted(s news.Site, next http.Handler) http.Handler {
	if len(s.Was) == 0 {
		return next
	}
	today, was := seatOf(s.BaseURL), make([]seat, len(s.Was))
	for n, base := range s.Was {
		was[n] = seatOf(base)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		off, old := today.formerly(was, authority(r.Host), path)
		switch {
		case !old || !strings.HasPrefix(path, "/"):
			next.ServeHTTP(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			http.StripPrefix(off, next).ServeHTTP(w, r)
		default:
			to := s.BaseURL + strings.TrimPrefix(path, off)
			if r.URL.RawQuery != "" {
				to += "?" + r.URL.RawQuery
			}
			sent := http.RedirectHandler(to, http.StatusMovedPermanently)
			if strings.HasPrefix(strings.TrimPrefix(path, off), "/t/") {
				sent = discreetly(sent)
			}
			sent.ServeHTTP(w, r)
		}
	})
}

// seat is where a site is: its host, as authority has it, and the path below
// which it stands.
type seat struct{ host, path string }

func seatOf(base string) seat {
	_, rest, _ := strings.Cut(base, "://")
	host, _, _ := strings.Cut(rest, "/")
	return seat{authority(host), news.Site{BaseURL: base}.Path()}
}

// authority is a host with its port, in one form. Whether the request came by
// http or https only the web server before this one knows.
func authority(host string) string {
	host = strings.ToLower(host)
	for _, port := range []string{":80", ":443"} {
		host = strings.TrimSuffix(host, port)
	}
	return strings.TrimSuffix(host, ".")
}

// has reports whether a path is below that of the site.
func (p seat) has(path string) bool {
	rest, below := strings.CutPrefix(path, p.path)
	return below && (rest == "" || rest[0] == '/')
}

// formerly reports whether a request was made to a place that the site had
// before, and which path is to be taken off. A web server may have taken it off
// already: so on the host of today, what lies below no earlier path is today's.
func (p seat) formerly(was []seat, host, path string) (off string, old bool) {
	longest := -1
	if host == p.host && p.has(path) {
		longest = len(p.path)
	}
	for _, q := range was {
		switch here := host == p.host; {
		case host != q.host:
		case q.has(path) && len(q.path) > longest && (q.path != "" || !here):
			longest, off, old = len(q.path), q.path, true
		case !here && !old:
			old = true
		}
	}
	return off, old
}
