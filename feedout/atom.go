package feedout

import (
	"cmp"
	"strconv"
	"time"

	"github.com/gorilla/feeds"

	"chinanews/news"
)

const atomNamespace = "http://www.w3.org/2005/Atom"

// atomRoot is a whole Atom document (RFC 4287, section 4.1.1).
type atomRoot struct {
	XMLName  struct{}         `xml:"feed"`
	Xmlns    string           `xml:"xmlns,attr"`
	At       string           `xml:"xmlns:at,attr,omitempty"`
	History  string           `xml:"xmlns:fh,attr,omitempty"`
	Language string           `xml:"xml:lang,attr,omitempty"`
	Title    string           `xml:"title"`
	Subtitle string           `xml:"subtitle,omitempty"`
	ID       string           `xml:"id"`
	Updated  string           `xml:"updated"`
	Links    []atomLink       `xml:"link"`
	Author   feeds.AtomPerson `xml:"author"`
	Rights   string           `xml:"rights,omitempty"`
	Tool     string           `xml:"generator"`
	Archive  *struct{}        `xml:"fh:archive"`
	Entries  []atomEntry      `xml:"entry"`
}

// FeedXml lets feeds.WriteXML write the document.
func (r atomRoot) FeedXml() any { return r }

type atomEntry struct {
	XMLName    struct{}         `xml:"entry"`
	Language   string           `xml:"xml:lang,attr,omitempty"`
	Title      atomText         `xml:"title"`
	ID         string           `xml:"id"`
	Published  string           `xml:"published"`
	Updated    string           `xml:"updated"`
	Links      []atomLink       `xml:"link"`
	Author     feeds.AtomPerson `xml:"author"`
	Others     []atomPerson     `xml:"contributor"`
	Categories []atomCategory   `xml:"category"`
	Source     *atomSource      `xml:"source"`
	Summary    *feeds.AtomSummary
	Content    *feeds.AtomContent
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type atomLink struct {
	Href     string `xml:"href,attr"`
	Rel      string `xml:"rel,attr,omitempty"`
	Type     string `xml:"type,attr,omitempty"`
	Language string `xml:"hreflang,attr,omitempty"`
	Title    string `xml:"title,attr,omitempty"`
	Length   string `xml:"length,attr,omitempty"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// atomSource is where an entry comes from (section 4.2.11).
type atomSource struct {
	Title   string   `xml:"title"`
	ID      string   `xml:"id"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
}

// atomRoot is the document without its entries. stubs says whether there are
// such among these.
func (d Document) atomRoot(stubs bool) atomRoot {
	root := atomRoot{
		Xmlns: atomNamespace, Language: d.language(), Title: news.Line(d.Feed.Title), Subtitle: news.Line(d.Feed.Description),
		ID: news.FeedURN(d.Site.ID, d.Feed.Name), Updated: rfc3339(d.updated()), Rights: news.Line(d.Feed.Copyright), Tool: "chinanewsd",
		Author: feeds.AtomPerson{Name: d.siteName()}, History: d.historyPrefix(), Archive: d.archiveMark(),
		Links: append(d.ownLinks(Atom), atomLink{Href: d.home(), Rel: "alternate", Type: "text/html"}),
	}
	if stubs {
		root.At = tombstones
	}
	return root
}

// atomLine is an atomEntry or an atomDeleted.
func (d Document) atomLine(l line) any {
	switch of := l.of.(type) {
	case *news.Stub:
		return d.atomStub(*of)
	case *Told:
		return d.atomNotice(*of)
	case *Digest:
		return d.atomDigest(*of)
	}
	return d.atomEntry(*l.of.(*news.Release))
}

// siteName is who publishes the feed.
func (d Document) siteName() string {
	return cmp.Or(news.Line(d.Site.Publisher), news.Line(d.Site.Title), "chinanewsd")
}

func (d Document) atomEntry(r news.Release) atomEntry {
	own, related := d.links(r)
	s := d.says(r)
	e := atomEntry{
		Language: d.otherLanguage(r), Title: atomText{"text", entryTitle(r)}, ID: d.entryID(r),
		Published: rfc3339(r.Membership.Published), Updated: rfc3339(updated(r)),
		Author: feeds.AtomPerson{Name: cmp.Or(d.publisher(r), d.siteName())},
		Links:  []atomLink{{Href: own, Rel: "alternate", Type: "text/html"}},
	}
	if related != "" {
		e.Links = append(e.Links, atomLink{Href: related, Rel: "related", Type: "text/html"})
	}
	e.Links = append(e.Links, d.siblingLinks(r)...)
	for _, f := range d.files(r) {
		e.Links = append(e.Links, atomLink{Href: f.URL, Rel: "enclosure", Type: f.Type, Title: f.Title, Length: size(f.Size)})
	}
	for _, name := range d.others(r) {
		e.Others = append(e.Others, atomPerson{name})
	}
	for _, t := range tags(r) {
		e.Categories = append(e.Categories, atomCategory{t})
	}
	if s.summary != "" {
		e.Summary = &feeds.AtomSummary{Content: s.summary, Type: "text"}
	}
	if s.content != "" {
		e.Content = &feeds.AtomContent{Content: s.content, Type: "html"}
	}
	e.Source = d.atomSource(r)
	return e
}

func (d Document) atomNotice(t Told) atomEntry {
	e := atomEntry{
		Language: d.noticeLanguage(t), Title: atomText{"text", d.noticeTitle(t)}, ID: d.noticeID(t), Published: rfc3339(t.At), Updated: rfc3339(t.At),
		Author:  feeds.AtomPerson{Name: cmp.Or(d.noticePublisher(t), d.siteName())},
		Links:   []atomLink{{Href: d.noticeURL(t), Rel: "alternate", Type: "text/html"}},
		Summary: &feeds.AtomSummary{Content: d.noticeSummary(t), Type: "text"},
		Content: &feeds.AtomContent{Content: d.noticeContent(t), Type: "html"},
	}
	if u := address(t.Words.URL); u != "" {
		e.Links = append(e.Links, atomLink{Href: u, Rel: "related", Type: "text/html"})
	}
	return e
}

func (d Document) atomSource(r news.Release) *atomSource {
	u := listing(r)
	if u == "" {
		return nil
	}
	rel := "alternate"
	if lead(r).Kind == news.KindFeed {
		rel = "self"
	}
	return &atomSource{Title: d.publisher(r), ID: u, Updated: rfc3339(r.Lead.FirstSeen), Link: atomLink{Href: u, Rel: rel}}
}

// listing is where the lead's source lists its releases.
func listing(r news.Release) string {
	if src := lead(r); len(src.URLs) > 0 {
		return address(src.URLs[0])
	}
	return ""
}

func size(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func rfc3339(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }
