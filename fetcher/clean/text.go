package clean

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"chinanews/news"
)

// Text is the text of markup, a line a paragraph or row, entities decoded.
func Text(markup string) (text string) {
	if !strings.ContainsAny(markup, "\r\x00") && regular(markup, func(root *html.Node) { text = textOf(root, len(markup)) }) {
		return text
	}
	return parsedText(markup)
}

// parsedText is what Text makes of markup by way of HTML's parser.
func parsedText(markup string) string {
	var w writer
	for _, n := range fragment(markup) {
		w.node(n, false)
	}
	return w.String()
}

// NodeText is the text of a parsed element, as Text has it.
func NodeText(n *html.Node) string { return textOf(n, 0) }

// textOf is NodeText of what is about size bytes.
func textOf(n *html.Node, size int) string {
	var w writer
	w.all.Grow(size)
	w.node(n, false)
	return w.String()
}

// Line is one line of a text, and where it stands.
type Line struct {
	Text   string       // on one line; empty when it has pictures only
	Linked int          // how many bytes of it, before its white space was folded, are links
	Nodes  []*html.Node // its pieces of text, and pictures
}

// Lines are the lines of a parsed element: those of its text, and its
// pictures.
func Lines(n *html.Node) []Line {
	w := writer{placed: true}
	w.node(n, false)
	w.end()
	return w.lines
}

// writer gathers lines of text.
type writer struct {
	placed bool // also where they stand, and pictures
	lines  []Line
	all    strings.Builder // the lines, unless they are placed
	first  string          // the line that is gathered: a piece, and
	more   []byte          // all of it once there are several
	now    Line            // where it stands
}

func (w *writer) node(n *html.Node, linked bool) {
	switch {
	case n.Type == html.TextNode:
		w.text(n, linked)
		return
	case n.Type != html.ElementNode && n.Type != html.DocumentNode, silent(n.DataAtom):
		return
	case n.DataAtom == atom.Img && w.placed:
		w.now.Nodes = append(w.now.Nodes, n)
		return
	}
	apart := breaks(n.DataAtom)
	if apart || n.DataAtom == atom.Br {
		w.end()
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, linked || n.DataAtom == atom.A)
	}
	switch {
	case apart:
		w.end()
	case n.DataAtom == atom.Td || n.DataAtom == atom.Th:
		w.add("\t")
	}
}

func (w *writer) text(n *html.Node, linked bool) {
	w.add(n.Data)
	if !w.placed {
		return
	}
	w.now.Nodes = append(w.now.Nodes, n)
	if linked {
		w.now.Linked += len(n.Data)
	}
}

// silent reports an element whose text nobody reads, or a reading of Chinese
// characters, which repeats them.
func silent(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Iframe, atom.Select, atom.Textarea, atom.Button, atom.Rt, atom.Rp:
		return true
	}
	return false
}

func breaks(a atom.Atom) bool {
	switch a {
	case atom.Tr, atom.Ul, atom.Ol, atom.Table, atom.Section, atom.Article, atom.Hr, atom.Pre, atom.Figure, atom.Dl, atom.Body:
		return true
	}
	return block(a) && a != atom.Td && a != atom.Th
}

// add adds a piece to the line. Most lines are one.
func (w *writer) add(piece string) {
	switch {
	case w.first == "":
		w.first = piece
		return
	case len(w.more) == 0:
		w.more = append(w.more, w.first...)
	}
	w.more = append(w.more, piece...)
}

func (w *writer) end() {
	line := w.first
	if len(w.more) > 0 {
		line = string(w.more)
	}
	w.first, w.more = "", w.more[:0]
	switch line = news.Line(line); {
	case w.placed:
		w.now.Text = line
		if line != "" || hasPicture(w.now.Nodes) {
			w.lines = append(w.lines, w.now)
		}
		w.now = Line{}
	case line != "":
		if w.all.Len() > 0 {
			w.all.WriteByte('\n')
		}
		w.all.WriteString(line)
	}
}

func hasPicture(nodes []*html.Node) bool {
	for _, n := range nodes {
		if n.DataAtom == atom.Img {
			return true
		}
	}
	return false
}

func (w *writer) String() string {
	w.end()
	return w.all.String()
}

// Link is a link in markup, its address as it is written there and its text as
// Text has it.
type Link struct{ Address, Text string }

// Links are the links of markup that HTML cleaned, in order.
func Links(markup string) (links []Link) {
	if !strings.Contains(markup, "<a ") {
		return nil
	}
	gather := func(n *html.Node) { links = linksIn(links, n) }
	if !regular(markup, gather) {
		for _, n := range fragment(markup) {
			gather(n)
		}
	}
	return links
}

func linksIn(links []Link, n *html.Node) []Link {
	if n.Type == html.ElementNode && n.DataAtom == atom.A {
		for _, a := range n.Attr {
			if a.Key == "href" {
				links = append(links, Link{a.Val, NodeText(n)})
				break
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		links = linksIn(links, c)
	}
	return links
}
