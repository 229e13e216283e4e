package clean

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"chinanews/news"
)

// Text is the text of markup, a line a paragraph or row, entities decoded.
func Text(markup string) string {
	var w writer
	for _, n := range fragment(markup) {
		w.node(n, false)
	}
	return w.String()
}

// NodeText is the text of a parsed element, as Text has it.
func NodeText(n *html.Node) string {
	var w writer
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
	line   strings.Builder
	now    Line // the one that is gathered
}

func (w *writer) node(n *html.Node, linked bool) {
	switch {
	case n.Type == html.TextNode:
		w.text(n, linked)
		return
	case n.Type != html.ElementNode && n.Type != html.DocumentNode, silent[n.DataAtom]:
		return
	case n.DataAtom == atom.Img && w.placed:
		w.now.Nodes = append(w.now.Nodes, n)
		return
	}
	if n.DataAtom == atom.Br || breaks(n.DataAtom) {
		w.end()
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, linked || n.DataAtom == atom.A)
	}
	switch {
	case breaks(n.DataAtom):
		w.end()
	case n.DataAtom == atom.Td || n.DataAtom == atom.Th:
		w.line.WriteByte('\t')
	}
}

func (w *writer) text(n *html.Node, linked bool) {
	w.line.WriteString(n.Data)
	if !w.placed {
		return
	}
	w.now.Nodes = append(w.now.Nodes, n)
	if linked {
		w.now.Linked += len(n.Data)
	}
}

// silent are the elements whose text nobody reads, and the readings of Chinese
// characters, which repeat them.
var silent = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Head: true,
	atom.Iframe: true, atom.Select: true, atom.Textarea: true, atom.Button: true, atom.Rt: true, atom.Rp: true}

func breaks(a atom.Atom) bool {
	switch a {
	case atom.Tr, atom.Ul, atom.Ol, atom.Table, atom.Section, atom.Article, atom.Hr, atom.Pre, atom.Figure, atom.Dl, atom.Body:
		return true
	}
	return block[a] && a != atom.Td && a != atom.Th
}

func (w *writer) end() {
	w.now.Text = news.Line(w.line.String())
	if w.now.Text != "" || pictured(w.now.Nodes) {
		w.lines = append(w.lines, w.now)
	}
	w.line.Reset()
	w.now = Line{}
}

func pictured(nodes []*html.Node) bool {
	for _, n := range nodes {
		if n.DataAtom == atom.Img {
			return true
		}
	}
	return false
}

func (w *writer) String() string {
	w.end()
	var b strings.Builder
	for i, l := range w.lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l.Text)
	}
	return b.String()
}
