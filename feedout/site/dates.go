package site

import (
	"time"

	"chinanews/news"
)

// beijing is the zone of moments that are ours, not a source's.
const beijing = "Asia/Shanghai"

// date says a date as precisely as its source did, and no more: "11 December
// 2017, Beijing time, day only", "24 November 2026, 09:30 Beijing time".
func date(lang string, d news.Date) string {
	z := zone(lang, d.Zone)
	switch {
	case d.Precision == news.Minute && lang == "zh":
		return d.In().Format("2006年1月2日 15:04") + "（" + z + "）"
	case d.Precision == news.Minute:
		return d.In().Format("2 January 2006, 15:04 ") + z
	case d.Precision == news.Day && lang == "zh":
		return only(lang, d) + "（" + z + "，" + say(lang, "day only") + "）"
	case d.Precision == news.Day:
		return only(lang, d) + ", " + z + ", " + say(lang, "day only")
	}
	if raw := cut(news.Line(d.Raw), 40); raw != "" {
		return say(lang, "date unclear: “%s”", raw)
	}
	return say(lang, "no date stated")
}

// within is a date in a list of a day: without the day, where it is that in the
// same zone; then nothing is left of one that is no more precise.
func within(lang string, d, day news.Date) string {
	if d.Zone != beijing || d.Precision == "" || d.Day() != day.Day() {
		return date(lang, d)
	}
	z := zone(lang, d.Zone)
	switch {
	case d.Precision == news.Day:
		return ""
	case lang == "zh":
		return d.In().Format("15:04") + "（" + z + "）"
	}
	return d.In().Format("15:04 ") + z
}

// only is the day alone, as headings have it.
func only(lang string, d news.Date) string {
	if lang == "zh" {
		return d.In().Format("2006年1月2日")
	}
	return d.In().Format("2 January 2006")
}

// moment says a time of our own record.
func moment(lang string, t time.Time) string {
	if t.IsZero() {
		return say(lang, "not yet")
	}
	return date(lang, news.Date{Precision: news.Minute, Zone: beijing, Time: t})
}

// machine is a date for programs, as precise as it is: the value of a time
// element's datetime. Empty for none.
func machine(d news.Date) string {
	if d.Precision == news.Minute {
		return d.In().Format("2006-01-02T15:04Z07:00")
	}
	return d.Day()
}

// zone names the zone that a date is shown in. A name that nobody knows is
// shown as UTC, which is what the time is then in.
func zone(lang, name string) string {
	switch {
	case name == beijing || name == "+08:00":
		return say(lang, "Beijing time")
	case name == "" || name == "+00:00" || news.Location(name) == time.UTC:
		return "UTC"
	case name[0] == '+' || name[0] == '-':
		return "UTC" + name
	}
	return name
}
