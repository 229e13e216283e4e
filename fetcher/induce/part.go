package induce

import (
	"regexp"
	"slices"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"chinanews/news"
)

// linkOf is the selector of the title's link in an item; empty when it is the
// item's first, or when none fits.
func (p *Page) linkOf(g *group) string {
	right := func(find func(block *html.Node) *html.Node) bool {
		fits := 0
		for n, l := range g.links {
			a := find(g.blocks[n])
			if a == nil {
				continue
			}
			if got := p.link(a); got != nil && got.key == l.key {
				fits++
			}
		}
		return float64(fits) >= wantedShare*float64(len(g.links))
	}
	if g.blocks[0] == g.links[0].node || right(func(b *html.Node) *html.Node { return cascadia.Query(b, anchors) }) {
		return ""
	}
	for _, css := range g.linkNames() {
		sel, err := cascadia.Compile(css)
		if err == nil && right(func(b *html.Node) *html.Node { return cascadia.Query(b, sel) }) {
			return css
		}
	}
	return ""
}

// linkNames are selectors for a link within its block.
func (g *group) linkNames() []string {
	nodes := make([]*html.Node, len(g.links))
	for n, l := range g.links {
		nodes[n] = l.node
	}
	out := sharedNames(nodes, "a")
	for a := range above(g.links[0].node) {
		if a == g.blocks[0] {
			break
		}
		if headings[a.DataAtom] {
			out = append(out, a.Data+" a")
		}
		for _, c := range classes(a) {
			if stable(c) {
				out = append(out, "."+c+" a")
			}
		}
	}
	out = append(out, "a[title]")
	if wrong := cascadia.Query(g.blocks[0], anchors); wrong != nil {
		for _, c := range classes(wrong) {
			if plainName.MatchString(c) {
				out = append(out, "a:not(."+c+")")
			}
		}
	}
	return append(out, "a:not(:has(img))", "a + a", "a:last-of-type", "a:nth-of-type(2)")
}

var headings = map[atom.Atom]bool{atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true}

// titleOf is the selector of the title in an item whose link says more than
// it: a card with picture, summary and date in it.
func (p *Page) titleOf(g *group) string {
	crowded := 0
	for _, l := range g.links {
		if l.node.FirstChild != nil && (weight(l.title) > 400 || p.date(textOf(l.node)).Known() || cascadia.Query(l.node, boxes) != nil) {
			crowded++
		}
	}
	if crowded*2 < len(g.links) {
		return ""
	}
	for _, css := range g.titleNames() {
		if p.titles(g, css) {
			return css
		}
	}
	return ""
}

var boxes = cascadia.MustCompile("h1,h2,h3,h4,h5,h6,p,div,time,dt,dd")

func (g *group) titleNames() []string {
	out := []string{"h1", "h2", "h3", "h4", "h5", "h6", "dt"}
	for _, n := range cascadia.MustCompile("[class]").MatchAll(g.links[0].node) {
		for _, c := range classes(n) {
			if has(words(c), map[string]bool{"title": true, "tit": true, "bt": true, "name": true, "headline": true, "subject": true}) && stable(c) {
				out = append(out, "."+c)
			}
		}
	}
	if g.blocks[0] == g.links[0].node {
		out = append(out, "@title")
	}
	out = append(out, "a@title")
	for c := g.links[0].node.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.DataAtom != atom.Img && c.DataAtom != atom.Br {
			out = append(out, sharedNames([]*html.Node{c}, c.Data)...)
			out = append(out, c.Data)
		}
	}
	return out
}

// titles reports whether a selector gives each block a title of its own.
func (p *Page) titles(g *group, css string) bool {
	seen := make(map[string]bool)
	good := 0
	for n := range g.links {
		text := partText(g.blocks[n], css)
		if text == "" || p.date(text).Known() && weight(text) < 40 {
			continue
		}
		if !seen[text] && titleLike(text) > 0 {
			good++
		}
		seen[text] = true
	}
	return float64(good) >= 0.9*float64(len(g.links))
}

