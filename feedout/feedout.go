// Package feedout renders feeds and serves them. Rendering is pure: the same
// document gives the same bytes, on any machine, at any time. What is served
// was rendered before and is held in memory, so that subscribers are answered
// even when the disk is not.
package feedout

import (
	"cmp"
	"fmt"
	"iter"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"chinanews/news"
)

// Renderer is the version of the rendering: the same record and the same
// renderer give the same bytes. It is part of the addresses of archives, which
// promise theirs for ever: a change of what documents say counts it up.
const Renderer = 2

// Format is a feed format, named like its file.
type Format string

// The formats: RSS 2.0, Atom 1.0 (RFC 4287), JSON Feed 1.1.
const (
	RSS  Format = "rss"
	Atom Format = "atom"
	JSON Format = "json"
)

// ContentType is the media type that a format is served with.
func (f Format) ContentType() string { return f.mediaType() + "; charset=utf-8" }

// mediaType is a format's type as links name it.
func (f Format) mediaType() string {
	switch f {
	case RSS:
		return "application/rss+xml"
	case Atom:
		return "application/atom+xml"
	}
	return "application/feed+json"
}

// Document is all that a rendering depends on.
type Document struct {
	Site     news.Site // BaseURL is set
	Feed     news.Feed
	Releases []news.Release // in the order of the document
	Stubs    []news.Stub    // of what was withdrawn, in any order
	Notices  []Told         // of a feed that the program makes: instead of releases
	Updated  time.Time      // of the feed as a whole: the last ruling that changed it
	Search   string         // the query of its addresses, where it is what a search found and no feed
	Hub      string         // where changes of it can be subscribed to (WebSub); empty: nowhere
	Older    string         // name of the archive document that comes before; empty: none
	Archive  Archive        // set in a document of the archive (RFC 5005, section 4)
	Digests  []Digest       // of a feed that has one entry a day: instead of releases

	// Kept are releases that an Edition takes from the documents before: of them
	// Story and Membership alone are set. Only Edition.Render heeds it.
	Kept map[news.StoryID]bool

	// Of one that is being made.
	list []line
	said *said // by the line that is being made
	held map[news.StoryID]held
}

// Archive places a document in a feed's archive. Names are G-N, as in
// /feeds/ID/archive/G-N.atom.
type Archive struct {
	Name  string // of this document; empty: it is the subscription document
	Newer string // of the one that comes after; empty: this is the newest
}

// Digest is a day's entry: what entered the feed within it.
type Digest struct {
	news.Digested
	Releases []news.Release
}

const (
	maxEntries  = 500
	maxDocument = 4 << 20 // bytes
	hugeText    = maxDocument / 8
)

// Limit takes what stands in a subscription document from entries, newest
// entered first: at least the feed's limit, and everything that entered within
// its window of the newest, at most 500.
func Limit(entries iter.Seq[news.Membership], feed news.Feed) []news.Membership {
	var out []news.Membership
	for m := range entries {
		inWindow := len(out) == 0 || out[0].Entered.Sub(m.Entered) <= feed.Window.Std()
		if len(out) == maxEntries || len(out) >= feed.Limit && !inWindow {
			break
		}
		out = append(out, m)
	}
	return out
}

// Render renders a document. One that would be larger than 4 MiB has summaries
// in place of huge texts and, if that is not enough, leaves out its oldest
// entries; one of the archive leaves out none.
func Render(d Document, f Format) ([]byte, error) {
	d.Kept = nil
	m, err := d.ready(false).fit(f, nil)
	return m.body, err
}

// ready is a document with what its formats have in common, and if wanted with
// the fingerprints of its lines.
func (d Document) ready(prints bool) Document {
	if d.archived() {
		d = d.lasting()
	}
	d.list = d.lines()
	if prints {
		d.fingerprints(d.list)
	}
	return d
}

