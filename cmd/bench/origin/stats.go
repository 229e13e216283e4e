package origin

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

// host is what is counted of a host.
type host struct {
	mu        sync.Mutex
	now, most int       // requests under way
	until     time.Time // it asked to be left alone until then
	early     int       // requests before that
	rules     int       // requests for robots.txt
}

// enter counts a request until what it returns is called.
func (h *host) enter() func() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now++
	h.most = max(h.most, h.now)
	if time.Now().Before(h.until) {
		h.early++
	}
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.now--
	}
}

func (h *host) askRules() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rules++
}

// refuse answers 429 to the first request for some feeds.
func (w *Web) refuse(host, n int, rw http.ResponseWriter) bool {
	f := w.feeds[n]
	r := newRandom(w.Seed, 8, uint64(n))
	f.mu.Lock()
	refused := !f.refused && r.likely(w.Refused)
	f.refused = f.refused || refused
	f.mu.Unlock()
	if !refused {
		return false
	}
	h := w.hosts[host]
	h.mu.Lock()
	h.until = time.Now().Add(w.Refusal)
	h.mu.Unlock()
	rw.Header().Set("Retry-After", fmt.Sprint(int(w.Refusal.Seconds())))
	rw.WriteHeader(http.StatusTooManyRequests)
	return true
}

// Stats are what the product has asked for since the last Reset.
type Stats struct {
	Asked     int // requests for feeds, refused ones too
	Given     int // of those, answered with a document
	Same      int // of those, that nothing is new
	Least     int // of one feed
	Most      int
	AtOnce    int // most requests of one host under way, those for robots.txt too
	Early     int // requests to a host that had asked to be left alone
	Rules     int // requests for robots.txt, which no host has
	Refusals  int // feeds that have been refused, ever
	Feeds     int
	Published int // releases, ever
}

// Stats counts.
func (w *Web) Stats() Stats {
	s := Stats{Feeds: w.Feeds}
	for n, f := range w.feeds {
		f.mu.Lock()
		if n == 0 || f.asked < s.Least {
			s.Least = f.asked
		}
		s.Most = max(s.Most, f.asked)
		s.Asked, s.Given, s.Same, s.Published = s.Asked+f.asked, s.Given+f.answered[0], s.Same+f.answered[1], s.Published+f.end
		if f.refused {
			s.Refusals++
		}
		f.mu.Unlock()
	}
	for _, h := range w.hosts {
		h.mu.Lock()
		s.AtOnce, s.Early, s.Rules = max(s.AtOnce, h.most), s.Early+h.early, s.Rules+h.rules
		h.mu.Unlock()
	}
	return s
}

// Reset begins to count anew.
func (w *Web) Reset() {
	for _, f := range w.feeds {
		f.mu.Lock()
		f.asked, f.answered = 0, [2]int{}
		f.mu.Unlock()
	}
	for _, h := range w.hosts {
		h.mu.Lock()
		h.most, h.early, h.rules = h.now, 0, 0
		h.mu.Unlock()
	}
}
