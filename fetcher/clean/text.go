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
		w.node(n)
	}
	return w.String()
}

// NodeText is the text of a parsed element, as Text has it.
func NodeText(n *html.Node) string {
	var w writer
	w.node(n)
	return w.String()
}

// writer gathers lines of text.
type writer struct {
	lines []string
	line  strings.Builder
}

func (w *writer) node(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		w.line.WriteString(n.Data)
		return
	case n.Type != html.ElementNode && n.Type != html.DocumentNode, silent[n.DataAtom]:
		return
	}
	if n.DataAtom == atom.Br || breaks(n.DataAtom) {
		w.end()
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
	switch {
	case breaks(n.DataAtom):
		w.end()
	case n.DataAtom == atom.Td || n.DataAtom == atom.Th:
		w.line.WriteByte('\t')
	}
}

// silent are the elements whose text nobody reads.
var silent = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Head: true,
	atom.Iframe: true, atom.Select: true, atom.Textarea: true, atom.Button: true}

func breaks(a atom.Atom) bool {
	switch a {
	case atom.Tr, atom.Ul, atom.Ol, atom.Table, atom.Section, atom.Article, atom.Hr, atom.Pre, atom.Figure, atom.Dl, atom.Body:
		return true
	}
	return block[a] && a != atom.Td && a != atom.Th
}

func (w *writer) end() {
	if line := news.Line(w.line.String()); line != "" {
		w.lines = append(w.lines, line)
	}
	w.line.Reset()
}

func (w *writer) String() string {
	w.end()
	return strings.Join(w.lines, "\n")
}
