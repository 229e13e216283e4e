package news

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestForSearch(t *testing.T) {
	for text, want := range map[string]string{
		"": "", " ， ": "", "U.S. tariffs": "us tariffs", "the U.S": "the us", "U.S.-China": "us china", "J.Smith's e.g. a.b.c": "j smith eg abc", "China’s don't O'Brien '": "china dont obrien", "boys' toys": "boys toys",
		"6.1% of 1,000": "6 1 of 1 000", "G7峰会，2026年": "g7峰会2026年", "Ｇ７ ＡＢＣ　ｘ": "g7 abc x", "臺灣與後發產業": "台湾与后发产业", "“一带一路”倡议": "一带一路倡议", "関税データ": "関税データ", "乾坤 干": "干坤干",
		"한국 뉴스": "한국뉴스", "ÉCOLE Straße": "école straße", "a\xffb": "a b", "x_y-z": "x y z", "s's": "s", "'s": "s", "é.́": "é ́", "豈更車": "岂更车", "．Ａ．Ｂ": "a b", "rock'n'roll": "rocknroll",
	} {
		if got := string(ForSearch(text)); got != want {
			t.Errorf("%q is folded to %q, want %q", text, got, want)
		}
	}
}

// Folded means what it meant: identities hang on it.
func TestFoldedStays(t *testing.T) {
	if got := Folded("臺灣 U.S. Ｇ７ 6.1%"); got != "臺灣usg76.1%" {
		t.Errorf("Folded gives %q", got)
	}
}

func TestSimplified(t *testing.T) {
	for from, to := range map[rune]rune{'國': '国', '国': '国', '乾': '干', '後': '后', '裡': '里', '裏': '里', '為': '为', '爲': '为', '灣': '湾', 'A': 'A', 'あ': 'あ', '㑳': '㑇', '豈': '岂', '𠁞': '𠀾', '一': '一', 0x10FFFF: 0x10FFFF, -1: -1} {
		if got := Simplified(from); got != to {
			t.Errorf("%c is simplified to %c, want %c", from, got, to)
		}
	}
	for line := range strings.Lines(hanForms) {
		for pair := range strings.FieldsSeq(line) {
			if r := []rune(pair); !strings.HasPrefix(line, "#") && Simplified(r[0]) != r[1] {
				t.Errorf("%c is simplified to %c, want %c", r[0], Simplified(r[0]), r[1])
			}
		}
	}
	n := 0
	for r := range rune(0x30000) {
		if to := Simplified(r); to != r {
			n++
			if Simplified(to) != to {
				t.Errorf("%c goes on from %c to %c", r, to, Simplified(to))
			}
		}
	}
	if n < 4000 {
		t.Errorf("%d characters are folded, want more than 4000", n)
	}
}

func TestHas(t *testing.T) {
	for _, tt := range []struct {
		text, phrase string
		want         bool
	}{
		{"Rare earths", "rare earth", false}, {"rare, EARTH!", "Rare earth", true}, {"not-rare earth", "rare earth", true}, {"unrare earth", "rare earth", false}, {"rare earthrare earth", "rare earth", false},
		{"xrare earth rare earth", "rare earth", true}, {"稀土出口", "土出", true}, {"稀土 出口", "土出", true}, {"稀土x出口", "土出", false}, {"稀土x出口", "x", true}, {"稀土x出口", "土x", true}, {"稀土xy出口", "土x", false}, {"", "a", false}, {"a", "", false},
		{"7峰", "g7峰", false}, {"G7 峰会", "g7峰", true}, {"會議", "会议", true}, {"the us and the us side", "us side", true}, {"人人人", "人人", true},
	} {
		if got := ForSearch(tt.text).Has(Phrase(ForSearch(tt.phrase))); got != tt.want {
			t.Errorf("%q has %q: %v", tt.text, tt.phrase, got)
		}
	}
}

