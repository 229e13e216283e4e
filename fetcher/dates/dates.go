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
	if len(o.Layouts) == 0 && o.Origin != news.FromURL {
		if s, ok := standard(strings.TrimSpace(raw), o); ok {
			return s.date(d, o)
		}
	}
	return search(raw, d, o)
}

// search finds the date in any text.
func search(raw string, d news.Date, o Options) news.Date {
	text := normal(raw)
	if text == "" {
		return d
	}
	if strings.Contains(text, "北京时间") || strings.Contains(text, "beijing time") {
		o.Zone = defaultZone
	}
	if s, ok := byLayouts(strings.TrimSpace(raw), o); ok {
		return s.date(d, o)
	}
	if s, ok := find(text, o); ok {
		return s.date(d, o)
	}
	return d
}

// find finds the date in a normal text: the one that is said to be that of
// publication, if any is.
func find(text string, o Options) (stamp, bool) {
	if at := published.FindStringIndex(text); at != nil && at[0] > 0 {
		if s, ok := anywhere(text[at[1]:], o); ok {
			return s, true
		}
	}
	return anywhere(text, o)
}

// published is a word that the date of publication stands behind; others, as
// of an update, may stand before it.
var published = regexp.MustCompile(`(?i)(?:(?:发布|發布|發佈|发表|發表)(?:时间|時間|日期)|\b(?:published|posted|released?))`)

func anywhere(text string, o Options) (stamp, bool) {
	for _, form := range formsOf(o.Origin) {
		if s, ok := form.find(text, o); ok {
			return s, true
		}
	}
	return relative(text, o)
}

// maxRaw is how much of a text that may hold a date is kept, in runes.
const maxRaw = 200

func short(raw string) string {
	line := news.Line(raw)
	if len(line) <= maxRaw {
		return line
	}
	r := []rune(line)
	return string(r[:min(len(r), maxRaw)])
}

// stamp is what was read: numbers, and a zone when one is stated.
type stamp struct {
	year, month, day     int
	hour, minute, second int
	clock                bool           // a time of day is stated
	seconds              bool           // and its seconds
	late                 bool           // and it is 24:00 or after, beyond the end of the day
	zone                 *time.Location // nil: the source's
}

// date makes a Date of a stamp. Midnight is how systems write "no time of
// day"; who writes 00:00 GMT means it.
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
	if s.late || s.clock && !s.seconds && s.zone != nil {
		d.Precision = news.Minute
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
	return s.day <= last && (s.hour < 24 || s.late) && s.minute < 60 && s.second <= 60
}

// find finds the first text of this form that is a date.
func (f form) find(text string, o Options) (stamp, bool) {
	names := f.expr.SubexpNames()
	for _, at := range f.expr.FindAllStringSubmatchIndex(text, 8) {
		if spans(text[at[0]:at[1]], text[at[1]:]) {
			continue
		}
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

// spans reports what looks like a day and is a span: 2026年1—10月.
func spans(found, after string) bool {
	return yearDash.MatchString(found) || unit.MatchString(after)
}

var (
	yearDash = regexp.MustCompile(`[年년].*[-—―/.]`)
	unit     = regexp.MustCompile(`^\s*[月年季월년]`)
)

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
	s.fill(groups)
	if s.year == 0 {
		s.year = nearest(s, o)
	}
	switch {
	case groups["hh"] != "":
		s.hour, s.minute, s.second, s.clock = number(groups["hh"]), number(groups["mm"]), number(groups["ss"]), true
		s.zone = readZone(after, o)
	case groups["clock"] != "":
		s.readClock(groups["clock"]+" "+groups["zone"], o)
	case impossibleClock.MatchString(after):
		return s, false
	case !s.readClock(after, o):
		s.readBefore(before, o)
	}
	return s, s.sane(o.Now)
}

// fill completes what a form leaves out: the century, the first month of a
// year, the first day of a month; or a day of the year.
func (s *stamp) fill(groups map[string]string) {
	if len(groups["y"]) == 2 {
		s.year += 2000
	}
	if roc := groups["roc"]; roc != "" { // years since 1911
		s.year = 1911 + number(roc)
	}
	if _, stated := groups["m"]; s.year > 0 && s.month == 0 && !stated {
		s.month = 1
	}
	if _, stated := groups["d"]; s.year > 0 && s.day == 0 && !stated {
		s.day = 1
	}
	if yday := groups["yday"]; yday != "" {
		day := time.Date(s.year, 1, number(yday), 0, 0, 0, 0, time.UTC)
		s.year, s.month, s.day = day.Year(), int(day.Month()), day.Day()
	}
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

func stampOf(t time.Time) stamp {
	return stamp{year: t.Year(), month: int(t.Month()), day: t.Day(), hour: t.Hour(), minute: t.Minute(), second: t.Second()}
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
	s := stampOf(t)
	s.clock = true
	return s, s.sane(o.Now)
}
