package fetcher

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"chinanews/news"
)

// Limits of RFC 9309: section 2.5 asks for at least 500 KiB, 2.4 for at most a
// day in the cache, 2.3.1.4 for a long-known copy while a site is down.
const (
	maxRobots    = 500 << 10
	robotsFresh  = 24 * time.Hour
	robotsStale  = 30 * 24 * time.Hour
	robotsRetry  = 10 * time.Minute // while it cannot be had
	maxCrawlWait = time.Minute
	product      = "chinanewsd"
)

// robotsCache knows robots.txt of hosts, and what pauses hosts asked for.
type robotsCache struct {
	f *Fetcher

	mu    sync.Mutex
	hosts map[string]*robotsHost
}

// robotsHost is one host's; its mutex lets one request at a time fetch it.
type robotsHost struct {
	mu    sync.Mutex
	state news.HostState
	rules robots
	down  *news.Problem // why robots.txt could not be had the last time
	tried time.Time     // when that was
	wish  wish          // the last of one address
}

func newRobotsCache(f *Fetcher) *robotsCache {
	return &robotsCache{f: f, hosts: make(map[string]*robotsHost)}
}

func (c *robotsCache) remember(states []news.HostState) {
	for _, s := range states {
		h := c.host(s.Host)
		h.state, h.rules = s, parseRobots([]byte(s.Robots))
		c.f.pace.slow(news.Host(s.Host), min(h.rules.delay, maxCrawlWait))
	}
}

func (c *robotsCache) host(name string) *robotsHost {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.hosts[name]
	if !ok {
		h = &robotsHost{state: news.HostState{Host: name}}
		c.hosts[name] = h
	}
	return h
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
	h := c.host(r.url.Scheme + "://" + r.url.Host)
	h.mu.Lock()
	defer h.mu.Unlock()
	all := status == http.StatusTooManyRequests && r.task.State.Failures < manyRefusals ||
		h.wish.until.After(r.now) && h.wish.address != r.url.String()
	h.wish = wish{r.url.String(), until}
	if all {
		h.state.Pause = latest(h.state.Pause, until)
	}
	return h.state
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// paused is until when a host asked to be left alone.
func (c *robotsCache) paused(u *url.URL) time.Time {
	h := c.host(u.Scheme + "://" + u.Host)
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state.Pause
}

// forbids says why robots.txt does not let us ask for an address; nil when it
// does. fetched is what was learned when it had to be asked for.
func (c *robotsCache) forbids(ctx context.Context, u *url.URL, now time.Time) (p *news.Problem, fetched *news.HostState) {
	h := c.host(u.Scheme + "://" + u.Host)
	h.mu.Lock()
	defer h.mu.Unlock()
	if now.Sub(h.state.Fetched) > robotsFresh && now.Sub(h.tried) > robotsRetry {
		c.fetch(ctx, h, u, now)
		state := h.state
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
func (c *robotsCache) fetch(ctx context.Context, h *robotsHost, u *url.URL, now time.Time) {
	a, p := c.get(ctx, &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"})
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
	h.state.Status, h.state.Robots, h.state.Fetched = a.status, "", now
	if a.status < 300 {
		h.state.Robots = string(bytes.ToValidUTF8(a.body, nil))
	}
	h.rules = parseRobots([]byte(h.state.Robots))
	c.f.pace.slow(u.Hostname(), min(h.rules.delay, maxCrawlWait))
}

// get follows at most five redirects (section 2.3.1.2); more, a circle, or one
// to where we do not go is as if there were no robots.txt.
func (c *robotsCache) get(ctx context.Context, u *url.URL) (a answer, p *news.Problem) {
	none := answer{status: http.StatusNotFound}
	for hop := range maxRedirects + 1 {
		if c.f.rules.checkURL(u) != nil {
			return none, nil
		}
		leave, err := c.f.pace.enter(ctx, u.Hostname())
		if err != nil {
			return none, wordsOf(err, u)
		}
		limited, cancel := context.WithTimeout(ctx, c.f.fetching.Timeout.Std())
		a, next, err := c.once(limited, u)
		cancel()
		leave()
		switch {
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
	large := place{of: c.f.large}
	defer large.leave()
	if a.body, err = readBody(ctx, resp, 10*maxRobots, &large); err != nil {
		a.body = nil // what cannot be read says nothing
	}
	a.body = a.body[:min(len(a.body), maxRobots)]
	return a, nil, nil
}

// robots is what a robots.txt says to us.
type robots struct {
	rules []robotsRule
	delay time.Duration
}

type robotsRule struct {
	allow   bool
	pattern string
}

// parseRobots reads the groups for us, merged; else those for everybody (RFC
// 9309, section 2.2.1). Crawl-delay is no part of the RFC and widely meant.
func parseRobots(text []byte) robots {
	var ours, everybody robots
	named := false
	var current []*robots
	agents := false // the last line was a user-agent line
	for line := range strings.Lines(strings.TrimPrefix(string(text[:min(len(text), maxRobots)]), "\uFEFF")) {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "user-agent":
			if !agents {
				current = nil
			}
			agents = true
			switch token := strings.ToLower(value); {
			case token == "*":
				current = append(current, &everybody)
			case token == product:
				current, named = append(current, &ours), true
			}
			continue
		case "allow":
			addRule(current, true, value)
		case "disallow":
			addRule(current, false, value)
		case "crawl-delay":
			setDelay(current, value)
		}
		agents = false
	}
	if named {
		return ours
	}
	return everybody
}

func addRule(groups []*robots, allow bool, pattern string) {
	if pattern == "" {
		return
	}
	for _, g := range groups {
		g.rules = append(g.rules, robotsRule{allow, normalPath(pattern)})
	}
}

func setDelay(groups []*robots, value string) {
	s, err := strconv.ParseFloat(value, 64)
	if err != nil || s < 0 || s > 1e6 {
		return
	}
	for _, g := range groups {
		g.delay = time.Duration(s * float64(time.Second))
	}
}

// allow is decided by the longest rule that matches; of two as long, by the
// one that allows (section 2.2.2).
func (r robots) allow(path string) bool {
	path = normalPath(path)
	if path == "/robots.txt" {
		return true
	}
	best, allowed := -1, true
	for _, rule := range r.rules {
		if n := len(rule.pattern); (n > best || n == best && rule.allow) && matches(rule.pattern, path) {
			best, allowed = n, rule.allow
		}
	}
	return allowed
}

// matches matches a pattern in which * is any text and a final $ the end.
func matches(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(path, parts[0]) {
		return false
	}
	path = path[len(parts[0]):]
	for i, part := range parts[1:] {
		if anchored && i == len(parts)-2 {
			return strings.HasSuffix(path, part)
		}
		at := strings.Index(path, part)
		if at < 0 {
			return false
		}
		path = path[at+len(part):]
	}
	return !anchored || path == ""
}

// normalPath writes percent-encoding in one way: octets that need none are
// plain, all others encoded in upper case, and so is a stray percent sign.
func normalPath(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				i += 2
				if unreserved(byte(v)) {
					b.WriteByte(byte(v))
				} else {
					b.WriteString("%" + strings.ToUpper(s[i-1:i+1]))
				}
				continue
			}
		}
		if c >= 0x80 || c <= ' ' || c == '%' {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
