package feed

import (
	"bytes"
	"strings"
)

// kind is what a piece of a document is.
type kind uint8

const (
	text kind = iota
	start
	end
	cdata
	comment
	instruction
	doctype
)

// token is one piece of a document. Its slices point into the document.
type token struct {
	kind  kind
	raw   []byte // all of it
	name  []byte // of a start or end tag, with its prefix
	inner []byte // of a cdata section or doctype: what stands inside
	empty bool   // a start tag that ends itself
	odd   bool   // not well-formed: a writer must write it anew
	attrs []attr // valid until the next token
}

type attr struct{ name, value []byte }

// scanner cuts a document into tokens. It accepts every input, in one pass: what
// is no markup is text.
type scanner struct {
	doc   []byte
	pos   int
	attrs []attr
	cut   bool // the document ended inside a tag, a comment or a section
	noPI  bool // no "?>" follows: not to be looked for again
}

// longDoctype is how far a document type declaration may reach.
const longDoctype = 64 << 10

// next returns the next token; false at the end.
func (s *scanner) next() (token, bool) {
	if s.pos >= len(s.doc) {
		return token{}, false
	}
	rest := s.doc[s.pos:]
	if rest[0] == '<' {
		if t, ok := s.markup(rest); ok {
			s.pos += len(t.raw)
			return t, true
		}
	}
	n := 1
	if rest[0] != '<' {
		n = 0
	}
	if i := bytes.IndexByte(rest[n:], '<'); i >= 0 {
		n += i
	} else {
		n = len(rest)
	}
	s.pos += n
	return token{kind: text, raw: rest[:n], odd: rest[0] == '<'}, true
}

func (s *scanner) markup(b []byte) (token, bool) {
	if len(b) < 2 {
		s.cut = true
		return token{}, false
	}
	switch {
	case b[1] == '/':
		return s.endTag(b)
	case b[1] == '?':
		return s.instruction(b)
	case b[1] == '!':
		return s.declaration(b)
	case nameStart(b[1]):
		return s.startTag(b)
	}
	return token{}, false
}

func (s *scanner) declaration(b []byte) (token, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("<!--")):
		return s.until(b, 4, "-->", comment)
	case bytes.HasPrefix(b, []byte("<![CDATA[")):
		return s.section(b)
	case len(b) > 9 && strings.EqualFold(string(b[:9]), "<!DOCTYPE"):
		return s.doctype(b)
	}
	return token{}, false
}

// until reads to a terminator; without one, markup that should end soon takes
// the rest, since the document was cut off within it.
func (s *scanner) until(b []byte, from int, stop string, k kind) (token, bool) {
	i := bytes.Index(b[from:], []byte(stop))
	if i >= 0 {
		return token{kind: k, raw: b[:from+i+len(stop)], inner: b[from : from+i]}, true
	}
	s.cut = true
	return token{kind: k, raw: b, inner: b[from:], odd: true}, true
}

// instruction reads a processing instruction, or program code that a server
// let out; one that is never closed ends with its first '>'.
func (s *scanner) instruction(b []byte) (token, bool) {
	i, n := -1, 2
	if !s.noPI {
		i = bytes.Index(b, []byte("?>"))
		s.noPI = i < 0
	}
	if i < 0 {
		i, n = bytes.IndexByte(b, '>'), 1
	}
	if i < 0 {
		s.cut = true
		return token{}, false
	}
	return token{kind: instruction, raw: b[:i+n]}, true
}

// section reads a CDATA section, and one that somebody wrapped into another.
func (s *scanner) section(b []byte) (token, bool) {
	const open = len("<![CDATA[")
	t, _ := s.until(b, open, "]]>", cdata)
	if t.odd || !bytes.Contains(t.inner, []byte("<![CDATA[")) {
		return t, true
	}
	after := b[len(t.raw):]
	i := bytes.Index(after, []byte("]]>"))
	if i < 0 || bytes.Contains(after[:i], []byte("<![CDATA[")) || itemMarkup(after[:i]) {
		return t, true
	}
	n := len(t.raw) + i
	return token{kind: cdata, raw: b[:n+3], inner: b[open:n], odd: true}, true
}

// itemMarkup reports whether a stretch goes beyond one element of an item.
func itemMarkup(b []byte) bool {
	for _, m := range []string{"</item", "</entry", "<title", "<link", "</description>", "</content"} {
		if bytes.Contains(b, []byte(m)) {
			return true
		}
	}
	return false
}

// doctype reads a document type declaration with its internal subset (XML 1.0,
// section 2.8).
func (s *scanner) doctype(b []byte) (token, bool) {
	b = b[:min(len(b), longDoctype)]
	depth, quote := 0, byte(0)
	for i := 9; i < len(b); i++ {
		switch c := b[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case depth > 0 && (c == '"' || c == '\''):
			quote = c
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '>' && depth <= 0:
			return token{kind: doctype, raw: b[:i+1], inner: b[9:i]}, true
		}
	}
	if i := bytes.IndexByte(b, '>'); i >= 0 {
		return token{kind: doctype, raw: b[:i+1], inner: b[9:i]}, true
	}
	return token{}, false
}

func (s *scanner) endTag(b []byte) (token, bool) {
	n := nameLen(b[2:])
	if n == 0 {
		return token{}, false
	}
	i := 2 + n
	for i < len(b) && space(b[i]) {
		i++
	}
	t := token{kind: end, name: b[2 : 2+n]}
	switch {
	case i >= len(b):
		s.cut = true
		t.raw, t.odd = b, true
	case b[i] == '>':
		t.raw = b[:i+1]
	case b[i] == '<':
		t.raw, t.odd = b[:i], true
	default:
		j := bytes.IndexAny(b[i:], "<>")
		if j < 0 || b[i+j] == '<' {
			return token{}, false
		}
		t.raw, t.odd = b[:i+j+1], true
	}
	return t, true
}

// nameStart is narrower than XML's rule: no feed has an element of another
// script, but "<图>" stands in many a headline.
func nameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

func nameLen(b []byte) int {
	if len(b) == 0 || !nameStart(b[0]) {
		return 0
	}
	for i, c := range b {
		if !nameStart(c) && (c < '0' || c > '9') && c != '-' && c != '.' && c != ':' {
			return i
		}
	}
	return len(b)
}

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// local is a name without its prefix, in lower case when it is one of ours.
func local(name []byte) string {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return strings.ToLower(string(name))
}

func prefix(name []byte) string {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return string(name[:i])
	}
	return ""
}
