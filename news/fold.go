package news

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Folded is what remains of a text when only typography differs: letters in
// lower case, marks, digits, and the signs that make another number of digits
// (6.1 is not 61, nor -5 % 5 %). Full-width forms are their ASCII ones.
func Folded(text string) string { return string(folded(text)) }

func folded(text string) []byte {
	b := make([]byte, 0, len(text))
	before := ' '
	for n, size := 0, 0; n < len(text); n += size {
		if c := plain[text[n]]; c != 0 {
			b = append(b, c)
			before, size = rune(c), 1
			continue
		}
		var r rune
		switch r, size = runeAt(text, n); {
		case r == ' ':
		case letter(r):
			b = utf8.AppendRune(b, unicode.ToLower(r))
		default:
			if after, _ := runeAt(text, n+size); counts(r, before, after) {
				b = utf8.AppendRune(b, r)
			}
		}
		before = r
	}
	return b
}

// plain is what the letters and digits of ASCII are folded to; 0 for all else.
var plain = func() (table [256]byte) {
	for c := range byte(utf8.RuneSelf) {
		if letter(rune(c)) {
			table[c] = byte(unicode.ToLower(rune(c)))
		}
	}
	return table
}()

// letter reports whether a rune is told apart wherever it stands.
func letter(r rune) bool {
	if r < 0x80 {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// counts reports whether a sign is part of a number between two runes.
func counts(sign, before, after rune) bool {
	switch {
	case unicode.Is(unicode.Sc, sign):
		return true
	case strings.ContainsRune("%‰°℃", sign):
		return unicode.IsDigit(before) || unicode.IsSpace(before)
	case sign == '-':
		return unicode.IsDigit(after) && !unicode.IsLetter(before)
	}
	return strings.ContainsRune(".,:/", sign) && unicode.IsDigit(before) && unicode.IsDigit(after)
}

// runeAt is the rune that begins at a position, narrow, and its length.
func runeAt(text string, n int) (rune, int) {
	if n >= len(text) {
		return ' ', 0
	}
	if c := text[n]; c < utf8.RuneSelf && c != '~' {
		return rune(c), 1
	}
	r, size := utf8.DecodeRuneInString(text[n:])
	return narrow(r), size
}

// narrow has a full-width form as its ASCII one, and every dash that stands
// before numbers as a hyphen.
func narrow(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '−', r == '–', r == '—', r == '‑', r == '~':
		return '-'
	}
	return r
}
