package validity

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	names "golang.org/x/net/html/atom"
)

// elements are those of HTML that may stand in content: what says something,
// and nothing that acts.
var elements = strings.Fields("a abbr acronym address article aside audio b bdi bdo big blockquote br caption center cite code col colgroup data dd del details dfn div dl dt " +
	"em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main map mark meter nav ol p picture pre progress q rb rp rt rtc ruby s samp section " +
	"small source span strike strong sub summary sup table tbody td tfoot th thead time tr track tt u ul var video wbr")

// void are the elements without an end.
var void = strings.Fields("br col hr img source track wbr")

// addressed are the attributes that have addresses.
var addressed = strings.Fields("href src cite poster longdesc background data action formaction usemap")

// markup judges HTML that stands in a feed: what a reader may have to put into
// its own page.
func (c *checker) markup(where, text string) {
	var open []string
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		tok := z.Token()
		switch kind {
		case html.CommentToken, html.DoctypeToken:
			c.report("markup", where, "it has %.40q", tok.String())
		case html.StartTagToken, html.SelfClosingTagToken:
			c.tag(where, tok)
			if !slices.Contains(void, tok.Data) && kind == html.StartTagToken {
				open = append(open, tok.Data)
			}
		case html.EndTagToken:
			last := len(open) - 1
			if last < 0 || open[last] != tok.Data {
				c.report("markup", where, "</%s> ends nothing; open are %v", tok.Data, open)
				return
			}
			open = open[:last]
		}
	}
	c.must(len(open) == 0, "markup", where, "%v are not ended", open)
	if want, got := tokens(text), tokens(parsed(text)); want != got {
		c.report("markup", where, "a browser has it otherwise: %s", difference(want, got))
	}
}

func (c *checker) tag(where string, tok html.Token) {
	switch {
	case slices.Contains(elements, tok.Data):
	case tok.DataAtom == 0:
		c.report("markup", where, "there is no element %s in HTML", tok.Data)
	default:
		c.report("danger", where, "it has a %s", tok.Data)
	}
	for _, a := range tok.Attr {
		switch {
		case strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "id" || a.Key == "name" || a.Key == "srcdoc":
			c.report("danger", where, "%s has %s=%.40q", tok.Data, a.Key, a.Val)
		case a.Key == "srcset":
			c.report("relative", where, "%s has a srcset, which few readers resolve", tok.Data)
		case slices.Contains(addressed, a.Key):
			c.target(where, tok.Data, a.Val)
		}
	}
}

// target judges an address in HTML.
func (c *checker) target(where, tag, address string) {
	scheme, _, ok := strings.Cut(address, ":")
	switch scheme = strings.ToLower(strings.TrimSpace(scheme)); {
	case !ok || strings.ContainsAny(scheme, "/?#"):
		c.report("relative", where, "%s leads to %.60q", tag, address)
	case scheme == "javascript" || scheme == "vbscript" || scheme == "data" || scheme == "file" || scheme == "blob":
		c.report("danger", where, "%s leads to %.60q", tag, address)
	case scheme == "http" || scheme == "https":
		c.must(!strings.ContainsAny(address, " \t\n\"<>\\"), "markup", where, "%s leads to %.60q", tag, address)
	}
}

// parsed is a text as a browser has it in its body.
func parsed(text string) string {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: names.Body}
	nodes, err := html.ParseFragment(strings.NewReader(text), body)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, n := range nodes {
		if err := html.Render(&b, n); err != nil {
			return ""
		}
	}
	return b.String()
}

// tokens is a text in one way of writing it. The body that tables always have
// may go without saying.
func tokens(text string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String()
		}
		tok := z.Token()
		slices.SortFunc(tok.Attr, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
		switch {
		case tok.DataAtom == names.Tbody || tok.DataAtom == names.Colgroup:
		case kind == html.TextToken:
			b.WriteString(tok.Data)
		case kind == html.SelfClosingTagToken && slices.Contains(void, tok.Data):
			tok.Type = html.StartTagToken
			fallthrough
		default:
			b.WriteString(tok.String())
		}
	}
}

// difference is where two texts part.
func difference(want, got string) string {
	n := 0
	for n < len(want) && n < len(got) && want[n] == got[n] {
		n++
	}
	from := max(0, n-20)
	return strings.ToValidUTF8(want[from:min(len(want), n+40)]+" ≠ "+got[from:min(len(got), n+40)], "")
}
