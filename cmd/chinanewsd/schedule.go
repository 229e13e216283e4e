package main

import (
	"math/rand/v2"
	"time"

	"chinanews/news"
)

// maxBackoff is the longest pause that failures in a row lead to.
const maxBackoff = 6 * time.Hour

// nextPoll is when a listing is asked again: after its interval, after a pause
// that doubles with each failure, and never before the host allows it. A tenth
// of the interval is jitter, so that sources do not march in step.
func nextPoll(src news.Source, s news.FetchState, now time.Time) time.Time {
	pause := src.Interval.Std()
	if s.Failures > 0 {
		pause = min(max(src.MinInterval.Std(), time.Minute)<<min(s.Failures-1, 10), max(maxBackoff, pause))
	}
	if s.Condition == news.Gone {
		pause = 7 * 24 * time.Hour
	}
	next := now.Add(pause + time.Duration(rand.Int64N(int64(pause/10)+1)))
	if s.RetryAfter.After(next) {
		return s.RetryAfter
	}
	return next
}
