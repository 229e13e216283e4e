package feed

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// mended is a feed written anew as well-formed XML 1.0 in UTF-8.
type mended struct {
	doc     []byte
	repairs []string
}

// repairer writes a feed token by token. What is well-formed goes through byte
// for byte; comments, instructions and the document type are dropped.
type repairer struct {
	out      bytes.Buffer
	scan     scanner
	entities entities
	counts   map[string]int
	order    []string
	balanced bool // write the end tags that are missing, drop those too many
	open     nesting
}

// repair writes a document that starts with its root element. Balanced, it also
// mends how elements nest, and leaves out an item that was cut off.
func repair(doc []byte, ents entities, balanced bool) mended {
	r := repairer{scan: scanner{doc: doc}, entities: ents, balanced: balanced, counts: map[string]int{}}
	r.out.Grow(len(doc) + len(doc)/16 + 64)
	r.out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>`)
	for n := 0; ; n++ {
		t, ok := r.scan.next()
		if !ok {
			break
		}
		r.write(t)
		if n > 0 && len(r.open) == 0 {
			break
		}
	}
	if balanced {
		r.finish()
	}
	return mended{r.out.Bytes(), r.named()}
}

func (r *repairer) note(what string) {
	if r.counts[what]++; r.counts[what] == 1 {
		r.order = append(r.order, what)
	}
}

// named lists the repairs with how often each was made.
func (r *repairer) named() []string {
	var out []string
	for _, what := range r.order {
		out = append(out, fmt.Sprintf("%s (%d)", what, r.counts[what]))
	}
	return out
}

func (r *repairer) write(t token) {
	switch t.kind {
	case text:
		r.text(t)
	case cdata:
		r.cdata(t)
	case start:
		r.start(t)
	case end:
		r.end(t)
	}
}

func (r *repairer) text(t token) {
	b := t.raw
	if t.odd {
		r.note("escaped a stray <")
		r.out.WriteString("&lt;")
		b = b[1:]
	}
	if bytes.Contains(b, []byte("]]>")) {
		r.note("escaped a stray ]]>")
		b = bytes.ReplaceAll(b, []byte("]]>"), []byte("]]&gt;"))
	}
	r.references(b)
}

func (r *repairer) cdata(t token) {
	if !t.odd {
		r.out.Write(t.raw)
		return
	}
	r.note("mended a CDATA section")
	inner := bytes.ReplaceAll(t.inner, []byte("<![CDATA["), nil)
	r.out.WriteString("<![CDATA[")
	r.out.Write(bytes.ReplaceAll(inner, []byte("]]>"), nil))
	r.out.WriteString("]]>")
}

func (r *repairer) start(t token) {
	role := roleOf(t.name)
	if p := prefix(t.name); p != "" && len(r.open) > 0 && p != prefix(r.open[0].name) {
		role = other
	}
	n := r.open.implied(t.name, role)
	if n > 0 && r.balanced {
		r.note("closed an element that was left open")
	}
	r.pop(n)
	at := r.out.Len()
	empty := t.empty || role == void && r.balanced
	r.tag(t, empty)
	if role == item && !t.empty {
		r.about(t)
	}
	if !t.empty && role != void {
		r.open = append(r.open, frame{t.name, role, at})
	}
}

// about writes the identity of an RSS 1.0 item, which its reader does not look
// for, as a guid; one that the item states itself comes later and wins.
func (r *repairer) about(t token) {
	for _, a := range t.attrs {
		if local(a.name) == "about" && len(a.value) > 0 {
			r.out.WriteString(`<guid isPermaLink="` + aboutMark + `">`)
			r.value(a.value)
			r.out.WriteString("</guid>")
			return
		}
	}
}

// tag writes a start tag, anew when it is not well-formed.
func (r *repairer) tag(t token, empty bool) {
	name := safeName(t.name)
	refs := bytes.IndexByte(t.raw, '&') >= 0 && r.suspect(t.raw)
	if !t.odd && !refs && len(name) == len(t.name) && empty == t.empty {
		r.out.Write(t.raw)
		return
	}
	if t.odd {
		r.note("wrote a tag anew")
	}
	r.out.WriteByte('<')
	r.out.Write(name)
	for _, a := range t.attrs {
		r.out.WriteByte(' ')
		r.out.Write(safeName(a.name))
		r.out.WriteString(`="`)
		r.value(a.value)
		r.out.WriteByte('"')
	}
	if empty {
		r.out.WriteByte('/')
	}
	r.out.WriteByte('>')
}

// value writes an attribute's value, or one that becomes text.
func (r *repairer) value(v []byte) {
	v = bytes.ReplaceAll(v, []byte("<"), []byte("&lt;"))
	v = bytes.ReplaceAll(v, []byte(`"`), []byte("&quot;"))
	r.references(v)
}

// safeName drops from a name what Go's decoder refuses: more than one colon, or
// one at the end.
func safeName(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 && (i == len(name)-1 || bytes.IndexByte(name[i+1:], ':') >= 0 || !nameStart(name[i+1])) {
		return bytes.ReplaceAll(name, []byte(":"), nil)
	}
	return name
}

func (r *repairer) end(t token) {
	n := r.open.closes(t.name)
	if !r.balanced {
		r.pop(n)
		if t.odd {
			r.note("wrote a tag anew")
		}
		r.closing(t.name)
		return
	}
	if n == 0 && roleOf(t.name) != void {
		r.note("dropped an end tag that ends nothing")
	}
	if n > 1 {
		r.note("closed an element that was left open")
	}
	r.pop(n)
}

// pop closes the innermost elements; balanced, it writes their end tags.
func (r *repairer) pop(n int) {
	for ; n > 0; n-- {
		f := r.open[len(r.open)-1]
		r.open = r.open[:len(r.open)-1]
		if r.balanced {
			r.closing(f.name)
		}
	}
}

func (r *repairer) closing(name []byte) {
	r.out.WriteString("</")
	r.out.Write(safeName(name))
	r.out.WriteByte('>')
}

// finish ends a document that was cut off: the open item is left out, for half
// an item would be taken for the whole, and the rest is closed.
func (r *repairer) finish() {
	if at := r.open.item(); at >= 0 {
		r.out.Truncate(r.open[at].at)
		r.open = r.open[:at]
	}
	r.pop(len(r.open))
}

// legalXML drops what XML 1.0 forbids (section 2.2); the count is of bytes.
func legalXML(doc []byte) ([]byte, int) {
	if legal(doc) {
		return doc, 0
	}
	out := bytes.Map(func(c rune) rune {
		if forbidden(c) {
			return -1
		}
		return c
	}, doc)
	return out, max(0, len(doc)-len(out))
}

func forbidden(c rune) bool {
	return c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c == 0xFFFE || c == 0xFFFF
}

// legal reports whether a document is UTF-8 and holds nothing forbidden.
func legal(doc []byte) bool {
	for n := 0; n < len(doc); {
		if c := doc[n]; c >= 0x20 && c < utf8.RuneSelf || c == '\n' {
			n++
			continue
		}
		c, size := utf8.DecodeRune(doc[n:])
		if forbidden(c) || c == utf8.RuneError && size == 1 {
			return false
		}
		n += size
	}
	return true
}
