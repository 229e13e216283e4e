// Package dates reads the dates that ministries write: anywhere in a text, in
// English and Chinese, with or without a time of day, a zone, a year. A date
// without a zone is meant in its source's.
package dates

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"chinanews/news"
)

// Options are how a date is meant.
type Options struct {
	Origin  news.DateOrigin
	Layouts []string  // tried first; see Layout
	Zone    string    // IANA name; empty: Asia/Shanghai
	Now     time.Time // for dates without a year, and to tell sense from nonsense
}

// defaultZone is where a source without a zone is.
const defaultZone = "Asia/Shanghai"

// Read finds the date in a text. One that cannot be read has Precision
// Unknown and keeps its text.
func Read(raw string, o Options) news.Date {
	if o.Zone == "" {
		o.Zone = defaultZone
	}
	d := news.Date{Raw: short(raw), Origin: o.Origin}
	text := normal(raw)
	if text == "" {
		return d
	}
	for _, layout := range o.Layouts {
		if s, ok := byLayout(layout, strings.TrimSpace(raw), o); ok {
			return s.date(d, o)
		}
	}
	for _, form := range forms {
		if s, ok := form.find(text, o); ok {
			return s.date(d, o)
		}
	}
	return d
}

// maxRaw is how much of a text that may hold a date is kept, in runes.
const maxRaw = 200

func short(raw string) string {
	r := []rune(news.Line(raw))
	return string(r[:min(len(r), maxRaw)])
}

// stamp is what was read: numbers, and a zone when one is stated.
type stamp struct {
	year, month, day     int
	hour, minute, second int
	clock                bool           // a time of day is stated
	zone                 *time.Location // nil: the source's
}

// date makes a Date of a stamp. Midnight to the second is how systems write
// "no time of day".
func (s stamp) date(d news.Date, o Options) news.Date {
	loc, name := news.Location(o.Zone), o.Zone
	if s.zone != nil {
		loc, name = s.zone, s.zone.String()
	}
	t := time.Date(s.year, time.Month(s.month), s.day, s.hour, s.minute, s.second, 0, loc)
	d.Precision, d.Zone, d.Time = news.Minute, name, t.UTC()
	if !s.clock || s.hour == 0 && s.minute == 0 && s.second == 0 {
		d.Precision = news.Day
	}
	return d
}

// firstYear is before the oldest archive of a ministry; ahead is how many
// years a date may lie in the future.
const (
	firstYear = 1978
	ahead     = 2
)

// sane reports whether numbers are a date that a ministry could have written.
func (s stamp) sane(now time.Time) bool {
	if s.year < firstYear || s.year > now.Year()+ahead || s.month < 1 || s.month > 12 || s.day < 1 {
		return false
	}
	last := time.Date(s.year, time.Month(s.month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return s.day <= last && s.hour < 24 && s.minute < 60 && s.second <= 60
}

const month = `(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?`

// form is one way to write a date. The names of its groups say what they are.
type form struct {
	expr *regexp.Regexp
}

// forms are tried in order; within a text the first match that is a date wins.
var forms = compile(
	// 2026-11-20, 2026/1/5, 2026.11.20, 2026年11月20日, 2026-11-20-09:30:00
	`(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})(?:\s*[日号號])?`,
	// 20 十一月 2026, as systems write RFC 822 that speak Chinese
	`\b(?P<d>\d{1,2})\s+(?P<m>\d{1,2})月\s*,?\s*(?P<y>\d{4})`,
	// 2026, month and day as a name: 20 Nov 2026, Fri, 20-Nov-26
	`\b(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s\-]+(?:of\s+)?(?P<mon>`+month+`)[\s\-,]+(?P<y>\d{4}|\d{2}\b)`,
	// Mon Nov 23 16:00:00 CST 2026
	`(?P<mon>`+month+`)\s+(?P<d>\d{1,2})\s+(?P<clock>\d{1,2}:\d{2}:\d{2})\s+(?:(?P<zone>[a-z]{1,5}[+-]?[\d:]*|[+-]\d{4})\s+)?(?P<y>\d{4})`,
	// November 20, 2026
	`(?P<mon>`+month+`)\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(?P<y>\d{4})`,
	// 11/20/2026, as Americans write
	`\b(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})`,
	// 20.11.2026, as Germans do
	`\b(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})`,
	// 20261120, 20261120093000
	`(?:^|\D)(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:(?P<hh>\d{2})(?P<mm>\d{2})(?P<ss>\d{2})?)?(?:\D|$)`,
	// seconds or milliseconds since 1970
	`^\D{0,3}(?P<unix>\d{10}|\d{13})\D{0,3}$`,
	// 11月22日, 11-22, 11/22: this year's, or last year's
	`(?:^|[^\d./:-])(?P<m>\d{1,2})\s*(?:月|-|/)\s*(?P<d>\d{1,2})(?:\s*[日号號]|[^\d./:-]|$)`,
)

func compile(exprs ...string) []form {
	var out []form
	for _, e := range exprs {
		out = append(out, form{regexp.MustCompile(e)})
	}
	return out
}

// find finds the first text of this form that is a date.
func (f form) find(text string, o Options) (stamp, bool) {
	names := f.expr.SubexpNames()
	for _, at := range f.expr.FindAllStringSubmatchIndex(text, 8) {
		groups := make(map[string]string)
		for i, name := range names {
			if name != "" && at[2*i] >= 0 {
				groups[name] = text[at[2*i]:at[2*i+1]]
			}
		}
		if s, ok := read(groups, text[:at[0]], text[at[1]:], o); ok {
			return s, true
		}
	}
	return stamp{}, false
}

// read makes a stamp of a form's groups and of the time of day that stands
// after it, or before.
func read(groups map[string]string, before, after string, o Options) (stamp, bool) {
	if digits := groups["unix"]; digits != "" {
		return epoch(digits, len(digits) == 13, o)
	}
	s := stamp{year: number(groups["y"]), month: number(groups["m"]), day: number(groups["d"])}
	if name := groups["mon"]; name != "" {
		s.month = strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", name[:3])/3 + 1
	}
	if len(groups["y"]) == 2 {
		s.year += 2000
	}
	if groups["y"] == "" {
		s.year = nearest(s, o)
	}
	switch {
	case groups["hh"] != "":
		s.hour, s.minute, s.second, s.clock = number(groups["hh"]), number(groups["mm"]), number(groups["ss"]), true
	case groups["clock"] != "":
		s.readClock(groups["clock"]+" "+groups["zone"], o)
	case !s.readClock(after, o):
		s.readBefore(before, o)
	}
	return s, s.sane(o.Now)
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// nearest is the year of a date without one: the latest in which it is not
// more than two days ahead.
func nearest(s stamp, o Options) int {
	now := o.Now.In(news.Location(o.Zone))
	t := time.Date(now.Year(), time.Month(s.month), s.day, 0, 0, 0, 0, now.Location())
	switch {
	case t.After(now.AddDate(0, 6, 0)):
		return now.Year() - 1
	case t.After(now.AddDate(0, 0, 2)):
		return now.Year() - 1
	case t.AddDate(1, 0, 0).Before(now.AddDate(0, 0, 2)):
		return now.Year() + 1
	}
	return now.Year()
}

func epoch(digits string, milli bool, o Options) (stamp, bool) {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return stamp{}, false
	}
	t := time.Unix(n, 0)
	if milli {
		t = time.UnixMilli(n)
	}
	t = t.In(news.Location(o.Zone))
	s := stamp{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), true, nil}
	return s, s.sane(o.Now)
}
