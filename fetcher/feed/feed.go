// Package feed reads RSS, RDF, Atom and JSON feeds as servers really send them
// and gives their entries in our words. Its way is: bound, repair, parse with
// gofeed, map. It asks nobody anything and knows no clock.
//
// The trap: gofeed loses items without an error when tags do not match, and is
// slow beyond reason on hostile namespaces. So the markup is surveyed before it
// sees it, items are counted, and a document is repaired as little as it needs:
// what gofeed reads well reaches it as it came.
package feed

import (
	"fmt"
	"net/url"
	"time"

	"chinanews/news"
)

// Version names this way of reading; it changes whenever the same bytes give
// other entries.
const Version = "1"

// Options bound a reading. The zero value is useful.
type Options struct {
	MaxItems int       // more is refused; 0 means 2000
	Now      time.Time // for dates that name no year
	Learn    bool      // give back what makes the next reading cheap
	Known    *Known    // of an earlier reading by this row from this address; nil: nothing
}

// Listing is what a feed said.
type Listing struct {
	Entries  []news.Entry // in the feed's order, not limited or filtered by the row
	Warnings []string     // what an editor should know though it worked, one sentence each
	Repairs  []string     // what was mended in the document before it could be read
	Advice   news.Advice  // what the feed says on when to ask again
	Known    *Known       // for the next reading, when that is wanted; nil: it must parse the whole
}

// Read reads a feed that is in UTF-8 already, whatever its declaration says.
// base is the address that the answer came from. With a problem there are no
// entries, but what was repaired and warned of until then. Every text of an
// entry is legal in XML and JSON, every address absolute http or https. Of an
// item whose bytes are Known the entry is Short.
func Read(utf8 []byte, src news.Source, base *url.URL, o Options) (Listing, *news.Problem) {
	if o.MaxItems <= 0 {
		o.MaxItems = defaultItems
	}
	if o.Known != nil {
		if l, ok := o.Known.read(utf8, src, base, o); ok {
			return l, nil
		}
	}
	out := outlineOf(utf8)
	if out.shape != ShapeFeed && !out.json {
		return Listing{}, noFeed(utf8, out)
	}
	r := reader{max: o.MaxItems}
	var got drafts
	var p *news.Problem
	if out.json {
		got, p = r.json(utf8[out.root:])
	} else {
		got, p = r.xml(utf8, out)
	}
	if p == nil && len(got.items) == 0 {
		p = &news.Problem{Class: news.ClassNoItems, Condition: news.Empty,
			Words: "the feed is well but holds no items; if the source has news, look for another feed address"}
	}
	if p != nil {
		return r.listing, p
	}
	r.listing.Advice = got.advice
	m := mapping{src: src, base: base, now: o.Now, listing: &r.listing}
	m.all(got)
	if o.Learn && !out.json {
		r.listing.Known = learn(utf8, &r, &m, got)
	}
	return r.listing, nil
}

// reader is one document on its way to drafts.
type reader struct {
	max     int
	bulk    bulk // of what was surveyed
	listing Listing
}

func (r *reader) warn(format string, args ...any) {
	r.listing.Warnings = append(r.listing.Warnings, fmt.Sprintf(format, args...))
}

func (r *reader) repaired(format string, args ...any) {
	r.listing.Repairs = append(r.listing.Repairs, fmt.Sprintf(format, args...))
}

// xml reads a feed in XML: as it is but for what breaks no meaning, and with its
// elements balanced when that fails or gives fewer items than begin.
func (r *reader) xml(whole []byte, out outline) (drafts, *news.Problem) {
	if n := len(out.dropped); n > 0 {
		r.repaired("dropped %d bytes before the root element", out.root)
	}
	doc, dropped := legalXML(whole[out.root:])
	if dropped > 0 {
		r.repaired("dropped %d bytes that no XML may hold", dropped)
	}
	seen, p := look(doc)
	r.bulk = seen.bulk
	switch {
	case p != nil:
		return drafts{}, p
	case seen.started > r.max:
		return drafts{}, tooMany(seen.started, r.max)
	}
	doc = doc[:seen.end]
	got, repairs, err := r.parsed(doc, out.entities, seen)
	r.listing.Repairs = append(r.listing.Repairs, repairs...)
	if err != nil {
		return drafts{}, &news.Problem{Class: news.ClassMalformed, Condition: news.Broken,
			Words: "the feed is broken beyond repair: " + news.Line(cut(err.Error(), 200))}
	}
	return r.counted(got, seen)
}

// parsed reads a document with the least repair that gives all items which
// begin in it, else with the one that gives most.
func (r *reader) parsed(doc []byte, ents entities, seen survey) (drafts, []string, error) {
	m := repair(doc, ents, false)
	got, err := parse(m.doc)
	if err == nil && len(got.items) >= seen.started && !seen.run {
		return got, m.repairs, nil
	}
	b := repair(doc, ents, true)
	again, e := parse(b.doc)
	more := len(again.items) > len(got.items) || seen.run && len(again.items) == len(got.items)
	if e == nil && (err != nil || more) {
		return again, b.repairs, nil
	}
	return got, m.repairs, err
}

// counted compares what was read with what began.
func (r *reader) counted(got drafts, seen survey) (drafts, *news.Problem) {
	switch n := len(got.items); {
	case seen.cut && n == 0:
		return got, &news.Problem{Class: news.ClassTruncated, Condition: news.Broken,
			Words: "the feed was cut off before its first item ended"}
	case seen.cut:
		r.warn("the feed was cut off after %d of %d items", n, seen.started)
	case n < seen.started:
		r.warn("%d of the feed's %d items could not be read, because tags do not match", seen.started-n, seen.started)
	}
	return got, nil
}
