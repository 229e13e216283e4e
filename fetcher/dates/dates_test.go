package dates

import (
	"testing"
	"time"

	"chinanews/news"
)

var now = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC) // 10:00 in Beijing

// The forms that ministries write, as read for a source in Beijing. want is
// the moment in its own zone, or the day alone.
var table = []struct{ raw, want string }{
	{"2026-11-20 09:30:00", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026-11-20 09:30", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026-11-20T09:30:00", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026-11-20T09:30:00Z", "2026-11-20 09:30 +00:00"},
	{"2026-11-20T09:30:00+08:00", "2026-11-20 09:30 +08:00"},
	{"2026-11-20T09:30:00.123+08:00", "2026-11-20 09:30 +08:00"},
	{"2026-11-20 09:30:00 +08:00", "2026-11-20 09:30 +08:00"},
	{"2026-11-20 09:30:00 +0800", "2026-11-20 09:30 +08:00"},
	{"2026-11-20", "2026-11-20"},
	{"2026/11/20", "2026-11-20"},
	{"2026/11/20 09:30:00", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026/1/5", "2026-01-05"},
	{"2026/1/10 14:33:00", "2026-01-10 14:33 Asia/Shanghai"},
	{"2026.11.20", "2026-11-20"},
	{"2026-11-20-09:30:00", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026-11-2009:30", "2026-11-20 09:30 Asia/Shanghai"},
	{"20261120", "2026-11-20"},
	{"20261120093000", "2026-11-20 09:30 Asia/Shanghai"},
	{"1795138200", "2026-11-20 09:30 Asia/Shanghai"},
	{"1795138200000", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026年11月20日", "2026-11-20"},
	{"2026年1月5日", "2026-01-05"},
	{"2026 年 11 月 20 日", "2026-11-20"},
	{"2026年11月20日 09:30", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026年11月20日09:30", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026年11月20日09时30分", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026年11月20日9时30分15秒", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026年11月20日 上午9:30", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026年11月20日 下午3:05", "2026-11-20 15:05 Asia/Shanghai"},
	{"2026年11月20日下午3点", "2026-11-20 15:00 Asia/Shanghai"},
	{"2026年11月20日 星期五 09:30", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026年11月20日（星期五）09:30", "2026-11-20 09:30 Asia/Shanghai"},
	{"二〇二六年十一月二十日", "2026-11-20"},
	{"二○二六年一月五日", "2026-01-05"},
	{"二〇二六年十月十日", "2026-10-10"},
	{"二零二五年十二月三十一日", "2025-12-31"},
	{"２０２６年１１月２０日　０９：３０", "2026-11-20 09:30 Asia/Shanghai"},
	{"２０２６－１１－２０", "2026-11-20"},
	{"2026年11月20號", "2026-11-20"},
	{"发布时间：2026-11-20 09:30", "2026-11-20 09:30 Asia/Shanghai"},
	{"发布时间：2026-11-20 09:30 来源：外交部", "2026-11-20 09:30 Asia/Shanghai"},
	{"[2026-11-20]", "2026-11-20"},
	{"(2026/11/20)", "2026-11-20"},
	{"（2026-11-20）", "2026-11-20"},
	{"[2026-11-20 09:30]", "2026-11-20 09:30 Asia/Shanghai"},
	{"11-22", "2026-11-22"},
	{"[11-22]", "2026-11-22"},
	{"11/22", "2026-11-22"},
	{"11月22日", "2026-11-22"},
	{"12-31", "2025-12-31"},
	{"11-25", "2026-11-25"},
	{"11-28", "2025-11-28"},
	{"01-02", "2026-01-02"},
	{"11月22日 09:30", "2026-11-22 09:30 Asia/Shanghai"},
	{"Fri, 20 Nov 2026 09:30:00 GMT", "2026-11-20 09:30 +00:00"},
	{"Fri, 20 Nov 2026 09:30:00 +0800", "2026-11-20 09:30 +08:00"},
	{"Fri, 20 Nov 2026 09:30:00", "2026-11-20 09:30 Asia/Shanghai"},
	{"Fri, 20 Nov 26 09:30:00 +0000", "2026-11-20 09:30 +00:00"},
	{"Fri, 20 Nov 2026 09:30:00 CST", "2026-11-20 09:30 +08:00"},
	{"Fri, 20 Nov 2026 09:30:00 EST", "2026-11-20 09:30 -05:00"},
	{"Fri, 20 Nov 2026 09:30:00 GMT+8", "2026-11-20 09:30 +08:00"},
	{"Fri, 20 Nov 2026 09:30:00 UTC+08:00", "2026-11-20 09:30 +08:00"},
	{"Sat,16-Nov-2013 11:33:12 GMT", "2013-11-16 11:33 +00:00"},
	{"Wes, 18 Aug 2021 09:17:00 +0800", "2021-08-18 09:17 +08:00"},
	{"27 Dec 2005 13:30:33+0900", "2005-12-27 13:30 +09:00"},
	{"Friday, November 20, 2026", "2026-11-20"},
	{"November 20, 2026", "2026-11-20"},
	{"Nov. 20, 2026", "2026-11-20"},
	{"November 20 2026", "2026-11-20"},
	{"November 20, 2026 9:30 AM", "2026-11-20 09:30 Asia/Shanghai"},
	{"November 20, 2026 3:05 p.m.", "2026-11-20 15:05 Asia/Shanghai"},
	{"20 November 2026", "2026-11-20"},
	{"20th November 2026", "2026-11-20"},
	{"20th of November, 2026", "2026-11-20"},
	{"26-Sep-2026", "2026-09-26"},
	{"Spokesperson's Regular Press Conference on November 20, 2026", "2026-11-20"},
	{"2026年11月20日外交部发言人主持例行记者会", "2026-11-20"},
	{"Mon Nov 23 16:00:00 CST 2026", "2026-11-23 16:00 +08:00"},
	{"Mon Nov 23 16:00:00 2026", "2026-11-23 16:00 Asia/Shanghai"},
	{"Mon Nov 23 16:00:00 GMT+08:00 2026", "2026-11-23 16:00 +08:00"},
	{"11/20/2026 9:30:00 AM", "2026-11-20 09:30 Asia/Shanghai"},
	{"11/20/2026", "2026-11-20"},
	{"20.11.2026", "2026-11-20"},
	{"2026-11-20 00:00:00", "2026-11-20"},
	{"2026-11-20T00:00:00Z", "2026-11-20"},
	{"2026-11-20 24:00", "2026-11-20"},
	{"09:30 2026-11-20", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026-11-20 09:30 | Xinhua", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026-11-20, 9:30 pm", "2026-11-20 21:30 Asia/Shanghai"},
	{"Updated: 20 Nov 2026, 09:30", "2026-11-20 09:30 Asia/Shanghai"},
	{"2026-02-29", "?"},
	{"2026-13-01", "?"},
	{"1899-01-01", "?"},
	{"2099-01-01", "?"},
	{"0000-00-00", "?"},
	{"9999-12-31", "?"},
	{"soon", "?"},
	{"", "?"},
	{"今天", "?"},
	{"第11-22期", "2026-11-22"},
	{"t20261120_12021300", "2026-11-20"},
	{"/202611/t20261120_12021300.htm", "2026-11-20"},
	{"1", "?"},
	{"5G", "?"},
	{"tel. 010-65961114", "?"},
	{"中午12:30 2026年11月20日", "2026-11-20 12:30 Asia/Shanghai"},
	{"2026年11月20日凌晨1:30", "2026-11-20 01:30 Asia/Shanghai"},
	{"2026年11月20日晚上8:00", "2026-11-20 20:00 Asia/Shanghai"},
}

func say(d news.Date) string {
	switch d.Precision {
	case news.Day:
		return d.Day()
	case news.Minute:
		return d.In().Format("2006-01-02 15:04 ") + d.Zone
	}
	return "?"
}

func TestRead(t *testing.T) {
	for _, tt := range table {
		d := Read(tt.raw, Options{Origin: news.FromList, Now: now})
		if got := say(d); got != tt.want {
			t.Errorf("%q is read as %s, want %s", tt.raw, got, tt.want)
		}
		if !d.Known() && tt.raw != "" && d.Raw == "" {
			t.Errorf("%q: the text was not kept", tt.raw)
		}
	}
}

func TestReadElsewhere(t *testing.T) {
	d := Read("Fri, 20 Nov 2026 09:30:00 CST", Options{Zone: "America/Chicago", Now: now})
	if got := say(d); got != "2026-11-20 09:30 -06:00" {
		t.Errorf("CST in Chicago is %s", got)
	}
	d = Read("2026-07-01 09:30", Options{Zone: "Europe/London", Now: now})
	if !d.Time.Equal(time.Date(2026, 7, 1, 8, 30, 0, 0, time.UTC)) {
		t.Errorf("a summer morning in London is %v", d.Time)
	}
}

func TestLayouts(t *testing.T) {
	for _, tt := range []struct{ layout, raw, want string }{
		{"2006-01-02-15:04:05", "2026-11-20-09:30:01", "2026-11-20 09:30 Asia/Shanghai"},
		{"YYYY年M月D日", "2026年1月5日", "2026-01-05"},
		{"YYYY/MM/DD HH:mm", "2026/11/20 09:30", "2026-11-20 09:30 Asia/Shanghai"},
		{"02/01/2006", "05/11/2026", "2026-11-05"}, // not as Americans write
		{"unix", "1795138200", "2026-11-20 09:30 Asia/Shanghai"},
		{"unixms", "1795138200000", "2026-11-20 09:30 Asia/Shanghai"},
		{"2006-01-02T15:04:05Z07:00", "2026-11-20T09:30:00+09:00", "2026-11-20 09:30 +09:00"},
		{"01-02", "12-31", "2025-12-31"},
	} {
		if err := CheckLayout(tt.layout); err != nil {
			t.Errorf("%s: %v", tt.layout, err)
		}
		if got := say(Read(tt.raw, Options{Layouts: []string{tt.layout}, Now: now})); got != tt.want {
			t.Errorf("%q by %s is %s, want %s", tt.raw, tt.layout, got, tt.want)
		}
	}
	for _, bad := range []string{"", "date", "15:04", "YYYY", "2006"} {
		if CheckLayout(bad) == nil {
			t.Errorf("layout %q was taken", bad)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, tt := range table {
		f.Add(tt.raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		d := Read(raw, Options{Now: now})
		if d.Known() && (d.In().Year() < firstYear || d.In().Year() > now.Year()+ahead+1) {
			t.Errorf("%q is read as %v", raw, d)
		}
		if d.Known() && d.Precision == news.Day && d.In().Format("15:04:05") != "00:00:00" {
			t.Errorf("%q: a day begins at %v", raw, d.In())
		}
	})
}
