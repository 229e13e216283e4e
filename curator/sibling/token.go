package sibling

import (
	"strings"
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
type cutter struct {
	runes  []rune
	tokens []token
}

func (c *cutter) cut(text, lang string) *paragraph {
	text = strings.Map(narrow, text)
	c.runes, c.tokens = c.runes[:0], c.tokens[:0]
	for _, r := range text {
		c.runes = append(c.runes, r)
	}
	last, begin := 0, 0 // in bytes: where the token before ends, and this one begins
	for at := 0; at < len(c.runes); {
		size, f := measure(c.runes[at:], lang)
		end := begin
		for _, r := range c.runes[at : at+size] {
			end += utf8.RuneLen(r)
		}
		if f != nothing {
			t := token{text: text[begin:end], gap: text[last:begin], form: f}
			t.finish(c.runes[at])
			c.tokens = append(c.tokens, t)
			last = end
		}
		at, begin = at+size, end
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

// narrow is the simplified and half-width form of a rune, as far as it says
// something.
func narrow(r rune) rune {
	switch {
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

func (t *token) finish(first rune) {
	t.key = t.text
	switch t.form {
	case word:
		t.capital = unicode.IsUpper(first)
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

// measure is how many runes the token has that a text begins with.
func measure(runes []rune, lang string) (size int, f form) {
	first := runes[0]
	switch {
	case digit(first):
		return measureFigures(runes, lang), figures
	case unbroken(first):
		return 1, han
	case !unicode.IsLetter(first):
		return 1, nothing
	}
	for size < len(runes) {
		r := runes[size]
		inside := unicode.IsLetter(r) && !unbroken(r) || digit(r) || unicode.IsMark(r)
		after := size+1 < len(runes) && unicode.IsLetter(runes[size+1]) && !unbroken(runes[size+1])
		if digit(r) && currency[string(runes[:size])] {
			break
		}
		if !inside && !(r == '\'' && after) && !(r == '.' && after && initials(runes[:size])) {
			break
		}
		size++
	}
	return size, word
}

// currency are letters that stand before an amount without a space.
var currency = map[string]bool{"RMB": true, "USD": true, "US": true, "CNY": true, "EUR": true, "JPY": true, "GBP": true, "HKD": true, "No": true}

// initials reports letters that each have a dot: U.S.
func initials(runes []rune) bool {
	n := len(runes)
	return unicode.IsUpper(runes[n-1]) && (n == 1 || runes[n-2] == '.')
}

func measureFigures(runes []rune, lang string) (size int) {
	for size < len(runes) {
		r := runes[size]
		after := size+1 < len(runes) && digit(runes[size+1])
		if !digit(r) && !(after && (r == '.' || r == ':' || r == ',' && thousands(runes[size+1:], lang))) {
			break
		}
		size++
	}
	if size+2 <= len(runes) {
		switch suffix := string(runes[size : size+2]); suffix {
		case "st", "nd", "rd", "th":
			if size+2 == len(runes) || !unicode.IsLetter(runes[size+2]) {
				size += 2
			}
		}
	}
	return size
}

// thousands reports that a comma before these parts thousands, or is a decimal
// point of a language that has it so.
func thousands(runes []rune, lang string) bool {
	n := 0
	for n < len(runes) && n < 4 && digit(runes[n]) {
		n++
	}
	return n == 3 || lang != "zh" && lang != "en" && n > 0
}
