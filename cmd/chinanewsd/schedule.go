package main

import (
	"time"

	"chinanews/news"
)

// The longest pauses that failures in a row lead to, and how often a listing
// is asked for that is gone for good (RFC 9110, section 15.5.11).
const (
	maxBackoff     = 6 * time.Hour
	maxMissing     = 24 * time.Hour // 404
	goneEvery      = 7 * 24 * time.Hour
	shortestPause  = time.Minute // after a failure
	longestForeign = 24 * time.Hour
)

// nextPoll is when a listing is asked again: the latest of what its own rhythm
// wants, what failures in a row impose, and what the publisher and the host
// ask for. Up to a tenth is added, so that hosts do not march in step; the
// listings of one are asked one after another, over one connection.
func nextPoll(src news.Source, s news.FetchState, now time.Time) time.Time {
	pause := rhythmPause(src, s, now)
	if s.Failures > 0 {
		pause = max(pause, backoff(src, s))
	}
	next := now.Add(pause + jitter(s, pause))
	if s.RetryAfter.After(next) {
		next = s.RetryAfter
	}
	next = s.Advice.Next(next, now)
	if on := onSlot(next, pause); s.Advice.Next(on, now).Equal(on) { // it is in no hour to be skipped
		return on
	}
	return next
}

// jitter is what is added to a pause: less than a fifteenth, by hosts of one owner
// the same, and another after each failure, as a site that is down for a while
// every night would else be asked each night in that while.
func jitter(s news.FetchState, pause time.Duration) time.Duration {
	part := (int(news.Part(news.Host(s.URL))) + s.Failures%news.Parts*unevenly) % news.Parts
	return pause / 15 * time.Duration(part) / news.Parts
}

// unevenly is how many parts on the next failure is: by this one, the golden
// ratio's, those of a few in a row are never close.
const unevenly = 391

// longestSlot is how far apart the moments are at most at which listings are asked
// for again. It divides no hour: the moments at which all the world asks are not
// ours.
const longestSlot = 64 * time.Second

// onSlot is the first moment from another on that is shared by listings that wait
// about so long, or longer: the machine wakes and the disk writes once for many.
// They are apart by a thirtieth of the pause or less.
func onSlot(t time.Time, pause time.Duration) time.Time {
	slot := longestSlot
	for slot > max(0, pause/30) {
		slot /= 2
	}
	if on := t.Truncate(slot); on.Before(t) {
		return on.Add(slot)
	}
	return t
}

// backoff doubles with each failure in a row.
func backoff(src news.Source, s news.FetchState) time.Duration {
	most := maxBackoff
	switch {
	case s.Condition == news.Gone:
		return goneEvery
	case s.Status == 404:
		most = maxMissing
	}
	pause := max(minInterval(src), shortestPause)
	most = max(most, pause)
	for range s.Failures - 1 {
		if pause *= 2; pause >= most {
			return most
		}
	}
	return pause
}

// minInterval is the shortest time between two polls of a source. A row that
// asks for more than its minimum means it.
func minInterval(src news.Source) time.Duration {
	return min(src.MinInterval, src.Interval).Std()
}

// rhythmPause is half the time in which a source usually changes, within its
// row's bounds. One that has fallen silent is asked ever less often.
func rhythmPause(src news.Source, s news.FetchState, now time.Time) time.Duration {
	if s.Gap == 0 {
		return src.Interval.Std()
	}
	gap := max(s.Gap.Std(), now.Sub(s.Changed))
	return min(max(gap/2, minInterval(src)), src.Interval.Std())
}

// rhythm notes in the state after an answer whether the listing had other
// entries than before, and how long that usually takes.
func rhythm(before, after news.FetchState, now time.Time) news.FetchState {
	if after.Set == before.Set {
		return after
	}
	if gap := now.Sub(before.Changed); !before.Changed.IsZero() && gap > 0 {
		after.Gap = news.Duration(gap)
		if before.Gap > 0 {
			after.Gap = (3*before.Gap + news.Duration(gap)) / 4
		}
	}
	after.Changed = now
	return after
}

// attempted is the state of a listing that is about to be asked for: were this
// process to die now, the next one takes it for a failure and waits.
func attempted(src news.Source, s news.FetchState, now time.Time) news.FetchState {
	s.LastTry, s.Failures = now, s.Failures+1
	s.Next = now.Add(backoff(src, s))
	return s
}

// resumed is when a listing is asked for after a start: when its state says,
// but for a clock that was wrong when that was written.
func resumed(src news.Source, s news.FetchState, now time.Time) time.Time {
	longest := max(longestForeign, maxMissing, src.Interval.Std())
	if s.Condition == news.Gone {
		longest = goneEvery
	}
	longest += longest / 10 // the jitter
	if s.Advice.SkipDays != 0 || s.Advice.SkipHours != 0 {
		longest += news.MostSkipped
	}
	switch {
	case s.Next.Sub(now) > longest, s.LastTry.After(now.Add(longest)):
		return now.Add(min(src.Interval.Std(), longest))
	case s.Next.After(now):
		return s.Next
	}
	return now
}
