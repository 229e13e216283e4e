package fetcher

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"chinanews/news"
)

// freshUntil is until when an answer says it is fresh, for a cache of one user
// (RFC 9111, section 4.2.1): max-age, else Expires, less the time it has spent
// in caches. Zero when it does not say, or says that it is not.
func freshUntil(h http.Header, now time.Time) time.Time {
	lifetime, said := maxAge(h.Values("Cache-Control"))
	if !said {
		lifetime = untilExpires(h, now)
	}
	if lifetime -= age(h.Get("Age")); lifetime <= 0 {
		return time.Time{}
	}
	return now.Add(lifetime)
}

// lives reports whether an answer says anything of how long it lives.
func lives(h http.Header) bool {
	_, said := maxAge(h.Values("Cache-Control"))
	return said || h.Get("Expires") != ""
}

// freshAgain is until when an answer is fresh that was confirmed now: as long
// as when it was had (RFC 9111, section 4.3.4).
func freshAgain(s news.FetchState, now time.Time) time.Time {
	if lifetime := s.Advice.Fresh.Sub(s.LastGood); lifetime > 0 && !s.LastGood.IsZero() {
		return now.Add(lifetime)
	}
	return time.Time{}
}

// maxAge reads Cache-Control; of several max-age the first counts. no-cache and
// no-store say that nothing is fresh, and an age that cannot be read says so
// too (section 4.2.1).
func maxAge(lines []string) (age time.Duration, said bool) {
	for directive := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "no-cache", "no-store":
			return 0, true
		case "max-age":
			if !said {
				age, said = seconds(strings.Trim(strings.TrimSpace(value), `"`)), true
			}
		}
	}
	return age, said
}

func untilExpires(h http.Header, now time.Time) time.Duration {
	expires, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0
	}
	return expires.Sub(originNow(h, now))
}

// originNow is the moment of an answer by the origin's own clock, which may be
// wrong: what it dates is to be measured by it.
func originNow(h http.Header, now time.Time) time.Time {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		return date
	}
	return now
}

func age(value string) time.Duration {
	value, _, _ = strings.Cut(value, ",")
	return seconds(strings.TrimSpace(value))
}

// mostSeconds keeps what is beyond all reason from overflowing.
const mostSeconds = 1 << 31

// seconds reads delta-seconds (RFC 9111, section 1.2.2): digits alone, and as
// many as one likes. Anything else is none.
func seconds(s string) time.Duration {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > mostSeconds {
		n = mostSeconds
	}
	return time.Duration(n) * time.Second
}
