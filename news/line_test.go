package news

import (
	"strings"
	"testing"
)

// A text that is called tidy is its own Line, and most are called so.
func FuzzLine(f *testing.F) {
	for _, s := range []string{"", " ", "a", "a b", " a", "a ", "a  b", "a\tb", "a\nb", "a\r\nb", "港口 开放", "港口\u3000开放", "a\u00a0b", "a\ufeffb", "a\u202eb",
		"a\x00b", "a\x7fb", "a\u0085b", "a\xffb", "a\ufffdb", "a\u2028b", "\ufdd0", "é ü", "a\u200bb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := strings.Join(strings.Fields(Legal(strings.ReplaceAll(s, "\r", "\n"))), " ")
		if got := Line(s); got != want {
			t.Errorf("%q has the line %q, want %q", s, got, want)
		}
		if Line(want) != want {
			t.Errorf("the line %q is none", want)
		}
	})
}

func TestTidy(t *testing.T) {
	for _, s := range []string{"Berth 2 is open.", "港口开放，第二泊位。", "é"} {
		if !isLine(s) {
			t.Errorf("%q is not tidy", s)
		}
	}
}
