package likeness

import (
	"unicode"
	"unicode/utf8"

	"chinanews/news"
)

// kind is what is known of a word.
type kind uint8

const (
	han      kind = 1 << iota // one character of a script without spaces
	numeral                   // a number in digits, or an English word for one
	counting                  // a Han character that numbers are written with
	calendar                  // the name of a month or of a day of the week
	capital                   // begins in upper case within a sentence
	opening                   // begins a sentence
	prose                     // stands in running text or among figures
	parted                    // a bracket, a colon, a bar or a dash stands before it
)

// word is the smallest piece of a text that differs as a whole.
type word struct {
	key     uint64 // equal for words that say the same
	at, end int32  // in the passage's letters
	kind    kind
}

func (w word) is(k kind) bool { return w.kind&k != 0 }

func (w word) says(other word) bool { return w.key == other.key }

// weight makes texts of both kinds of script comparable: an English word is
// about two Han characters.
func (w word) weight() int {
	if w.is(han) {
		return 1
	}
	return 2
}

// passage is a text as words.
type passage struct {
	words   []word
	letters []byte // of the words, folded
	torn    bool   // it does not end with a sentence
}

func (p *passage) text(n int) string { return string(p.letters[p.words[n].at:p.words[n].end]) }

// part is some of the passage's words.
func (p *passage) part(from, to int) *passage {
	return &passage{words: p.words[from:to], letters: p.letters}
}

func (p *passage) weigh(from, to int) (sum int) {
	for _, w := range p.words[from:to] {
		sum += w.weight()
	}
	return sum
}

// running is the weight of the running text in a part of the passage.
func (p *passage) running(from, to int) (sum int) {
	for _, w := range p.words[from:to] {
		if w.is(prose) {
			sum += w.weight()
		}
	}
	return sum
}

// read cuts lines into words.
func read(lines []string) passage {
	var s scanner
	size, words := 0, 0
	for _, line := range lines {
		size += len(line)
		words += likely(line)
	}
	s.letters = make([]byte, 0, size)
	s.words = make([]word, 0, words)
	for _, line := range lines {
		s.line(line)
	}
	s.torn = !s.opens
	if s.running(0, len(s.words)) == 0 {
		for n := range s.words {
			s.words[n].kind |= prose
		}
	}
	return s.passage
}

// likely is about how many words a line has: a character of three bytes is one,
// and of other letters five or six are.
func likely(line string) int {
	wide := (len(line) - utf8.RuneCountInString(line)) / 2
	return wide + (len(line)-3*wide)/5 + 2
}

// scanner cuts lines into words. Letters are folded as for search; numbers stay
// whole.
type scanner struct {
	passage
	text  string
	at    int
	opens bool // the next word begins a sentence
	parts bool // a mark parts it from the one before
	stops int  // marks of sentences in this line
}

func (s *scanner) line(text string) {
	s.text, s.at, s.opens, s.parts, s.stops = text, 0, true, false, 0
	first := len(s.words)
	for s.at < len(s.text) {
		s.next()
	}
	figures := 0
	for _, w := range s.words[first:] {
		if w.is(numeral) {
			figures++
		}
	}
	if s.stops > 0 || figures >= 2 && figures*4 >= len(s.words)-first {
		for n := range s.words[first:] {
			s.words[first+n].kind |= prose
		}
	}
}

// next reads a word or a mark.
func (s *scanner) next() {
	r, size := s.rune(s.at)
	switch {
	case r >= '0' && r <= '9', r == '-' && s.negative(size):
		s.number()
	case single(r):
		s.at += size
		s.character(r)
	case inWord(r):
		s.spelled()
	default:
		s.mark(r, size)
		s.at += size
	}
}

// rune is the rune at a byte, folded as for search, its case apart.
func (s *scanner) rune(at int) (rune, int) {
	if at >= len(s.text) {
		return ' ', 0
	}
	if b := s.text[at]; b < utf8.RuneSelf {
		return rune(b), 1
	}
	r, size := utf8.DecodeRuneInString(s.text[at:])
	switch {
	case r >= '！' && r <= '～':
		r += '!' - '！'
	case r == '−', r == '–', r == '‑':
		r = '-'
	}
	return news.Simplified(r), size
}

