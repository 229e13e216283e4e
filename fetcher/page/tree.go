package page

import (
	"net/url"

	"github.com/PuerkitoBio/goquery"

	"chinanews/news"
)

// Parse builds the tree of a page within the bounds that every reading keeps.
func Parse(utf8 []byte) (*goquery.Document, *news.Problem) {
	doc, p := parsePage(utf8, nil)
	return doc.Document, p
}

// Base is the address that a page's relative links are meant against.
func Base(doc *goquery.Document, asked *url.URL) *url.URL { return baseOf(doc, asked) }

// Resolve makes a link absolute as listings have it; empty when it leads to no
// page.
func Resolve(href string, base *url.URL) string { return resolve(href, base, nil) }
