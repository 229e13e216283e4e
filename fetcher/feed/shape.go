package feed

import (
	"bytes"
)

// Shape is what a document looks like from outside.
type Shape string

// The shapes of a document. A JSON Feed is a feed.
const (
	ShapeFeed  Shape = "feed"
	ShapeHTML  Shape = "html"
	ShapeJSON  Shape = "json"
	ShapeEmpty Shape = "empty"
	ShapeOther Shape = "other"
)

// Sniff tells a document's shape by its first markup, whatever stands before
// it. A page that wraps a feed is a feed.
func Sniff(utf8 []byte) Shape { return outlineOf(utf8).shape }

// outline is where a feed lies in its document.
type outline struct {
	shape    Shape
	json     bool
	root     int // offset of the root element
	page     bool
	entities entities
	dropped  []byte // what stands before the root and is no part of XML's prolog
}

func outlineOf(doc []byte) outline {
	trimmed := bytes.TrimLeft(doc, "\uFEFF \t\r\n\x00")
	if len(trimmed) == 0 {
		return outline{shape: ShapeEmpty}
	}
	if o, ok := outlineJSON(trimmed, len(doc)-len(trimmed)); ok {
		return o
	}
	return outlineXML(doc)
}

func outlineJSON(doc []byte, at int) (outline, bool) {
	if doc[0] != '{' && doc[0] != '[' || bytes.Contains(doc[:min(len(doc), 512)], []byte("<?xml")) {
		return outline{}, false
	}
	o := outline{shape: ShapeJSON, json: true, root: at}
	head := doc[:min(len(doc), 64<<10)]
	if doc[0] == '{' && bytes.Contains(head, []byte("jsonfeed.org/version")) {
		o.shape = ShapeFeed
	}
	return o, true
}

func outlineXML(doc []byte) outline {
	o := outline{shape: ShapeOther}
	s := scanner{doc: doc}
	for n := 0; n < maxTokens; n++ {
		at := s.pos
		t, ok := s.next()
		if !ok {
			break
		}
		switch t.kind {
		case doctype:
			o.entities = declaredEntities(t.inner)
			o.page = o.page || len(o.dropped) == 0 && bytes.HasPrefix(bytes.ToLower(bytes.TrimSpace(t.inner)), []byte("html"))
		case text, end, cdata:
			o.dropped = append(o.dropped, bytes.TrimSpace(t.raw[:min(len(t.raw), 1024)])...)
		case start:
			if o.element(t, doc[at:]) {
				o.shape, o.root = ShapeFeed, at
				return o
			}
			o.dropped = append(o.dropped, t.raw[:min(len(t.raw), 1024)]...)
		}
		o.dropped = o.dropped[:min(len(o.dropped), 4096)]
	}
	if o.page {
		o.shape = ShapeHTML
	}
	return o
}

// element looks at a start tag on the way to the root; true when it is it. In a
// page, only an element that says more than its name and holds items counts.
func (o *outline) element(t token, rest []byte) bool {
	switch local(t.name) {
	case "html", "head", "body":
		o.page = true
	case "rss", "feed", "rdf":
		if !o.page {
			return true
		}
		return len(t.attrs) > 0 && (bytes.Contains(rest, []byte("<entry")) || bytes.Contains(rest, []byte("<item")))
	}
	return false
}
