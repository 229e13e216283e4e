package news

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestConcordance(t *testing.T) {
	for _, tt := range []struct {
		text, phrase string
		open         bool
		want         string // each find as first-last
		around       string // of the first
	}{
		{"Russian and Russia's trade", "russia", false, "2-2", "Russian and Russia's trade"},
		{"Russian and Russia's trade", "russia", true, "0-0 2-2", "Russian and Russia's trade"},
		{"Prussia; a russ", "russia", true, "", ""},
		{"the rare earth and rare earths", "rare earth", true, "1-2 4-5", "the rare earth and rare earths"},
		{"《關於稀土》出口，管制", "关于稀土", false, "0-3", "《關於稀土》出口，管制"},
		{"稀土G7稀土", "土g7稀", false, "1-3", "稀土G7稀土"},
		{"one two three four five six seven EIGHT\n nine ten 11 12 13 14 15 16", "eight", false, "7-7", "…two three four five six seven EIGHT nine ten 11 12 13 14…"},
		{"人人人人", "人人", false, "0-1 2-3", "人人人人"},
		{"", "a", false, "", ""},
		{"a", "", true, "", ""},
	} {
		c := Concord(tt.text)
		var got []string
		from := 0
		for {
			first, last, ok := c.Find(Phrase(tt.phrase), tt.open, from)
			if !ok {
				break
			}
			if len(got) == 0 && c.Around(first, last) != tt.around {
				t.Errorf("%q in %q is quoted as %q, want %q", tt.phrase, tt.text, c.Around(first, last), tt.around)
			}
			got = append(got, string(rune('0'+first))+"-"+string(rune('0'+last)))
			from = last + 1
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%q in %q: %q, want %q", tt.phrase, tt.text, got, tt.want)
		}
	}
}

func FuzzConcordance(f *testing.F) {
	f.Add("China's U.S. tariffs, 稀土出口", "U.S. tar", true, 1)
	f.Add(strings.Repeat("长", 200)+"x\xff", "x", false, -1)
	f.Fuzz(func(t *testing.T, text, phrase string, open bool, from int) {
		c, p := Concord(text), Phrase(ForSearch(phrase))
		first, last, ok := c.Find(p, open, max(from, 0))
		if !open && from <= 0 && ok != ForSearch(text).Has(p) {
			t.Errorf("%q in %q: %v", p, text, ok)
		}
		if !ok {
			return
		}
		around := c.Around(first, last)
		if first > last || first < from || !utf8.ValidString(around) || len(around) > 2000 || strings.ContainsAny(around, "\r\n") {
			t.Errorf("%q in %q: %d to %d, %q", p, text, first, last, around)
		}
		quoted := c.span(first, last)
		if found := ForSearch(text[quoted.From:quoted.To]); !open && found != Searchable(p) && !strings.Contains(text, ".") {
			t.Errorf("%q in %q is said to be %q", p, text, text[quoted.From:quoted.To])
		}
	})
}
