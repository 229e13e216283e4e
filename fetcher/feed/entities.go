package feed

import (
	"bytes"
	"regexp"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// The bounds of entities that a document declares itself. They are expanded
// once: a value that names another entity keeps the name as text, so that no
// bomb grows (XML 1.0, section 4.4; we are free not to expand).
const (
	maxEntities  = 128
	maxEntity    = 1 << 10  // bytes of a value
	maxExpansion = 64 << 10 // bytes, in all
)

// entities are the general entities that the internal subset declares.
type entities struct {
	values map[string][]byte
	left   *int
}

var entityDecl = regexp.MustCompile(`<!ENTITY\s+([A-Za-z_][\w.-]*)\s+(?:"([^"]*)"|'([^']*)')\s*>`)

func declaredEntities(subset []byte) entities {
	left := maxExpansion
	e := entities{values: map[string][]byte{}, left: &left}
	for _, m := range entityDecl.FindAllSubmatch(subset, maxEntities) {
		v := append(bytes.Clone(m[2]), m[3]...)
		if _, taken := e.values[string(m[1])]; !taken && len(v) <= maxEntity && !predefined(m[1]) {
			e.values[string(m[1])] = v
		}
	}
	for name, v := range e.values {
		e.values[name] = e.flat(v)
	}
	return e
}

func predefined(name []byte) bool {
	switch string(name) {
	case "lt", "gt", "amp", "apos", "quot":
		return true
	}
	return false
}

// flat makes a value safe to stand in text: markup in it is text, and so are
// the names of further entities; character references stay.
func (e entities) flat(v []byte) []byte {
	var out []byte
	for i, c := range v {
		switch {
		case c == '<':
			out = append(out, "&lt;"...)
		case c == '"':
			out = append(out, "&quot;"...)
		case c == '&' && (i+1 >= len(v) || v[i+1] != '#'):
			out = append(out, "&amp;"...)
		default:
			out = append(out, c)
		}
	}
	return out
}

// reference cuts the reference at the start of b: its name, without & and ;.
// Empty when there is none. A number needs no semicolon here: decoders
// differ on what it means without one, and HTML takes it.
func reference(b []byte) []byte {
	if len(b) > 2 && b[1] == '#' {
		return numeric(b)
	}
	n := bytes.IndexByte(b[:min(len(b), 64)], ';')
	if n < 2 {
		return nil
	}
	for _, c := range b[1:n] {
		if !nameStart(c) && (c < '0' || c > '9') && c != '.' && c != '-' {
			return nil
		}
	}
	return b[1:n]
}

func numeric(b []byte) []byte {
	n := 2
	hex := b[n] == 'x' || b[n] == 'X'
	if hex {
		n++
	}
	for n < len(b) && (b[n] >= '0' && b[n] <= '9' || hex && isHex(b[n])) {
		n++
	}
	if n == 2 || hex && n == 3 {
		return nil
	}
	return b[1:n]
}

// suspect reports whether a tag holds references that must be looked at.
func (r *repairer) suspect(raw []byte) bool {
	return len(r.entities.values) > 0 || bytes.Contains(raw, []byte("&#"))
}

// references writes text, with what its references should have been.
func (r *repairer) references(b []byte) {
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			r.out.Write(b)
			return
		}
		r.out.Write(b[:i])
		b = b[i:]
		name := reference(b)
		if name == nil {
			r.out.WriteByte('&')
			b = b[1:]
			continue
		}
		whole := b[:len(name)+1]
		if len(whole) < len(b) && b[len(whole)] == ';' {
			whole = b[:len(whole)+1]
		}
		r.reference(name, whole)
		b = b[len(whole):]
	}
}

func (r *repairer) reference(name, whole []byte) {
	if name[0] != '#' {
		v, ok := r.entities.values[string(name)]
		if !ok {
			r.out.Write(whole)
			return
		}
		if *r.entities.left -= len(v); *r.entities.left < 0 {
			r.note("left an entity out: its document has too many")
			return
		}
		r.references(v) // flat: only its numbers are looked at
		return
	}
	c, ok := character(string(name[1:]))
	switch {
	case !ok:
		r.note("dropped a reference to an illegal character")
	case c >= 0x80 && c < 0xA0:
		r.note("read a reference to a control character as windows-1252")
		r.out.WriteRune(charmap.Windows1252.DecodeByte(byte(c)))
	default:
		r.out.Write(bytes.TrimSuffix(whole, []byte(";")))
		r.out.WriteByte(';')
	}
}

// character is what a numeric reference stands for; false when XML forbids it.
func character(digits string) (rune, bool) {
	base := 10
	if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	c := rune(n)
	ok := c == '\t' || c == '\n' || c == '\r' || c >= 0x20 && utf8.ValidRune(c) && c != 0xFFFE && c != 0xFFFF
	return c, ok
}
