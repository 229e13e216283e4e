package news

import (
	"testing"
	"time"
)

// at is a moment by the clock of Beijing.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02 15:04", time.DateOnly} {
		if m, err := time.ParseInLocation(layout, text, beijing); err == nil {
			return m
		}
	}
	t.Fatalf("%q is no time", text)
	return time.Time{}
}

func TestCalendar(t *testing.T) {
	for day, want := range map[string]struct {
		holiday string
		works   bool
	}{
		"2026-02-13": {"", true}, "2026-02-14": {"", true}, // a Saturday that is worked
		"2026-02-15": {"Spring Festival", false}, "2026-02-23": {"Spring Festival", false}, "2026-02-24": {"", true},
		"2026-02-28": {"", true}, "2026-03-01": {"", false}, "2026-10-01": {"National Day", false}, "2026-10-10": {"", true},
		"2025-10-08": {"National Day and Mid-Autumn Festival", false}, "2024-09-29": {"", true}, "2024-02-17": {"Spring Festival", false},
		"2027-02-06": {"Spring Festival", false}, "2026-11-25": {"", true}, "2026-11-28": {"", false}, "2030-10-02": {"", true},
	} {
		m := at(t, day+" 12:00")
		if Holiday(m) != want.holiday || Workday(m, false) != want.works {
			t.Errorf("%s: %q, works %v, want %+v", day, Holiday(m), Workday(m, false), want)
		}
	}
	if edge := at(t, "2026-02-15 00:00").UTC(); Holiday(edge) == "" || Holiday(edge.Add(-time.Second)) != "" {
		t.Error("a holiday does not begin at midnight in Beijing")
	}
	if !Workday(at(t, "2026-11-28"), true) || Workday(at(t, "2026-10-03"), true) {
		t.Error("weekends count where they are worked, holidays nowhere")
	}
}

// Each day of exchange is a day of a weekend, no holiday, and near one; each
// holiday is of a year that the table says it knows, and each year has all.
func TestCalendarIsSound(t *testing.T) {
	years := make(map[int]map[string]bool)
	last := 0
	for _, h := range holidays {
		if h.from > h.to || h.from <= last || dayNumber(dayAt(h.to)) != h.to {
			t.Errorf("%d to %d is out of order", h.from, h.to)
		}
		last = h.to
		year := h.to / 10000
		if years[year] == nil {
			years[year] = make(map[string]bool)
		}
		years[year][h.name] = true
	}
	for year := 2024; year <= CalendarEnds; year++ {
		if n := len(years[year]); n != 7 && !(n == 6 && years[year]["National Day and Mid-Autumn Festival"]) {
			t.Errorf("%d has %d holidays", year, n)
		}
	}
	if len(years) != CalendarEnds-2023 {
		t.Errorf("the table has %d years and says that it ends with %d", len(years), CalendarEnds)
	}
	for _, d := range exchanged {
		if wd := dayAt(d).Weekday(); wd != time.Saturday && wd != time.Sunday {
			t.Errorf("%d is no weekend", d)
		}
		if Holiday(dayAt(d)) != "" {
			t.Errorf("%d is a holiday", d)
		}
	}
}

func TestWorked(t *testing.T) {
	for _, c := range []struct {
		from, to string
		weekends bool
		want     time.Duration
	}{
		{"2026-11-25", "2026-11-25", false, 0},
		{"2026-11-26", "2026-11-25", false, 0},
		{"2026-11-25 09:00", "2026-11-25 17:30", false, 8*time.Hour + 30*time.Minute},
		{"2026-11-27 18:00", "2026-11-30 09:00", false, 15 * time.Hour}, // over a weekend
		{"2026-11-27 18:00", "2026-11-30 09:00", true, 63 * time.Hour},
		{"2026-02-14 18:00", "2026-02-24 09:00", true, 15 * time.Hour}, // over Spring Festival
		{"2026-09-30", "2026-10-10", false, 3 * 24 * time.Hour},
	} {
		if got := Worked(at(t, c.from), at(t, c.to), c.weekends); got != c.want {
			t.Errorf("from %s to %s, weekends %v: %v, want %v", c.from, c.to, c.weekends, got, c.want)
		}
	}
	if got := Worked(time.Time{}, at(t, "2026-11-25"), false); got < mostWorked {
		t.Errorf("since the year 1 %v was worked", got)
	}
}
