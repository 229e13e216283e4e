package main

import (
	"fmt"
	"time"

	"chinanews/news"
)

// The rhythm that the soak's rows have by default, and what each host is asked.
const (
	soakInterval = 30 * time.Minute
	soakShortest = 10 * time.Minute
	soakBackoff  = 6 * time.Hour
	soakPace     = 2*time.Second + 1100*time.Millisecond // a delay and an answer of a slow office
)

// soakTurn is what a source is owed, and what it got: the poll that it waits for is
// due when the house said after the last one, and what the house said must be
// what is documented.
type soakTurn struct {
	patience time.Duration // documented: five seconds, and the turns of its host's other sources
	due      time.Time     // zero: before the first poll
	asked    time.Time     // the first that the wire saw of it since the last answer; zero: nothing
	failures int           // in a row
	owed     int
	polls    int
	missed   int
	latest   time.Duration
	wants    time.Duration
}

// patienceOf is how late a poll may be at a host with so many sources: each of
// the others may go first, and so may robots.txt and one page.
func patienceOf(sources int) time.Duration {
	return 5*time.Second + time.Duration(sources+1)*soakPace
}

// contact is that the wire saw somebody at a source.
func (u *soakTurn) contact(now time.Time) (complaint string) {
	if !u.asked.IsZero() {
		return "" // a redirect, a retry, robots.txt before it
	}
	u.asked = now
	u.polls++
	if u.due.IsZero() {
		return ""
	}
	late := now.Sub(u.due)
	u.latest = max(u.latest, late)
	switch {
	case late < 0:
		return fmt.Sprintf("asked %v too early", -late)
	case late > u.patience:
		u.missed++
		return fmt.Sprintf("asked %v late", late)
	}
	return ""
}

// answered is that a poll was recorded, of which something may have to be said.
func (u *soakTurn) answered(o outcome, now time.Time) (complaint string) {
	s := o.batch.State
	switch {
	case u.asked.IsZero() && !s.RetryAfter.After(now):
		complaint = "answered, and the wire saw nothing"
	case o.batch.Problem == nil:
		u.failures = 0
	default:
		u.failures++
	}
	from, to := u.window(o.batch, now)
	if s.Next.Before(from) || s.Next.After(to) {
		complaint = fmt.Sprintf("after %d failures due in %v, documented are %v to %v", u.failures, s.Next.Sub(now), from.Sub(now), to.Sub(now))
	}
	u.due, u.asked = s.Next, time.Time{}
	u.owed++
	return complaint
}

// window is when a source is to be asked again, by what is documented: between
// its shortest and its usual interval; after failures twice as late each time,
// up to six hours; never before it wants; a tenth more for jitter.
func (u *soakTurn) window(b news.Batch, now time.Time) (from, to time.Time) {
	least, most := soakShortest, soakInterval
	if u.failures > 0 {
		least = min(soakShortest<<min(u.failures-1, 10), soakBackoff)
		most = max(most, least)
	}
	if b.Status == 429 || b.Status == 503 { // it wants to be left alone since it was asked
		wants := u.wants - now.Sub(u.asked)
		least, most = max(least, wants), max(most, wants)
	}
	return now.Add(least - time.Second), now.Add(most + most/10 + time.Second)
}

// overdue reports a source that is not asked though its time is long over.
func (u *soakTurn) overdue(now time.Time) bool {
	return u.asked.IsZero() && (u.due.IsZero() || now.Sub(u.due) > u.patience)
}
