package news

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Searchable is a text folded for search: words in lower case, full-width
// forms as ASCII, Han characters simplified, punctuation left out. Each Han,
// kana or hangul character is a word of its own and stands bare; between two
// other words stands one space. "G7峰会，U.S. tariffs" is "g7峰会us tariffs".
//
// It is nobody's identity: Folded is, and stays as it is.
type Searchable string

// ForSearch folds a text for search.
func ForSearch(text string) Searchable {
	return fold(text, nil)
}

// fold folds a text and tells of each word where it stands in the fold.
func fold(text string, word func(at, from, to int)) Searchable {
	s := scanner{text: text}
	out := make([]byte, 0, len(text))
	spelled := false // the word before is one of letters
	for s.next() {
		if spelled && s.spelled {
			out = append(out, ' ')
		}
		if word != nil {
			word(len(out), s.from, s.at)
		}
		out = append(out, s.word...)
		spelled = s.spelled
	}
	return Searchable(out)
}

// Has reports whether a phrase stands in the text: its words, whole, in a row.
func (t Searchable) Has(p Phrase) bool {
	_, ok := t.find(p, false, 0)
	return ok
}

// HasAll reports whether every phrase stands in one of the texts.
func HasAll(phrases []Phrase, texts ...Searchable) bool {
	for _, p := range phrases {
		found := false
		for _, t := range texts {
			found = found || t.Has(p)
		}
		if !found {
			return false
		}
	}
	return true
}

// find finds a phrase at or after a byte of the text. With open its last word
// may go on.
func (t Searchable) find(p Phrase, open bool, from int) (at int, ok bool) {
	for p != "" {
		n := strings.Index(string(t[from:]), string(p))
		if n < 0 {
			break
		}
		at = from + n
		if t.parted(at) && (open || t.parted(at+len(p))) {
			return at, true
		}
		_, size := utf8.DecodeRuneInString(string(t[at:]))
		from = at + size
	}
	return 0, false
}

// parted reports whether one word ends and another begins at a byte.
func (t Searchable) parted(at int) bool {
	before, _ := utf8.DecodeLastRuneInString(string(t[:at]))
	after, _ := utf8.DecodeRuneInString(string(t[at:]))
	return at == 0 || at == len(t) || !spells(before) || !spells(after)
}

// spells reports whether a folded rune is part of a word that has several.
func spells(r rune) bool { return r != ' ' && !ideograph(r) }

// Span is a part of a text, in bytes.
type Span struct{ From, To int }

// Marks are the parts of a text in which phrases stand, in order; those that
// touch are one.
func Marks(text string, phrases []Phrase) []Span {
	var found []Span
	c := Concord(text)
	for _, p := range phrases {
		for first, last, ok := c.Find(p, false, 0); ok; first, last, ok = c.Find(p, false, last+1) {
			found = append(found, c.span(first, last))
		}
	}
	sort.Slice(found, func(a, b int) bool { return found[a].From < found[b].From })
	var out []Span
	for _, s := range found {
		if n := len(out) - 1; n >= 0 && s.From <= out[n].To {
			out[n].To = max(out[n].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// scanner cuts a text into words.
type scanner struct {
	text     string
	from, at int    // of the word in the text
	word     []byte // folded
	spelled  bool   // it is not one Han, kana or hangul character
}

// next goes on to the next word.
func (s *scanner) next() bool {
	for s.at < len(s.text) {
		r, size := s.rune(s.at)
		s.from, s.spelled = s.at, inWord(r)
		if s.spelled {
			s.spell()
			return true
		}
		s.at += size
		if ideograph(r) {
			s.word = utf8.AppendRune(s.word[:0], r)
			return true
		}
	}
	return false
}

// rune is the rune at a byte, folded.
func (s *scanner) rune(at int) (rune, int) {
	if at >= len(s.text) {
		return ' ', 0
	}
	if b := s.text[at]; b < utf8.RuneSelf {
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		return rune(b), 1
	}
	r, size := utf8.DecodeRuneInString(s.text[at:])
	if r >= '！' && r <= '～' {
		r += '!' - '！'
	}
	if r >= hanFirst {
		return Simplified(r), size
	}
	return unicode.ToLower(r), size
}

// spell reads a word of letters and digits.
func (s *scanner) spell() {
	s.word = s.word[:0]
	letters := 0 // since the word's beginning or its last dot
	for {
		r, size := s.rune(s.at)
		switch {
		case inWord(r):
			s.word = utf8.AppendRune(s.word, r)
			s.at += size
			letters++
		case r == '.' && s.initial(letters):
			s.at += size
			letters = 0
		case (r == '\'' || r == '’') && letters > 0 && s.apostrophe(size):
		default:
			return
		}
	}
}

// initial reports whether the dot here stands in initials: u.s. is us. The
// letters before it are so many.
func (s *scanner) initial(letters int) bool {
	before, _ := utf8.DecodeLastRune(s.word)
	next, size := s.rune(s.at + 1)
	after, _ := s.rune(s.at + 1 + size)
	return letters == 1 && unicode.IsLetter(before) && unicode.IsLetter(next) && inWord(next) && !inWord(after)
}

// apostrophe passes one that stands in a word, and with it the s of a
// possessive; false: it ends the word.
func (s *scanner) apostrophe(size int) bool {
	next, width := s.rune(s.at + size)
	after, _ := s.rune(s.at + size + width)
	if !inWord(next) {
		return false
	}
	s.at += size
	if next == 's' && !inWord(after) {
		s.at += width
	}
	return true
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	return (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)) && !ideograph(r)
}

// ideograph reports a character that is a word of its own.
func ideograph(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r >= hanFirst && r <= hanLast:
		return r < 0x4dc0 || r > 0x4dff // hexagrams
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}
