// Package validity judges documents by the rules of their formats: RSS 2.0 with
// the profile of the RSS Advisory Board, Atom (RFC 4287), JSON Feed 1.1, feed
// archives (RFC 5005), deleted entries (RFC 6721), Media RSS, OPML 2.0 and the
// sitemap protocol. It is for tests only and knows nothing of the rendering: a
// document is judged by its bytes. It is stricter than the formats where we may
// be: what is deprecated, optional but expected by readers, or of a namespace
// that it does not know is a problem.
package validity

import (
	"fmt"
	"strings"
)

// Format is what a document claims to be.
type Format string

// The formats.
const (
	RSS     Format = "rss"
	Atom    Format = "atom"
	JSON    Format = "json"
	OPML    Format = "opml"
	Sitemap Format = "sitemap"
)

// Document is one document as it is served.
type Document struct {
	Format  Format
	Address string // of its own; empty: not known, and not compared with what it says
	Body    []byte
}

// Problem is one thing that a document does against its format.
type Problem struct {
	Rule  string // a name in rules
	Where string // the element or field, with the id of its item where there is one
	What  string
}

func (p Problem) String() string {
	return fmt.Sprintf("%s: %s [%s: %s]", p.Where, p.What, p.Rule, rules[p.Rule])
}

// Check returns all that a document does against its format, at most 100.
func Check(d Document) []Problem {
	c := &checker{document: d}
	switch d.Format {
	case JSON:
		c.feedJSON()
	case RSS:
		c.tree(rss, "rss", c.rss)
	case Atom:
		c.tree(atom, "atom:feed", c.atom)
	case OPML:
		c.tree(opml, "opml", c.opml)
	case Sitemap:
		c.tree(sitemap, "sm:urlset sm:sitemapindex", c.sitemap)
	default:
		c.report("well-formed", "document", "the format %q is not known", d.Format)
	}
	return c.problems
}

const most = 100

// checker collects problems of one document.
type checker struct {
	document Document
	item     string // the id of the item that is looked at
	problems []Problem
}

func (c *checker) must(ok bool, rule, where, what string, args ...any) {
	if !ok {
		c.report(rule, where, what, args...)
	}
}

func (c *checker) report(rule, where, what string, args ...any) {
	if rules[rule] == "" {
		panic("validity: no rule is named " + rule)
	}
	if c.item != "" {
		where += " of " + c.item
	}
	if len(c.problems) < most {
		c.problems = append(c.problems, Problem{rule, where, fmt.Sprintf(what, args...)})
	}
}

// tree judges an XML document: that it is one, that its elements stand where
// their format has them, and then what the format says beyond that.
func (c *checker) tree(known shapes, roots string, further func(*element)) {
	root, err := parse(c.document.Body)
	if err != nil {
		c.report("well-formed", "document", "%v", err)
		return
	}
	if !strings.Contains(" "+roots+" ", " "+root.tag+" ") {
		c.report("element", root.tag, "the document is no %s", roots)
		return
	}
	c.shape(known, root)
	further(root)
}
