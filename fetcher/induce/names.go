package induce

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// variants are the classes that tell rows of one list apart.
var variants = regexp.MustCompile(`(?i)^(odd|even|first|last|active|current|cur|on|off|hot|new|top|selected|hover|alt|visited|no-?line|line|row\d*|item-?\d+|clear|clearfix|fl|fr|cf|left|right|pull-(left|right)|red|bold)$`)

var digits = regexp.MustCompile(`\d+`)

// signature is an element's name with what its classes and id have in common
// with its siblings of the same make.
func signature(n *html.Node) string {
	s := n.Data
	if id := attribute(n, "id"); id != "" && len(id) <= longestName {
		s += "#" + digits.ReplaceAllString(id, "N")
	}
	for _, c := range classes(n) {
		if len(c) <= longestName && !variants.MatchString(c) {
			s += "." + digits.ReplaceAllString(c, "N")
		}
	}
	return s
}

// longestName is longer than any class or id that a person wrote.
const longestName = 60

// paths number the ways from the root to elements: two elements have one
// number when they and all above them have one name.
type paths struct {
	name func(*html.Node) string
	of   map[*html.Node]int
	seen map[step]int
}

type step struct {
	above int
	name  string
}

func newPaths(name func(*html.Node) string) *paths {
	return &paths{name, make(map[*html.Node]int), make(map[step]int)}
}

func (p *paths) number(n *html.Node) int {
	if n == nil || n.Type != html.ElementNode {
		return 0
	}
	if known, ok := p.of[n]; ok {
		return known
	}
	s := step{p.number(n.Parent), p.name(n)}
	id, ok := p.seen[s]
	if !ok {
		id = len(p.seen) + 1
		p.seen[s] = id
	}
	p.of[n] = id
	return id
}

// maxClasses bounds what an element may call itself.
const maxClasses = 12

func classes(n *html.Node) []string {
	fields := strings.Fields(attribute(n, "class"))
	return fields[:min(len(fields), maxClasses)]
}

// stable reports whether a class or id will be there tomorrow: it is a name
// that CSS can say, no number, no state, no hash of a build.
func stable(name string) bool {
	return plainName.MatchString(name) && !variants.MatchString(name) && !hashed.MatchString(name)
}

var (
	plainName = regexp.MustCompile(`^[A-Za-z_][\w-]{0,39}$`)
	hashed    = regexp.MustCompile(`(?i)\d{5,}|[0-9a-f]{8,}|__[\w-]*[A-Z]\w*\d|^(css|sc|jsx)-`)
)

// places that hold no list of releases, or rarely: by element, or by a word of
// a class or id.
var (
	furniture = map[string]bool{"nav": true, "navi": true, "navbar": true, "navigation": true, "menu": true, "menus": true, "submenu": true, "footer": true, "foot": true,
		"bottom": true, "crumb": true, "crumbs": true, "breadcrumb": true, "breadcrumbs": true, "copyright": true, "toolbar": true,
		"friend": true, "friendlink": true, "yqlj": true, "links": true, "share": true, "pagination": true, "language": true, "sitemap": true, "tags": true}
	margin = map[string]bool{"aside": true, "sidebar": true, "side": true, "hot": true, "rank": true, "ranking": true, "paihang": true, "related": true, "popular": true,
		"recommend": true, "recommended": true, "tuijian": true, "banner": true, "slide": true, "slider": true, "carousel": true, "focus": true, "swiper": true, "most": true, "trending": true}
	telling = map[string]bool{"list": true, "news": true, "title": true, "content": true, "main": true, "article": true}
)

// places are how likely a list of releases stands in elements, from 0 to 1.
type places map[*html.Node]float64

func (p places) in(n *html.Node) float64 {
	if n == nil || n.Type != html.ElementNode || n.DataAtom == atom.Body {
		return 1
	}
	known, ok := p[n]
	if !ok {
		known = min(p.in(n.Parent), place(n))
		p[n] = known
	}
	return known
}

// place is what an element itself says.
func place(n *html.Node) float64 {
	switch {
	case n.DataAtom == atom.Nav, (n.DataAtom == atom.Footer || n.DataAtom == atom.Header) && !ofItem(n):
		return 0.1
	case n.DataAtom == atom.Aside:
		return 0.5
	}
	switch found := words(attribute(n, "class") + " " + attribute(n, "id")); {
	case has(found, furniture) && !has(found, telling):
		return 0.2
	case has(found, margin):
		return 0.6
	}
	return 1
}

// ofItem reports a header or footer of one item, not of the page.
func ofItem(n *html.Node) bool {
	for a := range above(n) {
		switch a.DataAtom {
		case atom.Article, atom.Main, atom.Section, atom.Li:
			return true
		}
	}
	return false
}

// words takes names apart: "leftSide nav_title-list2" has left, side, nav,
// title and list.
func words(names string) []string {
	var out []string
	var w strings.Builder
	lower := false
	for _, r := range short(names, 400) + " " {
		if w.Len() > 0 && (!unicode.IsLetter(r) || unicode.IsUpper(r) && lower) {
			out = append(out, strings.ToLower(w.String()))
			w.Reset()
		}
		if unicode.IsLetter(r) {
			w.WriteRune(r)
		}
		lower = unicode.IsLower(r)
	}
	return out
}

func has(found []string, in map[string]bool) bool {
	for _, w := range found {
		if in[w] {
			return true
		}
	}
	return false
}
