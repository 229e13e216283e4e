package fetcher

import (
	"context"
	"strings"
	"sync"
	"time"

	"chinanews/news"
)

// pace holds every request to a host to the host's rule: so many at once, so
// long between two beginnings. Robots.txt and redirects count like the rest.
type pace struct {
	rule   func(host string) news.HostRule
	before int // paces on the same lanes that this one follows
	*lanes
}

// lanes are the turns of all hosts. Fetchers that follow one another share
// them: a host sees one visitor.
type lanes struct {
	mu    sync.Mutex
	hosts map[string]*lane
}

// lane is one host's turn.
type lane struct {
	mu     sync.Mutex
	places chan struct{} // another when a newer rule allows another number at once
	newest int           // pace that gave places their number
	next   time.Time     // when the next request may begin
	slower time.Duration // by Crawl-delay
}

func newPace(rule func(string) news.HostRule) *pace {
	return &pace{rule: rule, lanes: &lanes{hosts: make(map[string]*lane)}}
}

func (p *pace) lane(host string) *lane {
	host = strings.ToLower(host)
	p.mu.Lock()
	defer p.mu.Unlock()
	l, ok := p.hosts[host]
	if !ok {
		l = new(lane)
		p.hosts[host] = l
	}
	return l
}

// sweep forgets hosts that nothing was asked of since a moment.
func (p *pace) sweep(since time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, l := range p.hosts {
		l.mu.Lock()
		if len(l.places) == 0 && l.next.Before(since) && l.slower == 0 {
			delete(p.hosts, name)
		}
		l.mu.Unlock()
	}
}

// enter waits until a request to the host may begin; leave gives its place
// back. The error is ctx's.
func (p *pace) enter(ctx context.Context, host string) (leave func(), err error) {
	l := p.lane(host)
	rule := p.rule(host)
	places := l.room(p.before, max(1, rule.Connections))
	select {
	case places <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	leave = func() { <-places }
	if err := wait(ctx, l.take(rule.Delay.Std())); err != nil {
		leave()
		return nil, err
	}
	progress(ctx)
	return leave, nil
}

// room is the places for so many at once, or as many as a newer pace has allowed.
// Who is in others leaves those.
func (l *lane) room(pace, most int) chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.places == nil || pace >= l.newest && cap(l.places) != most {
		l.places = make(chan struct{}, most)
	}
	l.newest = max(l.newest, pace)
	return l.places
}

// take reserves the next beginning and returns how long it is until then.
func (l *lane) take(delay time.Duration) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	at := l.next
	if at.Before(now) {
		at = now
	}
	l.next = at.Add(max(delay, l.slower))
	return at.Sub(now)
}

// slow makes a host's delay at least so long.
func (p *pace) slow(host string, delay time.Duration) {
	l := p.lane(host)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.slower = delay
}

// slower is what slow said last.
func (p *pace) slower(host string) time.Duration {
	l := p.lane(host)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.slower
}

func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
