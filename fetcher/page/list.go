package page

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"chinanews/news"
)

// Options bound a reading.
type Options struct {
	MaxItems int       // 0: no bound
	Now      time.Time // for dates without a year
}

// Listing is what a listing page says.
type Listing struct {
	Entries  []news.Entry
	Warnings []string
}

// List reads a listing page, already in UTF-8, by the row's selectors. base is
// the address that it came from.
func List(utf8 []byte, src news.Source, base *url.URL, o Options) (Listing, *news.Problem) {
	doc, p := parsePage(utf8)
	if p != nil {
		return Listing{}, p
	}
	l := &lister{reader: reader{src, o.Now}, base: baseOf(doc, base), asked: base, seen: make(map[string]int)}
	if p := l.compile(); p != nil {
		return Listing{}, p
	}
	for _, sel := range l.selectors() {
		if l.items(doc, sel, limit(src.List.Limit, o.MaxItems)); len(l.entries) > 0 {
			break
		}
	}
	if len(l.entries) == 0 {
		return Listing{}, l.nothing(doc)
	}
	return Listing{l.entries, l.warnings()}, nil
}

// limit is the smaller of two bounds that are set.
func limit(a, b int) int {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

type lister struct {
	reader
	base, asked *url.URL
	match, skip *regexp.Regexp
	entries     []news.Entry
	seen        map[string]int // canonical address -> entry
	unread      int            // dates that were there and could not be read
}

func (l *lister) compile() *news.Problem {
	for expr, into := range map[string]**regexp.Regexp{l.src.List.LinkMatch: &l.match, l.src.List.LinkSkip: &l.skip} {
		if expr == "" {
			continue
		}
		re, err := regexp.Compile(expr)
		if err != nil {
			return &news.Problem{Class: news.ClassSelectorEmpty, Condition: news.Redesigned, Words: "the row's link pattern does not compile: " + err.Error()}
		}
		*into = re
	}
	return nil
}

// selectors are the row's, else every link.
func (l *lister) selectors() []string {
	if len(l.src.List.Item) > 0 {
		return l.src.List.Item
	}
	return []string{"a[href]"}
}

func (l *lister) items(doc *goquery.Document, sel string, most int) {
	s, err := parse(sel)
	if err != nil {
		return
	}
	s.find(doc.Selection).EachWithBreak(func(_ int, item *goquery.Selection) bool {
		if e, ok := l.entry(item); ok {
			l.add(e)
		}
		return most == 0 || len(l.entries) < most
	})
}

// add takes an entry, or of one that is listed twice what is better.
func (l *lister) add(e news.Entry) {
	n, twice := l.seen[e.Canonical()]
	if !twice {
		l.seen[e.Canonical()] = len(l.entries)
		l.entries = append(l.entries, e)
		return
	}
	known := &l.entries[n]
	if len(known.Title) < len(e.Title) {
		known.Title, known.Lang, known.Locale = e.Title, e.Lang, e.Locale
	}
	if !known.Date.Known() && e.Date.Known() {
		known.Date = e.Date
	}
}

func (l *lister) entry(item *goquery.Selection) (e news.Entry, ok bool) {
	link := item
	if len(l.src.List.Link) > 0 {
		link = match(item, l.src.List.Link...)
	} else if !item.Is("a[href]") {
		link = item.Find("a[href]").First()
	}
	href, _ := link.Attr("href")
	e.URL = resolve(href, l.base, l.src.Rewrite)
	if e.URL == "" || !l.wanted(e.URL) {
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
	e.Date = l.when(item, e)
	return e, true
}

func (l *lister) wanted(address string) bool {
	if l.match != nil && !l.match.MatchString(address) || l.skip != nil && l.skip.MatchString(address) {
		return false
	}
	return !l.src.List.SameHost || l.asked == nil || strings.EqualFold(news.Host(address), l.asked.Hostname())
}

// title is the row's choice, else the link's text, or its title attribute
// where that text was cut.
func (l *lister) title(item, link *goquery.Selection) string {
	if len(l.src.List.Title) > 0 {
		return bound(first(item, l.src.List.Title...), maxTitle)
	}
	text := news.Line(nodeText(link))
	attr, _ := link.Attr("title")
	attr = news.Line(attr)
	cut := strings.HasSuffix(text, "…") || strings.HasSuffix(text, "...")
	if text == "" || cut && len(attr) > len(text)-3 {
		text = attr
	}
	return bound(text, maxTitle)
}

// when is the entry's date: the row's element, else whatever the item says
// beside its title.
func (l *lister) when(item *goquery.Selection, e news.Entry) news.Date {
	raw := ""
	if len(l.src.List.Date) > 0 {
		raw = first(item, l.src.List.Date...)
	} else {
		raw = strings.Replace(news.Line(nodeText(item)), e.Title, " ", 1)
	}
	known := map[news.DateOrigin]news.Date{
		news.FromList:  l.date(group(l.src.List.DateRegex, raw), news.FromList, l.src.List.DateLayouts...),
		news.FromTitle: l.fromTitle(e.Title),
		news.FromURL:   l.fromURL(e.URL),
	}
	d := l.choose(l.order(), known)
	if !d.Known() && len(l.src.List.Date) > 0 && raw != "" {
		l.unread++
	}
	if !d.Known() && len(l.src.List.Date) == 0 {
		return news.Date{}
	}
	return d
}

func (l *lister) warnings() []string {
	if l.unread == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d of %d dates could not be read; look at list.date and date_layouts", l.unread, len(l.entries))}
}

// nothing says what the page is like on which the selectors found nothing.
func (l *lister) nothing(doc *goquery.Document) *news.Problem {
	what := fmt.Sprintf("%q", strings.Join(l.selectors(), ", "))
	if l.src.List.LinkMatch != "" {
		what += fmt.Sprintf(" with links like %q", l.src.List.LinkMatch)
	}
	title := bound(news.Line(doc.Find("title").First().Text()), 100)
	return &news.Problem{Class: news.ClassSelectorEmpty, Condition: news.Redesigned,
		Words: fmt.Sprintf("nothing matches %s on the page %q, which has %d links; the site may have been redesigned: look at list in the row", what, title, doc.Find("a[href]").Length())}
}

func bound(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
