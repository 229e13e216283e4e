package news

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Legal is a text without what no output may carry: broken UTF-8 becomes
// U+FFFD; control characters, noncharacters and bidirectional controls are
// dropped, but for tab and line feed. What remains is legal in XML 1.0
// (section 2.2) and JSON, and shows in the order in which it was written.
func Legal(s string) string {
	if legal(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if legalRune(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func legal(s string) bool {
	for n := 0; n < len(s); {
		if c := s[n]; c >= ' ' && c <= '~' || c == '\t' || c == '\n' {
			n++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[n:])
		if !legalRune(r) || r == utf8.RuneError && size == 1 {
			return false
		}
		n += size
	}
	return true
}

func legalRune(r rune) bool {
	switch {
	case r == '\t', r == '\n', r >= 0x2E80 && r < 0xD800: // East Asia
		return true
	case unicode.IsControl(r), r == '\uFEFF', r&0xFFFE == 0xFFFE:
		return false
	case r >= 0xFDD0 && r <= 0xFDEF, r >= 0xD800 && r <= 0xDFFF:
		return false
	}
	return !unicode.Is(unicode.Bidi_Control, r)
}

// Line is a legal text on one line: runs of white space become one space.
func Line(s string) string {
	if isLine(s) {
		return s
	}
	s = Legal(strings.ReplaceAll(s, "\r", "\n"))
	var b strings.Builder
	b.Grow(len(s))
	for word := range strings.FieldsSeq(s) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}

// isLine reports that Line would change nothing.
func isLine(s string) bool {
	for n, r := range s {
		switch {
		case r > ' ' && r <= '~':
		case r == ' ' && n > 0 && n < len(s)-1 && s[n-1] != ' ':
		case r < 0x80 || r == utf8.RuneError || unicode.IsSpace(r) || !legalRune(r):
			return false
		}
	}
	return true
}
