package feed

import (
	"html"
	"strings"

	"github.com/mmcdole/gofeed/atom"

	"chinanews/news"
)

func fromAtom(f *atom.Feed, notes []note) drafts {
	d := drafts{link: first(alternates(f.Links)...), advice: news.Advice{Every: period(f.Extensions)}}
	for i, e := range f.Entries {
		it := atomEntry(e, notes[i])
		if len(it.authors) == 0 {
			it.authors = people(f.Authors) // RFC 4287, section 4.1.2
		}
		d.items = append(d.items, it)
	}
	return d
}

func atomEntry(e *atom.Entry, n note) draft {
	x := e.Extensions
	d := draft{
		id:      first(html.UnescapeString(n.id), e.ID),
		links:   alternates(e.Links),
		title:   passage{e.Title, asText(n.title)},
		summary: passage{e.Summary, asText(n.summary)},
		dates:   []string{e.Published, e.Updated, value(x, "dc", "date"), value(x, "dcterms", "issued")},
		authors: append(people(e.Authors), values(x, "dc", "creator")...),
	}
	if len(d.authors) == 0 && e.Source != nil {
		d.authors = people(e.Source.Authors)
	}
	for _, c := range e.Categories {
		d.tags = append(d.tags, c.Term)
	}
	d.tags = append(d.tags, values(x, "dc", "subject")...)
	d.content(e.Content)
	if absolute(d.id) {
		d.links = append(d.links, d.id)
	}
	for _, l := range e.Links {
		if l.Rel == "enclosure" {
			d.files = append(d.files, attachment{l.Href, l.Type, l.Title, l.Length})
		}
	}
	return d
}

// content takes an Atom content element: text, markup, or an address (RFC 4287,
// section 4.1.3). Other media are no text of ours.
func (d *draft) content(c *atom.Content) {
	if c == nil {
		return
	}
	kind := strings.ToLower(c.Type)
	switch {
	case c.Src != "":
		d.links = append(d.links, c.Src)
	case kind == "text" || kind == "text/plain":
		d.body = passage{c.Value, plain}
	case kind == "" || strings.Contains(kind, "html") || strings.Contains(kind, "xml"):
		d.body = passage{c.Value, markup}
		if kind == "" {
			d.body.form = maybe
		}
	case strings.HasPrefix(kind, "text/"):
		d.body = passage{c.Value, plain}
	}
}

// asText is Atom's default: a text construct without a type is plain text.
func asText(f form) form {
	if f == maybe {
		return plain
	}
	return f
}

// relations is what stands before a registered relation's name when it is
// written in full (RFC 4287, section 4.2.7.2).
const relations = "http://www.iana.org/assignments/relation/"

// alternates are the addresses that mean the page itself, HTML before others.
func alternates(links []*atom.Link) []string {
	var pages, rest []string
	for _, l := range links {
		if rel := strings.TrimPrefix(l.Rel, relations); rel != "" && !strings.EqualFold(rel, "alternate") {
			continue
		}
		if l.Type == "" || strings.Contains(l.Type, "html") {
			pages = append(pages, l.Href)
		} else {
			rest = append(rest, l.Href)
		}
	}
	return append(pages, rest...)
}

func people(ps []*atom.Person) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.Name)
	}
	return out
}
