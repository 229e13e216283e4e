package site

import (
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// A date is said as precisely as its source did, in its own zone.
func TestDates(t *testing.T) {
	at := time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC)
	day := time.Date(2017, 12, 10, 16, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		date            news.Date
		en, zh, machine string
	}{
		{news.Date{Precision: news.Minute, Zone: beijing, Time: at}, "24 November 2026, 09:30 Beijing time", "2026年11月24日 09:30（北京时间）", "2026-11-24T09:30+08:00"},
		{news.Date{Precision: news.Day, Zone: beijing, Time: day}, "11 December 2017, Beijing time, day only", "2017年12月11日（北京时间，仅日期）", "2017-12-11"},
		{news.Date{Precision: news.Day, Zone: "+08:00", Time: day}, "11 December 2017, Beijing time, day only", "2017年12月11日（北京时间，仅日期）", "2017-12-11"},
		{news.Date{Precision: news.Minute, Zone: "", Time: at}, "24 November 2026, 01:30 UTC", "2026年11月24日 01:30（UTC）", "2026-11-24T01:30Z"},
		{news.Date{Precision: news.Minute, Zone: "+00:00", Time: at}, "24 November 2026, 01:30 UTC", "2026年11月24日 01:30（UTC）", "2026-11-24T01:30Z"},
		{news.Date{Precision: news.Minute, Zone: "-05:00", Time: at}, "23 November 2026, 20:30 UTC-05:00", "2026年11月23日 20:30（UTC-05:00）", "2026-11-23T20:30-05:00"},
		{news.Date{Precision: news.Minute, Zone: "Europe/Berlin", Time: at}, "24 November 2026, 02:30 Europe/Berlin", "2026年11月24日 02:30（Europe/Berlin）", "2026-11-24T02:30+01:00"},
		{news.Date{Precision: news.Minute, Zone: "Nowhere/Land", Time: at}, "24 November 2026, 01:30 UTC", "2026年11月24日 01:30（UTC）", "2026-11-24T01:30Z"},
		{news.Date{Precision: news.Minute, Zone: "+junk", Time: at}, "24 November 2026, 01:30 UTC", "2026年11月24日 01:30（UTC）", "2026-11-24T01:30Z"},
		{news.Date{Raw: "last  Tuesday"}, "date unclear: “last Tuesday”", "日期不明：“last Tuesday”", ""},
		{news.Date{Raw: strings.Repeat("x", 100)}, "date unclear: “" + strings.Repeat("x", 40) + "…”", "日期不明：“" + strings.Repeat("x", 40) + "…”", ""},
		{news.Date{}, "no date stated", "未注明日期", ""},
	} {
		if got := date("en", tt.date); got != tt.en {
			t.Errorf("%+v: %q, want %q", tt.date, got, tt.en)
		}
		if got := date("zh", tt.date); got != tt.zh {
			t.Errorf("%+v: %q, want %q", tt.date, got, tt.zh)
		}
		if got := machine(tt.date); got != tt.machine {
			t.Errorf("%+v: %q, want %q", tt.date, got, tt.machine)
		}
	}
	if moment("en", time.Time{}) != "not yet" || moment("zh", at) != "2026年11月24日 09:30（北京时间）" {
		t.Error("moment is wrong")
	}
}

// Home stands in days: as the sources date their releases, but never in days
// to come.
func TestByDay(t *testing.T) {
	dated := func(n byte, d news.Date) Item {
		return item(n, "en", func(i *Item) { i.Lead.Shown.Date = d })
	}
	at := func(hours int) news.Date {
		return news.Date{Precision: news.Minute, Zone: beijing, Time: noon.Add(time.Duration(hours) * time.Hour)}
	}
	days := byDay([]Item{dated(1, news.Date{}), dated(2, at(24*365)), dated(3, at(-1)), dated(4, at(-30)), dated(5, at(-2)),
		dated(6, news.Date{Precision: news.Day, Zone: "-05:00", Time: noon.Add(-11 * time.Hour)})})
	var got []string
	for _, d := range days {
		got = append(got, d.Date.Day())
		for _, i := range d.Items {
			got = append(got, i.Lead.Shown.Title)
		}
	}
	want := "2026-11-24 Release 1 Release 2 Release 3 Release 5 2026-11-23 Release 4 Release 6"
	if strings.Join(got, " ") != want {
		t.Errorf("days %v, want %s", got, want)
	}
}

// Home has releases of many sources: their moments are said in one zone, under
// the day that they are of in it.
func TestOneZone(t *testing.T) {
	at := func(p news.Precision, zone string) (i Item) {
		i.Lead.FirstSeen = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
		i.Lead.Shown.Date = news.Date{Precision: p, Zone: zone, Time: time.Date(2026, 11, 24, 20, 30, 0, 0, time.UTC)}
		return i
	}
	days := byDay(inOneZone([]Item{at(news.Minute, "+00:00"), at(news.Minute, "Asia/Shanghai"), at(news.Day, "+00:00")}))
	if len(days) != 2 || len(days[0].Items) != 2 || days[0].Date.Day() != "2026-11-25" || days[1].Date.Day() != "2026-11-24" {
		t.Fatalf("days %+v", days)
	}
	for _, i := range days[0].Items {
		if got := date("en", i.Lead.Shown.Date); got != "25 November 2026, 04:30 Beijing time" {
			t.Errorf("said as %s", got)
		}
	}
}
