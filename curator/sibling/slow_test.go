package sibling

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// slowCut cuts a text by its runes.
func slowCut(text, lang string) (tokens []token) {
	text = strings.Map(narrow, text)
	runes := []rune(text)
	last, begin := 0, 0
	for at := 0; at < len(runes); {
		size, f := slowMeasure(runes[at:], lang)
		end := begin + len(string(runes[at:at+size]))
		if f != nothing {
			t := token{text: text[begin:end], gap: text[last:begin], form: f}
			t.finish()
			tokens = append(tokens, t)
			last = end
		}
		at, begin = at+size, end
	}
	return tokens
}

func slowMeasure(runes []rune, lang string) (size int, f form) {
	switch r := runes[0]; {
	case digit(r):
		return slowFigures(runes, lang), figures
	case unbroken(r):
		return 1, han
	case !unicode.IsLetter(r):
		return 1, nothing
	}
	for ; size < len(runes); size++ {
		r, so := runes[size], runes[:size]
		inside := unicode.IsLetter(r) && !unbroken(r) || digit(r) || unicode.IsMark(r)
		after := size+1 < len(runes) && unicode.IsLetter(runes[size+1]) && !unbroken(runes[size+1])
		short := size > 0 && unicode.IsUpper(so[size-1]) && (size == 1 || so[size-2] == '.')
		if digit(r) && currency[string(so)] || !inside && !(r == '\'' && after) && !(r == '.' && after && short) {
			break
		}
	}
	return size, word
}

func slowFigures(runes []rune, lang string) (size int) {
	for ; size < len(runes); size++ {
		r := runes[size]
		after := size+1 < len(runes) && digit(runes[size+1])
		if !digit(r) && !(after && (r == '.' || r == ':' || r == ',' && thousands(string(runes[size+1:]), lang))) {
			break
		}
	}
	if size+2 <= len(runes) && slices.Contains([]string{"st", "nd", "rd", "th"}, string(runes[size:size+2])) && (size+2 == len(runes) || !unicode.IsLetter(runes[size+2])) {
		size += 2
	}
	return size
}

func checkCut(t *testing.T, text string) {
	t.Helper()
	for _, lang := range []string{"zh", "en", "fr"} {
		if got, want := cut(text, lang).tokens, slowCut(text, lang); !slices.Equal(got, want) {
			t.Errorf("%q is cut into %+v, want %+v", text, got, want)
		}
	}
}

var awkward = []string{"", "~", "a~b", "U.S. tariffs", "U.S.A", "I'm", "it's'", "RMB500", "No.5", "COVID-19", "the 3rd", "3rds", "1,250.5", "1,25", "12:30", "５％", "\xff\xfe", "é.é", "É.É", "a\u0301b", "〇二〇", "第3届", "g7峰会",
	"don’t", "—5", "x.", "5.", "A.b", "1st〇", "각국", "1,\u0661", "x\x00y"}

func TestCutsAsByRunes(t *testing.T) {
	for _, a := range awkward {
		for _, b := range awkward {
			checkCut(t, a+b)
			checkCut(t, a+" "+b)
		}
	}
	for _, v := range releases(t) {
		checkCut(t, v.entry.Title+"\n"+v.entry.Summary)
	}
}

func FuzzCut(f *testing.F) {
	for _, a := range awkward {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, text string) { checkCut(t, text) })
}

// What is passed over tells of no number and no day.
func TestWhatTellsOfNumbers(t *testing.T) {
	for _, v := range releases(t) {
		p := cut(v.entry.Title+" "+v.entry.Summary, v.text.lang)
		days := nearest(v.entry.Date)
		c := &calendar{p, v.entry.Date, &days}
		for n := range p.tokens {
			length, _ := c.at(n)
			if of, _ := p.numberAt(n); !p.tells(n) && length+of > 0 {
				t.Errorf("%s: %q is passed over, and is a number or a day", v.release, p.key(n))
			}
		}
	}
	for _, list := range []map[string]float64{hanDigits, hanScales} {
		for c := range list {
			if r, _ := utf8.DecodeRuneInString(c); !numerals.has(r) {
				t.Errorf("%s is no numeral", c)
			}
		}
	}
}

