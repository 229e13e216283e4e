package dates

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"chinanews/news"
)

// words are the letters that a layout may be written with, longest first, and
// what Go writes for them; zones have such letters too.
var words = strings.NewReplacer("GMT", "GMT", "MST", "MST", "YYYY", "2006", "YY", "06", "MM", "01", "M", "1", "DD", "02", "D", "2",
	"HH", "15", "H", "15", "mm", "04", "m", "4", "ss", "05")

// Layout is the Go layout that a configured one means: Go's own forms as they
// are, YYYY-MM-DD HH:mm:ss translated. unix and unixms stay.
func Layout(layout string) string {
	if strings.Contains(layout, "YY") || strings.ContainsAny(layout, "D") && !strings.ContainsAny(layout, "0123456789") {
		return words.Replace(layout)
	}
	return layout
}

// CheckLayout reports a layout by which no date can be read, or not rightly.
func CheckLayout(layout string) error {
	if layout == "unix" || layout == "unixms" {
		return nil
	}
	l := Layout(layout)
	if strings.Contains(l, "MST") {
		return fmt.Errorf("%q: MST reads any name of a zone and knows the hour of none; write GMT or UTC where these stand, -0700 where an offset does, or leave the layout out", layout)
	}
	there := time.Date(2019, 3, 24, 17, 38, 49, 0, time.UTC)
	text := there.Format(l)
	back, err := time.Parse(l, text)
	if err != nil || text == l || back.Month() != there.Month() || back.Day() != there.Day() {
		return fmt.Errorf("%q is no date layout; write it as 2006-01-02 15:04 or YYYY-MM-DD HH:mm, or unix, unixms", layout)
	}
	return nil
}

// byLayouts reads a text by the first layout that it is written in, or else
// by the first that something within it is written in.
func byLayouts(text string, o Options) (stamp, bool) {
	for _, layout := range o.Layouts {
		if s, ok := byLayout(layout, text, o); ok {
			return s, true
		}
	}
	for _, layout := range o.Layouts {
		if s, ok := within(layout, text, o); ok {
			return s, true
		}
	}
	return stamp{}, false
}

// literalZone is a zone that a layout states in so many words, which Go takes
// for any text.
var literalZone = regexp.MustCompile(`(?:GMT|UTC)(?:[+-]\d{1,2}(?::?\d{2})?)?|Z$`)

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
	} else if stated := literalZone.FindString(l); stated != "" {
		s.zone = readZone(strings.ToLower(stated), o)
	}
	return s, s.sane(o.Now)
}

// within finds a date in a layout within a longer text: behind a word of
// publication, if any is. A layout without a year is of whole texts only.
func within(layout, text string, o Options) (stamp, bool) {
	l := Layout(layout)
	if !strings.Contains(l, "06") {
		return stamp{}, false
	}
	runes := []rune(news.Line(text))
	text = string(runes[:min(len(runes), maxText)])
	if at := published.FindStringIndex(text); at != nil {
		if s, ok := firstIn(l, text[at[1]:], o); ok {
			return s, true
		}
	}
	return firstIn(l, text, o)
}

func firstIn(l, text string, o Options) (stamp, bool) {
	before := ' '
	for i, r := range text {
		if !joined(before, r) && !partsBefore.MatchString(text[max(0, i-2):i]) {
			n := extent(l, text[i:])
			if s, ok := byLayout(l, text[i:i+n], o); ok {
				s.complete(normal(text[i+n:]), o)
				return s, true
			}
		}
		before = r
	}
	return stamp{}, false
}

// joined reports whether no date begins or ends between two characters: they
// are of one number or one word.
func joined(a, b rune) bool {
	digit := func(r rune) bool { return r >= '0' && r <= '9' }
	letter := func(r rune) bool { r |= 0x20; return r >= 'a' && r <= 'z' }
	return digit(a) && digit(b) || letter(a) && letter(b)
}

// extent is how many bytes at the beginning of a text are a date in a layout;
// 0: none are.
func extent(l, text string) int {
	text = text[:min(len(text), 2*len(l)+32)]
	_, err := time.Parse(l, text)
	if err == nil {
		return len(text)
	}
	var p *time.ParseError
	if !errors.As(err, &p) || !strings.HasPrefix(p.Message, ": extra text") {
		return 0
	}
	n := len(text) - len(p.ValueElem)
	last, _ := utf8.DecodeLastRuneInString(text[:n])
	next, _ := utf8.DecodeRuneInString(text[n:])
	if joined(last, next) || moreParts.MatchString(text[n:]) {
		return 0
	}
	return n
}

// moreParts is the rest of a number in parts of which a layout has only some;
// partsBefore is its beginning.
var (
	moreParts   = regexp.MustCompile(`^[:./-]\d`)
	partsBefore = regexp.MustCompile(`\d[./-]$`)
)

// halfAfter says which half of a day a time was of.
var halfAfter = regexp.MustCompile(`^\s*(?:am\b|pm\b|a\.m\.|p\.m\.)`)

// complete reads what a layout leaves out from what stands behind the date:
// its time of day, and the zone of that.
func (s *stamp) complete(after string, o Options) {
	if !s.clock {
		s.readClock(after, o)
		return
	}
	if half := halfAfter.FindString(after); half != "" && s.hour <= 12 {
		s.hour, after = ofHalf(s.hour, strings.ReplaceAll(strings.TrimSpace(half), ".", "")), after[len(half):]
	}
	if s.zone == nil {
		s.zone = readZone(after, o)
	}
}
