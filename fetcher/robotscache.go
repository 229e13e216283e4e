package fetcher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"chinanews/news"
)

// Limits of RFC 9309: section 2.5 asks for at least 500 KiB, 2.4 for at most a
// day in the cache, 2.3.1.4 for a long-known copy while a site is down.
const (
	maxRobots    = 500 << 10
	maxRules     = 16 << 20 // of all hosts in memory
	maxKept      = 64 << 10 // of one host in the store; larger ones are asked for again after a start
	robotsFresh  = 24 * time.Hour
	robotsStale  = 30 * 24 * time.Hour
	robotsRetry  = 10 * time.Minute // while it cannot be had
	maxCrawlWait = time.Minute
	product      = "chinanewsd"
)

// robotsCache knows robots.txt of hosts, and what pauses hosts asked for.
type robotsCache struct {
	f *Fetcher
	*robotsKnown
}

// robotsKnown is what is known. Fetchers that follow one another share it.
type robotsKnown struct {
	mu    sync.Mutex
	hosts map[string]*robotsHost
	held  int       // size of all rules
	swept time.Time // when idle hosts were last dropped
}

// robotsHost is one host's; its mutex lets one request at a time fetch it.
type robotsHost struct {
	used  time.Time // owned by the cache, as size is
	size  int
	mu    sync.Mutex
	state news.HostState
	rules robots
	down  *news.Problem // why robots.txt could not be had the last time
	tried time.Time     // when that was
	wish  wish          // the last of one address
}

func newRobotsCache(f *Fetcher) *robotsCache {
	return &robotsCache{f, &robotsKnown{hosts: make(map[string]*robotsHost)}}
}

func (c *robotsCache) remember(states []news.HostState) {
	for _, s := range states {
		h := c.host(s.Host, s.Fetched)
		h.rules = parseRobots([]byte(s.Robots))
		s.Robots = ""
		h.state = s
		c.weigh(h)
		c.f.pace.slow(news.Host(s.Host), min(h.rules.delay, maxCrawlWait))
	}
}

func (c *robotsCache) host(name string, now time.Time) *robotsHost {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.hosts[name]
	if !ok {
		h = &robotsHost{state: news.HostState{Host: name}}
		c.hosts[name] = h
	}
	h.used = now
	return h
}

// weigh notes how much a host's rules take and lets the rules go that were not
// used for longest while all take too much. The caller holds the host.
func (c *robotsCache) weigh(h *robotsHost) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held += h.rules.size() - h.size
	h.size = h.rules.size()
	for c.held > maxRules {
		var oldest *robotsHost
		for _, other := range c.hosts {
			if other != h && other.size > 0 && (oldest == nil || other.used.Before(oldest.used)) {
				oldest = other
			}
		}
		if oldest == nil {
			return
		}
		c.held -= oldest.size
		oldest.size = 0
	}
}

// idle is how long a host that nothing is asked of is remembered.
const idle = 25 * time.Hour

// sweep forgets hosts that nothing was asked of for long: an origin can name
// any number of them.
func (c *robotsCache) sweep(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Sub(c.swept) < time.Hour {
		return
	}
	c.swept = now
	for name, h := range c.hosts {
		if now.Sub(h.used) > idle && h.mu.TryLock() {
			if !h.state.Pause.After(now) {
				c.held -= h.size
				delete(c.hosts, name)
				c.f.pace.slow(news.Host(name), 0)
			}
			h.mu.Unlock()
		}
	}
	c.f.pace.sweep(time.Now().Add(-idle))
}

// wish is one address's wish to be left alone.
type wish struct {
	address string
	until   time.Time
}

// manyRefusals is how many 429 in a row an address gives before they are taken
// to be its own affair: its host would else never be asked for anything.
const manyRefusals = 3

// pause notes that an address asked to be left alone until then. "Too many
// requests" is said of all that we ask of a host; "unavailable" of the address,
// and of the host when a second address says it meanwhile.
func (c *robotsCache) pause(r request, status int, until time.Time) news.HostState {
	h := c.host(r.url.Scheme+"://"+r.url.Host, r.now)
	h.mu.Lock()
	defer h.mu.Unlock()
	all := status == http.StatusTooManyRequests && r.task.State.Failures < manyRefusals ||
		h.wish.until.After(r.now) && h.wish.address != r.url.String()
	h.wish = wish{r.url.String(), until}
	if all {
		h.state.Pause = latest(h.state.Pause, until)
	}
	return h.kept()
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// paused is until when a host asked to be left alone.
func (c *robotsCache) paused(u *url.URL, now time.Time) time.Time {
	h := c.host(u.Scheme+"://"+u.Host, now)
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state.Pause
}

// forbids says why robots.txt does not let us ask for an address; nil when it
// does. fetched is what was learned when it had to be asked for, which counts
// against what is left of the request's deadline.
func (c *robotsCache) forbids(ctx context.Context, u *url.URL, now time.Time, left *time.Duration) (p *news.Problem, fetched *news.HostState) {
	c.sweep(now)
	h := c.host(u.Scheme+"://"+u.Host, now)
	h.mu.Lock()
	defer h.mu.Unlock()
	known := now.Sub(h.state.Fetched) <= robotsFresh && !c.dropped(h)
	if !known && now.Sub(h.tried) > robotsRetry {
		c.fetch(ctx, h, u, now, left)
		state := h.kept()
		fetched = &state
	}
	switch {
	case h.down != nil:
		return h.down, fetched
	case h.state.Status >= 400 || h.rules.allow(target(u)):
		return nil, fetched
	}
	return &news.Problem{Class: news.ClassRobots, Condition: news.RobotsRefused,
		Words: fmt.Sprintf("robots.txt of %s forbids %s; leave the source out, or write robots: false in its row if you may", u.Host, u.EscapedPath())}, fetched
}

// dropped reports whether a host's rules were let go, and lets them go. The
// caller holds the host.
func (c *robotsCache) dropped(h *robotsHost) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h.size > 0 || len(h.rules.rules) == 0 {
		return false
	}
	h.rules, h.tried = robots{}, time.Time{}
	return true
}

