package sibling

import (
	"math"
	"strconv"
	"strings"
	"time"

	"chinanews/news"
)

// day is a day of a year: 1126 is the 26th of November.
type day int16

func dayOf(month, d float64) (day, bool) {
	ok := month >= 1 && month <= 12 && d >= 1 && d <= 31 && month == math.Trunc(month) && d == math.Trunc(d)
	return day(month)*100 + day(d), ok
}

func (d day) String() string { return strconv.Itoa(int(d%100)) + " " + time.Month(d/100).String() }

// around are the days from so many before or after a date to so many after.
func around(date news.Date, from, to int) (days []day) {
	if !date.Known() {
		return nil
	}
	at := date.In()
	for n := from; n <= to; n++ {
		days = append(days, dayAt(at.AddDate(0, 0, n)))
	}
	return days
}

func dayAt(t time.Time) day {
	_, m, d := t.Date()
	return day(int(m)*100 + d)
}

var months = func() map[string]float64 {
	names := make(map[string]float64)
	for n, w := range strings.Fields("january february march april may june july august september october november december") {
		names[w], names[w[:3]] = float64(n+1), float64(n+1)
	}
	names["sept"] = 9
	return names
}()

func (p *paragraph) month(n int) float64 {
	if p.form(n) != word || !p.tokens[n].capital {
		return 0
	}
	return months[p.key(n)]
}

// calendar reads the days and years of a paragraph.
type calendar struct {
	*paragraph
	published news.Date
	nearest   *[32]day
}

// at reads days or a year at token n; length 0: there is neither.
func (c *calendar) at(n int) (length int, days []day) {
	switch c.form(n) {
	case figures, han:
		if length, days = c.isoAt(n); length > 0 {
			return length, days
		}
		if length, days = c.hanAt(n); length > 0 {
			return length, days
		}
		if length, days = c.dayMonthAt(n); length > 0 {
			return length, days
		}
		if c.yearAt(n) {
			return 1, nil
		}
	case word:
		return c.monthDayAt(n)
	}
	return 0, nil
}

// isoAt reads 2026-05-06 and 2026/5/6.
func (c *calendar) isoAt(n int) (int, []day) {
	year, sep := c.key(n), c.gap(n+1)
	if len(year) != 4 || c.form(n) != figures || sep != "-" && sep != "/" || c.form(n+1) != figures {
		return 0, nil
	}
	if c.gap(n+2) != sep || c.form(n+2) != figures {
		return 2, nil // a month, or two years
	}
	if d, ok := dayOf(c.small(n+1), c.small(n+2)); ok {
		return 3, []day{d}
	}
	return 0, nil
}

// small is a whole number of one or two digits; 0: there is none.
func (c *calendar) small(n int) float64 {
	if k := c.key(n); c.form(n) == figures && len(k) <= 2 {
		v, _ := strconv.ParseFloat(k, 64)
		return v
	}
	return 0
}

// hanNumber is a number in digits or characters without scale, and its length.
func (c *calendar) hanNumber(n int) (length int, value float64) {
	switch c.form(n) {
	case figures:
		v, err := strconv.ParseFloat(c.key(n), 64)
		if err != nil || len(c.key(n)) > 4 {
			return 0, 0
		}
		return 1, v
	case han:
		return c.hanRun(n)
	}
	return 0, 0
}

// hanAt reads 2026年, 5月6日, 5月6日至8日 and 6日.
func (c *calendar) hanAt(n int) (length int, days []day) {
	length, value := c.hanNumber(n)
	if length == 0 {
		return 0, nil
	}
	switch after := c.key(n + length); after {
	case "年", "년":
		if value >= 1900 && value <= 2100 {
			return length + 1, nil
		}
	case "月", "월":
		rest, d := c.hanNumber(n + length + 1)
		unit := c.key(n + length + 1 + rest)
		if rest == 0 || unit != "日" && unit != "号" && unit != "일" && !c.rangeTo(n+length+1+rest) {
			return length + 1, nil
		}
		if first, ok := dayOf(value, d); ok {
			length += 1 + rest
			if unit == "日" || unit == "号" || unit == "일" {
				length++
			}
			more, last := c.hanRange(n+length, value)
			return length + more, append([]day{first}, last...)
		}
	case "日":
		if d, ok := c.near(value); ok && !oneOf("内以游元均", c.key(n+length+1)) {
			return length + 1, []day{d}
		}
	}
	return 0, nil
}

