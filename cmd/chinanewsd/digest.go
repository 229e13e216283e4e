package main

import (
	"fmt"

	"chinanews/feedout"
	"chinanews/news"
	"chinanews/storage"
)

// digests assembles a feed that has one entry a day. What left the feed since
// is not in it, nor is a day of which nothing is left. It is of the time of its
// newest digest: what enters the feed meanwhile changes nothing in it.
func (p *press) digests(l *storage.Ledger, f news.Feed) (feedout.Document, error) {
	doc := feedout.Document{Site: p.pub.Site, Feed: f}
	releases := 0
	for d := range l.Digests(f.Name) {
		if doc.Updated.IsZero() {
			doc.Updated = d.At
		}
		one := feedout.Digest{Digested: d}
		for m := range l.Within(d) {
			r, err := p.stand.release(l, m)
			if err != nil {
				return doc, err
			}
			one.Releases = append(one.Releases, r)
		}
		if len(one.Releases) == 0 {
			continue
		}
		releases += len(one.Releases)
		if len(doc.Digests) >= f.Limit || len(doc.Digests) > 0 && releases > feedout.MostDigested {
			break
		}
		doc.Digests = append(doc.Digests, one)
	}
	return doc, nil
}

// digestSaid says which digest has a story, or will have it; nothing in a feed
// without digests.
func (h *house) digestSaid(l *storage.Ledger, m news.Membership) string {
	if d, ok := l.Digest(m.Feed, m.Digest); ok && m.Left == "" {
		return fmt.Sprintf("it is in digest no. %d, of %s", d.Seq, d.Day)
	}
	for _, f := range h.cfg.Feeds {
		if f.Name == m.Feed && f.Digest != "" && m.Left == "" && m.As == news.AsNews && m.Seq > l.Feed(f.Name).Through {
			return fmt.Sprintf("it will be in the digest that is made at %s Beijing time", f.Digest)
		}
	}
	return ""
}
