package clean

import (
	"strings"

	"golang.org/x/net/html"
)

// named is the element that a tag names, nil for one that a build does not
// take, and the length of the name.
func named(s string) (*element, int) {
	var lower [16]byte
	n := 0
	for ; n < len(s) && (letter(s[n]) || s[n] >= '0' && s[n] <= '9'); n++ {
		if n == len(lower) {
			return nil, 0
		}
		lower[n] = s[n]
		if s[n] < 'a' && letter(s[n]) {
			lower[n] += 'a' - 'A'
		}
	}
	if n == len(s) || !blank(s[n]) && s[n] != '>' && s[n] != '/' {
		return nil, 0
	}
	return elements[string(lower[:n])], n
}

// attributeAt reads one attribute, its name in lower case; next is 0 when
// readers may differ over it.
func attributeAt(s string, at int) (name, value string, next int) {
	n := at
	for n < len(s) && (letter(s[n]) || s[n] >= '0' && s[n] <= '9' || strings.IndexByte("-_:.", s[n]) >= 0) {
		n++
	}
	if n == at {
		return "", "", 0
	}
	name = strings.ToLower(s[at:n])
	n = pastSpace(s, n)
	if n == len(s) {
		return "", "", 0
	}
	if s[n] != '=' {
		return name, "", bounded(s, n)
	}
	n = pastSpace(s, n+1)
	if n == len(s) {
		return "", "", 0
	}
	if quote := s[n]; quote == '"' || quote == '\'' {
		value, _, ended := strings.Cut(s[n+1:], string(quote))
		if !ended {
			return "", "", 0
		}
		return name, value, n + 1 + len(value) + 1
	}
	end := n + max(0, strings.IndexAny(s[n:], " \t\n>"))
	if end == n || strings.ContainsAny(s[n:end], "\"'`=<&") || s[end-1] == '/' {
		return "", "", 0
	}
	return name, s[n:end], end
}

// bounded is where an attribute without a value ends: before another, or the
// end of the tag.
func bounded(s string, at int) int {
	if letter(s[at]) || s[at] == '>' || s[at] == '/' {
		return at
	}
	return 0
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func blank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' }

func pastSpace(s string, at int) int {
	for at < len(s) && blank(s[at]) {
		at++
	}
	return at
}

// unescaped decodes the references in an attribute's value; false when it is
// not plain where one ends.
func unescaped(value string) (string, bool) {
	var b strings.Builder
	for {
		n := strings.IndexByte(value, '&')
		if n < 0 {
			return b.String() + value, true
		}
		b.WriteString(value[:n])
		value = value[n:]
		n = referenceLen(value)
		switch one := html.UnescapeString(value[:n]); {
		case value[n-1] == ';' && !strings.HasSuffix(one, ";"):
			b.WriteString(one)
		case n == 1, n < len(value) && value[n] == '=' && value[1] != '#': // as in ?a=1&b=2
			b.WriteString(value[:n])
		default:
			return "", false
		}
		value = value[n:]
	}
}

// referenceLen is the length of what begins with & and may be a reference.
func referenceLen(s string) int {
	n := 1
	if strings.HasPrefix(s, "&#") {
		n = 2
	}
	for n < len(s) && (letter(s[n]) || s[n] >= '0' && s[n] <= '9') {
		n++
	}
	if n < len(s) && n > 1 && s[n] == ';' {
		n++
	}
	return n
}
