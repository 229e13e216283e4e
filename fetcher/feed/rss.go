package feed

import (
	"regexp"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"
)

func fromRSS(f *rss.Feed, notes []note) drafts {
	d := drafts{link: first(append(f.Links, f.Link)...), advice: rssAdvice(f)}
	for i, it := range f.Items {
		d.items = append(d.items, rssItem(it, notes[i]))
	}
	return d
}

func rssItem(it *rss.Item, n note) draft {
	x := it.Extensions
	d := draft{
		links:   append(append(it.Links, it.Link), atomLinks(x)...),
		title:   passage{first(it.Title, value(x, "dc", "title"), value(x, "media", "title")), n.title},
		summary: passage{first(it.Description, value(x, "itunes", "summary"), value(x, "media", "description"), value(x, "dc", "description"), it.Custom["summary"]), n.summary},
		body:    passage{first(it.Content, it.Custom["encoded"]), markup},
		dates: []string{it.PubDate, it.Custom["published"], value(x, "atom", "published"), value(x, "dcterms", "issued"), value(x, "dcterms", "created"),
			value(x, "atom", "updated"), value(x, "dc", "date"), value(x, "dcterms", "modified"), it.Custom["date"], it.Custom["updated"]},
		authors:  rssAuthors(it),
		files:    rssFiles(it),
		language: value(x, "dc", "language"),
	}
	if d.summary.form == plain {
		d.summary.form = maybe
	}
	for _, c := range it.Categories {
		d.tags = append(d.tags, c.Value)
	}
	d.tags = append(d.tags, values(x, "dc", "subject")...)
	if it.GUID != nil {
		d.id = it.GUID.Value
		if !strings.EqualFold(it.GUID.IsPermalink, "false") && absolute(d.id) {
			d.links = append(d.links, d.id)
		}
	}
	return d
}

// atomLinks are the addresses of atom:link elements that mean the page.
func atomLinks(x ext.Extensions) []string {
	var out []string
	for _, e := range x["atom"]["link"] {
		if rel := e.Attrs["rel"]; rel == "" || rel == "alternate" {
			out = append(out, e.Attrs["href"])
		}
	}
	return out
}

func rssAuthors(it *rss.Item) []string {
	out := values(it.Extensions, "dc", "creator")
	if it.Author != "" {
		out = append(out, person(it.Author))
	}
	if len(out) == 0 {
		out = append(out, value(it.Extensions, "itunes", "author"))
	}
	for _, a := range it.Extensions["atom"]["author"] {
		for _, name := range a.Children["name"] {
			out = append(out, name.Value)
		}
	}
	return out
}

var (
	mailName = regexp.MustCompile(`^\S+@\S+\s*\((.+)\)$`)
	nameMail = regexp.MustCompile(`^(.+?)\s*[(<]\S+@\S+[)>]$`)
)

// person is the name in an RSS author, which should be "mail (name)". A bare
// mail address is nobody's name.
func person(author string) string {
	author = strings.TrimSpace(author)
	for _, re := range []*regexp.Regexp{mailName, nameMail} {
		if m := re.FindStringSubmatch(author); m != nil {
			return m[1]
		}
	}
	if strings.Contains(author, "@") && !strings.Contains(author, " ") {
		return ""
	}
	return author
}

func rssFiles(it *rss.Item) []attachment {
	var out []attachment
	for _, e := range it.Enclosures {
		out = append(out, attachment{url: e.URL, kind: e.Type, size: e.Length})
	}
	media := it.Extensions["media"]["content"]
	for _, g := range it.Extensions["media"]["group"] {
		media = append(media, g.Children["content"]...)
	}
	for _, e := range media {
		out = append(out, attachment{url: e.Attrs["url"], kind: e.Attrs["type"], size: e.Attrs["fileSize"]})
	}
	return out
}

// value is the first text of an extension element, empty when there is none.
func value(x ext.Extensions, space, name string) string { return first(values(x, space, name)...) }

func values(x ext.Extensions, space, name string) []string {
	var out []string
	for _, e := range x[space][name] {
		out = append(out, strings.TrimSpace(e.Value))
	}
	return out
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