// fit makes a document that is ready of what is not too large. last is the one
// before; nil: no other will be made.
func (d Document) fit(f Format, last *made) (made, error) {
	for cut := false; ; cut = true {
		m, err := d.print(f, last)
		m.cut = cut
		if err != nil || len(m.body) <= maxDocument {
			return m, err
		}
		if len(d.Kept) > 0 {
			return made{}, ErrNotHeld
		}
		smaller, ok := d.smaller(len(m.body))
		if !ok {
			return m, nil
		}
		d = smaller.ready(last != nil)
	}
}

// smaller is a document that was of so many bytes with less in it, if anything
// can go.
func (d Document) smaller(size int) (Document, bool) {
	n := max(len(d.Releases), len(d.Notices), len(d.Digests))
	least := hugeText
	if d.archived() || n <= 1 {
		least = 1
	}
	if smaller, ok := d.summarised(size-maxDocument, least); ok {
		return smaller, true
	}
	if d.archived() || n <= 1 {
		return d, false
	}
	d.Releases = d.Releases[:fitting(len(d.Releases), size)]
	d.Notices = d.Notices[:fitting(len(d.Notices), size)]
	d.Digests = d.Digests[:fitting(len(d.Digests), size)]
	return d, true
}

// fitting is how many of n entries that made so many bytes may stay.
func fitting(n, size int) int { return min(n, max(1, n*maxDocument/size*9/10)) }

// summarised has summaries in place of the largest texts, of at least so many
// bytes together; none that is smaller than least. False when there is none.
func (d Document) summarised(excess, least int) (Document, bool) {
	d.Releases = slices.Clone(d.Releases)
	largest := make([]*news.Release, len(d.Releases))
	for n := range d.Releases {
		largest[n] = &d.Releases[n]
	}
	slices.SortStableFunc(largest, func(a, b *news.Release) int { return cmp.Compare(len(b.HTML), len(a.HTML)) })
	some := false
	for _, r := range largest {
		if excess <= 0 || len(r.HTML) < least {
			break
		}
		excess -= len(r.HTML)
		r.Summary, r.HTML, some = d.ownSummary(*r), "", true
	}
	return d, some
}

// updated is when the feed last changed: never before any of its entries. A
// feed that never had one says 1970, since Atom demands a date.
func (d Document) updated() time.Time {
	at := latest(d.Updated, time.Unix(0, 0))
	for _, r := range d.Releases {
		at = latest(at, updated(r))
	}
	for _, s := range d.Stubs {
		at = latest(at, s.Withdrawal.At)
	}
	for _, t := range d.Notices {
		at = latest(at, t.At)
	}
	for _, g := range d.Digests {
		at = latest(at, g.At)
	}
	return at.UTC()
}

// updated is when an entry last changed for its readers.
func updated(r news.Release) time.Time {
	if r.Membership.Updated.IsZero() {
		return r.Membership.Published.UTC()
	}
	return r.Membership.Updated.UTC()
}

// self is a document's own address.
func (d Document) self(f Format) string {
	if d.archived() {
		return d.archive(d.Archive.Name, f)
	}
	return d.current(f)
}

// current is the address that is subscribed to.
func (d Document) current(f Format) string {
	if d.Search != "" {
		return d.Site.BaseURL + "/search." + string(f) + "?" + d.Search
	}
	return d.Site.BaseURL + "/feeds/" + d.Feed.ID + "." + string(f)
}

// home is the page of the feed or search.
func (d Document) home() string {
	if d.Search != "" {
		return d.Site.BaseURL + "/search?" + d.Search
	}
	return d.Site.BaseURL + "/feeds/" + d.Feed.ID + "/"
}

func (d Document) storyURL(r news.Release) string { return d.Site.BaseURL + "/stories/" + r.Address }

// links are an entry's own address and the other one of original and story.
func (d Document) links(r news.Release) (own, related string) {
	story := d.storyURL(r)
	if link := address(r.Membership.Link); link != "" {
		return link, story
	}
	return story, address(r.Lead.Shown.URL)
}

func (d Document) entryID(r news.Release) string { return news.EntryURN(d.Site.ID, r.Membership.Story) }

