// Package audience counts the readers of feeds, without knowing any. Services
// that ask for many people say for how many in their User-Agent. Programs that
// ask for themselves are estimated: of each address and program that asks, a
// digest under a key of the day sets one bit of a small map of the feed's, and
// from how many bits are set follows about how many there were. The key is made
// at random, is never written anywhere and dies with the day, and so do the
// maps: no address and no digest of one is kept.
package audience

import (
	"context"
	"hash/maphash"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"

	"chinanews/news"
)

// Counter counts for a day at a time. It is safe for concurrent use. A request
// is put down while it is served, which allocates nothing and waits for nobody,
// and looked at beside it.
type Counter struct {
	client func(*http.Request) (netip.Addr, bool)

	asked [mostAsked]atomic.Pointer[http.Request] // not counted yet, or nil
	place atomic.Uint64                           // of the last one
	many  chan struct{}

	mu     sync.Mutex // for what follows
	seed   maphash.Seed
	feeds  map[string]*sketch
	before map[string]news.Readers // of today, from before a restart
	stated map[string]map[string]int
}

// mostAsked is how many requests wait to be counted at most. Where more come
// before anybody looks, the oldest are lost: who reads a feed asks again.
const mostAsked = 1024

// New makes a counter for feeds, named as in their addresses: what is asked of
// others is not counted. client finds where a request came from. Begin begins
// its first day.
func New(feeds []string, client func(*http.Request) (netip.Addr, bool)) *Counter {
	c := &Counter{client: client, many: make(chan struct{}, 1), feeds: make(map[string]*sketch, len(feeds))}
	for _, name := range feeds {
		c.feeds[name] = nil
	}
	c.Begin(nil)
	return c
}

// Begin forgets what was counted and begins a day, of which something may have
// been counted before.
func (c *Counter) Begin(before map[string]news.Readers) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look()
	c.seed = maphash.MakeSeed()
	for name := range c.feeds {
		c.feeds[name] = nil
	}
	c.before, c.stated = before, make(map[string]map[string]int)
}

// Turn has other feeds counted from now on, each with the name that it had until
// now, and goes on with the day: before is what was counted of it by all names
// of now.
func (c *Counter) Turn(had map[string]string, before map[string]news.Readers) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look()
	sketches, stated := make(map[string]*sketch, len(had)), make(map[string]map[string]int)
	for name, old := range had {
		sketches[name], stated[name] = c.feeds[old], c.stated[old]
	}
	c.feeds, c.before, c.stated = sketches, before, stated
}

// Run counts what Before puts down, whenever that is much, until ctx ends.
func (c *Counter) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.many:
			c.mu.Lock()
			c.look()
			c.mu.Unlock()
		}
	}
}

// Before has who asks for the documents of feeds counted, whatever next answers.
// Only what nobody changes of a request is looked at, perhaps when it is over.
func (c *Counter) Before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, feeds) {
			c.put(r)
		}
		next.ServeHTTP(w, r)
	})
}

// feeds is where documents are.
const feeds = "/feeds/"

func (c *Counter) put(r *http.Request) {
	n := c.place.Add(1)
	c.asked[n%mostAsked].Store(r)
	if n%(mostAsked/2) == 0 {
		select {
		case c.many <- struct{}{}:
		default:
		}
	}
}

// look counts what was put down.
func (c *Counter) look() {
	for n := range c.asked {
		if r := c.asked[n].Swap(nil); r != nil {
			c.count(r)
		}
	}
}

// count counts a request for a document, unless a person opened it in a browser.
func (c *Counter) count(r *http.Request) {
	name, format, ok := document(r.URL.Path)
	s, known := c.feeds[name]
	if !ok || !known || r.Method != http.MethodGet || len(r.Header["Sec-Fetch-Dest"]) > 0 {
		return
	}
	agent := r.UserAgent()
	if service, readers, ok := Stated(agent); ok {
		c.state(name, service+" "+format, readers)
		return
	}
	from, _ := c.client(r)
	hash := maphash.Comparable(c.seed, program{from.As16(), agent})
	if s.has(hash) || robot(agent) {
		return
	}
	if s == nil {
		s = new(sketch)
		c.feeds[name] = s
	}
	s.add(hash)
}

// document is the feed and the format that the path of a document names.
func document(path string) (feed, format string, ok bool) {
	name, ok := strings.CutPrefix(path, feeds)
	dot := strings.LastIndexByte(name, '.')
	if !ok || dot < 0 {
		return "", "", false
	}
	feed, format = name[:dot], name[dot+1:]
	return feed, format, format == "rss" || format == "atom" || format == "json"
}

// program is what counts as one: from one address, under one name.
type program struct {
	address [16]byte
	agent   string
}

// mostServices bounds what is remembered of services for a feed: names are as
// whoever asks likes.
const mostServices = 60

func (c *Counter) state(feed, service string, readers int) {
	of := c.stated[feed]
	if of == nil {
		of = make(map[string]int)
		c.stated[feed] = of
	}
	if _, known := of[service]; known || len(of) < mostServices {
		of[service] = readers
	}
}

// Counts are the readers of the day so far, by feed; of feeds that nobody has
// asked for nothing. After a restart the larger of two estimates of one day is
// taken, since nobody can tell who is in both.
func (c *Counter) Counts() map[string]news.Readers {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look()
	all := make(map[string]news.Readers)
	for name, s := range c.feeds {
		before := c.before[name]
		direct, full := s.estimate()
		r := news.Readers{Direct: max(direct, before.Direct), Full: full || before.Full}
		for _, stated := range []map[string]int{before.Stated, c.stated[name]} {
			for service, readers := range stated {
				if r.Stated == nil {
					r.Stated = make(map[string]int)
				}
				r.Stated[service] = readers
			}
		}
		if r.Direct > 0 || r.Stated != nil {
			all[name] = r
		}
	}
	return all
}
