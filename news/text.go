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
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if !legalRune(r) {
			return false
		}
	}
	return true
}

func legalRune(r rune) bool {
	switch {
	case r == '\t', r == '\n':
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
	return strings.Join(strings.Fields(Legal(strings.ReplaceAll(s, "\r", "\n"))), " ")
}
