package main

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chinanews/news"
)

var half = news.Source{Interval: news.Duration(30 * time.Minute), MinInterval: news.Duration(10 * time.Minute)}

func TestNextPoll(t *testing.T) {
	const hour = time.Hour
	for _, tt := range []struct {
		name     string
		state    news.FetchState
		min, max time.Duration
	}{
		{"well", news.FetchState{}, 30 * time.Minute, 33 * time.Minute},
		{"changes often", news.FetchState{Gap: news.Duration(10 * time.Minute), Changed: noon}, 10 * time.Minute, 11 * time.Minute},
		{"changes at times", news.FetchState{Gap: news.Duration(40 * time.Minute), Changed: noon}, 20 * time.Minute, 22 * time.Minute},
		{"used to change often", news.FetchState{Gap: news.Duration(10 * time.Minute), Changed: noon.Add(-5 * hour)}, 30 * time.Minute, 33 * time.Minute},
		{"first failure", news.FetchState{Failures: 1}, 30 * time.Minute, 33 * time.Minute},
		{"fourth failure", news.FetchState{Failures: 4}, 80 * time.Minute, 88 * time.Minute},
		{"many failures", news.FetchState{Failures: 400}, 6 * hour, 7 * hour},
		{"missing for long", news.FetchState{Failures: 400, Status: 404}, 24 * hour, 27 * hour},
		{"gone", news.FetchState{Failures: 1, Condition: news.Gone}, 7 * 24 * hour, 8 * 24 * hour},
		{"asked to wait", news.FetchState{Failures: 1, RetryAfter: noon.Add(5 * hour)}, 5 * hour, 5*hour + longestSlot},
		{"fresh for an hour", news.FetchState{Advice: news.Advice{Fresh: noon.Add(hour)}}, hour, hour + longestSlot},
		{"fresh for a year", news.FetchState{Advice: news.Advice{Fresh: noon.Add(8760 * hour)}}, 24 * hour, 24*hour + longestSlot},
		{"fresh for a second", news.FetchState{Advice: news.Advice{Fresh: noon.Add(time.Second)}}, 30 * time.Minute, 33 * time.Minute},
		{"ttl", news.FetchState{Advice: news.Advice{Every: news.Duration(2 * hour)}}, 2 * hour, 2 * hour},
		{"the hour after next is skipped", news.FetchState{Advice: news.Advice{Every: news.Duration(hour), SkipHours: 1<<13 | 1<<14}}, 3 * hour, 3*hour + longestSlot},
		{"tomorrow is skipped", news.FetchState{Advice: news.Advice{Fresh: noon.Add(13 * hour), SkipDays: 1 << time.Tuesday}}, 36 * hour, 36*hour + longestSlot},
		{"all days but one are skipped", news.FetchState{Advice: news.Advice{SkipDays: 0x7f &^ (1 << time.Monday), Fresh: noon.Add(13 * hour)}}, 156 * hour, 156*hour + longestSlot},
		{"every hour is skipped", news.FetchState{Advice: news.Advice{SkipHours: 1<<24 - 1, SkipDays: 1<<7 - 1}}, 30 * time.Minute, 33 * time.Minute},
	} {
		for range 100 {
			got := nextPoll(half, tt.state, noon).Sub(noon)
			if got < tt.min || got > tt.max {
				t.Fatalf("%s: in %v, want between %v and %v", tt.name, got, tt.min, tt.max)
			}
		}
	}
}

