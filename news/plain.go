package news

import (
	"html"
	"strings"
)

// PlainText is the text of sanitised markup, good enough to be searched and to
// be quoted from: tags are left out, those that part words become a space,
// entities are decoded. It never fails; of markup that is broken something
// remains.
func PlainText(markup string) string {
	var b strings.Builder
	b.Grow(len(markup))
	for {
		text, rest, ok := strings.Cut(markup, "<")
		b.WriteString(text)
		if !ok {
			return html.UnescapeString(b.String())
		}
		if !tagged(rest) { // a sign that begins no tag
			b.WriteByte('<')
			markup = rest
			continue
		}
		tag, after := cutTag(rest)
		if !inline[tagName(tag)] {
			b.WriteByte(' ')
		}
		markup = after
	}
}

func tagged(s string) bool {
	return s != "" && (s[0] == '/' || s[0] == '!' || s[0] == '?' || s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z')
}

// cutTag cuts at the end of a tag: a > in a quoted value ends none.
func cutTag(s string) (tag, after string) {
	if strings.HasPrefix(s, "!--") {
		tag, after, _ = strings.Cut(s, "-->")
		return tag, after
	}
	var quote byte
	for n := range len(s) {
		switch c := s[n]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return s[:n], s[n+1:]
		}
	}
	return s, ""
}

func tagName(tag string) string {
	tag = strings.TrimPrefix(tag, "/")
	if n := strings.IndexAny(tag, " \t\r\n/"); n >= 0 {
		tag = tag[:n]
	}
	return strings.ToLower(tag)
}

// inline are the elements within words.
var inline = map[string]bool{"a": true, "abbr": true, "b": true, "bdi": true, "bdo": true, "cite": true, "code": true, "del": true, "em": true, "font": true, "i": true, "ins": true,
	"mark": true, "q": true, "ruby": true, "s": true, "small": true, "span": true, "strong": true, "sub": true, "sup": true, "u": true, "wbr": true}