// partText is the text that a row's selector gives of a block.
func partText(block *html.Node, css string) string {
	if css == "@title" {
		return news.Line(attribute(block, "title"))
	}
	if css == "a@title" {
		if a := cascadia.Query(block, anchors); a != nil {
			return news.Line(attribute(a, "title"))
		}
		return ""
	}
	sel, err := cascadia.Compile(css)
	if err != nil {
		return ""
	}
	if n := cascadia.Query(block, sel); n != nil {
		return textOf(n)
	}
	return ""
}

// dating is how an item's date is found.
type dating struct {
	css    string
	layout string
}

// splitDate is a day that stands apart from its month and year, as pages do
// that show a leaf of a calendar.
var splitDate = []struct {
	expr   *regexp.Regexp
	layout string
}{
	{regexp.MustCompile(`^\d{1,2} \d{4}-\d{1,2}$`), "2 2006-1"},
	{regexp.MustCompile(`^\d{1,2} \d{4}\.\d{1,2}$`), "2 2006.1"},
	{regexp.MustCompile(`^\d{1,2} \d{4}/\d{1,2}$`), "2 2006/1"},
	{regexp.MustCompile(`^\d{1,2} \d{4}年\d{1,2}月$`), "2 2006年1月"},
	{regexp.MustCompile(`^\d{6}-\d{1,2}$`), "022006-1"},
	{regexp.MustCompile(`^\d{6}\.\d{1,2}$`), "022006.1"},
	{regexp.MustCompile(`^\d{6}/\d{1,2}$`), "022006/1"},
	{regexp.MustCompile(`^\d{2}-\d{6}$`), "01-022006"},
	{regexp.MustCompile(`^\d{1,2}-\d{1,2} \d{4}$`), "1-2 2006"},
	{regexp.MustCompile(`^\d{1,2}/\d{1,2} \d{4}$`), "1/2 2006"},
}

// maxDate is the longest text of an element that holds just a date, in runes.
const maxDate = 40

// maxParts is how many elements of an item are looked at.
const maxParts = 200

var anything = cascadia.MustCompile("*")

// inDate is what stands in a text that is a date and says nothing else.
var inDate = regexp.MustCompile(`(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|` +
	`\b(?:published|posted|updated|date|on|of|at|am|pm|gmt|utc)\b|\d(?:st|nd|rd|th|T|Z)\b|\dT\d|星期[一二三四五六日天]|周[一二三四五六日]|` +
	`发布|发表|更新|时间|日期|上午|下午|[年月日号时分秒〇零一二三四五六七八九十]|\PL`)

// wholly reports a text that is a date and nothing else.
func wholly(text string) bool { return inDate.ReplaceAllString(text, "") == "" }

// datesOf are ways to find the date in an item by an element of its own, the
// better first: one that is a date before one that names a date.
func (p *Page) datesOf(g *group) []dating {
	var out, named []dating
	for n, b := range g.blocks[:min(len(g.blocks), 3)] {
		inside := anything.MatchAll(b)
		for _, e := range inside[1:min(len(inside), maxParts)] {
			if within(e, g.links[n].node) && g.blocks[n] != g.links[n].node || holdsLink(e) {
				continue
			}
			text := brief(e, maxDate)
			layout := layoutOf(text)
			if text == "" || layout == "" && !p.date(text).Known() {
				continue
			}
			for _, css := range append(sharedNames([]*html.Node{e}, e.Data), e.Data) {
				into := &named
				if layout != "" || wholly(text) {
					into = &out
				}
				if d := (dating{css, layout}); !slices.Contains(*into, d) {
					*into = append(*into, d)
				}
			}
		}
	}
	out = append(out, named...)
	out = out[:min(len(out), 12)]
	for _, name := range timeAttributes {
		if sel := "[" + name + "]"; p.timed(g.blocks[0], sel, name) {
			out = append(out, dating{css: sel + "@" + name})
		}
	}
	return out
}

// timeAttributes are where scripts and readers find a date that nobody sees.
var timeAttributes = []string{"datetime", "data-time", "data-date", "data-timestamp"}

func (p *Page) timed(block *html.Node, sel, name string) bool {
	n := cascadia.Query(block, cascadia.MustCompile(sel))
	return n != nil && p.date(attribute(n, name)).Known()
}

func layoutOf(text string) string {
	for _, s := range splitDate {
		if s.expr.MatchString(text) {
			return s.layout
		}
	}
	return ""
}
