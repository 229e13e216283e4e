// Package clean makes foreign markup harmless and plain: no script, style,
// form, frame or handler survives, every address is absolute, and what remains
// is well-formed.
package clean

import (
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"chinanews/news"
)

// policy is what may remain: text, its structure, links and pictures.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code",
		"ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
		"em", "strong", "b", "i", "u", "s", "sub", "sup", "small", "q", "cite", "abbr", "figure", "figcaption", "a", "img", "ruby", "rt", "rp")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src", "alt", "width", "height").OnElements("img")
	p.AllowAttrs(lazy...).OnElements("img")
	p.AllowAttrs("title").OnElements("a", "img", "abbr")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.SkipElementsContent("script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math",
		"select", "textarea", "button", "audio", "video", "canvas", "head", "title", "nav")
	return p
})

// HTML is markup without anything active, every link and picture absolute
// against base (which may be nil), empty paragraphs and the spaces with which
// Chinese pages indent them gone. It is well-formed as XML too, and cleaning
// it again changes nothing.
func HTML(markup string, base *url.URL) string {
	return Read(markup, base, false).HTML
}

// Passage is markup made harmless, and what it says.
type Passage struct {
	HTML string // as HTML has it
	Text string // of HTML, as Text has it
	Was  string // as Text has the markup that came; only where it was asked for
}

// Read cleans markup as HTML does, and reads its text on the way.
func Read(markup string, base *url.URL, was bool) (p Passage) {
	markup = news.Legal(markup)
	if regular(markup, func(root *html.Node) {
		if was {
			p.Was = textOf(root, len(markup))
		}
		took := tidy(root, base)
		p.HTML = rendered(root, len(markup))
		if p.Text = p.Was; took || !was {
			p.Text = textOf(root, len(markup))
		}
	}) {
		return p
	}
	if was {
		p.Was = parsedText(markup)
	}
	p.HTML = mended(markup, base)
	p.Text = Text(p.HTML)
	return p
}

// mended is what HTML makes of markup by way of the policy and a parser.
func mended(markup string, base *url.URL) string {
	out := pass(policy().Sanitize(markup), base)
	for n := 0; n < mostPasses && strings.Contains(out, "<table"); n++ {
		again := pass(out, base)
		if again == out {
			break
		}
		out = again
	}
	return out
}

// mostPasses bounds how often markup with a table is parsed again: a link that
// the table moved into another link, or a paragraph into a paragraph, is moved
// out by the next reader (HTML, section 13.2.6.1), whose tree would be another
// than ours. Nothing else needs it, and it costs up to half as much again.
const mostPasses = 4

// pass parses what the policy let through, tidies it and writes it down.
func pass(markup string, base *url.URL) string {
	root := &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}
	for _, n := range fragment(markup) {
		root.AppendChild(n)
	}
	tidy(root, base)
	return rendered(root, len(markup))
}

// rendered writes down what stands in an element, in about size bytes.
func rendered(root *html.Node, size int) string {
	var b strings.Builder
	b.Grow(size)
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if err := html.Render(&b, n); err != nil {
			return ""
		}
	}
	return strings.Trim(b.String(), blanks)
}

func fragment(markup string) []*html.Node {
	body := &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"}
	nodes, err := html.ParseFragment(strings.NewReader(markup), body)
	if err != nil {
		return nil
	}
	return nodes
}

// wide are runs of ideographic spaces, which HTML does not fold as it does
// ordinary ones.
var wide = regexp.MustCompile("\u3000{2,}")

// spaced is a text with ordinary blanks in place of those that pages set it
// with.
func spaced(text string) string {
	if !strings.Contains(text, "\u3000\u3000") && !strings.Contains(text, "\u00a0") {
		return text
	}
	return wide.ReplaceAllString(strings.ReplaceAll(text, "\u00a0", " "), "\u3000")
}

