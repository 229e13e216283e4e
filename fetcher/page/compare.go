package page

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"chinanews/news"
)

// Change is how a page differs from what it was.
type Change struct {
	Before    Shape    `json:"before"`
	Now       Shape    `json:"now"`
	Selectors []Match  `json:"selectors"`
	Vanished  []string `json:"vanished"` // names of classes (.x) and ids (#x), the most used first
	Appeared  []string `json:"appeared"`
}

// Shape is what a page is at a glance.
type Shape struct {
	Title string `json:"title"`
	Links int    `json:"links"`
	Bytes int    `json:"bytes"`
}

// Match is how many elements a selector finds.
type Match struct {
	Key      string `json:"key"` // in the row: list.item
	Selector string `json:"selector"`
	Before   int    `json:"before"`
	Now      int    `json:"now"`
}

const (
	maxTags = 12 // that are told
	maxTag  = 60
)

// Compare says what of a listing's page, as two texts in UTF-8, has changed
// for its row.
func Compare(before, now []byte, src news.Source) (Change, *news.Problem) {
	old, p := parsePage(before, nil)
	if p != nil {
		return Change{}, p
	}
	doc, p := parsePage(now, nil)
	if p != nil {
		return Change{}, p
	}
	c := Change{Before: shapeOf(old.Document, len(before)), Now: shapeOf(doc.Document, len(now))}
	for _, k := range []struct {
		key       string
		selectors []string
	}{{"list.markup", src.List.Markup}, {"list.item", src.List.Item}, {"list.link", src.List.Link}, {"list.title", src.List.Title}, {"list.date", src.List.Date}} {
		for _, sel := range k.selectors {
			if s, err := parse(sel); err == nil && s.match != nil {
				c.Selectors = append(c.Selectors, Match{k.key, sel, s.find(old.Selection).Length(), s.find(doc.Selection).Length()})
			}
		}
	}
	was, is := tagsOf(old.Document), tagsOf(doc.Document)
	c.Vanished, c.Appeared = without(was, is), without(is, was)
	return c, nil
}

func shapeOf(doc *goquery.Document, bytes int) Shape {
	return Shape{Title: bound(news.Line(doc.Find("title").First().Text()), 100), Links: doc.Find("a[href]").Length(), Bytes: bytes}
}

// tagsOf counts the classes and ids of a page's elements.
func tagsOf(doc *goquery.Document) map[string]int {
	count := make(map[string]int)
	doc.Find("[class],[id]").Each(func(_ int, e *goquery.Selection) {
		for _, class := range strings.Fields(e.AttrOr("class", "")) {
			count["."+bound(news.Line(class), maxTag)]++
		}
		if id := news.Line(e.AttrOr("id", "")); id != "" {
			count["#"+bound(id, maxTag)]++
		}
	})
	return count
}

// without are the names that the other page has not, the most used first.
func without(these, others map[string]int) []string {
	list := slices.DeleteFunc(slices.Collect(maps.Keys(these)), func(name string) bool { return others[name] > 0 })
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(these[b]-these[a], strings.Compare(a, b)) })
	return list[:min(len(list), maxTags)]
}
