package induce

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// prose finds where a page has most running text outside its links, and how
// much: an article's body. What stands in the blocks of a list does not count.
func (p *Page) prose(besides *group) (*html.Node, int) {
	if besides == nil && p.running != nil {
		return p.running.best, p.running.weights[p.running.best]
	}
	w := &proseCount{weights: make(map[*html.Node]int), skip: make(map[*html.Node]bool)}
	if besides != nil && besides.inline*2 < len(besides.links) {
		for _, b := range besides.blocks {
			w.skip[b] = true
		}
	}
	for _, n := range p.doc.Nodes {
		w.element(n)
	}
	if besides == nil {
		p.running = w
	}
	return w.best, w.weights[w.best]
}

type proseCount struct {
	weights map[*html.Node]int
	skip    map[*html.Node]bool
	best    *html.Node
}

// element gathers the running text of an element and credits it to it and to
// its parent, whose paragraph it is.
func (w *proseCount) element(n *html.Node) {
	if w.skip[n] {
		return
	}
	var own strings.Builder
	w.inline(n, &own)
	text := own.String()
	if n.Type != html.ElementNode || !strings.ContainsAny(text, "。，！？；.,!?;") || weight(text) < 50 {
		return
	}
	w.credit(n, weight(text))
	if paragraphs[n.DataAtom] && n.Parent != nil {
		w.credit(n.Parent, weight(text))
	}
}

func (w *proseCount) credit(n *html.Node, weight int) {
	w.weights[n] += weight
	if w.best == nil || w.weights[n] > w.weights[w.best] {
		w.best = n
	}
}

// inline writes the text that an element has itself; blocks in it are counted
// on their own.
func (w *proseCount) inline(n *html.Node, into *strings.Builder) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			into.WriteString(c.Data)
		case c.Type != html.ElementNode, mute[c.DataAtom], w.skip[c]:
		case flowing[c.DataAtom]:
			w.inline(c, into)
		default:
			w.element(c)
		}
	}
}

var (
	paragraphs = map[atom.Atom]bool{atom.P: true, atom.Div: true, atom.Section: true, atom.Blockquote: true, atom.Li: true, atom.H2: true, atom.H3: true}
	flowing    = map[atom.Atom]bool{atom.Span: true, atom.Font: true, atom.B: true, atom.Strong: true, atom.Em: true, atom.I: true, atom.U: true, atom.Br: true, atom.Small: true, atom.Sub: true, atom.Sup: true}
	mute       = map[atom.Atom]bool{atom.A: true, atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Select: true, atom.Textarea: true, atom.Button: true,
		atom.Footer: true, atom.Nav: true, atom.Iframe: true, atom.Template: true, atom.Head: true}
)
