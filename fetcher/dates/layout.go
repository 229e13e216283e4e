package dates

import (
	"fmt"
	"strings"
	"time"

	"chinanews/news"
)

// words are the letters that a layout may be written with, longest first, and
// what Go writes for them.
var words = strings.NewReplacer("YYYY", "2006", "YY", "06", "MM", "01", "M", "1", "DD", "02", "D", "2",
	"HH", "15", "H", "15", "mm", "04", "m", "4", "ss", "05")

// Layout is the Go layout that a configured one means: Go's own forms as they
// are, YYYY-MM-DD HH:mm:ss translated. unix and unixms stay.
func Layout(layout string) string {
	if strings.Contains(layout, "YY") || strings.ContainsAny(layout, "D") && !strings.ContainsAny(layout, "0123456789") {
		return words.Replace(layout)
	}
	return layout
}

// CheckLayout reports a layout by which no date can be read.
func CheckLayout(layout string) error {
	if layout == "unix" || layout == "unixms" {
		return nil
	}
	l := Layout(layout)
	there := time.Date(2019, 3, 24, 17, 38, 49, 0, time.UTC)
	text := there.Format(l)
	back, err := time.Parse(l, text)
	if err != nil || text == l || back.Month() != there.Month() || back.Day() != there.Day() {
		return fmt.Errorf("%q is no date layout; write it as 2006-01-02 15:04 or YYYY-MM-DD HH:mm, or unix, unixms", layout)
	}
	return nil
}

// byLayout reads a text that is a date in a layout and nothing else.
func byLayout(layout, text string, o Options) (stamp, bool) {
	switch layout {
	case "unix", "unixms":
		return epoch(text, layout == "unixms", o)
	}
	l := Layout(layout)
	t, err := time.ParseInLocation(l, text, news.Location(o.Zone))
	if err != nil {
		return stamp{}, false
	}
	s := stampOf(t)
	s.clock = strings.Contains(l, "15") || strings.Contains(l, "3:")
	if s.year == 0 {
		s.year = nearest(s, o)
	}
	if strings.Contains(l, "-07") || strings.Contains(l, "Z07") {
		_, seconds := t.Zone()
		s.zone = offset(seconds < 0, max(seconds, -seconds)/3600, max(seconds, -seconds)/60%60)
	}
	return s, s.sane(o.Now)
}
