package induce

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"chinanews/fetcher/feed"
	"chinanews/fetcher/jsonlist"
	"chinanews/news"
)

// Kind is what an address is.
type Kind string

// What an address can be.
const (
	KindFeed    Kind = "feed"
	KindJSON    Kind = "json"
	KindList    Kind = "list"
	KindArticle Kind = "article"
	KindHome    Kind = "home"   // equal sections, none of them the list
	KindLogin   Kind = "login"  // wants a password
	KindWall    Kind = "wall"   // script that looks for a browser
	KindScript  Kind = "script" // filled by script: nothing to read in the page
	KindOther   Kind = "other"
)

// Verdict is what an address is, and why, in a sentence with what to do.
type Verdict struct {
	Kind  Kind
	Words string
	Hints []string // addresses that are worth a look: of sections, of JSON
}

// Sniff tells a feed or JSON from a page; for the latter, empty, open the page
// and ask its Kind.
func Sniff(utf8 []byte) Kind {
	switch feed.Sniff(utf8) {
	case feed.ShapeFeed:
		return KindFeed
	case feed.ShapeJSON:
		return KindJSON
	case feed.ShapeHTML, feed.ShapeEmpty:
		return ""
	}
	if jsonlist.Sniff(utf8) { // in a call of a function
		return KindJSON
	}
	return ""
}

// running is how much running text makes an article, by weight: some hundred
// Chinese characters.
const running = 360

// Kind says what the page is.
func (p *Page) Kind() Verdict {
	g := p.best()
	body, prose := p.prose(g)
	if g != nil && g.digest(body, prose) && !p.stated() {
		prose = 0
	}
	switch {
	case prose < running && p.login(g):
		return Verdict{Kind: KindLogin, Words: "the page asks for a password; only what everybody may read can be polled"}
	case p.wall():
		return Verdict{Kind: KindWall, Words: "the page is a script that looks for a browser (a bot wall); it cannot be polled: look for a feed, or for the same list on another site"}
	case p.article(g, prose):
		return Verdict{Kind: KindArticle, Words: "this looks like the page of one release; give the address of the list that it stands in", Hints: p.crumbs()}
	case g == nil && p.scripted():
		return Verdict{Kind: KindScript, Words: "the page is filled by script and holds no list itself; look for a feed, or in the browser's tools (Network) for the JSON that it loads, and write a row of kind json", Hints: p.loaded()}
	case g == nil:
		return Verdict{Kind: KindOther, Words: "no repeated blocks of links look like a list of releases; give the address of the list itself", Hints: p.frames()}
	case p.home(g):
		return Verdict{Kind: KindHome, Words: "this looks like a home page of sections, not one list; give the address of the section that you want", Hints: p.more()}
	}
	return Verdict{Kind: KindList, Words: "a list of releases"}
}

func (p *Page) login(g *group) bool {
	return p.doc.Find(`input[type="password"]`).Length() > 0 && (g == nil || g.score < 0.4)
}

var wallExpr = regexp.MustCompile(`document\.cookie|location\.(href|reload|replace)|eval\(`)

func (p *Page) wall() bool {
	return len(p.links) < fewest && weight(textOf(p.doc.Nodes[0])) < 150 && wallExpr.MatchString(p.scripts(64<<10))
}

// article reports a page that is one release: much running text, or a title
// that its system states, and no strong list.
func (p *Page) article(g *group, prose int) bool {
	stated := p.stated()
	if g == nil {
		return prose >= running || stated && prose > 0
	}
	listed := 0
	for _, l := range g.links {
		listed += weight(l.title)
	}
	strong := g.score >= 0.75 && g.dated*10 >= len(g.links)*8
	switch {
	case stated:
		return !strong || prose >= running
	case strong:
		return prose >= running && prose*2 > listed
	}
	return prose >= running
}

// perTitle is how much text, by weight, a list says of each of its releases at
// most.
const perTitle = 500

// digest reports running text that is a list's own: a summary after each
// title.
func (g *group) digest(body *html.Node, prose int) bool {
	inside := 0
	for _, l := range g.links {
		if within(l.node, body) {
			inside++
		}
	}
	return inside*10 >= len(g.links)*6 && inside >= 4 && g.inline*2 < len(g.links) && prose/inside < perTitle
}

// stated reports what systems write into the pages of releases and no others.
func (p *Page) stated() bool {
	for _, name := range []string{"ArticleTitle", "firstpublishedtime", "article:published_time"} {
		if m := p.doc.Find(fmt.Sprintf(`meta[name="%s" i],meta[property="%s" i]`, name, name)).First(); strings.TrimSpace(m.AttrOr("content", "")) != "" {
			return true
		}
	}
	return p.doc.Find(`meta[property="og:type" i]`).First().AttrOr("content", "") == "article"
}

