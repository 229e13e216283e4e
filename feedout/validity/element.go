package validity

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// prefixes are how this package writes the namespaces that it knows.
var prefixes = map[string]string{
	"":                            "",
	"http://www.w3.org/2005/Atom": "atom:",
	"http://purl.org/rss/1.0/modules/content/":    "content:",
	"http://purl.org/dc/elements/1.1/":            "dc:",
	"http://search.yahoo.com/mrss/":               "media:",
	"http://purl.org/syndication/history/1.0":     "fh:",
	"http://purl.org/atompub/tombstones/1.0":      "at:",
	"http://www.sitemaps.org/schemas/sitemap/0.9": "sm:",
	"http://www.w3.org/1999/xhtml":                "xhtml:",
	"http://www.w3.org/XML/1998/namespace":        "xml:",
	"xml":                                         "xml:",
}

// unknown is the prefix of every other namespace.
const unknown = "?:"

// element is an element with what is in it.
type element struct {
	tag      string // with one of prefixes
	attrs    map[string]string
	text     string // all of it that is not in children
	children []*element
}

// parse reads a whole document.
func parse(body []byte) (*element, error) {
	if !utf8.Valid(body) {
		return nil, errors.New("not UTF-8")
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	var open []*element
	var root *element
	for {
		tok, err := d.Token()
		if err == io.EOF && root != nil && len(open) == 0 {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			e, err := begin(tok)
			if err != nil {
				return nil, err
			}
			switch {
			case len(open) > 0:
				parent := open[len(open)-1]
				parent.children = append(parent.children, e)
			case root != nil:
				return nil, errors.New("two roots")
			default:
				root = e
			}
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(tok)
			} else if len(bytes.TrimSpace(tok)) > 0 {
				return nil, errors.New("text outside of the root")
			}
		case xml.Directive:
			return nil, errors.New("a document type, which readers refuse")
		}
	}
}

func begin(tok xml.StartElement) (*element, error) {
	e := &element{tag: tagged(tok.Name), attrs: make(map[string]string)}
	for _, a := range tok.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		name := tagged(a.Name)
		if _, twice := e.attrs[name]; twice {
			return nil, fmt.Errorf("%s has attribute %s twice", e.tag, name)
		}
		e.attrs[name] = a.Value
	}
	return e, nil
}

func tagged(n xml.Name) string {
	if p, ok := prefixes[n.Space]; ok {
		return p + n.Local
	}
	return unknown + n.Local
}

// all are the children of a tag.
func (e *element) all(tag string) (list []*element) {
	for _, c := range e.children {
		if c.tag == tag {
			list = append(list, c)
		}
	}
	return list
}

// first is the text of the first child of a tag.
func (e *element) first(tag string) string {
	for _, c := range e.children {
		if c.tag == tag {
			return c.text
		}
	}
	return ""
}

// shape is what may stand in an element: names with how often each may, as in
// "title! link? item*": once, at most once, at least once (+), any number. In
// children "#" is text that may be empty, "##" is text that may not.
type shape struct {
	children, attrs string
	check           func(*checker, *element) // of the value; may be nil
}

// shapes are those of a format, by tag.
type shapes map[string]shape

// shape judges an element and all in it.
func (c *checker) shape(known shapes, e *element) {
	s, ok := known[e.tag]
	switch {
	case strings.HasPrefix(e.tag, unknown):
		c.report("namespace", e.tag, "its namespace is not known")
		return
	case !ok:
		return // its parent has reported it
	}
	before := c.item
	if id := e.first("guid") + e.first("atom:id"); e.tag == "item" || e.tag == "atom:entry" {
		c.item = strings.TrimSpace(id)
	}
	c.children(s.children, e)
	c.attributes(s.attrs, e)
	c.legal(e.tag, e.text)
	if s.check != nil {
		s.check(c, e)
	}
	for _, child := range e.children {
		c.shape(known, child)
	}
	c.item = before
}

func (c *checker) children(allowed string, e *element) {
	counts := make(map[string]int)
	for _, child := range e.children {
		counts[child.tag]++
	}
	texts := false
	for name := range strings.FieldsSeq(allowed) {
		if strings.HasPrefix(name, "#") {
			texts = true
			c.must(name == "#" || strings.TrimSpace(e.text) != "", "blank", e.tag, "it is empty")
			continue
		}
		tag, often := name[:len(name)-1], name[len(name)-1]
		n := counts[tag]
		delete(counts, tag)
		c.must(often == '*' || often == '?' && n < 2 || often == '!' && n == 1 || often == '+' && n > 0, "element", e.tag, "it has %d elements %s, of %s", n, tag, name)
	}
	for tag := range counts {
		if !strings.HasPrefix(tag, unknown) {
			c.report("element", e.tag, "it may have no %s", tag)
		}
	}
	c.must(texts || strings.TrimSpace(e.text) == "", "text", e.tag, "it has the text %.40q", strings.TrimSpace(e.text))
	c.must(!texts || len(e.children) == 0, "text", e.tag, "it has elements among its text")
}

func (c *checker) attributes(allowed string, e *element) {
	left := len(e.attrs)
	for name := range strings.FieldsSeq(allowed + " xml:lang?") {
		value, there := e.attrs[name[:len(name)-1]]
		if there {
			left--
			c.legal(e.tag, value)
		}
		c.must(there || name[len(name)-1] == '?', "attribute", e.tag, "it lacks %s", name[:len(name)-1])
	}
	c.must(left == 0, "attribute", e.tag, "it has attributes beyond %s: %v", allowed, e.attrs)
	if lang, ok := e.attrs["xml:lang"]; ok {
		c.language(e.tag, lang)
	}
}

// legal judges the characters of a text.
func (c *checker) legal(where, text string) {
	for _, r := range text {
		ok := r == '\n' || r == '\t' || !unicode.IsControl(r) && r&0xFFFE != 0xFFFE && (r < 0xFDD0 || r > 0xFDEF) && (r < 0x202A || r > 0x202E) && (r < 0x2066 || r > 0x2069)
		if !ok {
			c.report("character", where, "it has %U", r)
			return
		}
	}
}
