package page

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"chinanews/news"
)

// Walks that stop when they know enough: a page may nest its whole text in each
// of hundreds of elements that are asked about.

// links are the first links of an element, at most so many.
func links(n *html.Node, most int) (found []*html.Node) {
	walk(n, func(n *html.Node) bool {
		if n.DataAtom == atom.A && attribute(n, "href") != "" {
			found = append(found, n)
		}
		return len(found) < most
	})
	return found
}

// brief reports whether an element has no more text than so many bytes.
func brief(n *html.Node, most int) bool {
	return walk(n, func(n *html.Node) bool {
		if n.Type == html.TextNode {
			most -= len(n.Data)
		}
		return most >= 0
	})
}

// walk calls visit for an element and all in it, in order, until it returns
// false, and reports whether it never did.
func walk(n *html.Node, visit func(*html.Node) bool) bool {
	if !visit(n) {
		return false
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !walk(c, visit) {
			return false
		}
	}
	return true
}

// metas are what a page says of itself for programs.
func (d document) metas() map[string]string {
	known := make(map[string]string)
	walk(d.Nodes[0], func(n *html.Node) bool {
		if n.DataAtom != atom.Meta {
			return true
		}
		for _, key := range []string{"name", "property", "itemprop"} {
			name := strings.ToLower(strings.TrimSpace(attribute(n, key)))
			if content := news.Line(attribute(n, "content")); name != "" && content != "" && known[name] == "" {
				known[name] = content
			}
		}
		return true
	})
	return known
}

// meta is the first of several names, in lower case, of which a page says
// anything.
func (a *article) meta(names ...string) string {
	for _, name := range names {
		if a.metas[name] != "" {
			return a.metas[name]
		}
	}
	return ""
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}
