package origin

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Web is the ministries at work. It is safe for concurrent use.
type Web struct {
	Options
	Product string        // the beginning of the User-Agent whose requests are counted
	Latency time.Duration // of each answer of a feed to it; set before Listen
	Refusal time.Duration // what Retry-After says to a feed's first request, where it is refused; set before Listen
	Refused float64       // share of feeds that are refused once; set before Listen

	port    int
	feeds   []*feed
	hosts   []*host
	servers []*http.Server
	first   atomic.Pointer[func()]
}

// feed is what changes of a feed.
type feed struct {
	traits
	mu       sync.Mutex
	low, end int         // of what is listed
	versions map[int]int // of releases that were changed
	document             // made when it is asked for; body nil: not yet
	asked    int
	answered [2]int // with a document, with 304
	refused  bool
}

// New makes a web; it answers after Listen.
func New(o Options) *Web {
	w := &Web{Options: o, feeds: make([]*feed, o.Feeds), hosts: make([]*host, o.Hosts)}
	for n := range w.feeds {
		t := o.traits(n)
		f := &feed{traits: t, versions: make(map[int]int), low: t.before - min(t.window, t.before), end: t.before}
		if o.Unpublished {
			f.low, f.end = 0, 0
		}
		f.modified = o.Base
		w.feeds[n] = f
	}
	for n := range w.hosts {
		w.hosts[n] = &host{}
	}
	return w
}

// Address is the IP address of a host.
func Address(host int) string { return fmt.Sprintf("127.10.%d.%d", host/250, host%250+1) }

func (w *Web) base(feed int) string {
	return fmt.Sprintf("http://%s:%d", Address(feed%w.Hosts), w.port)
}

// URL is the address of a feed, after Listen.
func (w *Web) URL(feed int) string { return fmt.Sprintf("%s/feed/%d.xml", w.base(feed), feed) }

// URLs are those of all feeds, those of one host together.
func (w *Web) URLs() (all []string) {
	for h := range w.Hosts {
		for n := h; n < w.Feeds; n += w.Hosts {
			all = append(all, w.URL(n))
		}
	}
	return all
}

// Listen begins to answer, at a port that is free on all hosts.
func (w *Web) Listen() error {
	var all []net.Listener
	for n := range w.Hosts {
		l, err := net.Listen("tcp", fmt.Sprintf("%s:%d", Address(n), w.port))
		if err != nil {
			return err
		}
		w.port = l.Addr().(*net.TCPAddr).Port
		all = append(all, l)
	}
	for n, l := range all {
		s := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.answer(n, rw, r) })}
		w.servers = append(w.servers, s)
		go s.Serve(l)
	}
	return nil
}

// Close stops answering.
func (w *Web) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for _, s := range w.servers {
		if s.Shutdown(ctx) != nil {
			s.Close()
		}
	}
}

// First has a function called at the next request of the product for a feed,
// before it is answered.
func (w *Web) First(do func()) { w.first.Store(&do) }

func (w *Web) answer(host int, rw http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/robots.txt" && strings.HasPrefix(r.UserAgent(), w.Product) {
		defer w.hosts[host].enter()()
		w.hosts[host].askRules()
	}
	var n int
	if _, err := fmt.Sscanf(r.URL.Path, "/feed/%d.xml", &n); err != nil || n < 0 || n >= len(w.feeds) || n%w.Hosts != host {
		http.NotFound(rw, r)
		return
	}
	if strings.HasPrefix(r.UserAgent(), w.Product) {
		if do := w.first.Swap(nil); do != nil {
			(*do)()
		}
		defer w.hosts[host].enter()()
		w.feeds[n].ask()
		if w.refuse(host, n, rw) {
			return
		}
		time.Sleep(w.Latency)
	}
	d, same := w.give(n, r)
	d.write(rw, r, w.feeds[n].says, same)
}

func (f *feed) ask() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
}

// give is what a feed answers, and whether the client has it.
func (w *Web) give(n int, r *http.Request) (document, bool) {
	f := w.feeds[n]
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.body == nil {
		f.document = w.document(w.base(n), w.URL(n), n, w.listed(n), f.modified)
	}
	same := f.known(r)
	if strings.HasPrefix(r.UserAgent(), w.Product) {
		if same {
			f.answered[1]++
		} else {
			f.answered[0]++
		}
	}
	return f.document, same
}

func (w *Web) listed(n int) (all []Release) {
	f := w.feeds[n]
	for seq := f.end - 1; seq >= f.low; seq-- {
		all = append(all, w.release(f.traits, n, seq, f.versions[seq]))
	}
	return all
}

// known reports whether a client has the document, by RFC 9110, section 13.
func (f *feed) known(r *http.Request) bool {
	if tags := r.Header.Get("If-None-Match"); tags != "" && f.says != onlyModified {
		return slices.Contains(strings.Split(tags, ", "), f.tag)
	}
	at, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && f.says != onlyTag && !f.modified.Truncate(time.Second).After(at)
}

func (d document) write(rw http.ResponseWriter, r *http.Request, says validators, same bool) {
	head := rw.Header()
	if says != onlyModified {
		head.Set("ETag", d.tag)
	}
	if says != onlyTag {
		head.Set("Last-Modified", d.modified.UTC().Format(http.TimeFormat))
	}
	if same {
		rw.WriteHeader(http.StatusNotModified)
		return
	}
	head.Set("Content-Type", "application/xml; charset=utf-8")
	body := d.body
	if d.zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		head.Set("Content-Encoding", "gzip")
		body = d.zipped
	}
	head.Set("Content-Length", fmt.Sprint(len(body)))
	rw.Write(body)
}