// slowSound writes a word anew before its consonants are heard.
func slowSound(w string) (sound string) {
	w = strings.NewReplacer("ph", "f", "sch", "s", "sh", "s", "tch", "j", "ch", "j", "th", "t", "ck", "k", "x", "ks", "ng", "n", "qu", "k").Replace(w)
	last := byte(0)
	for n := range len(w) {
		c := consonant([]byte(w), n)
		if c != 0 && !(n > 0 && w[n] == w[n-1] && c == last) {
			sound, last = sound+string(c), c
		}
	}
	return sound
}

func checkSound(t *testing.T, w string) {
	t.Helper()
	if got, want := sound(w), slowSound(w); got != want {
		t.Errorf("%q sounds like %q, want %q", w, got, want)
	}
	if got, want := spelled(w), spellings.Replace(w); got != want {
		t.Errorf("%q is spelled %q, want %q", w, got, want)
	}
}

func FuzzSound(f *testing.F) {
	for w := range strings.FieldsSeq("x xx sch tsch schmidt phphs tchaikovsky ng nng q quqq ckk cky lyu nyu lü l'v a-b sss szs ssh mm é") {
		f.Add(w)
		f.Add(strings.Repeat(w, 40))
	}
	for line := range strings.Lines(names) {
		f.Add(strings.ToLower(line))
	}
	f.Fuzz(func(t *testing.T, w string) { checkSound(t, w) })
}

// No form of the table begins where none is looked for.
func TestWhatBeginsNoForm(t *testing.T) {
	all := *vocabulary()
	for n := range all.begins {
		all.begins[n] = ^uint64(0)
	}
	texts := []string{strings.ToUpper(names), strings.ToLower(names), names}
	for _, v := range releases(t) {
		texts = append(texts, v.entry.Title+" "+v.entry.Summary)
	}
	for _, text := range texts {
		p := cut(text, "en")
		for n := range p.tokens {
			length, number := vocabulary().find(p, n)
			if want, of := all.find(p, n); length != want || number != of {
				t.Errorf("%q begins a form of %d tokens, want %d", p.tokens[n].text, length, want)
			}
		}
	}
}

// slowLaidOut is a table of what stands for what.
var slowLaidOut = strings.NewReplacer("<p", "\n<p", "</p", "\n</p", "<br", "\n<br", "<div", "\n<div", "</div", "\n</div", "<li", "\n<li", "<tr", "\n<tr",
	"<h", "\n<h", "</h", "\n</h", "<td", "\t<td", "\n", " ", "\r", " ")

func FuzzLaidOut(f *testing.F) {
	for _, a := range []string{"", "<", "<p>a</p>\r\n<br/>", "<table><tr><td>1</td></tr></table>", "<<p", "</", "<h", "a<div\n>b</div>", "<ul><li>é</li></ul>"} {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, markup string) {
		if got, want := laidOut(markup), slowLaidOut.Replace(markup); got != want {
			t.Errorf("%q becomes %q, want %q", markup, got, want)
		}
	})
}

// slowSubjects sorts all pairs.
func slowSubjects(about []subject, on []string) (f features) {
	var all [][2]string
	for n, a := range about {
		for _, b := range about[:n] {
			if !a.office || !b.office {
				all = append(all, [2]string{min(a.name, b.name), max(a.name, b.name)})
			}
		}
	}
	slices.SortFunc(all, func(a, b [2]string) int { return cmp.Compare(hash("order", a[:]...), hash("order", b[:]...)) })
	for _, p := range all {
		for _, d := range on {
			if len(f) < mostFeatures {
				f.add("about", p[0], p[1], d)
			}
		}
	}
	return f
}

func TestFirstSubjects(t *testing.T) {
	for size := range 36 {
		for seed := range 8 {
			var about []subject
			for n := range size {
				about = append(about, subject{fmt.Sprint("s", (n*7+seed*3)%31), (n+seed)%3 == 0})
			}
			for _, on := range [][]string{nil, {"504"}, {"503", "504"}} {
				var f features
				f.subjects(slices.Clone(about), on)
				if want := slowSubjects(about, on); !slices.Equal(f, want) {
					t.Fatalf("%d subjects on %v: %d features, want %d, or others", size, on, len(f), len(want))
				}
			}
		}
	}
}