func TestMarks(t *testing.T) {
	for _, tt := range []struct{ text, query, want string }{
		{"China's U.S. tariffs", "china us", "[China's] [U.S]. tariffs"}, {"《關於稀土》出口，管制", "关于稀土 土出口管", "《[關於稀土》出口，管]制"}, {"a b a b a", `"a b"`, "[a b] [a b] a"}, {"人人人人人", "人人", "[人人人人]人"}, {"none", "x", "none"},
	} {
		phrases, err := ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		at := 0
		for _, m := range Marks(tt.text, phrases) {
			b.WriteString(tt.text[at:m.From] + "[" + tt.text[m.From:m.To] + "]")
			at = m.To
		}
		if got := b.String() + tt.text[at:]; got != tt.want {
			t.Errorf("%q in %q: %s, want %s", tt.query, tt.text, got, tt.want)
		}
	}
}

func TestTerms(t *testing.T) {
	shown := func(terms []string) string {
		for n, s := range terms {
			if s[0] == 0 {
				terms[n] = "#"
			}
		}
		return strings.Join(terms, " ")
	}
	for text, want := range map[string]string{"": "", "rare earth": "rare # earth", "稀土出口": "稀土 土出 出口 口", "G7峰会": "g7 # 峰会 会", "会g7": "会 # g7", "稀": "稀", strings.Repeat("x", 60): strings.Repeat("x", 48), strings.Repeat("é", 60): strings.Repeat("é", 24)} {
		if got := shown(slices.Collect(ForSearch(text).Terms())); got != want {
			t.Errorf("%q is filed under %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"rare earth": "rare # earth", "稀土出口": "稀土 土出 出口", "g7峰": "g7 #", "会g7": "会 # g7", "人人": "人人"} {
		terms, prefix := Phrase(ForSearch(text)).Terms()
		if got := shown(terms); got != want || prefix != "" {
			t.Errorf("phrase %q is looked for under %q and %q, want %q", text, got, prefix, want)
		}
	}
	if terms, prefix := Phrase("稀").Terms(); terms != nil || prefix != "稀" {
		t.Errorf("one character is looked for under %q and %q", terms, prefix)
	}
}

// A text that has a phrase is filed under all terms of it: else an index would
// miss what a scan finds.
func TestTermsMissNothing(t *testing.T) {
	pieces := strings.Fields("a b ab U.S. 7 稀 土 出 口 カ é the " + strings.Repeat("long", 30))
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		var b strings.Builder
		for range 1 + rnd.IntN(8) {
			b.WriteString(pieces[rnd.IntN(len(pieces))] + []string{" ", "", "-"}[rnd.IntN(3)])
		}
		text := b.String()
		from := rnd.IntN(len(text))
		to := from + rnd.IntN(len(text)-from)
		mustFile(t, text, text[from:to])
	}
}

func mustFile(t *testing.T, text, part string) {
	t.Helper()
	folded, p := ForSearch(text), Phrase(ForSearch(part))
	if !folded.Has(p) {
		return
	}
	filed := slices.Collect(folded.Terms())
	terms, prefix := p.Terms()
	for _, want := range terms {
		if !slices.Contains(filed, want) {
			t.Fatalf("%q has %q and is not filed under %q but %q", text, p, want, filed)
		}
	}
	if prefix != "" && !slices.ContainsFunc(filed, func(s string) bool { return strings.HasPrefix(s, prefix) }) {
		t.Fatalf("%q has %q and is filed under nothing that begins with it: %q", text, p, filed)
	}
}

func FuzzSearchable(f *testing.F) {
	f.Add("China's U.S. tariffs, 稀土出口", "U.S. tariffs")
	f.Add("a.b.c 'n' ．Ａ．Ｂ", "b.c")
	f.Add("ー関税\u0301", "税\u0301")
	f.Fuzz(func(t *testing.T, text, part string) {
		folded := ForSearch(text)
		if !utf8.ValidString(string(folded)) || strings.Contains(string(folded), "  ") {
			t.Errorf("%q is folded to %q", text, folded)
		}
		if folded != "" && !folded.Has(Phrase(folded)) {
			t.Errorf("%q has not itself", folded)
		}
		mustFile(t, text, part)
	})
}