// home reports a page of sections: the best group begins anew in each, or
// others on the page are as good.
func (p *Page) home(g *group) bool {
	if g.sections {
		return true
	}
	equal, seen := 0, []*group{g}
	for _, o := range p.groups[1:] {
		if o.score < 0.8*g.score {
			break
		}
		if len(o.links)*2 >= len(g.links) && len(o.links) >= 4 && !slices.ContainsFunc(seen, o.overlaps) {
			seen = append(seen, o)
			equal++
		}
	}
	return equal >= 2
}

func (g *group) overlaps(o *group) bool {
	return slices.ContainsFunc(g.links, func(l *link) bool { return o.keys[l.key] })
}

// scripted reports a page that has more script than words, or places that wait
// to be filled.
func (p *Page) scripted() bool {
	if p.doc.Find("script").Length() == 0 {
		return false
	}
	text := textOf(p.doc.Nodes[0])
	waits := strings.Contains(text, "{{") || strings.Contains(text, "加载中") || strings.Contains(strings.ToLower(text), "loading") || p.doc.Find("ul:empty,ol:empty,div[id]:empty,tbody:empty").Length() > 0
	return waits || filling.MatchString(p.scripts(256<<10)) || weight(text) < 600
}

var (
	filling    = regexp.MustCompile(`\$\.(get|ajax|getJSON|post)\(|fetch\(|XMLHttpRequest|axios|createApp|\.innerHTML|\.html\(|\.append\(`)
	loadedExpr = regexp.MustCompile(`["']((?:https?:)?[\w./:-]{0,160}(?:\.jsonp?|/api/[\w./-]*|/searchList/[\w./-]*)(?:\?[^"'\s]{0,200})?)["']`)
)

// scripts is the beginning of what the page's scripts say.
func (p *Page) scripts(most int) string {
	var b strings.Builder
	for _, n := range p.doc.Find("script").Nodes {
		for c := n.FirstChild; c != nil && b.Len() < most; c = c.NextSibling {
			if c.Type == html.TextNode {
				b.WriteString(c.Data[:min(len(c.Data), most-b.Len())])
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

const maxHints = 8

// loaded are addresses of JSON that the page's scripts name.
func (p *Page) loaded() []string {
	var out []string
	for _, m := range loadedExpr.FindAllStringSubmatch(p.scripts(256<<10), 50) {
		out = p.hint(out, m[1])
	}
	return out
}

func (p *Page) hint(hints []string, href string) []string {
	u, err := p.base.Parse(href)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || len(hints) == maxHints || slices.Contains(hints, u.String()) {
		return hints
	}
	return append(hints, u.String())
}

// frames are the pages that a page shows within itself.
func (p *Page) frames() []string {
	var out []string
	for _, n := range p.doc.Find("iframe[src],frame[src]").Nodes {
		out = p.hint(out, attribute(n, "src"))
	}
	return out
}

var moreExpr = regexp.MustCompile(`(?i)^[\s\p{P}\p{S}]*(更多|more|view all|see all|all news)[\s\p{P}\p{S}]*$`)

// more are the addresses of a home page's sections.
func (p *Page) more() []string {
	var out []string
	for _, a := range p.doc.Find("a[href]").Nodes {
		if moreExpr.MatchString(textOf(a)) || moreExpr.MatchString(attribute(a, "title")) {
			out = p.hint(out, attribute(a, "href"))
		}
	}
	return out
}

// folder is where a release stands, without the folders that are dates.
func (p *Page) folder() string {
	return datedFolders.ReplaceAllString(parent(p.asked.EscapedPath()), "/")
}

var datedFolders = regexp.MustCompile(`(/\d{2,8}(-\d{2}){0,2})+/$`)

// crumbs are the addresses of the sections that a release's page says it is
// in, the nearest first, and the folder that it stands in.
func (p *Page) crumbs() []string {
	var out []string
	for _, a := range p.doc.Find(`[class*="crumb" i] a[href],[class*="location" i] a[href],[class*="position" i] a[href],[id*="crumb" i] a[href],[class*="path" i] a[href]`).Nodes {
		if news.Host(news.CanonicalURL(attribute(a, "href"))) == "" || p.ours(attribute(a, "href")) {
			out = p.hint(out, attribute(a, "href"))
		}
	}
	slices.Reverse(out)
	return p.hint(out, p.folder())
}
