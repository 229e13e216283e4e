package site

import (
	"cmp"
	"html/template"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"chinanews/news"
)

// lead is the source whose text a release shows.
func lead(i Item) news.Source {
	for _, c := range i.Carriers {
		if c.Item.ID == i.Lead.ID {
			return c.Source
		}
	}
	return news.Source{ID: string(i.Lead.Source)}
}

func publisher(lang string, i Item) string { return lead(i).PublisherIn(lang) }

// shown is how much of a release its source's rights let us show.
func shown(i Item) string { return string(lead(i).Rights.Most()) }

// tongue is the language of a release's own words, as a BCP 47 tag.
func tongue(i Item) string { return tagOf(i.Lead.Shown) }

func tagOf(e news.Entry) string { return cmp.Or(e.Locale, e.Lang) }

// spoken is the language of a title or other words of an editor's: of the
// source's own title its release's, else that of the letters, else the feed's.
func spoken(i Item, words string) string {
	if words == news.Line(i.Lead.Shown.Title) {
		return tongue(i)
	}
	return cmp.Or(news.LanguageOf(words), i.Feed.Language)
}

// How long beginnings are, in graphemes. The same words need fewer of them in
// Chinese, Japanese and Korean.
const (
	teaserLength      = 200
	denseTeaserLength = 100
	descriptionLength = 160
	abstractLength    = 300
	summaryLength     = 1000     // of a source's own, which may be a whole text that its rights keep from us
	openingSize       = 16 << 10 // bytes of a body: more than any beginning needs
)

// teaser is what a list shows of a release below its title.
func teaser(i Item) string { return gist(i, teaserOf(i)) }

// gist says in n graphemes what a release is about: as an editor wrote it, else
// as it begins.
func gist(i Item, n int) string {
	if s := i.Precis(); s != "" {
		return cut(s, n)
	}
	return excerpt(i, n)
}

// teaserOf is how long a release's teaser is.
func teaserOf(i Item) int { return teaserIn(news.Primary(tongue(i))) }

func teaserIn(lang string) int {
	switch lang {
	case "zh", "ja", "ko":
		return denseTeaserLength
	}
	return teaserLength
}

// abstract is what stands in the place of a text that is not there, or that
// its source's rights keep from us.
func abstract(i Item) string {
	switch {
	case i.Summary == "":
		return excerpt(i, abstractLength)
	case shown(i) == string(news.Full):
		return news.Line(i.Summary)
	}
	return excerpt(i, summaryLength)
}

// Lost reports that a text that the release had is no longer kept.
func (i Item) Lost() bool {
	e := i.Lead.Shown
	e.Summary, e.HTML = i.Summary, i.HTML
	return e.Lost()
}

// loss says so where the text would stand; nothing where its source's rights
// would keep it from us.
func loss(lang string, i Item) string {
	if !i.Lost() || shown(i) == string(news.Title) {
		return ""
	}
	return say(lang, "The text is no longer kept here.")
}

// excerpt is the beginning of a release in plain text, n graphemes at most:
// its summary, else its body; empty when the source's rights allow the title
// only.
func excerpt(i Item, n int) string {
	if shown(i) == string(news.Title) {
		return ""
	}
	text := lined(i.Summary)
	if text == "" {
		text = opening(i.HTML)
	}
	return cut(text, n)
}

// cut shortens a text to n graphemes: between words, where there are any.
func cut(text string, n int) string {
	g := uniseg.NewGraphemes(text)
	for range n {
		if !g.Next() {
			return text
		}
	}
	_, end := g.Positions()
	if end == len(text) {
		return text
	}
	text = text[:end]
	if space := strings.LastIndexByte(text, ' '); space > end*3/4 {
		text = text[:space]
	}
	return strings.TrimRight(text, " ,;，、；") + "…"
}

// opening is the text that markup begins with, on one line: without tables,
// whose cells make no sentences, unless there is hardly anything beside them.
func opening(markup string) string {
	if text := lined(flat(untabled(markup), ' ', openingSize)); utf8.RuneCountInString(text) >= leastBeside {
		return text
	}
	return lined(flat(markup, ' ', openingSize))
}

// leastBeside is how many characters beside tables make a beginning.
const leastBeside = 40

// untabled is markup without its tables.
func untabled(markup string) string {
	if !strings.Contains(markup, "<table") {
		return markup
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(markup))
	for within := 0; b.Len() < 4*openingSize; {
		kind, raw := z.Next(), string(z.Raw())
		name, _ := z.TagName()
		switch table := atom.Lookup(name) == atom.Table; {
		case kind == html.ErrorToken:
			return b.String()
		case table && kind == html.StartTagToken:
			within++
		case table && kind == html.EndTagToken:
			within = max(0, within-1)
			b.WriteByte(' ')
		case within == 0:
			b.WriteString(raw)
		}
	}
	return b.String()
}

// lined is a text on one line. Behind the stops of Chinese paragraphs there is no
// space.
func lined(text string) string { return unspaced.Replace(news.Line(text)) }

var unspaced = strings.NewReplacer("。 ", "。", "！ ", "！", "？ ", "？", "； ", "；", "： ", "：")

