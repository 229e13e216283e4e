package page

import (
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

// selector is CSS, "css@attribute", "@attribute" of the element itself, or
// "meta:Name".
type selector struct {
	match     goquery.Matcher // nil: the element itself
	attribute string
}

// CheckSelector reports why a selector cannot be used.
func CheckSelector(sel string) error {
	_, err := parse(sel)
	return err
}

func compileSelector(sel string) (selector, error) {
	if name, ok := strings.CutPrefix(sel, "meta:"); ok {
		if strings.ContainsAny(name, `"\]`) || name == "" {
			return selector{}, fmt.Errorf("%q: write meta:Name", sel)
		}
		m, err := cascadia.Compile(fmt.Sprintf(`meta[name="%s" i],meta[property="%s" i],meta[itemprop="%s" i]`, name, name, name))
		return selector{m, "content"}, err
	}
	var s selector
	css := sel
	if at := strings.LastIndexByte(sel, '@'); at >= 0 {
		css, s.attribute = sel[:at], sel[at+1:]
		if s.attribute == "" || strings.ContainsAny(s.attribute, " []()") {
			return s, fmt.Errorf("%q: after @ stands the name of an attribute", sel)
		}
	}
	if strings.TrimSpace(css) == "" {
		if s.attribute == "" {
			return s, fmt.Errorf("the selector is empty")
		}
		return s, nil
	}
	m, err := cascadia.Compile(css)
	if err != nil {
		return s, fmt.Errorf("%q is no CSS selector: %w", css, err)
	}
	s.match = m
	return s, nil
}

// find is what a selector matches within an element.
func (s selector) find(within *goquery.Selection) *goquery.Selection {
	if s.match == nil {
		return within
	}
	return within.FindMatcher(s.match)
}

// one is the first element that a selector matches within an element.
func (s selector) one(within *goquery.Selection) *goquery.Selection {
	if s.match == nil {
		return within.First()
	}
	return within.FindMatcher(goquery.SingleMatcher(s.match))
}

// text is the first text, or attribute, that a selector gives and that is not
// empty.
func (s selector) text(within *goquery.Selection) string {
	found := ""
	s.find(within).EachWithBreak(func(_ int, e *goquery.Selection) bool {
		found = s.of(e)
		return found == ""
	})
	return found
}

func (s selector) of(e *goquery.Selection) string {
	if s.attribute != "" {
		v, _ := e.Attr(s.attribute)
		return news.Line(v)
	}
	if text := news.Line(nodeText(e)); text != "" {
		return text
	}
	return news.Line(e.Text()) // of a script or textarea that the row means
}

// source is the text of an element, or attribute, as it stands, also where
// nobody is to read it.
func (s selector) source(e *goquery.Selection) string {
	if s.attribute != "" {
		v, _ := e.Attr(s.attribute)
		return v
	}
	return e.Text()
}

func nodeText(e *goquery.Selection) string {
	if len(e.Nodes) == 0 {
		return ""
	}
	return clean.NodeText(e.Nodes[0])
}

// match is the first element that the first selector that matches anything
// finds; empty when none does.
func match(within *goquery.Selection, selectors ...string) *goquery.Selection {
	for _, sel := range selectors {
		if s, err := parse(sel); err == nil {
			if found := s.one(within); found.Length() > 0 {
				return found
			}
		}
	}
	return within.Slice(0, 0)
}

// first is the text of the first selector that gives one. Selectors that do
// not parse give none: the configuration was checked.
func first(within *goquery.Selection, selectors ...string) string {
	for _, sel := range selectors {
		if s, err := parse(sel); err == nil {
			if text := s.text(within); text != "" {
				return text
			}
		}
	}
	return ""
}