// rangeTo reports that a range goes on at token n.
func (c *calendar) rangeTo(n int) bool {
	return c.key(n) == "至" || c.key(n) == "到" || c.form(n) == figures && strings.TrimSpace(c.gap(n)) == "-"
}

// hanRange reads the end of a range of days.
func (c *calendar) hanRange(n int, month float64) (length int, days []day) {
	if k := c.key(n); k == "至" || k == "到" || k == "和" {
		length++
	} else if mark := strings.TrimSpace(c.gap(n)); mark != "-" && mark != "、" {
		return 0, nil
	}
	rest, value := c.hanNumber(n + length)
	if d, ok := dayOf(month, value); ok && rest > 0 && c.key(n+length+rest) == "日" {
		return length + rest + 1, []day{d}
	}
	return 0, nil
}

// near is the day of that number that is nearest to the day of publication.
func (c *calendar) near(number float64) (day, bool) {
	if number < 1 || number > 31 || number != math.Trunc(number) {
		return 0, false
	}
	d := c.nearest[int(number)]
	return d, d > 0
}

// nearest has for each number of a day the day nearest to a date.
func nearest(date news.Date) (days [32]day) {
	const half = 15
	about := around(date, -half, half)
	for n := half; n >= 0 && about != nil; n-- {
		for _, d := range [2]day{about[half-n], about[half+n]} {
			days[d%100] = d
		}
	}
	return days
}

// dayMonthAt reads 6 May, 6th of May and 6 to 8 May.
func (c *calendar) dayMonthAt(n int) (int, []day) {
	d := c.small(n)
	if d == 0 {
		return 0, nil
	}
	at := n + 1
	if c.key(at) == "of" {
		at++
	}
	if m := c.month(at); m > 0 {
		if first, ok := dayOf(m, d); ok {
			return at + 1 - n, []day{first}
		}
	}
	if k := c.key(at); k == "to" || k == "and" || k == "until" {
		at++
	} else if strings.TrimSpace(c.gap(at)) != "-" {
		return 0, nil
	}
	first, fits := dayOf(c.month(at+1), d)
	last, ok := dayOf(c.month(at+1), c.small(at))
	if fits && ok {
		return at + 2 - n, []day{first, last}
	}
	return 0, nil
}

// monthDayAt reads May 6, May 6 to 8 and May 6-8.
func (c *calendar) monthDayAt(n int) (int, []day) {
	m := c.month(n)
	first, ok := dayOf(m, c.small(n+1))
	if m == 0 || !ok {
		return 0, nil
	}
	at := n + 2
	if k := c.key(at); k == "to" || k == "and" {
		at++
	} else if strings.TrimSpace(c.gap(at)) != "-" {
		return 2, []day{first}
	}
	last, ok := dayOf(m, c.small(at))
	if !ok || c.month(at+1) > 0 {
		return 2, []day{first}
	}
	return at + 1 - n, []day{first, last}
}

var beforeYears = words("in since by from of until till to year before after and early late mid during end for through between fiscal than")

// yearAt reports that the number at n is a year.
func (c *calendar) yearAt(n int) bool {
	if len(c.key(n)) != 4 || c.form(n) != figures {
		return false
	}
	year, err := strconv.Atoi(c.key(n))
	if err != nil || year < 1900 || year > 2100 || scales[c.key(n+1)] > 0 || hanScales[c.key(n+1)] > 0 {
		return false
	}
	date := c.published.In().Year()
	return c.form(n+1) != han && (beforeYears[c.key(n-1)] || c.month(n-1) > 0 || c.month(n-2) > 0 || c.published.Known() && year >= date-1 && year <= date+1)
}

func words(list string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
