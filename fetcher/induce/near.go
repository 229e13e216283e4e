package induce

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"chinanews/fetcher/dates"
	"chinanews/news"
)

// maxNear is how much of a block is searched for a date, in runes.
const maxNear = 600

// near finds the date that is written for a link: in its block, else right
// after the block, else right before it. beside reports that it stands outside.
func (p *Page) near(l *link, block *html.Node) (d news.Date, beside bool) {
	own := textOf(block)
	if rest := strings.Replace(own, l.title, " ", 1); strings.TrimSpace(rest) != "" {
		own = rest
	}
	if d := p.date(own); d.Known() {
		return d, false
	}
	if d := p.date(sideText(block, func(n *html.Node) *html.Node { return n.NextSibling })); d.Known() {
		return d, true
	}
	d = p.date(sideText(block, func(n *html.Node) *html.Node { return n.PrevSibling }))
	return d, d.Known()
}

func (p *Page) date(text string) news.Date {
	text = short(text, maxNear)
	if !strings.ContainsAny(text, "0123456789０１２３４５６７８９〇") {
		return news.Date{}
	}
	d := dates.Read(text, dates.Options{Origin: news.FromList, Now: p.now})
	if d.Known() && d.Time.After(p.now.AddDate(0, 0, 8)) {
		return news.Date{}
	}
	return d
}

// maxSide is the longest text that is only a date and its label, in runes.
const maxSide = 60

// sideText is what stands next to a block and belongs to no other: text, or a
// short element without links.
func sideText(block *html.Node, step func(*html.Node) *html.Node) string {
	for n := step(block); n != nil; n = step(n) {
		switch {
		case n.Type == html.TextNode && strings.TrimSpace(n.Data) != "":
			return short(n.Data, maxSide)
		case n.Type != html.ElementNode:
			continue
		case n.DataAtom == atom.Br:
			return ""
		case holdsLink(n):
			return ""
		}
		if text := textOf(n); text != "" {
			return short(text, maxSide)
		}
	}
	return ""
}

func holdsLink(n *html.Node) bool {
	if n.Type == html.ElementNode && n.DataAtom == atom.A {
		return true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if holdsLink(c) {
			return true
		}
	}
	return false
}
