package news

import (
	"sync"
	"time"
)

// CalendarEnds is the last year whose Chinese public holidays are known here.
// Later years have weekends and no holidays: silence then looks longer than it
// is, until the next version of this table.
const CalendarEnds = 2027

// holidays are the days off of Chinese offices, weekends within them included,
// as the State Council announces them each November for the year that follows.
// 2027 is by the law on holidays and the lunar calendar; days that are worked
// in exchange are not in it.
var holidays = []struct {
	from, to int
	name     string
}{
	{20231230, 20240101, "New Year"}, {20240210, 20240217, "Spring Festival"}, {20240404, 20240406, "Qingming"}, {20240501, 20240505, "Labour Day"},
	{20240608, 20240610, "Dragon Boat Festival"}, {20240915, 20240917, "Mid-Autumn Festival"}, {20241001, 20241007, "National Day"},

	{20250101, 20250101, "New Year"}, {20250128, 20250204, "Spring Festival"}, {20250404, 20250406, "Qingming"}, {20250501, 20250505, "Labour Day"},
	{20250531, 20250602, "Dragon Boat Festival"}, {20251001, 20251008, "National Day and Mid-Autumn Festival"},

	{20260101, 20260103, "New Year"}, {20260215, 20260223, "Spring Festival"}, {20260404, 20260406, "Qingming"}, {20260501, 20260505, "Labour Day"},
	{20260619, 20260621, "Dragon Boat Festival"}, {20260925, 20260927, "Mid-Autumn Festival"}, {20261001, 20261007, "National Day"},

	{20270101, 20270103, "New Year"}, {20270205, 20270212, "Spring Festival"}, {20270403, 20270405, "Qingming"}, {20270501, 20270505, "Labour Day"},
	{20270609, 20270609, "Dragon Boat Festival"}, {20270915, 20270915, "Mid-Autumn Festival"}, {20271001, 20271007, "National Day"},
}

// exchanged are the days of weekends that are worked for days off elsewhere.
var exchanged = []int{
	20240204, 20240218, 20240407, 20240428, 20240511, 20240914, 20240929, 20241012,
	20250126, 20250208, 20250427, 20250928, 20251011,
	20260104, 20260214, 20260228, 20260509, 20260920, 20261010,
}

// beijing is China's one zone; there is no summer time since 1991.
var beijing = time.FixedZone("+08:00", 8*60*60)

// off is what is known of single days: the name of the holiday, or empty for a
// weekend's day that is worked.
var off = sync.OnceValue(func() map[int]string {
	days := make(map[int]string)
	for _, h := range holidays {
		for day := dayAt(h.from); dayNumber(day) <= h.to; day = day.AddDate(0, 0, 1) {
			days[dayNumber(day)] = h.name
		}
	}
	for _, day := range exchanged {
		days[day] = ""
	}
	return days
})

// dayNumber writes a day as 20261124, dayAt reads it.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return y*10000 + int(m)*100 + d
}

func dayAt(n int) time.Time {
	return time.Date(n/10000, time.Month(n/100%100), n%100, 0, 0, 0, 0, beijing)
}

// Holiday is the name of the Chinese public holiday that a moment falls on, by
// the clock of Beijing; empty when it is none.
func Holiday(t time.Time) string { return off()[dayNumber(t.In(beijing))] }

// Workday reports whether a moment falls on a day on which Chinese offices
// work. With weekends, Saturday and Sunday count like any other day.
func Workday(t time.Time, weekends bool) bool {
	t = t.In(beijing)
	if name, known := off()[dayNumber(t)]; known {
		return name == ""
	}
	return weekends || t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

// mostWorked is the span above which days are not told apart.
const mostWorked = 10 * 366 * 24 * time.Hour

// Worked is how much of the time between two moments falls on working days, a
// whole day being 24 hours; 0 when to is not after from.
func Worked(from, to time.Time, weekends bool) (sum time.Duration) {
	if span := to.Sub(from); span > mostWorked {
		return span
	}
	for from.Before(to) {
		y, m, d := from.In(beijing).Date()
		end := time.Date(y, m, d+1, 0, 0, 0, 0, beijing)
		if end.After(to) {
			end = to
		}
		if Workday(from, weekends) {
			sum += end.Sub(from)
		}
		from = end
	}
	return sum
}
