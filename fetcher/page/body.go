package page

import (
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"chinanews/fetcher/clean"
)

// body is what the row's or profile's selectors give, else what readability
// finds. It takes the page apart: nothing else can be read from its tree after.
func (a *article) body(title string) clean.Passage {
	a.doc.Find("script,style,noscript,nav,iframe").Remove()
	for _, sel := range a.src.Article.Remove {
		if s, err := parse(sel); err == nil {
			s.find(a.doc.Selection).Remove()
		}
	}
	for _, sel := range a.src.Article.Body {
		if body := a.selected(sel, title); body.HTML != "" {
			return body
		}
	}
	if len(a.row.Article.Body) > 0 {
		return clean.Passage{}
	}
	a.profile = ""
	return a.readable(title)
}

// selected is the first element that a selector finds and that has a text.
func (a *article) selected(sel, title string) (body clean.Passage) {
	s, err := parse(sel)
	if err != nil {
		return body
	}
	s.find(a.doc.Selection).EachWithBreak(func(_ int, e *goquery.Selection) bool {
		body = a.cleaned(unwrapped(e.Nodes[0]), title)
		return body.HTML == ""
	})
	return body
}

// unwrapped is the document in a textarea: some pages keep their text there,
// as markup, for a script to show.
func unwrapped(n *html.Node) *html.Node {
	if n.DataAtom != atom.Textarea || n.FirstChild == nil || bounded([]byte(n.FirstChild.Data)) != nil {
		return n
	}
	if doc, err := html.Parse(strings.NewReader(n.FirstChild.Data)); err == nil {
		return doc
	}
	return n
}

// readable finds the text of a page of which nothing is known; of one that a
// script draws, what it says for search engines.
func (a *article) readable(title string) clean.Passage {
	described := a.schema.markup()
	if nested(a.doc.Nodes[0]) > maxNested {
		return a.cleaned(innermost(a.doc.Nodes[0]), title)
	}
	r := readability.NewParser()
	found, err := r.ParseAndMutate(a.doc.Nodes[0], a.doc.base)
	if err != nil || found.Node == nil {
		return clean.Read(bound(described, maxText*4), a.doc.base, false)
	}
	a.byline = found.Byline()
	body := innermost(found.Node)
	dropList(clean.Lines(body))
	if prose(body) < len(described)/2 {
		return clean.Read(bound(described, maxText*4), a.doc.base, false)
	}
	return a.cleaned(body, title)
}

// maxNested is beyond any page that is not made to take long: readability reads
// the text of each division anew.
const maxNested = 32 << 20

// nested is how many bytes of text all elements of a page have, each with what
// stands in it.
func nested(n *html.Node) int {
	sum := 0
	var size func(n *html.Node) int
	size = func(n *html.Node) int {
		own := len(n.Data)
		if n.Type != html.TextNode {
			own = 0
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			own += size(c)
		}
		sum += own
		return own
	}
	size(n)
	return sum
}

// innermost is the smallest element that has all the prose of an element: what
// stands beside it are lists of other releases.
func innermost(root *html.Node) *html.Node {
	all := prose(root)
	for range deepest {
		var next *html.Node
		for c := root.FirstChild; c != nil && next == nil; c = c.NextSibling {
			if c.Type == html.ElementNode && prose(c) == all {
				next = c
			}
		}
		if all == 0 || next == nil || next.Data == "p" {
			break
		}
		root = next
	}
	return root
}

// dropList drops lists of other releases: one under a text to its end, with the
// dates and summaries between its links; one that stands within, up to where the
// text goes on.
func dropList(lines []clean.Line) {
	for begin := nextLink(lines, 1); begin < len(lines); {
		links, last, resumed := boxed(lines, begin)
		rest := lines[begin:]
		if resumed < len(lines) {
			rest = lines[begin : last+1]
		}
		if links >= 3 && links*4 >= len(rest) {
			for _, l := range rest {
				drop(l)
			}
			if related.MatchString(lines[begin-1].Text) {
				drop(lines[begin-1])
			}
		}
		begin = nextLink(lines, resumed)
	}
}

func nextLink(lines []clean.Line, from int) int {
	for from < len(lines) && !other(lines[from]) {
		from++
	}
	return from
}

// other reports a line that is a link to something else, but for a date.
func other(l clean.Line) bool { return l.Text != "" && l.Linked >= len(l.Text)*3/5 }

// boxed counts the links of a list that begins at a line. resumed is where text
// goes on after it: two lines of it in a row, or one after links that had none;
// what follows a single link is its summary.
func boxed(lines []clean.Line, begin int) (links, last, resumed int) {
	run, after := 0, -1
	for i := begin; i < len(lines); i++ {
		l := lines[i]
		switch {
		case other(l):
			links, last, run, after = links+1, i, run+1, -1
		case numericDay.MatchString(l.Text) && last == i-1:
			last = i
		case len(l.Text) < sentence && !ends(l.Text):
		case run > 1:
			return links, last, i
		case after >= 0:
			return links, last, after
		default:
			run, after = 0, i
		}
	}
	return links, last, len(lines)
}

// deepest is how many elements stand around a text, at most.
const deepest = 40

// sentence is the least length of a line that is prose though it does not end
// as a sentence does, in bytes.
const sentence = 90

// prose is how many bytes of an element are lines of text that are no links.
func prose(n *html.Node) int {
	sum := 0
	for _, l := range clean.Lines(n) {
		if l.Linked < len(l.Text)/2 && (len(l.Text) >= sentence || ends(l.Text)) {
			sum += len(l.Text)
		}
	}
	return sum
}

// ends reports a line that ends as a sentence does.
func ends(line string) bool {
	for _, end := range []string{"。", "！", "？", "”", "；", "：", ".", "!", "?", "）", ")", "…"} {
		if strings.HasSuffix(line, end) {
			return true
		}
	}
	return false
}

// cleaned is an element as sanitised markup and its text, without what belongs to
// the page and not to the text; empty when it has no text.
func (a *article) cleaned(n *html.Node, title string) clean.Passage {
	if !strip(n, title) {
		return clean.Passage{}
	}
	var b strings.Builder
	if err := html.Render(&b, n); err != nil {
		return clean.Passage{}
	}
	text := b.String()
	if len(text) > maxText*4 {
		text = bound(text, maxText*4)
		a.warnings = append(a.warnings, "the text was cut at 1 MiB of markup")
	}
	return clean.Read(text, a.doc.base, false)
}
