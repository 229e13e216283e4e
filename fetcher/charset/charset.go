// Package charset turns the bytes of a document into UTF-8 and says how it
// decided. It believes, in this order: the row's own word, a byte order mark,
// bytes that are UTF-8 beyond doubt, the HTTP header, the document's own
// declaration, and then the bytes. It never refuses a document for a bad byte.
//
// The trap: a label is a claim. Ministries serve UTF-8 as gb2312 and GBK as
// UTF-8 or as nothing at all, so each labelled reading is weighed against the
// bytes before it is believed, and a claim that was overruled is a warning.
package charset

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/encoding"

	"chinanews/news"
)

// Text is a document in UTF-8, with how that was decided.
type Text struct {
	UTF8     []byte   // without a byte order mark; always valid
	Charset  string   // the decision and its ground: "gb18030 (header)", "utf-8 (content)"
	Warnings []string // one sentence each, for an editor
}

// Decode reads a body. contentType is the Content-Type header as received,
// override the encoding that the row prescribes; both may be empty. The
// problem is ClassEncoding, and only when hardly anything could be read; the
// Text is given even then.
func Decode(body []byte, contentType, override string) (Text, *news.Problem) {
	d := &decision{body: body}
	d.decide(contentType, override)
	if d.bad > 0 {
		d.warn("bytes that are no %s became the replacement character, in number %d", d.name, d.bad)
	}
	t := Text{UTF8: d.text, Charset: d.name + " (" + d.why + ")", Warnings: d.warnings}
	if rubbish(d.text, d.bad) {
		return t, &news.Problem{Class: news.ClassEncoding, Condition: news.Broken,
			Words: fmt.Sprintf("the document cannot be read as %s; set the row's charset if you know it", d.name)}
	}
	return t, nil
}

// decision is one document on its way to an encoding.
type decision struct {
	body     []byte
	text     []byte
	name     string
	why      string
	bad      int // replacement characters that the bytes did not hold themselves
	warnings []string
}

func (d *decision) warn(format string, args ...any) {
	d.warnings = append(d.warnings, fmt.Sprintf(format, args...))
}

func (d *decision) decide(contentType, override string) {
	if d.prescribed(override) || d.marked() || d.wide() {
		return
	}
	labels := d.labels(contentType)
	if d.sevenBit(labels) || d.plainUTF8(labels) {
		return
	}
	for _, l := range labels {
		if d.believe(l) {
			return
		}
	}
	d.guess()
}

// take settles for an encoding.
func (d *decision) take(r reading, why string) {
	d.text, d.name, d.bad, d.why = r.text, r.name, r.bad, why
}

// prescribed obeys the row.
func (d *decision) prescribed(override string) bool {
	if override == "" {
		return false
	}
	e, name := lookup(override)
	if e == nil {
		d.warn("the row's charset %q is no encoding that is known here; the bytes decide", override)
		return false
	}
	d.take(read(d.body, e, name), "row")
	return true
}

// plainUTF8 settles for UTF-8 when the bytes are that, whatever was declared.
func (d *decision) plainUTF8(labels []label) bool {
	if !utf8.Valid(d.body) {
		return false
	}
	why := "content"
	if len(labels) > 0 {
		switch l := labels[0]; {
		case l.name == utf8Name:
			why = l.from
		case ascii(d.body):
			d.take(reading{text: d.body, name: l.name}, l.from)
			return true
		case d.couldBe(l):
			return false
		default:
			d.warn("the %s says %s, but the text is UTF-8 and was read so", l.from, l.said)
		}
	}
	d.take(reading{text: trimMark(d.body), name: utf8Name}, why)
	return true
}

// couldBe reports whether bytes that happen to be UTF-8 are rather what a
// double-byte label says: pairs of a GB or EUC text can look like two-byte
// UTF-8, but then there is nothing else.
func (d *decision) couldBe(l label) bool {
	if !doubleByte(l.name) {
		return false
	}
	for i := 0; i < len(d.body); {
		_, n := utf8.DecodeRune(d.body[i:])
		if n > 2 {
			return false
		}
		i += n
	}
	r := read(d.body, l.enc, l.name)
	return r.bad == 0 && plausible(r.text, l.name)
}

// believe settles for a label unless the bytes contradict it.
func (d *decision) believe(l label) bool {
	r := read(d.body, l.enc, l.name)
	if !r.good() {
		d.warn("the %s says %s, but the bytes are not", l.from, l.said)
		return false
	}
	if l.name != gbName && looksGB(d.body) && chineseShare(r.text) < 0.1 && !plausible(r.text, l.name) {
		d.warn("the %s says %s, but the bytes are GB18030 and were read so", l.from, l.said)
		return false
	}
	d.take(r, l.from)
	return true
}

// trimMark drops a byte order mark that is part of a UTF-8 text.
func trimMark(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\uFEFF")) }

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// reading is a body read by one encoding.
type reading struct {
	text []byte
	name string
	bad  int
}

// read decodes with an encoding; every byte that is none of it costs one
// U+FFFD.
func read(body []byte, e encoding.Encoding, name string) reading {
	if name == utf8Name {
		text, bad := validUTF8(body)
		return reading{trimMark(text), name, bad}
	}
	var text []byte
	switch name {
	case gbName, "euc-jp", "euc-kr":
		text = decodePairs(body, e, name)
	default:
		text, _ = e.NewDecoder().Bytes(body) // x/text replaces; it has no other error here
	}
	text, _ = validUTF8(text)
	return reading{trimMark(text), name, bytes.Count(text, []byte("\uFFFD"))}
}

func validUTF8(b []byte) ([]byte, int) {
	if utf8.Valid(b) {
		return b, 0
	}
	out, bad := make([]byte, 0, len(b)+len(b)/8), 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			bad++
		}
		out, b = utf8.AppendRune(out, r), b[n:]
	}
	return out, bad
}

// good reports whether a reading fails at few places only, for what it holds.
func (r reading) good() bool {
	if r.bad == 0 {
		return true
	}
	other := 0
	for _, c := range string(r.text) {
		if c >= utf8.RuneSelf && c != utf8.RuneError {
			other++
		}
	}
	return r.bad <= 1 && other > 0 || r.bad*4 <= other
}

func rubbish(text []byte, bad int) bool {
	return bad > 8 && bad*5 > utf8.RuneCount(text)
}
