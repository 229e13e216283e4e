package validity

import (
	"strings"
	"time"
)

const aPerson = "atom:name! atom:uri? atom:email?"

// atom is RFC 4287 with RFC 5005, RFC 6721 and Media RSS, for those who have
// nothing that knows RELAX NG; atom.rng says it again. We demand more of a feed
// and an entry than it does: an author, and a date of publication.
var atom = shapes{
	"atom:feed": {children: "atom:id! atom:title! atom:updated! atom:author+ atom:link+ atom:category* atom:contributor* atom:generator? atom:icon? atom:logo? " +
		"atom:rights? atom:subtitle? fh:archive? fh:complete? at:deleted-entry* atom:entry*"},
	"atom:entry": {children: "atom:id! atom:title! atom:updated! atom:published! atom:author+ atom:link* atom:category* atom:contributor* atom:content? " +
		"atom:rights? atom:source? atom:summary? media:content* media:group* media:thumbnail* media:credit*"},
	"atom:source": {children: "atom:id! atom:title! atom:updated! atom:author* atom:link* atom:category* atom:contributor* atom:generator? atom:icon? atom:logo? " +
		"atom:rights? atom:subtitle?"},
	"atom:title": {children: "##", attrs: "type?", check: construct}, "atom:subtitle": {children: "##", attrs: "type?", check: construct},
	"atom:summary": {children: "##", attrs: "type?", check: construct}, "atom:content": {children: "##", attrs: "type?", check: construct},
	"atom:rights":  {children: "##", attrs: "type?", check: construct},
	"atom:id":      {children: "##", check: isID},
	"atom:updated": {children: "##", check: isMoment}, "atom:published": {children: "##", check: isMoment},
	"atom:author": {children: aPerson}, "atom:contributor": {children: aPerson},
	"atom:name": {children: "##"}, "atom:uri": {children: "##", check: isAddress}, "atom:email": {children: "##", check: isMail},
	"atom:generator": {children: "##", attrs: "uri? version?"},
	"atom:icon":      {children: "##", check: isAddress}, "atom:logo": {children: "##", check: isAddress},
	"atom:category": {attrs: "term! scheme? label?", check: func(c *checker, e *element) {
		c.must(strings.TrimSpace(e.attrs["term"]) != "", "blank", "atom:category", "its term is empty")
	}},
	"atom:link":  {attrs: "href! rel? type? hreflang? title? length?", check: link},
	"fh:archive": {}, "fh:complete": {},
	"at:deleted-entry": {children: "at:by? at:comment? atom:link* atom:source?", attrs: "ref! when!", check: func(c *checker, e *element) {
		c.moment("at:deleted-entry when", e.attrs["when"])
	}},
	"at:by": {children: aPerson}, "at:comment": {children: "##", attrs: "type?", check: construct},
	"media:content": media["media:content"], "media:group": media["media:group"], "media:thumbnail": media["media:thumbnail"],
	"media:title": media["media:title"], "media:description": media["media:description"], "media:credit": media["media:credit"],
}

// construct judges a text construct (section 3.1).
func construct(c *checker, e *element) {
	kind, ok := e.attrs["type"]
	if !ok {
		return
	}
	c.one(e.tag+" type", kind, "text", "html")
	if kind == "html" {
		c.markup(e.tag, e.text)
	}
}

// isID judges an id (section 4.2.6): an IRI with a scheme.
func isID(c *checker, e *element) {
	if !strings.HasPrefix(e.text, "urn:") {
		c.address(e.tag, e.text)
	}
}

func link(c *checker, e *element) {
	c.address("link "+e.attrs["rel"], e.attrs["href"])
	if t, ok := e.attrs["type"]; ok {
		c.mediaType("link type", t)
	}
	if l, ok := e.attrs["hreflang"]; ok {
		c.language("link hreflang", l)
	}
	if n, ok := e.attrs["length"]; ok {
		c.number("link length", n)
	}
	if rel, ok := e.attrs["rel"]; ok {
		c.one("link rel", rel, "self", "alternate", "related", "enclosure", "via", "hub", "current", "prev-archive", "next-archive", "first", "last", "next", "previous", "license", "replies")
	}
}

func (c *checker) atom(feed *element) {
	c.links(feed, "application/atom+xml")
	c.must(len(c.related(feed, "alternate")) > 0, "alternate", "feed", "it has no alternate link")
	updated, _ := time.Parse(time.RFC3339, feed.first("atom:updated"))
	seen := make(ids)
	for _, e := range feed.all("atom:entry") {
		c.item = strings.TrimSpace(e.first("atom:id"))
		c.once(seen, "atom:id", c.item)
		c.twins(e)
		c.saysOnce(e)
		c.must(len(c.related(e, "alternate"))+len(e.all("atom:content")) > 0, "alternate", "entry", "it has neither content nor an alternate link")
		at, _ := time.Parse(time.RFC3339, e.first("atom:updated"))
		c.must(!at.After(updated), "updated", "entry", "it is of %v, the feed of %v", at, updated)
		c.item = ""
	}
	for _, e := range feed.all("at:deleted-entry") {
		c.once(seen, "at:deleted-entry", e.attrs["ref"])
	}
}

// related are an element's links of a relation. alternate is that of a link
// which names none.
func (c *checker) related(e *element, rel string) (list []*element) {
	for _, l := range e.all("atom:link") {
		own, ok := l.attrs["rel"]
		if own == rel || !ok && rel == "alternate" {
			list = append(list, l)
		}
	}
	return list
}

func (c *checker) twins(e *element) {
	seen := make(map[string]bool)
	for _, l := range c.related(e, "alternate") {
		key := l.attrs["type"] + " " + l.attrs["hreflang"]
		c.must(!seen[key], "twin", "link alternate", "two are of %q", key)
		seen[key] = true
	}
}

// links judges the links of a feed as a whole, in RSS and in Atom.
func (c *checker) links(feed *element, kind string) {
	c.twins(feed)
	self := c.related(feed, "self")
	if len(self) != 1 {
		c.report("self", "feed", "it has %d links to itself", len(self))
		return
	}
	own := self[0].attrs["href"]
	c.must(c.document.Address == "" || own == c.document.Address, "self", "feed", "it says %s and is at %s", own, c.document.Address)
	c.must(self[0].attrs["type"] == kind, "self", "feed", "its link to itself is of type %q", self[0].attrs["type"])
	for _, h := range c.related(feed, "hub") {
		c.must(h.attrs["href"] != own, "hub", "feed", "it is its own hub")
	}
	c.history(feed, own)
}

// history judges a feed's links to its archive (RFC 5005, section 4).
func (c *checker) history(feed *element, own string) {
	archived := len(feed.all("fh:archive")) > 0
	for _, rel := range []string{"current", "prev-archive", "next-archive"} {
		found := c.related(feed, rel)
		c.must(len(found) < 2, "archive", "feed", "it has %d links %s", len(found), rel)
		for _, l := range found {
			c.must(l.attrs["href"] != own || rel == "current" && !archived, "archive", "feed", "its link %s is to itself", rel)
		}
	}
	c.must(!archived || len(c.related(feed, "current")) == 1, "archive", "feed", "it is of the archive and does not say what is current")
	c.must(archived || len(c.related(feed, "next-archive")) == 0, "archive", "feed", "it is the current one and has a next-archive")
	c.must(!archived || len(feed.all("fh:complete")) == 0, "archive", "feed", "it is of the archive and says that it is complete")
}
