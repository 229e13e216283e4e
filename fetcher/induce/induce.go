// Package induce works out how an unknown page is to be read: where its feeds
// are, which of its repeated blocks are the list of releases, and what holds
// title, date and text of a release. It looks at one page and guesses; every
// guess that it gives was read back by package page, and says how sure it is.
//
// It asks nobody anything and changes nothing.
package induce

import (
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"chinanews/fetcher/clean"
	"chinanews/fetcher/page"
	"chinanews/news"
)

// maxLinks bounds what is looked at on a page: what comes after so many links
// is no newer release.
const maxLinks = 5000

// Page is a document, already in UTF-8, that is to be understood.
type Page struct {
	asked, base *url.URL
	utf8        []byte
	now         time.Time
	doc         *goquery.Document
	links       []*link
	groups      []*group // the best first; see rank
	size        int      // elements, times the depth of the deepest
	running     *proseCount
}

// Open parses a page. base is the address that it came from.
func Open(utf8 []byte, base *url.URL, now time.Time) (*Page, *news.Problem) {
	doc, problem := page.Parse(utf8)
	if problem != nil {
		return nil, problem
	}
	if base == nil {
		base = &url.URL{Scheme: "http", Host: "unknown.invalid", Path: "/"}
	}
	p := &Page{asked: base, base: page.Base(doc, base), utf8: utf8, now: now, doc: doc, size: sizeOf(doc.Nodes[0])}
	p.links = p.gather()
	p.groups = p.rank()
	return p, nil
}

// Title is what the page calls itself.
func (p *Page) Title() string { return short(news.Line(p.doc.Find("title").First().Text()), 200) }

// link is an anchor that may lead to a release.
type link struct {
	node  *html.Node
	url   string
	key   string // canonical address
	title string
}

// noise are the words of links that lead about on a page or a list.
var noise = regexp.MustCompile(`(?i)^[\s\p{P}\p{S}]*(more|read more|next|prev(ious)?|first|last|home|back|details?|continue reading|download|\d*|更多|查看更多|阅读全文|详细|详情|下一页|上一页|首页|尾页|末页|下载|第?\d+页)[\s\p{P}\p{S}]*$`)

func (p *Page) gather() []*link {
	var links []*link
	uses := make(map[string]int)
	p.doc.Find("a[href]").EachWithBreak(func(_ int, a *goquery.Selection) bool {
		if l := p.link(a.Nodes[0]); l != nil {
			links = append(links, l)
			uses[l.key]++
		}
		return len(links) < maxLinks
	})
	kept := links[:0]
	for _, l := range links {
		if uses[l.key] <= mostUses {
			kept = append(kept, l)
		}
	}
	return kept
}

// mostUses is how often a page may link to one release: picture, title, "read
// more", beside the list once again. What is linked more often is a section.
const mostUses = 5

func (p *Page) link(n *html.Node) *link {
	address := page.Resolve(attribute(n, "href"), p.base)
	if address == "" {
		return nil
	}
	title := textOf(n)
	if title == "" || strings.HasSuffix(title, "…") || strings.HasSuffix(title, "...") {
		if full := news.Line(attribute(n, "title")); len(full) > len(title)-3 {
			title = full
		}
	}
	if title == "" || noise.MatchString(title) || strings.Contains(title, "://") || titleLike(title) == 0 && !releaseLike(address) {
		return nil
	}
	return &link{node: n, url: address, key: news.CanonicalURL(address), title: short(title, 300)}
}

// sizeOf is what it costs to look at every element and all above it.
func sizeOf(root *html.Node) int {
	count, deepest := 0, 0
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		count, deepest = count+1, max(deepest, depth)
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	walk(root, 1)
	return count * deepest
}

func textOf(n *html.Node) string { return news.Line(clean.NodeText(n)) }

// brief is the text of an element that says little; empty when it may be
// longer than so many letters.
func brief(n *html.Node, most int) string {
	if left := most * 8; !fitsIn(n, &left) {
		return ""
	}
	if text := textOf(n); len([]rune(text)) <= most {
		return text
	}
	return ""
}

// fitsIn reports whether the texts of an element have no more bytes, and its
// elements and comments are no more, than are left.
func fitsIn(n *html.Node, left *int) bool {
	*left--
	if n.Type == html.TextNode {
		*left -= len(strings.TrimSpace(n.Data))
	}
	for c := n.FirstChild; c != nil && *left >= 0; c = c.NextSibling {
		fitsIn(c, left)
	}
	return *left >= 0
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// short cuts a text at so many letters.
func short(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// weight is how much a text says: a Chinese character about as much as three
// Latin letters.
func weight(s string) int {
	w := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
			w += 3
		case unicode.IsLetter(r), unicode.IsDigit(r), r == ' ':
			w++
		}
	}
	return w
}

// above yields the elements above a node, the nearest first.
func above(n *html.Node) func(yield func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		for a := n.Parent; a != nil && a.Type == html.ElementNode; a = a.Parent {
			if !yield(a) {
				return
			}
		}
	}
}

// within reports whether a node is an element or stands in it.
func within(n, e *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == e {
			return true
		}
	}
	return false
}
