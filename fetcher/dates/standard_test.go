package dates

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chinanews/news"
)

// bothWays reads a date as Read does and without its short way, and reports
// whether that was open.
func bothWays(t interface {
	Helper()
	Errorf(string, ...any)
}, raw string, origin news.DateOrigin) bool {
	t.Helper()
	o := Options{Origin: origin, Zone: defaultZone, Now: time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)}
	got, want := Read(raw, o), search(raw, news.Date{Raw: short(raw), Origin: origin}, o)
	if got != want {
		t.Errorf("%q from %s is read as\n     %+v\nwant %+v", raw, origin, got, want)
	}
	_, ok := standard(strings.TrimSpace(raw), o)
	return ok
}

func TestStandardDatesAreReadAsTheFormsReadThem(t *testing.T) {
	for _, raw := range []string{"Fri, 20 Nov 2026 06:00:00 GMT", "20 Nov 2026 06:00:00 UTC", "Fri, 6 Nov 2026 23:59:59 +0800", "Sat, 07 Nov 2026 00:00:00 -0330", "Mon, 29 Feb 2016 06:00:00 Z",
		"2026-11-20T06:00:00Z", "2026-11-20T06:00:00.123+08:00", "2026-11-20 06:00:00", "2026-11-20 00:00:00", "2026-11-20T00:00:00-0500", " 2026-11-20 06:00:00+08:00\n"} {
		if !bothWays(t, raw, news.FromFeed) {
			t.Errorf("%q is no standard date", raw)
		}
	}
	for _, raw := range []string{"", "2026-11-20", "Fri, 20 Nov 26 06:00:00 GMT", "20 Foo 2026 06:00:00 GMT", "20 anF 2026 06:00:00 GMT", "Fri, 20 Nov 2026 06:00 GMT", "Fri, 20 Nov 2026 24:00:00 GMT", "Fri, 20 Nov 2026 23:59:60 GMT",
		"Fri, 31 Nov 2026 06:00:00 GMT", "Fri, 20 Nov 1976 06:00:00 GMT", "Fri, 20 Nov 2036 06:00:00 GMT", "Fri, 20 Nov 2026 06:00:00 CST", "2026-11-20T06:00:00", "2026-11-20T06:00:00+15:00", "2026-11-20T06:00:00+1x:00",
		"2026-11-20 06:00:00 PM", "2026-11-20T06:00:0٣Z", "x, 20 Nov 2026 06:00:00 GMT", "Fri, 20 Nov 2026 06:00:00  GMT", "Fri, 20 Nov 2026 06:00:00 +0800 (CST)", "2026-11-20T06:00:00.Z", "-026-11-20T06:00:00Z"} {
		if bothWays(t, raw, news.FromFeed) {
			t.Errorf("%q is a standard date", raw)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		from := func(what string, choices ...string) string { return rapid.SampledFrom(choices).Draw(t, what) }
		two := func(what string) string {
			return from(what, "00", "01", "6", "06", "09", "12", "13", "23", "24", "28", "31", "59", "60", "72")
		}
		year := from("year", "2026", "2027", "2029", "1999", "1978", "1970", "26", "0026")
		clock := two("hour") + ":" + two("minute") + from("seconds", "", ":"+two("second")) + from("fraction", "", "", ".5", ".123456")
		zone := from("zone", "", "Z", " Z", " GMT", " UTC", " gmt", "GMT", "+08:00", " +0800", "-05:00", " -0330", " +1500", "+8", " CST", " EST", " +0860", " pm")
		mail := from("weekday", "", "Fri, ", "Fri ", "Friday, ", "riS, ") + two("day") + " " + from("month", "Jan", "Mar", "May", "Sep", "Dec", "nov", "March", "eco") + " " + year + " " + clock + zone
		internet := year + "-" + two("month number") + "-" + two("day") + from("between", "T", " ", "t", "  ") + clock + zone
		bothWays(t, from("form", mail, internet), anyOrigin(t))
	})
}

func anyOrigin(t *rapid.T) news.DateOrigin {
	return rapid.SampledFrom([]news.DateOrigin{news.FromFeed, news.FromList, news.FromArticle, news.FromURL}).Draw(t, "origin")
}
