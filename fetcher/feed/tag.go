package feed

import "bytes"

// longValue is how far an attribute's value may reach and still hold a '>':
// beyond it, somebody forgot the closing quote.
const longValue = 4096

// startTag reads a start tag, however its attributes are written. It is no tag
// when its name is none, or when another '<' comes before its end.
func (s *scanner) startTag(b []byte) (token, bool) {
	n := nameLen(b[1:])
	t := token{kind: start, name: b[1 : 1+n]}
	i := 1 + n
	if i < len(b) && !space(b[i]) && b[i] != '/' && b[i] != '>' {
		return token{}, false
	}
	s.attrs = s.attrs[:0]
	for {
		before := i
		for i < len(b) && space(b[i]) {
			i++
		}
		switch {
		case i >= len(b):
			s.cut = true
			return token{}, false
		case b[i] == '>':
			t.raw, t.attrs = b[:i+1], s.attrs
			return t, true
		case b[i] == '/':
			t.empty = i+1 < len(b) && b[i+1] == '>'
			t.odd = t.odd || !t.empty
			i++
			continue
		case b[i] == '<':
			return token{}, false
		}
		a, next, tidy := attribute(b, i)
		if next < 0 {
			s.cut = true
			return token{}, false
		}
		t.odd = t.odd || !tidy || before == i
		if len(a.name) > 0 && len(s.attrs) <= maxAttrs {
			s.attrs = append(s.attrs, a)
		}
		i = next
	}
}

// attribute reads one attribute at i. next is -1 when the document ends in it;
// tidy tells whether it is well-formed.
func attribute(b []byte, i int) (a attr, next int, tidy bool) {
	n := nameLen(b[i:])
	if n == 0 {
		return attr{}, i + 1, false
	}
	a.name = b[i : i+n]
	i += n
	j := i
	for j < len(b) && space(b[j]) {
		j++
	}
	if j >= len(b) {
		return a, -1, false
	}
	if b[j] != '=' {
		return a, i, false
	}
	j++
	for j < len(b) && space(b[j]) {
		j++
	}
	if j >= len(b) {
		return a, -1, false
	}
	if b[j] == '"' || b[j] == '\'' {
		return quoted(a, b, j)
	}
	return bare(a, b, j)
}

func quoted(a attr, b []byte, i int) (attr, int, bool) {
	v := b[i+1:]
	n := bytes.IndexByte(v, b[i])
	far := n
	if n < 0 {
		far = len(v)
	}
	if n < 0 || n > longValue {
		if gt := bytes.IndexByte(v[:far], '>'); gt >= 0 {
			a.value = v[:gt]
			return a, i + 1 + gt, false
		}
	}
	if n < 0 {
		return a, -1, false
	}
	a.value = v[:n]
	return a, i + n + 2, bytes.IndexByte(a.value, '<') < 0
}

func bare(a attr, b []byte, i int) (attr, int, bool) {
	n := bytes.IndexAny(b[i:], " \t\r\n<>")
	if n < 0 {
		return a, -1, false
	}
	if n > 0 && b[i+n] == '>' && b[i+n-1] == '/' {
		n--
	}
	a.value = b[i : i+n]
	return a, i + n, false
}
