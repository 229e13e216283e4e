package sibling

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"chinanews/news"
)

// form is how a token is written.
type form uint8

const (
	nothing form = iota // no token: before the first and behind the last
	word                // letters
	han                 // one character of a script without spaces
	figures             // a number in digits
)

// token is a word, a character or a number of a text.
type token struct {
	text    string // folded, in its own case
	key     string // in lower case
	stem    string // what it is looked up by in the table
	gap     string // the marks and spaces before it
	form    form
	capital bool
}

// paragraph is a part of a text in tokens.
type paragraph struct {
	tokens []token
	lang   string
}

func (p *paragraph) form(n int) form {
	if n < 0 || n >= len(p.tokens) {
		return nothing
	}
	return p.tokens[n].form
}

// key is empty where there is no token.
func (p *paragraph) key(n int) string {
	if n < 0 || n >= len(p.tokens) {
		return ""
	}
	return p.tokens[n].key
}

func (p *paragraph) gap(n int) string {
	if n < 0 || n >= len(p.tokens) {
		return "\n"
	}
	return p.tokens[n].gap
}

// cut cuts a text into tokens.
func cut(text, lang string) *paragraph { return new(cutter).cut(text, lang) }

// cutter cuts one text after another: the tokens of one last until the next.
type cutter struct{ tokens []token }

// cutters keep the room for tokens that other texts had.
var cutters = sync.Pool{New: func() any { return new(cutter) }}

func (c *cutter) putBack() {
	clear(c.tokens[:cap(c.tokens)])
	cutters.Put(c)
}

func (c *cutter) cut(text, lang string) *paragraph {
	text = narrowed(text)
	c.tokens = c.tokens[:0]
	last := 0 // where the token before ends
	for at := 0; at < len(text); {
		size, f := measure(text[at:], lang)
		if f != nothing {
			t := token{text: text[at : at+size], gap: text[last:at], form: f}
			t.finish()
			c.tokens = append(c.tokens, t)
			last = at + size
		}
		at += size
	}
	return &paragraph{tokens: c.tokens, lang: lang}
}

// upper reports that nothing in a text is in lower case.
func upper(text string) bool {
	for _, r := range text {
		if unicode.ToUpper(r) != r {
			return false
		}
	}
	return true
}

// narrowed is a text of which every rune is narrow, and valid.
func narrowed(text string) string {
	for n := range len(text) {
		if c := text[n]; c >= utf8.RuneSelf || c == '~' {
			return strings.Map(narrow, text)
		}
	}
	return text
}

// narrow is the simplified and half-width form of a rune, as far as it says
// something.
func narrow(r rune) rune {
	switch {
	case r < utf8.RuneSelf && r != '~':
		return r
	case r == '％' || r == '＇' || r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ' || r == '．' || r == '：' || r == '－':
		return r - '！' + '!'
	case r == '’':
		return '\''
	case r == '–' || r == '—' || r == '−' || r == '‑' || r == '~' || r == '～':
		return '-'
	case r == '○':
		return '〇'
	}
	return news.Simplified(r)
}

func (t *token) finish() {
	t.key = t.text
	switch t.form {
	case word:
		t.capital = unicode.IsUpper(first(t.text))
		t.text = strings.TrimSuffix(strings.TrimSuffix(t.text, "'s"), "'")
		t.key = strings.ToLower(t.text)
	case figures:
		t.text = strings.TrimRight(t.text, "stndrh")
		t.key = t.text
	}
	t.stem = t.stemmed()
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func unbroken(r rune) bool {
	return r >= 0x2e80 && (r >= 0x4e00 && r <= 0x9fff || r == '〇' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul))
}

// measure is how many bytes the token has that a text begins with.
func measure(text, lang string) (size int, f form) {
	r, width := utf8.DecodeRuneInString(text)
	switch {
	case digit(r):
		return measureFigures(text, lang), figures
	case unbroken(r):
		return width, han
	case !unicode.IsLetter(r):
		return width, nothing
	}
	for size < len(text) {
		r, width := utf8.DecodeRuneInString(text[size:])
		if digit(r) && currency[text[:size]] {
			break
		}
		if !spells(r) && !((r == '\'' || r == '.' && initials(text[:size])) && begins(text[size+width:])) {
			break
		}
		size += width
	}
	return size, word
}

// spells reports a rune that goes on a word.
func spells(r rune) bool {
	return unicode.IsLetter(r) && !unbroken(r) || digit(r) || unicode.IsMark(r)
}

// begins reports that a text begins with a letter of a word.
func begins(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(r) && !unbroken(r)
}

// currency are letters that stand before an amount without a space.
var currency = map[string]bool{"RMB": true, "USD": true, "US": true, "CNY": true, "EUR": true, "JPY": true, "GBP": true, "HKD": true, "No": true}

// initials reports letters that each have a dot: U.S.
func initials(text string) bool {
	r, width := utf8.DecodeLastRuneInString(text)
	return unicode.IsUpper(r) && (len(text) == width || text[len(text)-width-1] == '.')
}

func measureFigures(text, lang string) (size int) {
	for size < len(text) {
		c := text[size]
		after := size+1 < len(text) && digit(rune(text[size+1]))
		if !digit(rune(c)) && !(after && (c == '.' || c == ':' || c == ',' && thousands(text[size+1:], lang))) {
			break
		}
		size++
	}
	if size+2 <= len(text) {
		switch text[size : size+2] {
		case "st", "nd", "rd", "th":
			if r, _ := utf8.DecodeRuneInString(text[size+2:]); !unicode.IsLetter(r) {
				size += 2
			}
		}
	}
	return size
}

// thousands reports that a comma before these parts thousands, or is a decimal
// point of a language that has it so.
func thousands(text, lang string) bool {
	n := 0
	for n < len(text) && n < 4 && digit(rune(text[n])) {
		n++
	}
	return n == 3 || lang != "zh" && lang != "en" && n > 0
}
