package feedout

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"github.com/gorilla/feeds"

	"chinanews/news"
)

// linesOf are a document's lines in the order of a format: tombstones are no
// entries, and stand before these.
func (d Document) linesOf(f Format) []line {
	if f != Atom {
		return d.list
	}
	isEntry := func(l line) bool { _, stub := l.of.(*news.Stub); return !stub }
	isStub := func(l line) bool { return !isEntry(l) }
	return slices.Concat(slices.DeleteFunc(slices.Clone(d.list), isEntry), slices.DeleteFunc(slices.Clone(d.list), isStub))
}

// entry makes a line of a document.
func (d Document) entry(f Format, l line) (e entry, err error) {
	d.said = l.said
	switch f {
	case RSS:
		item := d.rssLine(l)
		e.media = len(item.Media) > 0
		e.text, err = xmlEntry(2, item)
	case Atom:
		e.text, err = xmlEntry(1, d.atomLine(l))
	case JSON:
		e.text, err = jsonEntry(d.jsonLine(l))
	}
	return e, err
}

// frame makes what is around a document's entries.
func (d Document) frame(f Format, entries []entry) (frame, error) {
	switch f {
	case RSS:
		media := slices.ContainsFunc(entries, func(e entry) bool { return e.media })
		return xmlFrame(d.rssRoot(media), "\n  </channel>\n</rss>")
	case Atom:
		return xmlFrame(d.atomRoot(len(d.Stubs) > 0), "\n</feed>")
	case JSON:
		return jsonFrame(d.jsonRoot(), len(entries) > 0)
	}
	return frame{}, fmt.Errorf("feed format %q is not known", f)
}

// xmlEntry is an element at a depth of a document, on lines of its own.
func xmlEntry(depth int, element any) ([]byte, error) {
	b := bytes.NewBufferString("\n")
	enc := xml.NewEncoder(b)
	enc.Indent(strings.Repeat("  ", depth), "  ")
	err := enc.Encode(element)
	return b.Bytes(), err
}

// xmlFrame is of a document that ends so without entries.
func xmlFrame(root feeds.XmlFeed, end string) (frame, error) {
	var b bytes.Buffer
	err := feeds.WriteXML(root, &b)
	return frame{head: bytes.TrimSuffix(b.Bytes(), []byte(end)), tail: []byte(end + "\n")}, err
}

func jsonEntry(item jsonItem) ([]byte, error) {
	b := bytes.NewBufferString("\n  ")
	err := jsonTo(b, "  ").Encode(item)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func jsonFrame(root jsonFeed, any bool) (frame, error) {
	var b bytes.Buffer
	err := jsonTo(&b, "").Encode(root)
	const end = "]\n}\n"
	f := frame{head: bytes.TrimSuffix(b.Bytes(), []byte(end)), between: []byte(","), tail: []byte(end)}
	if any {
		f.tail = []byte("\n " + end)
	}
	return f, err
}

func jsonTo(b *bytes.Buffer, prefix string) *json.Encoder {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, " ")
	return enc
}