// kept is what the store keeps of a host: the rules that concern us, unless
// they are many.
func (h *robotsHost) kept() news.HostState {
	s := h.state
	if s.Robots = h.rules.text(); len(s.Robots) > maxKept {
		s.Robots, s.Fetched = "", time.Time{}
	}
	return s
}

// target is what rules are matched against: path and query.
func target(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return path
}

// fetch asks for robots.txt. While a site fails or asks for patience, what it
// said within the last month still holds.
func (c *robotsCache) fetch(ctx context.Context, h *robotsHost, u *url.URL, now time.Time, left *time.Duration) {
	a, p := c.get(ctx, &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}, left)
	if ctx.Err() != nil {
		return
	}
	h.tried = now
	if p == nil && (a.status >= 500 || a.status == http.StatusTooManyRequests) {
		p = &news.Problem{Class: news.ClassStatus, Condition: news.Unreachable, Words: "robots.txt: " + statusWords(a.status)}
		h.state.Pause = latest(h.state.Pause, retryAfter(a.header, now))
	}
	h.down = p
	if p != nil {
		if !h.state.Fetched.IsZero() && now.Sub(h.state.Fetched) < robotsStale {
			h.down = nil
		}
		return
	}
	h.state.Status, h.state.Fetched, h.rules = a.status, now, robots{}
	if a.status < 300 {
		h.rules = parseRobots(bytes.ToValidUTF8(a.body, nil))
	}
	c.weigh(h)
	c.f.pace.slow(u.Hostname(), min(h.rules.delay, maxCrawlWait))
}

// get follows at most five redirects (section 2.3.1.2); more, a circle, or one
// to where we do not go is as if there were no robots.txt.
func (c *robotsCache) get(ctx context.Context, u *url.URL, left *time.Duration) (a answer, p *news.Problem) {
	none := answer{status: http.StatusNotFound}
	for hop := range maxRedirects + 1 {
		if c.f.rules.checkURL(u) != nil {
			return none, nil
		}
		a, next, err := c.turn(ctx, u, left)
		switch {
		case errors.Is(err, errUnread):
			return none, &news.Problem{Class: news.ClassTruncated, Condition: news.Unreachable, Words: "robots.txt of " + u.Host + " could not be read; the site is asked again later"}
		case err != nil && hop > 0:
			return none, nil
		case err != nil:
			return none, wordsOf(err, u)
		case next == nil:
			return a, nil
		}
		u = next
	}
	return none, nil
}

// turn waits for the host's turn and makes one request within what is left.
func (c *robotsCache) turn(ctx context.Context, u *url.URL, left *time.Duration) (answer, *url.URL, error) {
	leave, err := c.f.pace.enter(ctx, u.Hostname())
	if err != nil {
		return answer{}, nil, err
	}
	defer leave()
	begin := time.Now()
	defer func() { *left -= time.Since(begin) }()
	ctx, cancel := context.WithTimeout(ctx, *left)
	defer cancel()
	return c.once(ctx, u)
}

// errUnread says that a robots.txt is there and did not come whole.
var errUnread = errors.New("unread")

func (c *robotsCache) once(ctx context.Context, u *url.URL) (a answer, next *url.URL, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return a, nil, err
	}
	req.Header.Set("User-Agent", c.f.agent)
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := c.f.transport.RoundTrip(req)
	if err != nil {
		return a, nil, err
	}
	defer resp.Body.Close()
	if to := resp.Header.Get("Location"); to != "" && resp.StatusCode >= 300 && resp.StatusCode < 400 {
		if next, err = u.Parse(to); err == nil {
			return a, next, nil
		}
	}
	a.status, a.header = resp.StatusCode, resp.Header
	if a.status >= 200 && a.status < 300 {
		a.body, err = readStart(resp, maxRobots)
	}
	if err != nil {
		return a, nil, fmt.Errorf("%w: %w", errUnread, err)
	}
	return a, nil, nil
}
