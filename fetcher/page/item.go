package page

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

func (l *lister) entry(item *goquery.Selection) (e news.Entry, ok bool) {
	link, address := l.link(item)
	href, _ := link.Attr("href")
	if e.URL = address; e.URL == "" {
		return e, false
	}
	if e.URL != href {
		e.RawURL = href
	}
	e.Title = l.title(item, link)
	if e.Title == "" {
		return e, false
	}
	e.Lang, e.Locale = news.Language(l.src.Language, e.Title)
	e.Date = l.when(item, link, e)
	return e, true
}

// fewLinks is how many links of an item are looked at.
const fewLinks = 6

// link is the item's link and where it leads: the row's, else of those that are
// wanted the one with the longest text. Pictures, columns and "more" are
// linked too.
func (l *lister) link(item *goquery.Selection) (*goquery.Selection, string) {
	among := item
	if len(l.src.List.Link) > 0 {
		among = match(item, l.src.List.Link...)
	} else if len(item.Nodes) > 0 && attribute(item.Nodes[0], "href") == "" {
		among = item.FindNodes(links(item.Nodes[0], fewLinks)...)
	}
	best, address, length := among.Slice(0, 0), "", -1
	for i := range min(among.Length(), fewLinks) {
		link := among.Eq(i)
		href, _ := link.Attr("href")
		to, ok := l.leads(href)
		if !ok {
			continue
		}
		if n := len(linkTitle(link)); n > length {
			best, address, length = link, to, n
		}
	}
	return best, address
}

// leads is where a link leads, and whether it is one that is wanted. What keeps
// it out is counted by its key.
func (l *lister) leads(href string) (to string, wanted bool) {
	if to = resolve(href, l.base, l.src.Rewrite); to == "" {
		return "", false
	}
	key := l.refusing(resolve(href, l.base, nil), to)
	if key != "" {
		l.refused[key]++
	}
	return to, key == ""
}

// refusing is the row's key that does not want a link; empty: none. Its host
// is as the page has it: the row's rules may send it elsewhere.
func (l *lister) refusing(from, to string) string {
	switch {
	case l.match != nil && !l.match.MatchString(to):
		return "link_match"
	case l.skip != nil && l.skip.MatchString(to):
		return "link_skip"
	case l.src.List.SameHost && !l.own(from) && !l.own(to):
		return "same_host"
	}
	return ""
}

// own reports an address of the host that was asked.
func (l *lister) own(address string) bool {
	return l.asked == nil || strings.EqualFold(news.Host(address), l.asked.Hostname())
}

// title is the row's choice, else the link's text.
func (l *lister) title(item, link *goquery.Selection) string {
	if len(l.src.List.Title) > 0 {
		return bound(plain(first(item, l.src.List.Title...)), maxTitle)
	}
	return bound(linkTitle(link), maxTitle)
}

// ownDate is a text that is a date and nothing else, or one in brackets at the
// end of a title.
var (
	ownDate  = regexp.MustCompile(`^[\[(（【\s]*(?:\d{4}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?[\s\])）】]*$`)
	datedEnd = regexp.MustCompile(`\s*[\[(（【]\s*(?:\d{4}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?\s*[\])）】]\s*$`)
	bullets  = regexp.MustCompile(`^[\s·•■●◆▪>»・]+`)
)

// linkTitle is a link's text without the date that stands in it, or its title
// attribute where that text was cut.
func linkTitle(link *goquery.Selection) string {
	text := bullets.ReplaceAllString(datedEnd.ReplaceAllString(titleText(link), ""), "")
	attr, _ := link.Attr("title")
	if attr = plain(attr); len(attr) <= len(text) && text != "" {
		return text
	}
	begin := strings.TrimSpace(strings.TrimRight(text, "….．· "))
	if text == "" || begin != "" && strings.HasPrefix(attr, begin) {
		return attr
	}
	return text
}

// titleText is a link's text without elements that are a date.
func titleText(link *goquery.Selection) string {
	if len(link.Nodes) == 0 {
		return ""
	}
	text := news.Line(clean.NodeText(link.Nodes[0]))
	for _, e := range link.Children().Nodes {
		if part := news.Line(clean.NodeText(e)); part != "" && part != text && ownDate.MatchString(part) {
			text = news.Line(strings.Replace(text, part, " ", 1))
		}
	}
	return text
}

