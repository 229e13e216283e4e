package curator

import (
	"strings"
	"unicode"
)

// tokens is a text as rules see it: words in lower case with full-width forms
// folded, each Han, kana or hangul character a word of its own, punctuation
// left out.
type tokens []string

func tokenize(text string) tokens {
	var out tokens
	var word strings.Builder
	flush := func() {
		if w := plainWord(word.String()); w != "" {
			out = append(out, w)
		}
		word.Reset()
	}
	for _, r := range text {
		r = foldWidth(r)
		switch {
		case single(r):
			flush()
			out = append(out, string(r))
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
			word.WriteRune(unicode.ToLower(r))
		case r == '\'' || r == '’':
			word.WriteByte('\'')
		case r == '.' && initials(word.String()):
			word.WriteByte('.')
		default:
			flush()
		}
	}
	flush()
	return out
}

// initials reports a word that a dot does not end: the u of u.s., its u.s too.
func initials(word string) bool {
	letters := strings.Split(word, ".")
	for _, l := range letters {
		if len(l) != 1 {
			return false
		}
	}
	return len(letters) > 0
}

// plainWord is a word as rules compare it: without what makes it a
// possessive, the dots of initials and other apostrophes.
func plainWord(word string) string {
	word = strings.TrimSuffix(strings.TrimRight(word, "'"), "'s")
	return strings.ReplaceAll(strings.ReplaceAll(word, ".", ""), "'", "")
}

func foldWidth(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

func single(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// phrase is what is looked for: words in a row, the last one perhaps only the
// beginning of a word ("Russia*").
type phrase struct {
	words  tokens
	prefix bool
}

func parsePhrase(s string) phrase {
	stem, prefix := strings.CutSuffix(strings.TrimSpace(s), "*")
	return phrase{tokenize(stem), prefix}
}

func (p phrase) at(t tokens) bool {
	last := len(p.words) - 1
	if last < 0 || len(t) <= last {
		return false
	}
	for i, w := range p.words {
		if t[i] != w && (i < last || !p.prefix || !strings.HasPrefix(t[i], w)) {
			return false
		}
	}
	return true
}

func (t tokens) has(s string) bool {
	p := parsePhrase(s)
	for i := range t {
		if p.at(t[i:]) {
			return true
		}
	}
	return false
}

// near reports whether a and b stand with at most n words between their
// beginnings, in either order.
func (t tokens) near(a, b string, n int) bool {
	pa, pb := parsePhrase(a), parsePhrase(b)
	lastA, lastB := -1, -1
	for i := range t {
		if pa.at(t[i:]) {
			lastA = i
		}
		if pb.at(t[i:]) {
			lastB = i
		}
		if lastA >= 0 && lastB >= 0 && max(lastA-lastB, lastB-lastA) <= n {
			return true
		}
	}
	return false
}
