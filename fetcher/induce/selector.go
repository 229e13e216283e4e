package induce

import (
	"fmt"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"chinanews/fetcher/page"
	"chinanews/news"
)

// Bounds of the search for a selector.
const (
	maxLevels   = 8
	maxTries    = 160
	fewTries    = 8
	maxWork     = 400_000_000 // elements looked at, each with all above it
	wantedShare = 0.95
)

// naming is a selector for a group's blocks, and how well it fits.
type naming struct {
	css   string
	hits  int      // blocks found
	wrong []string // addresses that it finds besides
}

func (n naming) exact(of int) bool {
	return float64(n.hits) >= wantedShare*float64(of) && len(n.wrong) == 0
}

// name finds a short selector that matches a group's blocks and no others; if
// there is none, the one that fits best.
func (p *Page) name(g *group) naming {
	want := g.wanted()
	var best naming
	most := max(fewTries, min(maxTries, maxWork/p.size))
	for n, css := range g.candidates() {
		if n == most {
			break
		}
		got, ok := p.try(css, want)
		if !ok {
			continue
		}
		if got.exact(len(want.blocks)) {
			return got
		}
		for _, refined := range refinements(got, css, want, p) {
			if refined.exact(len(want.blocks)) {
				return refined
			}
		}
		if best.css == "" || got.hits-len(got.wrong) > best.hits-len(best.wrong) {
			best = got
		}
	}
	return best
}

// target is what a selector has to find.
type target struct {
	blocks  map[*html.Node]bool
	keys    map[string]bool // of g
	holders map[*html.Node]bool
}

func (g *group) wanted() target {
	t := target{make(map[*html.Node]bool), g.keys, make(map[*html.Node]bool)}
	for _, b := range g.blocks {
		t.blocks[b] = true
	}
	for _, c := range g.containers {
		t.holders[c] = true
	}
	return t
}

// try counts what a selector finds. Other blocks of the same holders with a
// link like a document's are rows with odd titles, and welcome.
func (p *Page) try(css string, want target) (naming, bool) {
	got := naming{css: css}
	sel, err := cascadia.Compile(css)
	if err != nil {
		return got, false
	}
	found := sel.MatchAll(p.doc.Nodes[0])
	if len(found) > 50+4*len(want.blocks) {
		return got, false
	}
	for _, n := range found {
		if want.blocks[n] {
			got.hits++
			continue
		}
		l := p.firstLink(n)
		if l == nil || want.keys[l.key] || want.holders[n.Parent] && releaseLike(l.url) {
			continue
		}
		got.wrong = append(got.wrong, l.url)
	}
	return got, got.hits > 0
}

// firstLink is the link that a listing would take of an item.
func (p *Page) firstLink(item *html.Node) *link {
	a := item
	if a.DataAtom != atom.A || attribute(a, "href") == "" {
		a = cascadia.Query(item, anchors)
	}
	if a == nil {
		return nil
	}
	address := page.Resolve(attribute(a, "href"), p.base)
	title := textOf(a)
	if title == "" {
		title = news.Line(attribute(a, "title"))
	}
	if address == "" || title == "" {
		return nil
	}
	return &link{node: a, url: address, key: news.CanonicalURL(address), title: title}
}

var anchors = cascadia.MustCompile("a[href]")

// refinements leave out what a selector finds too much by a class that only
// such blocks have.
func refinements(got naming, css string, want target, p *Page) []naming {
	if len(got.wrong) == 0 || got.hits < len(want.blocks)*9/10 || strings.Contains(css, ",") {
		return nil
	}
	sel, err := cascadia.Compile(css)
	if err != nil {
		return nil
	}
	var out []naming
	tried := make(map[string]bool)
	for _, n := range sel.MatchAll(p.doc.Nodes[0]) {
		for _, c := range classes(n) {
			if want.blocks[n] || tried[c] || !plainName.MatchString(c) || len(tried) > 6 {
				continue
			}
			tried[c] = true
			if r, ok := p.try(css+":not(."+c+")", want); ok {
				out = append(out, r)
			}
		}
	}
	return out
}

