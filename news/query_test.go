package news

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestParseQuery(t *testing.T) {
	for text, want := range map[string][]Phrase{
		"tariff": {"tariff"}, " rare  EARTH\t": {"rare", "earth"}, `"rare earth" china`: {"rare earth", "china"}, "“稀土 出口” 管制": {"稀土出口", "管制"}, "「關税」x": {"关税", "x"}, `a"b c"d`: {"a", "b c", "d"}, `"never closed words`: {"never closed words"},
		"a a A": {"a"}, "U.S.-China": {"us china"}, `"" - "!" x`: {"x"}, "稀": {"稀"}, "ａ　ｂ": {"a", "b"}, strings.Repeat("岚", 200): {Phrase(strings.Repeat("岚", 200))},
	} {
		if got, err := ParseQuery(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]error{"": ErrQueryEmpty, " \t": ErrQueryEmpty, `"..." -`: ErrQueryEmpty, "\xff": ErrQueryEmpty, strings.Repeat("x", 201): ErrQueryLong, strings.Repeat(" ", 201): ErrQueryLong} {
		if got, err := ParseQuery(text); !errors.Is(err, want) {
			t.Errorf("%q is %q, %v; want %v", text, got, err, want)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{`"rare earth" U.S. 稀土`, `””“a`, "a\x00b \xf0\x28", "「」『x y』"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		phrases, err := ParseQuery(text)
		if (err == nil) != (len(phrases) > 0) {
			t.Fatalf("%q is %q and %v", text, phrases, err)
		}
		for _, p := range phrases {
			if p == "" || Phrase(ForSearch(string(p))) != p && !strings.ContainsFunc(string(p), func(r rune) bool { return r >= utf8.RuneSelf }) {
				t.Errorf("%q has the phrase %q, which is folded to %q", text, p, ForSearch(string(p)))
			}
			if terms, prefix := p.Terms(); len(terms) == 0 && prefix == "" {
				t.Errorf("phrase %q has no terms", p)
			}
		}
	})
}

func TestPlace(t *testing.T) {
	for _, p := range []Place{{}, {Text: true, At: 1, Seen: 1<<32 - 1, Item: ItemID{1, 2, 3}}} {
		if got, ok := ParsePlace(p.String()); !ok || got != p {
			t.Errorf("%+v is read as %+v", p, got)
		}
	}
	for _, bad := range []string{"", "0", strings.Repeat("0", 48), strings.Repeat("0", 52), "02" + strings.Repeat("0", 48), "0A" + strings.Repeat("0", 48), strings.Repeat("z", 50)} {
		if p, ok := ParsePlace(bad); ok {
			t.Errorf("%q is read as %+v", bad, p)
		}
	}
}

func TestDated(t *testing.T) {
	seen := time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		date Date
		want string
	}{
		{Date{}, "2026-11-24"}, {Date{Precision: Day, Zone: "Asia/Shanghai", Time: seen.AddDate(0, 0, -3)}, "2026-11-21"}, {Date{Precision: Minute, Zone: "+00:00", Time: seen}, "2026-11-23"}, {Date{Precision: Minute, Zone: "+00:00", Time: seen.Add(time.Hour)}, "2026-11-24"},
	} {
		if got := (Item{FirstSeen: seen, Shown: Entry{Date: tt.date}}).Dated().Day(); got != tt.want {
			t.Errorf("%+v stands under %s, want %s", tt.date, got, tt.want)
		}
	}
}

func TestPlainText(t *testing.T) {
	for markup, want := range map[string]string{
		"": "", "a": "a", "<p>a</p><p>b</p>": " a  b ", "<b>t</b>ariff &amp; &lt;x&gt; &#x7a00;": "tariff & <x> 稀", "a<br/>b<BR>c": "a b c", `<a title="a > b" href='>'>x</a>y`: "xy", "a < b <3": "a < b <3", "x<!-- <p>no</p> -->y": "x y", "<p": " ", "a<": "a<", `<img alt="x`: " ",
	} {
		if got := PlainText(markup); got != want {
			t.Errorf("%q is %q, want %q", markup, got, want)
		}
	}
}
