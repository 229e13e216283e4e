package page

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"chinanews/news"
)

// Options bound a reading, and say by what it is done.
type Options struct {
	MaxItems int            // 0: no bound
	Now      time.Time      // for dates without a year
	Profiles []news.Profile // of site families, the more particular first
}

// Listing is what a listing page says.
type Listing struct {
	Entries  []news.Entry
	Warnings []string
	Profile  string // by which it was read; empty: by the row alone
}

// List reads a listing page, already in UTF-8: by the row's selectors, else by
// those of the profile that it names or that fits the page. base is the
// address that it came from.
func List(utf8 []byte, src news.Source, base *url.URL, o Options) (Listing, *news.Problem) {
	doc, p := parsePage(utf8, base)
	if p != nil {
		return Listing{}, p
	}
	if bare := !Selects(src); bare || names(src) {
		for _, profile := range o.profiles(src) {
			if !doc.fits(src, profile) || bare && !selects(profile.List) {
				continue
			}
			if l, p := doc.list(src.With(profile), o); p == nil && len(l.entries) > 0 {
				return Listing{l.entries, l.warnings(), profile.Name}, nil
			}
		}
		if bare {
			return Listing{}, doc.unknown(src)
		}
	}
	l, p := doc.list(src, o)
	if p == nil && len(l.entries) == 0 {
		p = l.nothing(doc)
	}
	if p != nil {
		return Listing{}, p
	}
	return Listing{Entries: l.entries, Warnings: l.warnings()}, nil
}

// Selects reports whether a row itself says where a listing's entries are.
func Selects(src news.Source) bool { return selects(src.List) }

func selects(l news.List) bool { return len(l.Item) > 0 || l.LinkMatch != "" }

// names reports whether a row names one profile.
func names(src news.Source) bool {
	return src.Profile != "" && src.Profile != profileAuto && src.Profile != profileNone
}

// list reads a page by a row to which nothing more is added.
func (d document) list(src news.Source, o Options) (*lister, *news.Problem) {
	l := newLister(src, d.base, d.from, o)
	if p := l.compile(); p != nil {
		return nil, p
	}
	roots := d.unpacked(src.List.Markup)
	for _, sel := range l.selectors() {
		for _, root := range roots {
			if l.items(root, sel, limit(src.List.Limit, o.MaxItems)); len(l.entries) > 0 {
				return l, nil
			}
		}
	}
	return l, nil
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
	refused     map[string]int // links, by the key that does not want them
	unread      int            // dates that were there and could not be read
}

func newLister(src news.Source, base, asked *url.URL, o Options) *lister {
	return &lister{reader: reader{src, o.Now}, base: base, asked: asked, seen: make(map[string]int), refused: make(map[string]int)}
}

func (l *lister) compile() *news.Problem {
	for expr, into := range map[string]**regexp.Regexp{l.src.List.LinkMatch: &l.match, l.src.List.LinkSkip: &l.skip} {
		if expr == "" {
			continue
		}
		re, err := regexes.of(expr)
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

func (l *lister) items(root *goquery.Selection, sel string, most int) {
	s, err := parse(sel)
	if err != nil {
		return
	}
	s.find(root).EachWithBreak(func(_ int, item *goquery.Selection) bool {
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

func (l *lister) warnings() []string {
	if l.unread == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d of %d dates could not be read; look at list.date and date_layouts", l.unread, len(l.entries))}
}

// nothing says what the page is like on which the selectors found nothing.
func (l *lister) nothing(doc document) *news.Problem {
	what := fmt.Sprintf("%q", strings.Join(l.selectors(), ", "))
	if l.src.List.LinkMatch != "" {
		what += fmt.Sprintf(" with links like %q", l.src.List.LinkMatch)
	}
	for _, key := range slices.Sorted(maps.Keys(l.refused)) {
		what += fmt.Sprintf(" (list.%s refuses %d of the links)", key, l.refused[key])
	}
	return &news.Problem{Class: news.ClassSelectorEmpty, Condition: news.Redesigned,
		Words: fmt.Sprintf("nothing matches %s on the page %q, which has %d links; the site may have been redesigned: look at list in the row", what, doc.title(), doc.Find("a[href]").Length())}
}

// unknown says what to do with a page that no profile knows.
func (d document) unknown(src news.Source) *news.Problem {
	address := "URL"
	if len(src.URLs) > 0 {
		address = src.URLs[0]
	}
	what := "no profile of a site family fits"
	if names(src) {
		what = fmt.Sprintf("the profile %s finds no entries on", src.Profile)
	}
	return &news.Problem{Class: news.ClassSelectorEmpty, Condition: news.Redesigned,
		Words: fmt.Sprintf("%s the page %q, and the row has no list.item: run `chinanewsd discover %s` to find its selectors", what, d.title(), address)}
}

func (d document) title() string {
	return bound(news.Line(d.Find("title").First().Text()), 100)
}

func bound(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
