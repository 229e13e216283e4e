package clustertest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// mostListed is how many releases a listing has.
const mostListed = 20

// origin is the web: ministries on hosts of their own, each with a listing that
// grows. Nodes ask it through proxies, one for each, so that it knows them apart.
// It is safe for concurrent use.
type origin struct {
	mu      sync.Mutex
	sources map[string]*source // by id
	asked   []request          // in the order in which they came
}

// source is a listing with what it has published.
type source struct {
	id, host string
	paged    bool // releases have pages of their own, and the listing has no texts
	releases []release
	had      int // releases of the newest listing that somebody was given
}

type release struct {
	guid, title, text string
	at                time.Time
	kept              bool // a node that has recorded it has said so
}

// request is one that came.
type request struct {
	node   int // who asked
	host   string
	source string // whose listing it was for; empty: for something else
	at     time.Time
	same   bool // the answer was that nothing is new
}

// newOrigin makes sources, s000 and so on, with a few releases each. One in
// fifteen is paged.
func newOrigin(sources, hosts int) *origin {
	o := &origin{sources: make(map[string]*source)}
	for n := range sources {
		s := &source{id: fmt.Sprintf("s%03d", n), host: fmt.Sprintf("127.30.%d.%d", n%hosts/200, n%hosts%200+1), paged: n%15 == 14}
		o.sources[s.id] = s
		for range 3 {
			s.publish()
		}
	}
	return o
}

func (s *source) feed() string { return "http://" + s.host + "/" + s.id + "/feed.xml" }

func (s *source) link(r release) string {
	return "http://" + s.host + "/" + s.id + "/" + r.guid + ".html"
}

var (
	offices = []string{"The port office", "The school board", "The railway bureau", "The water authority", "The grain reserve", "The museum council", "The fisheries desk"}
	deeds   = []string{"opens", "extends", "repairs", "renames", "inspects", "lends out", "measures", "closes for winter"}
	matters = []string{"the northern quay", "a reading room", "the mountain line", "two old sluices", "the eastern granary", "a bronze bell", "the ice harbour", "the night ferry"}
)

// publish adds a release that says what no other says.
func (s *source) publish() release {
	n := len(s.releases)
	pick := func(of []string) string { return of[rand.IntN(len(of))] }
	guid := fmt.Sprintf("%s-%d", s.id, n)
	title := fmt.Sprintf("%s %s %s, notice %s", pick(offices), pick(deeds), pick(matters), guid)
	text := fmt.Sprintf("Notice %s of the office at %s. %s %s %s before the %dth day of the season. Questions are answered at desk %d between nine and noon.",
		guid, s.host, pick(offices), pick(deeds), pick(matters), 2+rand.IntN(80), 100+n)
	r := release{guid: guid, title: title, text: text, at: time.Now().UTC().Truncate(time.Second)}
	s.releases = append(s.releases, r)
	return r
}

// listed are the releases that are on the listing, the newest first.
func (s *source) listed() []release {
	out := slices.Clone(s.since(len(s.releases)))
	slices.Reverse(out)
	return out
}

// since are those that were on it when there were n in all.
func (s *source) since(n int) []release { return s.releases[max(0, n-mostListed):n] }

// told notes what a node says that it has: it remembers the tag of a listing only
// with what is recorded of it.
func (s *source) told(tag string) {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(tag, `"`+s.id+"-"), `"`))
	if err != nil || n > len(s.releases) {
		return
	}
	for i := range s.since(n) {
		s.since(n)[i].kept = true
	}
}

// grow has a source publish something, any one.
func (o *origin) grow() {
	o.mu.Lock()
	defer o.mu.Unlock()
	ids := slices.Sorted(maps.Keys(o.sources))
	o.sources[ids[rand.IntN(len(ids))]].publish()
}

// publish has a certain one publish something, and returns where that is.
func (o *origin) publish(id string) (address, guid string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := o.sources[id]
	r := s.publish()
	return s.link(r), r.guid
}

// owed are the ids of what every record is to have of each source: what is listed
// now, and what is not any more and a node has said to have.
func (o *origin) owed() map[string][]string {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := make(map[string][]string)
	for id, s := range o.sources {
		for n, r := range s.releases {
			if r.kept || n >= len(s.releases)-mostListed {
				out[id] = append(out[id], r.guid)
			}
		}
	}
	return out
}

// unread is how many sources have a listing that nobody has seen yet.
func (o *origin) unread() (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.sources {
		if s.had < len(s.releases) {
			n++
		}
	}
	return n
}

// requests are all that came so far.
func (o *origin) requests() []request {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.asked)
}

// proxy is the web as one node sees it.
func (o *origin) proxy(node int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := time.Now()
		o.mu.Lock()
		defer o.mu.Unlock()
		id, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		s := o.sources[id]
		if s == nil || s.host != r.URL.Hostname() || r.URL.Scheme != "http" {
			o.asked = append(o.asked, request{node: node, host: r.URL.Hostname(), at: at})
			http.NotFound(w, r)
			return
		}
		if name == "feed.xml" {
			same := s.serve(w, r)
			o.asked = append(o.asked, request{node, s.host, id, at, same})
			return
		}
		o.asked = append(o.asked, request{node: node, host: s.host, at: at})
		s.page(w, r, strings.TrimSuffix(name, ".html"))
	})
}

// serve answers with the listing, or that it is the same as it was (RFC 9110,
// section 15.4.5).
func (s *source) serve(w http.ResponseWriter, r *http.Request) (same bool) {
	s.had = len(s.releases)
	tag := fmt.Sprintf(`"%s-%d"`, s.id, len(s.releases))
	w.Header().Set("ETag", tag)
	s.told(r.Header.Get("If-None-Match"))
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	fmt.Fprintf(w, `<rss version="2.0"><channel><title>Notices of %s</title><link>http://%s/%s/</link><description>Notices</description>`, s.id, s.host, s.id)
	for _, rel := range s.listed() {
		text := ""
		if !s.paged {
			text = "<description>" + rel.text + "</description>"
		}
		fmt.Fprintf(w, `<item><title>%s</title><link>%s</link><guid isPermaLink="false">%s</guid><pubDate>%s</pubDate>%s</item>`,
			rel.title, s.link(rel), rel.guid, rel.at.Format(time.RFC1123), text)
	}
	fmt.Fprint(w, "</channel></rss>")
	return false
}

func (s *source) page(w http.ResponseWriter, r *http.Request, guid string) {
	for _, rel := range s.releases {
		if rel.guid == guid {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><title>%s</title><h1>%s</h1><div id="text"><p>%s</p></div></html>`, rel.title, rel.title, rel.text)
			return
		}
	}
	http.NotFound(w, r)
}