// Whatever a state says, a source is asked not before its shortest interval and
// within two weeks (a week gone, its jitter, all days but one).
func TestNextPollIsBounded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		span := rapid.Int64Range(-int64(2*365*24*time.Hour), int64(2*365*24*time.Hour))
		moment := func(name string) time.Time { return noon.Add(time.Duration(span.Draw(rt, name))) }
		s := news.FetchState{
			Failures: rapid.IntRange(0, 1<<40).Draw(rt, "failures"), Status: rapid.SampledFrom([]int{0, 200, 404, 500}).Draw(rt, "status"),
			Condition: rapid.SampledFrom([]news.Condition{news.OK, news.Gone, news.Unreachable}).Draw(rt, "condition"),
			Gap:       news.Duration(max(0, span.Draw(rt, "gap"))), Changed: moment("changed"), Next: moment("next"), LastTry: moment("last try"),
			Advice: news.Advice{Fresh: moment("fresh"), Every: news.Duration(max(0, span.Draw(rt, "every"))),
				SkipHours: rapid.Uint32().Draw(rt, "hours"), SkipDays: rapid.Uint8().Draw(rt, "days")},
		}
		s.RetryAfter = noon.Add(min(time.Duration(max(0, span.Draw(rt, "retry"))), 24*time.Hour))
		if next := nextPoll(half, s, noon).Sub(noon); next < 10*time.Minute || next > 14*24*time.Hour {
			rt.Errorf("asked again in %v", next)
		} else if on := onSlot(noon.Add(next), 10*time.Minute); next%(16*time.Second) != 0 && s.Advice.Next(on, noon).Equal(on) {
			rt.Errorf("asked again in %v, which is no shared moment", next)
		}
		if next := attempted(half, s, noon).Next.Sub(noon); next < 10*time.Minute || next > 14*24*time.Hour {
			rt.Errorf("after an attempt nobody heard of, asked again in %v", next)
		}
		if due := resumed(half, s, noon).Sub(noon); due < 0 || due > 14*24*time.Hour {
			rt.Errorf("after a start asked in %v", due)
		}
	})
}

// A source that may be asked twice a day is so after any number of failures.
func TestBackoffOfRareSources(t *testing.T) {
	src := news.Source{Interval: news.Duration(12 * time.Hour), MinInterval: news.Duration(3 * time.Hour)}
	for failures := range 70 {
		s := news.FetchState{Failures: failures + 1, Status: 404}
		if got := backoff(src, s); got < 3*time.Hour || got > 24*time.Hour {
			t.Errorf("after %d failures asked again in %v", failures+1, got)
		}
		if next := attempted(src, s, noon).Next; !next.After(noon) {
			t.Errorf("after %d failures an attempt is asked again at %v", failures+1, next)
		}
	}
}

// Hosts that fail together are not asked together; the listings of one are asked
// after one another.
func TestJitter(t *testing.T) {
	const hosts = 10_000
	seen := make(map[time.Time]int)
	for n := range hosts {
		host := fmt.Sprintf("host%d.example", n)
		next := nextPoll(half, news.FetchState{URL: "https://" + host + "/list", Failures: 3}, noon)
		seen[next]++
		if other := nextPoll(half, news.FetchState{URL: "https://" + host + "/other", Failures: 3}, noon); !other.Equal(next) {
			t.Errorf("%s: asked again at %v, another listing at %v", host, next, other)
		}
	}
	if len(seen) < 3 {
		t.Errorf("there are %d moments", len(seen))
	}
	for at, n := range seen {
		if n < hosts/10 || n > hosts*9/20 {
			t.Errorf("%d hosts of %d are asked at %v", n, hosts, at)
		}
	}
}

// A site that is down for a while in step with how often it is asked is soon
// asked at another moment.
func TestFailuresKeepNoStep(t *testing.T) {
	for _, tt := range []struct{ interval, every, down time.Duration }{
		{4 * time.Hour, 2 * time.Hour, 20 * time.Minute},
		{24 * time.Hour, 24 * time.Hour, time.Hour},
		{time.Hour, time.Hour, 5 * time.Minute},
	} {
		src := news.Source{Interval: news.Duration(tt.interval), MinInterval: news.Duration(15 * time.Minute)}
		for n := range 10_000 {
			s := news.FetchState{URL: fmt.Sprintf("https://host%d.example/list", n)}
			at := noon.Truncate(tt.every)
			for s.Failures <= 4 && at.Sub(at.Truncate(tt.every)) < tt.down {
				s.Failures++
				at = nextPoll(src, s, at)
			}
			if s.Failures > 4 {
				t.Fatalf("every %v, down for %v in %v: host %d fails more than 4 times in a row", tt.interval, tt.down, tt.every, n)
			}
		}
	}
}

