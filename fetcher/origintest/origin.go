// Package origintest is a web of sites that behave in every way that a poller
// has to cope with. It keeps a log of what it was asked and scores the poller
// against 99 manners: how it asks, when, and what it makes of errors, redirects,
// odd answers and edits.
//
// It works in any clock: the project's own test runs weeks of it in virtual
// time, `go run ./fetcher/origintest/score` serves it to other pollers.
package origintest

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// Poller is what is known of the poller that is to be scored, in its own clock.
type Poller struct {
	MinInterval time.Duration              // it never polls more often
	Interval    time.Duration              // it polls a quiet, healthy feed this often
	Timeout     time.Duration              // it gives up on an answer after this
	Hour        time.Duration              // what the sites call an hour; time.Hour unless the run is compressed
	Base        string                     // http://host:port under which sites are folders; empty: each is a host NAME.test
	Published   func(site string) []string // titles of the entries that it now has of a site; nil: cannot be seen
	Private     func() int                 // connections that it tried to addresses it must not ask; nil: cannot be seen
}

// Request is one request as the origin saw it, and what it answered.
type Request struct {
	At, Closed         time.Time
	Site, Path         string
	Method, URI, Proto string
	Remote             string
	Header             http.Header
	Status             int
	ETag, LastModified string // of the answer
	Bad                bool   // the answer is none that a poller may take validators from
	Bytes              int64
	Together           int // requests at this site at once, this one counted
}

// Origin serves the sites. It is safe for concurrent use.
type Origin struct {
	poller Poller
	start  time.Time

	mu       sync.Mutex
	sites    map[string]*site
	order    []*site
	log      map[string][]*Request // by site
	now      map[string]int        // requests at a site at once
	restarts []time.Time
}

// New makes an origin for a poller.
func New(p Poller) *Origin {
	o := &Origin{poller: p, start: time.Now(), sites: make(map[string]*site), log: make(map[string][]*Request), now: make(map[string]int)}
	for _, s := range allSites() {
		o.sites[s.name] = s
		o.order = append(o.order, s)
	}
	return o
}

// site is one host: how it answers, and what its log shows.
type site struct {
	name  string
	paths []string // of the feeds to subscribe to; none: /feed.xml
	again bool     // its first feed is subscribed to twice
	https bool
	by    map[string]string // headers that the poller is told to send
	serve func(*visit)
	judge func(*trial)
}

// Subscription is one feed that the poller is to follow.
type Subscription struct {
	Site    string
	URL     string
	Headers map[string]string
}

// Subscriptions are all feeds, those with headers or TLS only when the poller
// finds sites by host.
func (o *Origin) Subscriptions() []Subscription {
	var out []Subscription
	for _, s := range o.order {
		if s.serve == nil || o.poller.Base != "" && (s.https || s.by != nil) {
			continue
		}
		paths := s.paths
		if paths == nil {
			paths = []string{"/feed.xml"}
		}
		if s.again {
			paths = append(paths, paths[0])
		}
		for _, p := range paths {
			out = append(out, Subscription{s.name, o.address(s, p), s.by})
		}
	}
	return out
}

// address is where a path of a site is.
func (o *Origin) address(s *site, path string) string {
	switch {
	case o.poller.Base != "":
		return o.poller.Base + "/" + s.name + path
	case s.https:
		return "https://" + s.name + ".test" + path
	}
	return "http://" + s.name + ".test" + path
}

// Restarted notes that the poller was stopped and started again, its data kept.
func (o *Origin) Restarted() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.restarts = append(o.restarts, time.Now())
}

// Busy reports whether a request is being answered right now.
func (o *Origin) Busy() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, n := range o.now {
		if n > 0 {
			return true
		}
	}
	return false
}

// ServeHTTP answers as the site would.
func (o *Origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, path := o.find(r)
	v := o.enter(name, path, r)
	if v == nil {
		http.NotFound(w, r)
		return
	}
	v.w = &counter{ResponseWriter: w, request: v.Request}
	defer o.leave(v)
	if path == "/robots.txt" {
		http.NotFound(v.w, r)
		return
	}
	v.site.serve(v)
}

// find tells the site and the path within it.
func (o *Origin) find(r *http.Request) (name, path string) {
	if o.poller.Base == "" {
		name, _, _ = strings.Cut(r.Host, ".")
		return name, r.URL.EscapedPath()
	}
	name, path, _ = strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	return name, "/" + path
}

func (o *Origin) enter(name, path string, r *http.Request) *visit {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, ok := o.sites[name]
	if !ok || s.serve == nil {
		return nil
	}
	o.now[name]++
	req := &Request{At: time.Now(), Site: name, Path: path, Method: r.Method, URI: r.RequestURI, Proto: r.Proto, Remote: r.RemoteAddr,
		Header: r.Header.Clone(), Status: http.StatusOK, Together: o.now[name]}
	v := &visit{Request: req, o: o, site: s, r: r, n: len(o.at(name, path)), t: time.Since(o.start)}
	o.log[name] = append(o.log[name], req)
	return v
}

func (o *Origin) leave(v *visit) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now[v.site.name]--
	v.Closed = time.Now()
}

// at is the log of one path of a site; of the site but for robots.txt when
// path is empty. The caller holds the lock.
func (o *Origin) at(name, path string) []*Request {
	var out []*Request
	for _, r := range o.log[name] {
		if r.Path == path || path == "" && r.Path != "/robots.txt" {
			out = append(out, r)
		}
	}
	return out
}

// counter notes the status and size of an answer.
type counter struct {
	http.ResponseWriter
	request *Request
}

func (c *counter) WriteHeader(status int) {
	if status >= 200 {
		c.request.Status = status
		c.request.ETag, c.request.LastModified = first(c.Header()["Etag"]), first(c.Header()["Last-Modified"])
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counter) Write(p []byte) (int, error) {
	if c.request.ETag == "" && c.request.LastModified == "" {
		c.request.ETag, c.request.LastModified = first(c.Header()["Etag"]), first(c.Header()["Last-Modified"])
	}
	n, err := c.ResponseWriter.Write(p)
	c.request.Bytes += int64(n)
	return n, err
}

// Unwrap lets a controller reach the connection.
func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