// tidy walks a tree that the policy let through, children first. It reports
// whether it took anything away but blanks.
func tidy(parent *html.Node, base *url.URL) (took bool) {
	for n := parent.FirstChild; n != nil; {
		next := n.NextSibling
		took = tidy(n, base) || took
		switch {
		case n.Type == html.TextNode:
			if p := n.PrevSibling; p != nil && p.Type == html.TextNode { // what stood between them is gone
				n.Data = p.Data + n.Data
				parent.RemoveChild(p)
			}
			n.Data = spaced(news.Legal(n.Data))
			indent(n)
		case n.Type != html.ElementNode:
			parent.RemoveChild(n)
			took = true
		case n.DataAtom == atom.A:
			link(n, base)
		case n.DataAtom == atom.Img && !picture(n, base), hollow(n):
			parent.RemoveChild(n)
			took = true
		}
		n = next
	}
	return took
}

// indent takes the blanks away with which a paragraph or a line begins, also
// within what only formats it.
func indent(n *html.Node) {
	at := n
	for before(at) == nil && at.Parent != nil && formats(at.Parent.DataAtom) {
		at = at.Parent
	}
	switch b := before(at); {
	case b == nil && at.Parent != nil && block(at.Parent.DataAtom), b != nil && (b.DataAtom == atom.Br || block(b.DataAtom)):
		n.Data = strings.TrimLeft(n.Data, blanks)
	}
}

const blanks = " \t\n\u3000"

// before is what stands before a node, but for blanks.
func before(n *html.Node) *html.Node {
	p := n.PrevSibling
	for p != nil && p.Type == html.TextNode && strings.Trim(p.Data, blanks) == "" {
		p = p.PrevSibling
	}
	return p
}

// formats reports an element that shapes only what stands in it.
func formats(a atom.Atom) bool {
	switch a {
	case atom.Span, atom.B, atom.Strong, atom.Em, atom.I, atom.U:
		return true
	}
	return false
}

// block reports an element that begins a line, and ends one.
func block(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Li, atom.Td, atom.Th, atom.Dd, atom.Dt, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Figcaption:
		return true
	}
	return false
}

// hollow reports a paragraph, heading, division or span with nothing in it.
func hollow(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Span, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Figure:
	default:
		return false
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.TextNode && c.DataAtom != atom.Br || strings.Trim(c.Data, blanks) != "" && c.Type == html.TextNode {
			return false
		}
	}
	return true
}

// link makes a link absolute; one that leads nowhere becomes its text.
func link(n *html.Node, base *url.URL) {
	href, ok := absolute(attribute(n, "href"), base, true)
	title := attribute(n, "title")
	n.Attr = nil
	if !ok {
		n.Data, n.DataAtom = "span", atom.Span
		return
	}
	n.Attr = []html.Attribute{{Key: "href", Val: href}}
	if title != "" {
		n.Attr = append(n.Attr, html.Attribute{Key: "title", Val: news.Line(title)})
	}
	n.Attr = append(n.Attr, html.Attribute{Key: "rel", Val: "nofollow noopener"})
}

// lazy are the attributes in which pages keep the address of a picture that
// they load when it is scrolled to.
var lazy = []string{"data-original", "data-src", "data-lazy-src", "data-actualsrc", "data-echo", "data-url"}

// source is the address of a picture: src holds a placeholder where another
// attribute has it too.
func source(n *html.Node) string {
	for _, name := range lazy {
		if v := attribute(n, name); v != "" {
			return v
		}
	}
	return attribute(n, "src")
}

// picture makes a picture's address absolute, and reports whether it is one
// to look at.
func picture(n *html.Node, base *url.URL) bool {
	src, ok := absolute(source(n), base, false)
	w, h := attribute(n, "width"), attribute(n, "height")
	if !ok || (w == "1" || w == "0") && (h == "1" || h == "0") {
		return false
	}
	alt, title := attribute(n, "alt"), attribute(n, "title")
	n.Attr = []html.Attribute{{Key: "src", Val: src}, {Key: "alt", Val: news.Line(alt)}}
	if title != "" {
		n.Attr = append(n.Attr, html.Attribute{Key: "title", Val: news.Line(title)})
	}
	return true
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// absolute resolves an address; false when it is none that may be followed.
func absolute(raw string, base *url.URL, mail bool) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || raw == "" {
		return "", false
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	switch u.Scheme {
	case "http", "https":
		u.User = nil
		address := u.String()
		_, err := url.Parse(address) // a host may be none once it is written out
		return address, err == nil && u.Host != ""
	case "mailto":
		return u.String(), mail
	}
	return "", false
}
