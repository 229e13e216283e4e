package clean

import (
	"net/url"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// build makes in one pass the tree that the policy and HTML's parser make of
// markup, when they have nothing to mend in it: elements that are known, each
// closed where it ends, nested as HTML lets them. Where it is not sure of that
// it gives up, and the two do their work.
type build struct {
	root   *html.Node
	open   []opened // the elements around what comes next, outermost first
	prose  int      // how many of them hold only what is inline
	attrs  []html.Attribute
	blocks [][]html.Node // nodes, of which used are in use
	used   int
	copied int // bytes of texts that were joined
}

// opened is an element that is open, and the node that takes what stands in it.
type opened struct {
	*element
	node *html.Node
}

// deepest is how deep elements may nest; blockSize how many nodes are made at
// once, mostBlocks how many blocks are kept for the next build.
const (
	deepest    = 64
	blockSize  = 64
	mostBlocks = 64
)

var builds = sync.Pool{New: func() any { return new(build) }}

// regular gives the tree of markup that is legal and regular. The tree is for
// use only, and nothing of it is to be kept; the strings in it may be.
func regular(markup string, use func(root *html.Node)) bool {
	b := builds.Get().(*build)
	defer b.free()
	b.root = b.node(html.ElementNode, atom.Div, "div")
	if !b.markup(markup) {
		return false
	}
	use(b.root)
	return true
}

// free forgets the tree and keeps its memory.
func (b *build) free() {
	for n := 0; n*blockSize < b.used; n++ {
		clear(b.blocks[n])
	}
	b.blocks = b.blocks[:min(len(b.blocks), mostBlocks)]
	clear(b.open)
	b.root, b.open, b.prose, b.used, b.attrs, b.copied = nil, b.open[:0], 0, 0, nil, 0
	builds.Put(b)
}

func (b *build) node(t html.NodeType, a atom.Atom, content string) *html.Node {
	if b.used == len(b.blocks)*blockSize {
		b.blocks = append(b.blocks, make([]html.Node, blockSize))
	}
	n := &b.blocks[b.used/blockSize][b.used%blockSize]
	b.used++
	n.Type, n.DataAtom, n.Data = t, a, content
	return n
}

// top is the node that takes what comes next.
func (b *build) top() *html.Node {
	if len(b.open) == 0 {
		return b.root
	}
	return b.open[len(b.open)-1].node
}

func (b *build) markup(s string) bool {
	for s != "" {
		n := strings.IndexByte(s, '<')
		switch {
		case n < 0:
			n = len(s)
			fallthrough
		case n > 0:
			if !b.text(html.UnescapeString(s[:n])) {
				return false
			}
		case strings.HasPrefix(s, "</"):
			n = b.end(s)
		case strings.HasPrefix(s, "<!--"):
			n = comment(s)
		default:
			n = b.start(s)
		}
		if n == 0 {
			return false
		}
		s = s[n:]
	}
	return len(b.open) == 0
}

// mostCopied bounds what joining a text of very many pieces costs.
const mostCopied = 1 << 20

// text adds to the text that stands there, if one does: tags that the policy
// takes away divide no text. The line feed that begins a pre is none of it. A
// carriage return is a blank until the text is tidied, and nothing then.
func (b *build) text(s string) bool {
	top := b.top()
	last := top.LastChild
	switch {
	case strings.IndexByte(s, '\r') >= 0:
		return false
	case last != nil && last.Type == html.TextNode:
		last.Data += s
		b.copied += len(last.Data)
		return b.copied <= mostCopied
	case last == nil && top.DataAtom == atom.Pre:
		if s = strings.TrimPrefix(s, "\n"); s == "" {
			return false
		}
	}
	top.AppendChild(b.node(html.TextNode, 0, s))
	return true
}

// comment is the length of a comment that all readers end at the same place.
func comment(s string) int {
	body, _, ended := strings.Cut(s[4:], "-->")
	if !ended || strings.HasPrefix(body, ">") || strings.HasPrefix(body, "->") || strings.Contains(body, "--") {
		return 0
	}
	return 4 + len(body) + 3
}

// end closes the innermost element; it returns the length of the tag.
func (b *build) end(s string) int {
	e, n := named(s[2:])
	n = pastSpace(s, 2+n)
	switch {
	case e == nil || n == len(s) || s[n] != '>':
		return 0
	case e.atom == atom.Img: // it ends nothing
		return n + 1
	case len(b.open) == 0 || b.open[len(b.open)-1].element != e:
		return 0
	}
	b.open = b.open[:len(b.open)-1]
	if e.kind == prose {
		b.prose--
	}
	return n + 1
}

// start opens an element where it may stand; it returns the length of the tag.
func (b *build) start(s string) int {
	e, n := named(s[1:])
	if e == nil || !b.fits(e) {
		return 0
	}
	n, closed := b.attributes(e, s, 1+n)
	alone := e.kind == void || e.kind == rule
	switch {
	case n == 0, closed && !alone, e.atom == atom.Img && len(b.attrs) == 0:
		return 0
	case e.kind == hidden:
		return pastHidden(s, n, e.name)
	case alone:
		b.add(e)
	default:
		b.open = append(b.open, opened{e, b.add(e)})
		if e.kind == prose {
			b.prose++
		}
	}
	return n
}

// pastHidden is where a hidden element ends whose tag ends at a position: 0 when
// another reader may see it end elsewhere.
func pastHidden(s string, at int, name string) int {
	n := strings.Index(s[at:], "</")
	if end := "</" + name + ">"; n >= 0 && strings.HasPrefix(s[at+n:], end) && !strings.Contains(s[at:at+n], "<!--") {
		return at + n + len(end)
	}
	return 0
}

// add puts an element into the tree, unless its tags are taken away, as those
// of a link without an address are. It returns the node for what stands in it.
func (b *build) add(e *element) *html.Node {
	if e.dropped || e.atom == atom.A && len(b.attrs) == 0 {
		return b.top()
	}
	n := b.node(html.ElementNode, e.atom, e.name)
	n.Attr, b.attrs = b.attrs, nil
	b.top().AppendChild(n)
	return n
}

// fits reports whether HTML's parser would put an element where it stands, and
// close none for it.
func (b *build) fits(e *element) bool {
	switch e.kind {
	case inline, void, hidden:
		return len(b.open) < deepest
	case format:
		same := func(o opened) bool { return o.element == e }
		return len(b.open) < deepest && !slices.ContainsFunc(b.open, same)
	case entry:
		return b.prose == 0 && len(b.open) > 0 && lists(b.open[len(b.open)-1].atom, e.atom)
	}
	return b.prose == 0 && len(b.open) < deepest
}

// lists reports whether an element is an entry of a list.
func lists(list, entry atom.Atom) bool {
	if entry == atom.Li {
		return list == atom.Ul || list == atom.Ol
	}
	return list == atom.Dl
}

// attributes reads what stands in a start tag behind its name, up to its end,
// and keeps what the policy keeps. It returns where the tag ends, 0 when it is
// not sure, and whether the tag closes itself.
func (b *build) attributes(e *element, s string, at int) (end int, closed bool) {
	b.attrs = nil
	var seen []string
	for {
		at = pastSpace(s, at)
		switch {
		case at >= len(s):
			return 0, false
		case s[at] == '>':
			return at + 1, false
		case strings.HasPrefix(s[at:], "/>"):
			return at + 2, true
		}
		name, value, next := attributeAt(s, at)
		if next == 0 {
			return 0, false
		}
		at = next
		if !e.keeps(name) || slices.Contains(seen, name) {
			continue
		}
		seen = append(seen, name)
		value, sure := unescaped(value)
		if !sure {
			return 0, false
		}
		if value, ok := allowed(name, value); ok {
			b.attrs = append(b.attrs, html.Attribute{Key: name, Val: value})
		}
	}
}

// allowed is an attribute's value as the policy lets it through.
func allowed(name, value string) (string, bool) {
	switch name {
	case "href", "src":
		return followable(value)
	case "start":
		return value, value != "" && strings.Trim(value, "0123456789") == ""
	}
	return value, true
}

// followable is an address as the policy writes it.
func followable(raw string) (string, bool) {
	raw = strings.TrimSpace(raw)
	if strings.ContainsAny(raw, " \t\n") {
		return "", false
	}
	u, err := url.Parse(raw)
	if err != nil {
		return "", false
	}
	switch u.Scheme {
	case "", "http", "https", "mailto":
		out := u.String()
		return out, out != "" || u.Scheme != ""
	}
	return "", false
}