// candidates are selectors for the blocks of a group, the better first.
func (g *group) candidates() []string {
	own := ownNames(g.blocks)
	levels := g.levels()
	out := slices.Clone(own[:len(own)-1])
	for _, o := range own {
		for n, names := range levels {
			for _, name := range names {
				out = append(out, name+" "+o)
				if n == 0 {
					out = append(out, name+" > "+o)
				}
			}
		}
	}
	out = append(out, g.chains(levels, own[len(own)-1])...)
	for _, o := range own {
		for low := range levels {
			for high := low + 1; high < len(levels); high++ {
				out = append(out, pairs(levels[high], levels[low], o)...)
			}
		}
	}
	if both := g.union(); both != "" {
		out = append(out, both)
	}
	return append(out, own[len(own)-1])
}

func pairs(high, low []string, own string) []string {
	var out []string
	for _, h := range high {
		for _, l := range low {
			if h != l {
				out = append(out, h+" "+l+" "+own)
			}
		}
	}
	return out
}

// ownNames are an element's names that all blocks share; its tag comes last.
func ownNames(nodes []*html.Node) []string {
	tag := nodes[0].Data
	out := sharedNames(nodes, tag)
	return append(out, tag)
}

// sharedNames are ids and classes that all elements have, the more particular
// first.
func sharedNames(nodes []*html.Node, tag string) []string {
	var out []string
	first := nodes[0]
	if id := attribute(first, "id"); stable(id) && all(nodes, func(n *html.Node) bool { return attribute(n, "id") == id }) {
		out = append(out, "#"+id)
	}
	for _, c := range classes(first) {
		if stable(c) && all(nodes, func(n *html.Node) bool { return slices.Contains(classes(n), c) }) {
			out = append(out, tag+"."+c)
		}
	}
	return out
}

func all(nodes []*html.Node, fits func(*html.Node) bool) bool {
	return !slices.ContainsFunc(nodes, func(n *html.Node) bool { return !fits(n) })
}

// levels are the names of what holds the blocks, of what holds that, and so
// on.
func (g *group) levels() [][]string {
	var out [][]string
	holders := g.containers
	for range maxLevels {
		if len(holders) == 0 || holders[0].DataAtom == atom.Body {
			break
		}
		out = append(out, sharedNames(holders, holders[0].Data))
		holders = parents(holders)
	}
	return out
}

func parents(nodes []*html.Node) []*html.Node {
	var out []*html.Node
	for _, n := range nodes {
		if n.Parent == nil || n.Parent.Type != html.ElementNode {
			return nil
		}
		if !slices.Contains(out, n.Parent) {
			out = append(out, n.Parent)
		}
	}
	return out
}

// chains go from a named element down by child steps.
func (g *group) chains(levels [][]string, tag string) []string {
	var out []string
	steps := " > " + tag
	holder := g.containers[0]
	for _, names := range levels {
		for _, name := range names {
			out = append(out, name+steps)
		}
		steps = " > " + holder.Data + steps
		if holder = holder.Parent; holder == nil {
			break
		}
	}
	return out
}

// maxUnion is how many holders a selector names one by one.
const maxUnion = 4

// union names each holder on its own.
func (g *group) union() string {
	if len(g.containers) < 2 || len(g.containers) > maxUnion {
		return ""
	}
	var parts []string
	for _, c := range g.containers {
		name := ""
		for n, level := c, 0; n != nil && n.Type == html.ElementNode && level < 4 && name == ""; n, level = n.Parent, level+1 {
			if names := sharedNames([]*html.Node{n}, n.Data); len(names) > 0 {
				name = names[0]
			}
		}
		if name == "" {
			return ""
		}
		parts = append(parts, fmt.Sprintf("%s %s", name, g.blocks[0].Data))
	}
	return strings.Join(parts, ", ")
}