// lead is the source whose text is shown.
func lead(r news.Release) news.Source {
	for _, c := range r.Carriers {
		if c.Item.ID == r.Lead.ID {
			return c.Source
		}
	}
	return news.Source{ID: string(r.Lead.Source)}
}

// publisher is who published a release, in the feed's language.
func (d Document) publisher(r news.Release) string {
	return publisherIn(lead(r), d.Feed.Language)
}

// publisherIn is a source's publisher in a language, else in English. Of names
// in variants of one language the first by tag is taken.
func publisherIn(s news.Source, lang string) string {
	for _, want := range []string{lang, news.Primary(lang), "en"} {
		for _, named := range s.Publisher {
			if name := news.Line(named[1]); name != "" && (named[0] == want || news.Primary(named[0]) == want) {
				return name
			}
		}
	}
	return cmp.Or(news.Line(s.PublisherIn(lang)), news.Line(s.ID))
}

func entryTitle(r news.Release) string {
	return cmp.Or(r.Title(), address(r.Lead.Shown.URL), r.Address)
}

// tags are what the source says of a release, and what the editor says of the
// source and of the release.
func tags(r news.Release) []string {
	var out []string
	for _, t := range slices.Concat(r.Lead.Shown.Tags, lead(r).Tags, r.Layer.Tags()) {
		if t = news.Line(t); t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// files are what comes with a release, where its rights allow the full text,
// each with an address and a type, and none twice.
func (d Document) files(r news.Release) []news.File {
	if d.shown(r) != news.Full {
		return nil
	}
	var out []news.File
	for _, f := range r.Lead.Shown.Files {
		f.URL, f.Type, f.Title, f.Size = address(f.URL), mediaType(f.Type), news.Line(f.Title), max(0, f.Size)
		before := func(o news.File) bool { return o.URL == f.URL }
		if f.URL != "" && !slices.ContainsFunc(out, before) {
			out = append(out, f)
		}
	}
	return out
}

// mediaExpr is a type and a subtype (RFC 6838, section 4.2): what the parser of
// package mime takes may begin with a mark.
var mediaExpr = regexp.MustCompile(`^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$`)

// mediaType is a media type without parameters; what is none is bytes.
func mediaType(s string) string {
	if t, _, err := mime.ParseMediaType(s); err == nil && mediaExpr.MatchString(t) {
		return t
	}
	return "application/octet-stream"
}

// language is the feed's; empty when it is no language tag (RFC 5646, section
// 2.1).
func (d Document) language() string {
	if languageTag.MatchString(d.Feed.Language) {
		return d.Feed.Language
	}
	return ""
}

// otherLanguage is an entry's language where it is not the feed's. What is no
// language tag is not repeated.
func (d Document) otherLanguage(r news.Release) string { return d.besides(r.Lead.Shown.Locale) }

// besides is a language tag that says more than the feed's own does.
func (d Document) besides(tag string) string {
	own := d.Feed.Language
	if strings.EqualFold(tag, own) || strings.EqualFold(tag, news.Primary(own)) || !languageTag.MatchString(tag) {
		return ""
	}
	return tag
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)

// notInAddress are the visible ASCII characters that RFC 3986 allows nowhere.
const notInAddress = "\"<>\\^`{|}"

// escapeExpr is an escaped byte; a percent sign before anything else is escaped
// itself.
var escapeExpr = regexp.MustCompile(`^%[0-9A-Fa-f]{2}`)

// address is an absolute http address in ASCII (RFC 3986), without userinfo;
// empty for anything else: no reader is sent to another scheme.
func address(raw string) string {
	u, err := url.Parse(news.Legal(raw))
	if err != nil || u.Hostname() == "" || strings.ContainsAny(u.Host, notInAddress) || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.User = nil
	var b strings.Builder
	text := u.String()
	for n, c := range []byte(text) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(notInAddress, c) >= 0 || c == '%' && !escapeExpr.MatchString(text[n:]) {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