// Moments that listings share are no reason to ask one early, or late: together
// with what its host adds it waits a tenth longer at most. Those of longer pauses
// are among those of shorter ones.
func TestSlots(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		any := noon.Add(time.Duration(rapid.Int64Range(-1<<60, 1<<60).Draw(rt, "at")))
		pause := time.Duration(rapid.Int64Range(int64(time.Minute), int64(24*time.Hour)).Draw(rt, "pause"))
		on := onSlot(any, pause)
		if on.Before(any) || on.Sub(any) > pause/30 || !onSlot(on, pause).Equal(on) {
			rt.Errorf("%s is put off to %s", any, on)
		}
		if shorter := time.Duration(rapid.Int64Range(int64(time.Minute), int64(pause)).Draw(rt, "shorter")); !onSlot(on, shorter).Equal(on) {
			rt.Errorf("what waits %s is asked at %s, what waits %s is not", pause, on, shorter)
		}
		src := news.Source{Interval: news.Duration(pause), MinInterval: news.Duration(pause)}
		s := news.FetchState{URL: "https://" + rapid.StringMatching(`[a-z0-9-]{1,20}`).Draw(rt, "host") + "/list"}
		if next := nextPoll(src, s, noon).Sub(noon); next < pause || next > pause+pause/10+1 {
			rt.Errorf("asked every %v, it is asked again in %v", pause, next)
		}
	})
}

// Hours and days to skip are meant in GMT (RSS 2.0), wherever now is.
func TestSkippedHoursAreGMT(t *testing.T) {
	beijing := noon.In(time.FixedZone("", 8*3600))
	s := news.FetchState{Advice: news.Advice{Every: news.Duration(time.Hour), SkipHours: 1<<13 | 1<<14}}
	if got := nextPoll(half, s, beijing).Sub(noon); got < 3*time.Hour || got > 3*time.Hour+longestSlot {
		t.Errorf("asked in %v, want 3 h, or until the next shared moment", got)
	}
}

func TestRhythm(t *testing.T) {
	var s news.FetchState
	now := noon
	for n := range 20 {
		after := s
		after.Set = string(rune('a' + n))
		s = rhythm(s, after, now)
		now = now.Add(time.Hour)
	}
	if s.Gap.Std() != time.Hour {
		t.Errorf("a source that changes each hour is taken to change every %v", s.Gap)
	}
	same := rhythm(s, s, now)
	if same.Changed != s.Changed || same.Gap != s.Gap {
		t.Error("an answer with the same entries changed the rhythm")
	}
	if got := rhythmPause(half, s, s.Changed); got != 30*time.Minute {
		t.Errorf("asked every %v, want half an hour", got)
	}
}

func TestResumed(t *testing.T) {
	for _, tt := range []struct {
		name  string
		state news.FetchState
		want  time.Duration
	}{
		{"in time", news.FetchState{Next: noon.Add(20 * time.Minute)}, 20 * time.Minute},
		{"late", news.FetchState{Next: noon.Add(-time.Hour)}, 0},
		{"the clock was a year ahead", news.FetchState{Next: noon.Add(8760 * time.Hour)}, 30 * time.Minute},
		{"gone", news.FetchState{Next: noon.Add(6 * 24 * time.Hour), Condition: news.Gone}, 6 * 24 * time.Hour},
		{"missing for long", news.FetchState{Next: noon.Add(26 * time.Hour), Failures: 400, Status: 404}, 26 * time.Hour},
		{"over a weekend", news.FetchState{Next: noon.Add(70 * time.Hour), Advice: news.Advice{SkipDays: 1<<time.Saturday | 1<<time.Sunday}}, 70 * time.Hour},
	} {
		if got := resumed(half, tt.state, noon).Sub(noon); got != tt.want {
			t.Errorf("%s: asked in %v, want %v", tt.name, got, tt.want)
		}
	}
}

// A shared moment is none of an hour that is to be skipped.
func TestSlotsHeedSkippedHours(t *testing.T) {
	now := time.Date(2026, 11, 23, 7, 49, 58, 5e8, time.UTC)
	often := news.Source{Interval: news.Duration(10 * time.Minute), MinInterval: news.Duration(10 * time.Minute)}
	for range 1000 {
		if next := nextPoll(often, news.FetchState{Advice: news.Advice{SkipHours: 1 << 8}}, now); next.Hour() == 8 {
			t.Fatalf("asked at %s", next)
		}
	}
}
