package induce

import (
	"cmp"
	"slices"

	"golang.org/x/net/html"

	"chinanews/news"
)

// group is links that stand in blocks of one make: perhaps the list.
type group struct {
	links  []*link
	blocks []*html.Node // of each link: the largest element that holds no other
	dates  []news.Date  // of each link: what is written near it
	apart  bool         // dates stand beside the blocks, where no selector reaches them

	containers []*html.Node
	score      float64
	reasons    []string
	dated      int // links with a date near them
	inline     int // links in running text
	sections   bool
	keys       map[string]bool // addresses
}

const (
	fewest    = 3   // links that make a list
	maxGroups = 120 // that are looked at
)

// rank finds the groups of a page and scores them, the best first.
func (p *Page) rank() []*group {
	var groups []*group
	tags, names, at := newPaths(func(n *html.Node) string { return n.Data }), newPaths(signature), make(places)
	for _, bucket := range buckets(p.links, func(l *link) int { return tags.number(l.node) }) {
		groups = append(groups, blocksOf(bucket, names)...)
	}
	groups = slices.DeleteFunc(groups, func(g *group) bool { return len(g.links) < fewest })
	slices.SortStableFunc(groups, func(a, b *group) int { return cmp.Compare(len(b.links), len(a.links)) })
	groups = groups[:min(len(groups), maxGroups)]
	for _, g := range groups {
		p.weigh(g, at)
	}
	slices.SortStableFunc(groups, func(a, b *group) int { return cmp.Compare(b.score, a.score) })
	return groups
}

// buckets parts links by a name, in the order in which the names appear.
func buckets[K comparable](links []*link, name func(*link) K) [][]*link {
	at := make(map[K]int)
	var out [][]*link
	for _, l := range links {
		n, known := at[name(l)]
		if !known {
			n = len(out)
			at[name(l)] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], l)
	}
	return out
}

// blocksOf finds the blocks of links that stand under the same elements, and
// parts them by what holds these blocks. Classes of the blocks themselves do
// not count: rows of one list differ in them.
func blocksOf(links []*link, names *paths) []*group {
	if len(links) < fewest {
		return nil
	}
	blocks := make(map[*link]*html.Node)
	owners := ownersOf(links)
	for _, l := range links {
		blocks[l] = largest(l, owners)
	}
	var groups []*group
	for _, part := range buckets(links, func(l *link) int { return names.number(blocks[l].Parent) }) {
		groups = append(groups, parted(part, blocks)...)
	}
	return append(groups, columns(groups, blocks)...)
}

// columns joins groups that differ in the names of their holders only: one
// list in two columns, if neither has a heading and their addresses are alike.
func columns(groups []*group, blocks map[*link]*html.Node) []*group {
	alike := make(map[string]*group)
	var out []*group
	for _, g := range groups {
		expr := ""
		if len(g.links) >= 4 && len(g.containers) == 1 && !heading(g.containers[0]) {
			expr = openPath(g.links[0].url)
		}
		switch first := alike[expr]; {
		case expr == "":
		case first == nil:
			alike[expr] = g
		case first.containers[0] != g.containers[0]:
			out = append(out, newGroup(slices.Concat(first.links, g.links), blocks))
		}
	}
	return out
}

// shared marks an element that holds more than one link.
const shared = "\x00"

// ownersOf says of each element above links whose it is alone.
func ownersOf(links []*link) map[*html.Node]string {
	owners := make(map[*html.Node]string)
	for _, l := range links {
		for a := range above(l.node) {
			switch owner, known := owners[a]; {
			case !known:
				owners[a] = l.key
				continue
			case owner == l.key:
				continue
			case owner != shared:
				owners[a] = shared
				continue
			}
			break
		}
	}
	return owners
}

func largest(l *link, owners map[*html.Node]string) *html.Node {
	block := l.node
	for a := range above(l.node) {
		if owners[a] == shared {
			break
		}
		block = a
	}
	return block
}

// parted makes groups of links whose blocks are held by elements of one make:
// all of them, those of one holder alone, and, where each holder has a few
// links, the links that have the same place in it.
func parted(links []*link, blocks map[*link]*html.Node) []*group {
	whole := newGroup(links, blocks)
	groups := []*group{whole}
	many := len(whole.containers)
	if many < 2 {
		return groups
	}
	byHolder := make(map[*html.Node][]*link)
	for _, l := range links {
		byHolder[blocks[l].Parent] = append(byHolder[blocks[l].Parent], l)
	}
	for _, holder := range whole.containers {
		if of := byHolder[holder]; len(of) >= 4 {
			groups = append(groups, newGroup(of, blocks))
		}
	}
	if many >= fewest && len(links) > many && len(links) <= 4*many {
		groups = append(groups, slots(whole, byHolder)...)
	}
	return groups
}

// slots are the links that come first in their holders, second, and so on; and
// those of one class.
func slots(whole *group, byHolder map[*html.Node][]*link) []*group {
	place := make(map[*link]int)
	holders := make(map[*link]*html.Node)
	for holder, of := range byHolder {
		for n, l := range of {
			place[l], holders[l] = n, holder
		}
	}
	var groups []*group
	for _, part := range buckets(whole.links, func(l *link) int { return place[l] }) {
		groups = append(groups, newGroup(part, holders))
	}
	for _, part := range buckets(whole.links, func(l *link) string { return signature(l.node) }) {
		if len(part) < len(whole.links) {
			groups = append(groups, newGroup(part, holders))
		}
	}
	return groups
}

// betterTitle reports whether one text is more like a title than another, or as
// much and says more.
func betterTitle(a, b string) bool {
	return titleLike(a) > titleLike(b) || titleLike(a) == titleLike(b) && weight(a) > weight(b)
}

// newGroup takes each address once, with the link that is most like a title.
func newGroup(links []*link, blocks map[*link]*html.Node) *group {
	g := &group{keys: make(map[string]bool)}
	at := make(map[string]int)
	holders := make(map[*html.Node]bool)
	for _, l := range links {
		if n, twice := at[l.key]; twice {
			if betterTitle(l.title, g.links[n].title) {
				g.links[n], g.blocks[n] = l, blocks[l]
			}
			continue
		}
		at[l.key] = len(g.links)
		g.keys[l.key] = true
		g.links, g.blocks = append(g.links, l), append(g.blocks, blocks[l])
	}
	g.level()
	for _, b := range g.blocks {
		if b.Parent != nil && !holders[b.Parent] {
			holders[b.Parent] = true
			g.containers = append(g.containers, b.Parent)
		}
	}
	return g
}

// level makes the blocks of a group as large as most of them: the only link of
// a column stands in a larger one than its like.
func (g *group) level() {
	heights := make(map[int]int)
	for n := range g.links {
		heights[g.height(n)]++
	}
	usual := 0
	for h, count := range heights {
		if count > heights[usual] || count == heights[usual] && h < usual {
			usual = h
		}
	}
	for n, l := range g.links {
		if g.height(n) > usual {
			g.blocks[n] = ancestor(l.node, usual)
		}
	}
}

func (g *group) height(n int) int {
	h := 0
	for a := g.links[n].node; a != nil && a != g.blocks[n]; a = a.Parent {
		h++
	}
	return h
}

func ancestor(n *html.Node, height int) *html.Node {
	for ; height > 0 && n.Parent != nil; height-- {
		n = n.Parent
	}
	return n
}

func (g *group) addresses() []string {
	out := make([]string, len(g.links))
	for n, l := range g.links {
		out[n] = l.url
	}
	return out
}
