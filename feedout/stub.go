package feedout

import (
	"cmp"
	"slices"

	"github.com/gorilla/feeds"

	"chinanews/news"
)

// tombstones is the namespace of RFC 6721.
const tombstones = "http://purl.org/atompub/tombstones/1.0"

// maxStubs bounds the stubs of a document: a person withdraws one at a time.
const maxStubs = 100

// atomDeleted is the tombstone of an entry that we withdrew (RFC 6721, section
// 3). A ministry's removal never has one.
type atomDeleted struct {
	XMLName struct{} `xml:"at:deleted-entry"`
	Ref     string   `xml:"ref,attr"`
	When    string   `xml:"when,attr"`
	Comment string   `xml:"at:comment"`
	Link    atomLink `xml:"link"`
}

// line is what stands in one place of a document.
type line struct {
	of    any         // *news.Release, *news.Stub of one that was withdrawn, *Told or *Digest
	print fingerprint // zero: not taken
	said  *said       // by a release
}

// lines are all of a document, with the newest stubs among the releases, each
// where its story was; not among those that are pinned.
func (d Document) lines() []line {
	stubs := slices.Clone(d.Stubs)
	newest := func(a, b news.Stub) int {
		return cmp.Or(cmp.Compare(d.place(b.Membership), d.place(a.Membership)), cmp.Compare(a.Address, b.Address))
	}
	slices.SortFunc(stubs, newest)
	stubs = stubs[:min(len(stubs), maxStubs)]
	var out []line
	for n := range d.Releases {
		r := &d.Releases[n]
		for r.Membership.Pinned.IsZero() && len(stubs) > 0 && d.place(stubs[0].Membership) > d.place(r.Membership) {
			out = append(out, line{of: &stubs[0]})
			stubs = stubs[1:]
		}
		out = append(out, line{of: r, said: new(said)})
	}
	for n := range stubs {
		out = append(out, line{of: &stubs[n]})
	}
	for n := range d.Notices {
		out = append(out, line{of: &d.Notices[n]})
	}
	for n := range d.Digests {
		out = append(out, line{of: &d.Digests[n]})
	}
	return out
}

// place is where an entry stands among those of its document: in the archive
// are what entered as news and what entered as history.
func (d Document) place(m news.Membership) uint64 {
	if d.archived() {
		return m.Place
	}
	return m.Seq
}

func (d Document) stubID(s news.Stub) string { return news.EntryURN(d.Site.ID, s.Membership.Story) }

func (d Document) stubURL(s news.Stub) string { return d.Site.BaseURL + "/stories/" + s.Address }

// reason says that we, and nobody else, took the entry back, when and why.
func (d Document) reason(s news.Stub) string { return Reason(d.Feed.Language, s.Withdrawal) }

func (d Document) atomStub(s news.Stub) atomDeleted {
	return atomDeleted{Ref: d.stubID(s), When: rfc3339(s.Withdrawal.At), Comment: d.reason(s),
		Link: atomLink{Href: d.stubURL(s), Rel: "alternate", Type: "text/html"}}
}

func (d Document) rssStub(s news.Stub) rssItem {
	return rssItem{RssItem: &feeds.RssItem{
		Title: d.words().withdrawn, Link: d.stubURL(s), Description: markup.Replace(d.reason(s)), PubDate: rfc822(s.Membership.Published),
		Guid: &feeds.RssGuid{Id: d.stubID(s), IsPermaLink: "false"},
	}, Creator: d.siteName()}
}

func (d Document) jsonStub(s news.Stub) jsonItem {
	text := d.reason(s)
	return jsonItem{
		ID: d.stubID(s), URL: d.stubURL(s), Title: d.words().withdrawn, Summary: text, ContentText: &text,
		Published: rfc3339(s.Membership.Published), Modified: rfc3339(s.Withdrawal.At),
		Authors: []*feeds.JSONAuthor{{Name: d.siteName()}}, Ours: jsonWithdrawn{d.stubURL(s), rfc3339(s.Withdrawal.At)},
	}
}

// jsonWithdrawn is what a stub says, for programs.
type jsonWithdrawn struct {
	Story     string `json:"story"`
	Withdrawn string `json:"withdrawn"` // when
}
