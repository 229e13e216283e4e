package news

import (
	"strings"
	"unicode"
)

// Folded is what remains of a text when only typography differs: letters in
// lower case, marks, digits, and the signs that make another number of digits
// (6.1 is not 61, nor -5 % 5 %). Full-width forms are their ASCII ones.
func Folded(text string) string {
	runes := []rune(text)
	for n, r := range runes {
		runes[n] = narrow(r)
	}
	var b strings.Builder
	for n, r := range runes {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			b.WriteRune(unicode.ToLower(r))
		} else if counts(r, runeAt(runes, n-1), runeAt(runes, n+1)) {
			b.WriteRune(r)
		}
	}
	return b.String()
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

func runeAt(runes []rune, n int) rune {
	if n < 0 || n >= len(runes) {
		return ' '
	}
	return runes[n]
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