// when is the entry's date: the row's element, else whatever stands beside its
// title.
func (l *lister) when(item, link *goquery.Selection, e news.Entry) news.Date {
	var listed news.Date
	raw := ""
	if len(l.src.List.Date) > 0 {
		raw = first(item, l.src.List.Date...)
		listed = l.listed(raw)
	} else {
		listed = l.beside(item, link, e.Title)
	}
	listed = l.sameDay(listed, []byte(e.URL))
	known := map[news.DateOrigin]news.Date{news.FromList: listed, news.FromTitle: l.fromTitle(e.Title), news.FromURL: l.fromURL(e.URL)}
	d := l.choose(l.order(), known)
	if !d.Known() && len(l.src.List.Date) > 0 && raw != "" {
		l.unread++
	}
	if !d.Known() && len(l.src.List.Date) == 0 {
		return news.Date{}
	}
	return d
}

func (l *lister) listed(raw string) news.Date {
	return l.date(group(l.src.List.DateRegex, raw), news.FromList, l.src.List.DateLayouts...)
}

// maxBeside is how long a text beside a title may be that holds its date, in
// letters.
const maxBeside = 400

// beside is the date within the item; of an item that is a bare link, the date
// in the elements after it, or in what holds it and no other that is wanted.
func (l *lister) beside(item, link *goquery.Selection, title string) news.Date {
	if d := l.within(item, title); d.Known() || !item.Is("a") {
		return d
	}
	for at := link; ; at = at.Parent() {
		if d := l.after(at); d.Known() {
			return d
		}
		around := at.Parent()
		if around.Length() == 0 || around.Is("body,html") || !l.alone(around.Nodes[0]) {
			return news.Date{}
		}
		if d := l.within(around, title); d.Known() {
			return d
		}
	}
}

// alone reports whether an element's links lead to one entry, and to little
// else.
func (l *lister) alone(around *html.Node) bool {
	found := links(around, fewLinks+1)
	first := ""
	for _, n := range found {
		to, ok := l.leads(attribute(n, "href"))
		if !ok || to == first {
			continue
		}
		if first != "" {
			return false
		}
		first = to
	}
	return len(found) <= fewLinks
}

// within is the date that an element states beside a title: a line that is a
// date, else anything that can be read as one.
func (l *lister) within(e *goquery.Selection, title string) news.Date {
	if len(e.Nodes) == 0 || !brief(e.Nodes[0], 16*maxBeside) {
		return news.Date{}
	}
	var text []string
	for _, line := range clean.Lines(e.Nodes[0]) {
		for _, n := range line.Nodes {
			if piece := news.Line(n.Data); n.Type == html.TextNode && ownDate.MatchString(piece) && piece != title {
				if d := l.listed(piece); d.Known() && d.Raw != "" && year.MatchString(piece) {
					return d
				}
			}
		}
		text = append(text, line.Text)
	}
	whole := strings.Replace(strings.Join(text, " "), title, " ", 1)
	if utf8.RuneCountInString(whole) > maxBeside {
		return news.Date{}
	}
	return l.listed(whole)
}

// after is the date in what stands after a link and before the next: text, and
// elements without links.
func (l *lister) after(link *goquery.Selection) news.Date {
	var b strings.Builder
	for n := link.Nodes[0].NextSibling; n != nil && b.Len() < maxBeside; n = n.NextSibling {
		if n.Type == html.ElementNode && (n.Data == "a" || len(links(n, 1)) > 0) {
			break
		}
		b.WriteString(clean.NodeText(n) + " ")
	}
	return l.listed(strings.TrimSpace(b.String()))
}

// unpacked are where entries are looked for: in the elements whose text is
// markup, else in the page.
func (d document) unpacked(markup []string) []*goquery.Selection {
	var roots []*goquery.Selection
	for _, sel := range markup {
		s, err := parse(sel)
		if err != nil {
			continue
		}
		s.find(d.Selection).EachWithBreak(func(_ int, e *goquery.Selection) bool {
			text := records.ReplaceAllString(s.source(e), "")
			if doc, p := parsePage([]byte(text), d.base); p == nil && strings.Contains(text, "<") {
				roots = append(roots, doc.Selection)
			}
			return len(roots) < maxPacked
		})
	}
	return append(roots, d.Selection)
}

// maxPacked bounds the elements of a page that are read as pages.
const maxPacked = 16

// records are the marks of CDATA sections (XML 1.0, section 2.7).
var records = regexp.MustCompile(`<!\[CDATA\[|\]\]>`)