// negative reports that the sign here makes a number negative.
func (s *scanner) negative(size int) bool {
	after, _ := s.rune(s.at + size)
	before, _ := utf8.DecodeLastRuneInString(s.text[:s.at])
	return digit(after) && !unicode.IsLetter(before) && !unicode.IsNumber(before)
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// number reads a number: 1,250.5 and 2026.05.04 are one; what a dash, a slash
// or a colon parts are several.
func (s *scanner) number() {
	from := len(s.letters)
	for {
		r, size := s.rune(s.at)
		after, _ := s.rune(s.at + size)
		switch {
		case digit(r):
			if n := len(s.letters); n == from+1 && s.letters[from] == '0' { // 05 is 5
				s.letters = s.letters[:from]
			}
			s.letters = append(s.letters, byte(r))
		case r == '-' && len(s.letters) == from, r == '.' && digit(after):
			s.letters = append(s.letters, byte(r))
		case r == ',' && s.thousand(size):
		default:
			s.ordinal()
			s.add(from, numeral)
			return
		}
		s.at += size
	}
}

// thousand reports that the comma here is followed by three digits, no more.
func (s *scanner) thousand(size int) bool {
	at := s.at + size
	for n := range 4 {
		r, size := s.rune(at)
		if digit(r) != (n < 3) {
			return false
		}
		at += size
	}
	return true
}

// ordinal passes the letters of 14th.
func (s *scanner) ordinal() {
	if len(s.text) < s.at+2 {
		return
	}
	switch s.text[s.at : s.at+2] {
	case "st", "nd", "rd", "th":
		if r, _ := s.rune(s.at + 2); !inWord(r) {
			s.at += 2
		}
	}
}

func (s *scanner) character(r rune) {
	from := len(s.letters)
	s.letters = utf8.AppendRune(s.letters, r)
	k := han
	if counts(r) >= 0 {
		k |= counting
	}
	s.add(from, k)
}

// spelled reads a word of letters.
func (s *scanner) spelled() {
	from := len(s.letters)
	k := kind(0)
	if r, _ := s.rune(s.at); unicode.IsUpper(r) && !s.opens {
		k = capital
	}
	for {
		for s.at < len(s.text) && s.text[s.at] < utf8.RuneSelf && inWord(rune(s.text[s.at])) {
			s.letters = append(s.letters, lower(s.text[s.at]))
			s.at++
		}
		r, size := s.rune(s.at)
		switch {
		case r < utf8.RuneSelf && inWord(r): // a full-width form
			s.letters = append(s.letters, lower(byte(r)))
		case inWord(r):
			s.letters = utf8.AppendRune(s.letters, unicode.ToLower(r))
		case r == '.' && s.initial(size), (r == '\'' || r == '’') && s.apostrophe(size):
		default:
			s.named(from, k)
			return
		}
		s.at += size
	}
}

// lower is a letter or a digit of ASCII in lower case.
func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c |= 0x20
	}
	return c
}

// initial reports whether the dot here stands in initials: U.S. is us.
func (s *scanner) initial(size int) bool {
	before, width := utf8.DecodeLastRuneInString(s.text[:s.at])
	prior, _ := utf8.DecodeLastRuneInString(s.text[:s.at-width])
	next, nextSize := s.rune(s.at + size)
	after, _ := s.rune(s.at + size + nextSize)
	return unicode.IsLetter(before) && !unicode.IsLetter(prior) && unicode.IsLetter(next) && !single(next) && !inWord(after)
}

// apostrophe reports that one stands within a word; the s of a possessive is
// passed.
func (s *scanner) apostrophe(size int) bool {
	next, width := s.rune(s.at + size)
	after, _ := s.rune(s.at + size + width)
	if !inWord(next) || single(next) {
		return false
	}
	if (next == 's' || next == 'S') && !inWord(after) {
		s.at += width
	}
	return true
}

// named adds a word of letters under the spelling that stands for all.
func (s *scanner) named(from int, k kind) {
	s.letters = append(s.letters[:from], spelling(s.letters[from:])...)
	if string(s.letters[from:]) == "cent" && len(s.words) > 0 && s.text2(len(s.words)-1) == "per" {
		last := s.words[len(s.words)-1]
		s.words = s.words[:len(s.words)-1]
		s.letters = append(s.letters[:last.at], "percent"...)
		s.add(int(last.at), last.kind&(opening|parted))
		return
	}
	if len(s.letters)-from <= mostEnglish {
		if known, ok := english[string(s.letters[from:])]; ok {
			s.letters = append(s.letters[:from], known.text...)
			k |= known.kind
		}
	}
	s.add(from, k)
}

func (s *scanner) text2(n int) string { return string(s.letters[s.words[n].at:s.words[n].end]) }

func (s *scanner) add(from int, k kind) {
	if s.opens {
		k |= opening
	}
	if s.parts {
		k |= parted
	}
	s.opens, s.parts = false, false
	s.words = append(s.words, word{hashed(s.letters[from:]), int32(from), int32(len(s.letters)), k})
}

// mark passes what is no word.
func (s *scanner) mark(r rune, size int) {
	after, _ := s.rune(s.at + size)
	switch r {
	case '%':
		from := len(s.letters)
		s.letters = append(s.letters, "percent"...)
		s.add(from, 0)
	case '。', '!', '?':
		s.stops++
		s.opens = true
	case '.':
		if after == ' ' {
			s.stops++
			s.opens = true
		}
	case ';':
		s.stops++
	case '—', ')', ']', '】':
		s.opens, s.parts = true, true
	case '(', '[', '【', ':', '|', '_':
		s.parts = true
	case '-':
		s.opens = s.opens || after == '-' || after == ' '
		s.parts = s.parts || after == '-' || after == ' '
	}
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z' || digit(r)
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// single reports a character of a script that puts no spaces between words.
func single(r rune) bool {
	switch {
	case r < 0x0e00:
		return false
	case r >= 0x3400 && r <= 0x9fff:
		return true
	case r < 0x1000, r >= 0x1780 && r < 0x1800: // Thai, Lao, Tibetan; Khmer
		return unicode.IsLetter(r)
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Myanmar)
}
