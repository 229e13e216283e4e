package signin

import (
	"sync"
	"time"
)

// How long those wait who guess: after so many failures half a minute, after
// each further one twice as long, a quarter of an hour at most.
const (
	freeFailures = 5
	firstWait    = 30 * time.Second
	longestWait  = 15 * time.Minute
	missesKept   = 24 * time.Hour // after the last failure they are forgotten

	mostMisses = 20_000 // keys that are remembered, beside those of users
)

// throttle counts failures by what they have in common. It is safe for
// concurrent use.
type throttle struct {
	mu    sync.Mutex
	of    map[string]misses
	loyal func(key string) bool // is never forgotten for want of room
}

type misses struct {
	count int
	last  time.Time
}

// until is when there may be another attempt.
func (m misses) until() time.Time {
	if m.count < freeFailures {
		return time.Time{}
	}
	wait := firstWait
	for range min(m.count-freeFailures, 10) {
		wait *= 2
	}
	return m.last.Add(min(wait, longestWait))
}

// enter takes an attempt for a failure, before anybody knows: of many at once
// no more are let through than one after the other. While one of its keys must
// wait it is not let through, and wait says how long.
func (t *throttle) enter(now time.Time, keys ...string) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range keys {
		wait = max(wait, t.of[k].until().Sub(now))
	}
	if wait > 0 {
		return wait
	}
	for _, k := range keys {
		m := t.of[k]
		if now.Sub(m.last) > missesKept {
			m.count = 0
		}
		t.of[k] = misses{m.count + 1, now}
	}
	if len(t.of) > mostMisses {
		t.forget(now)
	}
	return 0
}

// forgive forgets failures: the attempt was none.
func (t *throttle) forgive(keys ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range keys {
		delete(t.of, k)
	}
}

// remember counts failures of an earlier run.
func (t *throttle) remember(key string, count int, last time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.of[key] = misses{count, last}
}

// forget makes room: those go whose last failure is longest ago, or, when they
// come too quickly to tell, all but the loyal.
func (t *throttle) forget(now time.Time) {
	for k, m := range t.of {
		if !t.loyal(k) && now.Sub(m.last) > longestWait {
			delete(t.of, k)
		}
	}
	if len(t.of) <= mostMisses/2 {
		return
	}
	for k := range t.of {
		if !t.loyal(k) {
			delete(t.of, k)
		}
	}
}
