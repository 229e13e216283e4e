package difference

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// form is how a token is written.
type form uint8

const (
	mark    form = iota // punctuation and spaces; says nothing by itself
	word                // letters that are written as words
	han                 // one character of a script without spaces
	numeral             // a number, in digits or in words
	sign                // %, $, ≥: a mark that says something
)

// token is the smallest piece of a text that differs as a whole.
type token struct {
	text string
	key  string // equal for tokens that say the same; empty for a mark
	form form
	at   int // where text begins in its sentence
}

func (t token) end() int { return t.at + len(t.text) }

// capital reports a word that begins in upper case.
func (t token) capital() bool {
	r, _ := utf8.DecodeRuneInString(t.text)
	return t.form == word && (unicode.IsUpper(r) || unicode.IsTitle(r))
}

// tokens cuts a sentence; together they are the sentence.
func tokens(text string) (cut []token) {
	for at := 0; at < len(text); {
		t := next(text, at)
		cut = append(cut, t)
		at = t.end()
	}
	return cut
}

func next(text string, at int) token {
	rest := text[at:]
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case digit(r) || r == '-' || minus[r]:
		if n := numberLength(rest, before(text, at)); n > 0 {
			key := numberKey(rest[:n])
			if halfAfter(rest[n:]) {
				key = strings.ReplaceAll(key, ".", ":")
			}
			return token{rest[:n], key, numeral, at}
		}
	case hanNumeral[r]:
		if n, key := hanNumber(text, at); n > 0 {
			return token{rest[:n], key, numeral, at}
		}
	}
	if len(rest) > 3 && rest[1] == '.' && !unicode.IsLetter(before(text, at)) {
		if half := halfDay().FindStringSubmatch(rest); half != nil {
			return token{half[0], strings.ToLower(half[1]) + "m", word, at}
		}
	}
	switch {
	case unbroken(r):
		return token{rest[:size], rest[:size], han, at}
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
		return wordAt(rest, at)
	case unicode.Is(unicode.Sc, narrow(r)), strings.ContainsRune("%‰°℃≥≤±+=×÷<>", narrow(r)):
		return token{rest[:size], string(narrow(r)), sign, at}
	}
	return token{rest[:size], "", mark, at}
}

// halfDay is a.m. or p.m. as it is written; clockAfter is it behind an hour.
var (
	halfDay    = expression(`^(?i:([ap])\.\s?m)\b\.?`)
	clockAfter = expression(`^\s?(?i:[ap]\.?\s?m)\b`)
)

// halfAfter reports that a number is an hour of one half of the day.
func halfAfter(rest string) bool {
	short := strings.TrimPrefix(rest, " ")
	return short != "" && strings.IndexByte("apAP", short[0]) >= 0 && clockAfter().MatchString(rest)
}

func before(text string, at int) rune {
	r, _ := utf8.DecodeLastRuneInString(text[:at])
	return r
}

func unbroken(r rune) bool {
	return r > 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer)
}

// wordAt is a word: letters, with digits and apostrophes in it.
func wordAt(rest string, at int) token {
	end := 0
	for end < len(rest) {
		r, size := utf8.DecodeRuneInString(rest[end:])
		inside := r == '\'' || r == '’' || r == '＇'
		if inside {
			after, _ := utf8.DecodeRuneInString(rest[end+size:])
			inside = end > 0 && unicode.IsLetter(after) && !unbroken(after)
		}
		if !inside && (unbroken(r) || !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)) {
			break
		}
		end += size
	}
	key := strings.Map(func(r rune) rune {
		if r == '’' || r == '＇' {
			return '\''
		}
		return unicode.ToLower(narrow(r))
	}, rest[:end])
	if n, ok := counted[key]; ok {
		return token{rest[:end], n, numeral, at}
	}
	return token{rest[:end], key, word, at}
}

// narrow has a full-width form as its ASCII one.
func narrow(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '￥':
		return '¥'
	}
	return r
}