// flat is the text of markup, until it has size bytes, with a sign between
// words that stand apart.
func flat(markup string, between byte, size int) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(markup))
	for b.Len() < size {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Text())
		default:
			if name, _ := z.TagName(); apart[atom.Lookup(name)] {
				b.WriteByte(between)
			}
		}
	}
	return b.String()
}

// plainText is a release's text in paragraphs, as far as its source's rights
// go.
func plainText(i Item) string {
	if shown(i) != string(news.Full) || i.HTML == "" {
		return abstract(i)
	}
	var lines []string
	for line := range strings.SplitSeq(flat(i.HTML, '\n', len(i.HTML)+1), "\n") {
		if line = news.Line(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n\n")
}

// apart are the elements that part the words around them.
var apart = map[atom.Atom]bool{atom.P: true, atom.Br: true, atom.Div: true, atom.Li: true, atom.Td: true, atom.Th: true, atom.Dt: true, atom.Dd: true, atom.Hr: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Blockquote: true, atom.Figcaption: true, atom.Caption: true, atom.Pre: true}

// whole is a release's whole text, empty when there is none, when its source's
// rights keep it from us, or when it nests too deep to be shown safely.
func whole(lang string, i Item) template.HTML {
	if shown(i) != string(news.Full) {
		return ""
	}
	return body(lang, i.HTML)
}

// body is markup as a page shows it. It was sanitised when it was
// read; here it is parsed once more, so that nothing in it can close what is
// around it, and no picture is loaded from others' servers: each becomes a
// link with its caption.
func body(lang, markup string) template.HTML {
	nodes, err := html.ParseFragment(strings.NewReader(news.Legal(markup)), &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"})
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, n := range nodes {
		root := &html.Node{Type: html.DocumentNode}
		root.AppendChild(n)
		calm(root, lang)
		if err := html.Render(&b, root); err != nil {
			return ""
		}
	}
	return template.HTML(b.String()) // #nosec: rendered from a tree with nothing active in it
}

// calm walks a tree, children first.
func calm(parent *html.Node, lang string) {
	for n := parent.FirstChild; n != nil; {
		next := n.NextSibling
		calm(n, lang)
		switch {
		case n.Type == html.TextNode:
		case n.Type != html.ElementNode || active[n.Data] || n.Namespace != "":
			parent.RemoveChild(n)
		case n.DataAtom == atom.Img:
			caption(n, lang)
		default:
			plain(n)
		}
		n = next
	}
}

// active are elements that the sanitiser never lets through.
var active = map[string]bool{"script": true, "style": true, "iframe": true, "object": true, "embed": true, "form": true, "input": true, "button": true, "textarea": true, "select": true,
	"base": true, "meta": true, "link": true, "template": true, "noscript": true, "video": true, "audio": true, "source": true, "title": true, "plaintext": true, "xmp": true, "noembed": true, "noframes": true}

// plain leaves an element the attributes that say something to readers. The
// page's one first heading is the release's title.
func plain(n *html.Node) {
	if n.DataAtom == atom.H1 {
		n.Data, n.DataAtom = "h2", atom.H2
	}
	var kept []html.Attribute
	for _, a := range n.Attr {
		switch a.Key {
		case "title", "colspan", "rowspan", "start", "rel":
			kept = append(kept, a)
		case "href":
			if a.Val = web(a.Val); a.Val != "" {
				kept = append(kept, a)
			}
		}
	}
	n.Attr = kept
}

// caption makes a picture a link to it, or a mere caption when it stands in a
// link already: links do not nest.
func caption(n *html.Node, lang string) {
	words := cmp.Or(news.Line(attribute(n, "title")), news.Line(attribute(n, "alt")), say(lang, "picture"))
	src := web(attribute(n, "src"))
	n.Data, n.DataAtom, n.Attr = "span", atom.Span, []html.Attribute{{Key: "class", Val: "picture"}}
	if src != "" && !linked(n) {
		n.Data, n.DataAtom = "a", atom.A
		n.Attr = append(n.Attr, html.Attribute{Key: "href", Val: src}, html.Attribute{Key: "rel", Val: "nofollow noopener"})
	}
	n.AppendChild(&html.Node{Type: html.TextNode, Data: words})
}

func linked(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == atom.A {
			return true
		}
	}
	return false
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// web is an address that a reader can be led to, or empty: http, https and
// mailto, without the name and password that some carry.
func web(raw string) string {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return ""
	case u.Scheme == "mailto" && u.Opaque != "":
		return raw
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return ""
	}
	u.User = nil
	return u.String()
}

// bare is an address as people say it: without scheme and last slash.
func bare(raw string) string {
	_, rest, _ := strings.Cut(web(raw), "//")
	return strings.TrimSuffix(rest, "/")
}

// reach is how the contact in the configuration is linked: a page, or an
// address to write to. Empty when it is neither.
func reach(contact string) string {
	if strings.Contains(contact, "@") && !strings.ContainsAny(contact, " :/?&") {
		return "mailto:" + contact
	}
	return web(contact)
}
