package validity

import (
	"net/url"
	"regexp"
	"strconv"
)

// opml is OPML 2.0, as a list of subscriptions.
var opml = shapes{
	"opml":  {children: "head! body!", attrs: "version!"},
	"head":  {children: "title! dateCreated? dateModified? ownerName? ownerEmail? ownerId? docs?"},
	"title": {children: "##"}, "ownerName": {children: "##"}, "ownerEmail": {children: "##", check: isMail},
	"ownerId": {children: "##", check: isAddress}, "docs": {children: "##", check: isAddress},
	"dateCreated": {children: "##", check: isRFC822}, "dateModified": {children: "##", check: isRFC822},
	"body":    {children: "outline+"},
	"outline": {children: "outline*", attrs: "text! title? type? xmlUrl? htmlUrl? description? language? version? created? category?", check: outline},
}

func outline(c *checker, e *element) {
	kind, subscription := e.attrs["type"]
	address, there := e.attrs["xmlUrl"]
	where := "outline " + e.attrs["text"]
	c.must(e.attrs["text"] != "", "outline", where, "its text is empty")
	c.must(subscription == there, "outline", where, "it has a type or an xmlUrl, and not both")
	c.must(subscription != (len(e.children) > 0), "outline", where, "it is a feed with outlines, or a folder without")
	if subscription {
		c.one(where+" type", kind, "rss")
		c.address(where+" xmlUrl", address)
	}
	if home, ok := e.attrs["htmlUrl"]; ok {
		c.address(where+" htmlUrl", home)
	}
	if l, ok := e.attrs["language"]; ok {
		c.language(where+" language", l)
	}
	if v, ok := e.attrs["version"]; ok {
		c.one(where+" version", v, "RSS", "RSS1", "RSS2", "ATOM", "scriptingNews")
	}
}

func (c *checker) opml(root *element) {
	c.one("opml version", root.attrs["version"], "2.0")
	seen := make(ids)
	var walk func(e *element)
	walk = func(e *element) {
		if address := e.attrs["xmlUrl"]; address != "" {
			c.once(seen, "xmlUrl", address)
		}
		for _, child := range e.children {
			walk(child)
		}
	}
	walk(root)
}

// sitemap is the sitemap protocol 0.9, with versions in other languages.
var sitemap = shapes{
	"sm:urlset":       {children: "sm:url*"},
	"sm:sitemapindex": {children: "sm:sitemap+"},
	"sm:url":          {children: "sm:loc! sm:lastmod? sm:changefreq? sm:priority? xhtml:link*"},
	"sm:sitemap":      {children: "sm:loc! sm:lastmod?"},
	"sm:loc":          {children: "##", check: isAddress},
	"sm:lastmod":      {children: "##", check: isDay},
	"sm:changefreq": {children: "##", check: func(c *checker, e *element) {
		c.one("changefreq", e.text, "always", "hourly", "daily", "weekly", "monthly", "yearly", "never")
	}},
	"sm:priority": {children: "##", check: func(c *checker, e *element) {
		n, err := strconv.ParseFloat(e.text, 64)
		c.must(err == nil && n >= 0 && n <= 1, "number", "priority", "%q is not between 0 and 1", e.text)
	}},
	"xhtml:link": {attrs: "rel! hreflang! href!", check: func(c *checker, e *element) {
		c.one("xhtml:link rel", e.attrs["rel"], "alternate")
		c.address("xhtml:link", e.attrs["href"])
		c.language("xhtml:link", e.attrs["hreflang"])
	}},
}

var dayExpr = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)

// isDay is a date of W3C's note on dates: a day, or a moment.
func isDay(c *checker, e *element) {
	if !dayExpr.MatchString(e.text) {
		c.moment(e.tag, e.text)
	}
}

// How much a sitemap may have.
const (
	sitemapEntries = 50_000
	sitemapBytes   = 50 << 20
	sitemapAddress = 2048
)

func (c *checker) sitemap(root *element) {
	c.must(len(root.children) <= sitemapEntries, "boundary", root.tag, "it has %d entries", len(root.children))
	c.must(len(c.document.Body) <= sitemapBytes, "boundary", root.tag, "it has %d bytes", len(c.document.Body))
	own, err := url.Parse(c.document.Address)
	compare := err == nil && own.Host != ""
	seen := make(ids)
	for _, e := range root.children {
		loc := e.first("sm:loc")
		c.once(seen, "loc", loc)
		c.must(len(loc) < sitemapAddress, "boundary", "loc", "it has %d characters", len(loc))
		u, err := url.Parse(loc)
		c.must(!compare || err == nil && u.Host == own.Host && u.Scheme == own.Scheme, "boundary", "loc", "%s is not of %s", loc, own.Host)
	}
}
