package induce

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"chinanews/news"
)

// enough is how many links a list needs for its size to count in full.
const enough = 20

// weigh scores a group: how much it looks like a list of releases, from 0 to 1.
func (p *Page) weigh(g *group, at places) {
	n := float64(len(g.links))
	var long, like, home, place float64
	for i, l := range g.links {
		d, beside := p.near(l, g.blocks[i])
		g.dates = append(g.dates, d)
		if d.Known() {
			g.dated++
			g.apart = g.apart || beside
		}
		long += titleLike(l.title)
		if releaseLike(l.url) {
			like++
		}
		if p.ours(l.url) {
			home++
		}
		if inRunningText(l.node) {
			g.inline++
		}
		place += at.in(l.node.Parent)
	}
	dated := float64(g.dated) / n
	size := math.Min(1, math.Log(1+n)/math.Log(1+enough)) + math.Min(0.05, n/4000)
	quality := 0.4*long/n + 0.3*dated + 0.3*like/n
	g.score = quality * (0.4 + 0.6*size) * (place / n) * (0.5 + 0.5*home/n) * (0.7 + 0.3*math.Min(1, long/n+dated))
	g.score *= 1 - 0.6*float64(g.inline)/n
	g.sections = g.equalSections()
	g.reasons = []string{fmt.Sprintf("%d links in blocks of one make", len(g.links)) +
		percent(long/n, "with titles of a release's length") + percent(dated, "with a date near") + percent(like/n, "with addresses like a document's")}
}

// percent says what share of links is of a kind; empty: none.
func percent(share float64, words string) string {
	if share < 0.005 {
		return ""
	}
	return fmt.Sprintf(", %.0f %% %s", 100*share, words)
}

// titleLike is how well a text's length fits a release's title.
func titleLike(title string) float64 {
	han := news.LanguageOf(title) != ""
	n := len([]rune(title))
	low, high := 20, 200
	if han {
		low, high = 8, 60
	}
	switch {
	case n >= low && n <= high:
		return 1
	case n > high:
		return 0.5
	case n*3 >= low*2:
		return 0.5
	}
	return 0
}

// aside is how much text stands beside the link of a list: a date, a section.
const aside = 60

// inRunningText reports a link that a sentence has: more text stands right
// beside it than beside a title.
func inRunningText(n *html.Node) bool {
	beside := 0
	for _, c := range []*html.Node{n.PrevSibling, n.NextSibling} {
		if c != nil && c.Type == html.TextNode {
			beside += weight(c.Data)
		}
	}
	return beside > aside
}

// ours reports whether an address is on the page's own site.
func (p *Page) ours(address string) bool {
	return news.Part(news.Host(address)) == news.Part(p.asked.Hostname())
}

// equalSections reports a group of several holders that each begin anew: with
// a heading, or with dates that jump forward. Such is a home page.
func (g *group) equalSections() bool {
	if len(g.containers) < 2 || len(g.links) < 2*len(g.containers) {
		return false
	}
	headed := 0
	for _, c := range g.containers {
		if heading(c) {
			headed++
		}
	}
	return headed*2 > len(g.containers) && !g.ordered()
}

// ordered reports dates that do not go up from one holder to the next.
func (g *group) ordered() bool {
	up, known := 0, 0
	last := news.Date{}
	for n, d := range g.dates {
		if !d.Known() {
			continue
		}
		if known++; last.Known() && n > 0 && g.blocks[n].Parent != g.blocks[n-1].Parent && d.Time.After(last.Time) {
			up++
		}
		last = d
	}
	return known*2 > len(g.dates) && up == 0
}

// heading reports whether a holder has a title of its own: inside, before it,
// or before the box that it fills.
func heading(holder *html.Node) bool {
	for n, level := holder, 0; n != nil && level < 3; n, level = n.Parent, level+1 {
		before := n.PrevSibling
		for before != nil && before.Type != html.ElementNode {
			before = before.PrevSibling
		}
		if before == nil {
			continue
		}
		return titled(before)
	}
	return false
}

func titled(n *html.Node) bool {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Dt, atom.Caption, atom.Legend:
		return true
	}
	found := words(attribute(n, "class"))
	named := slices.ContainsFunc([]string{"title", "tit", "hd", "head", "header", "heading", "bt"}, func(w string) bool { return slices.Contains(found, w) })
	text := brief(n, 60)
	return text != "" && weight(text) < 60 && (named || strings.Contains(text, "更多") || strings.Contains(strings.ToLower(text), "more"))
}
