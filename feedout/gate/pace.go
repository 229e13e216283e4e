package gate

import (
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// Rate is how often a client may ask: so many at once, and then one each time
// so long has passed.
type Rate struct {
	Burst int
	Every time.Duration
}

// Pace answers 429 (RFC 6585, section 4) to a client that asks more often than
// a rate allows. A client that is not known, behind a proxy that does not say
// whom it serves, is not limited.
func Pace(next http.Handler, rate Rate, proxies Proxies) http.Handler {
	m := &meter{Rate: rate, full: make(map[netip.Addr]time.Time)}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if who, ok := proxies.Client(r); ok {
			if wait := m.take(who, time.Now()); wait > 0 {
				w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
				w.Header().Set("Cache-Control", "no-store")
				http.Error(w, "You ask too often. Please wait a moment.", http.StatusTooManyRequests)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// meter counts requests of clients.
type meter struct {
	Rate
	mu   sync.Mutex
	full map[netip.Addr]time.Time // when a client may have its whole burst again
}

// mostClients bounds what is remembered.
const mostClients = 20_000

// take counts a request, unless the client must wait first, and how long.
func (m *meter) take(who netip.Addr, now time.Time) (wait time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	full := m.full[who]
	if full.Before(now) {
		full = now
	}
	full = full.Add(m.Every)
	if wait := full.Sub(now) - time.Duration(m.Burst)*m.Every; wait > 0 {
		return wait
	}
	if len(m.full) >= mostClients {
		m.forget(now)
	}
	m.full[who] = full
	return 0
}

// forget lets go of those who have their whole burst; when that are few, of
// all: too many to be counted come from everywhere.
func (m *meter) forget(now time.Time) {
	for who, full := range m.full {
		if !full.After(now) {
			delete(m.full, who)
		}
	}
	if len(m.full) > mostClients/2 {
		clear(m.full)
	}
}
