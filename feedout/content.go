package feedout

import (
	"cmp"
	"fmt"
	stdhtml "html"
	"slices"
	"strings"
	"time"

	"github.com/rivo/uniseg"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"chinanews/news"
)

// said is what an entry says in every format, once it was worked out.
type said struct {
	summary, content string
	done             bool
}

// says is what a release says. A document that is being made works it out once
// for all its formats.
func (d Document) says(r news.Release) said {
	if d.said != nil && d.said.done {
		return *d.said
	}
	s := said{d.summary(r), d.content(r), true}
	if d.said != nil {
		*d.said = s
	}
	return s
}

// shown is how much of a release is carried: what the feed wants, as far as
// the source's rights go.
func (d Document) shown(r news.Release) news.Content {
	want := d.Feed.Content
	if want == "" {
		want = news.Full
	}
	return want.Least(lead(r).Rights.Most())
}

// How long summaries are, in graphemes: one of ours, and a source's own, which
// may be a whole text that its rights do not let us carry.
const (
	summaryLength    = 300
	ownSummaryLength = 1000
)

// summary is plain text: the editor's, else the source's own, else the
// beginning of the body; before it, that the release is no longer at its address.
func (d Document) summary(r news.Release) string {
	if gone := d.gone(r); gone != "" {
		return strings.TrimSpace(gone + d.words().space + d.ownSummary(r))
	}
	return d.ownSummary(r)
}

func (d Document) ownSummary(r news.Release) string {
	if s := r.Precis(); s != "" && d.Feed.Content != news.Title { // no source's rights bind it
		return shorten(s, ownSummaryLength)
	}
	if d.shown(r) == news.Title {
		return ""
	}
	if s := news.Line(r.Summary); s != "" {
		return shorten(s, ownSummaryLength)
	}
	return beginning(r.HTML)
}

// beginning is the summary of a body: of its first words, which are most often
// enough, or of all that a summary could need.
func beginning(body string) string {
	const size = openingSize / 8
	text := opening(body, size)
	line := news.Line(text)
	if len(text) >= size && len(prefix(line, summaryLength+1)) == len(line) {
		line = news.Line(opening(body, openingSize))
	}
	return shorten(line, summaryLength)
}

// shorten cuts a text to n graphemes: at the end of a sentence when that keeps
// half of it, else where it must.
func shorten(s string, n int) string {
	cut := prefix(s, n)
	if len(cut) == len(s) {
		return s
	}
	end, rest, state := 0, cut, -1
	for rest != "" {
		var sentence string
		sentence, rest, state = uniseg.FirstSentenceInString(rest, state)
		if rest != "" { // the last one was cut
			end += len(sentence)
		}
	}
	if end > len(cut)/2 {
		return strings.TrimSpace(cut[:end])
	}
	return strings.TrimRight(cut, " ,，、") + "…"
}

// prefix is the first n graphemes of a text.
func prefix(s string, n int) string {
	if len(s) <= n {
		return s
	}
	rest, state := s, -1
	for ; n > 0 && rest != ""; n-- {
		_, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
	}
	return s[:len(s)-len(rest)]
}

// openingSize is more than a summary needs of a body, in bytes.
const openingSize = 16 << 10

// opening is the text that markup begins with: all, or so many bytes and what
// stands with the last of them.
func opening(markup string, size int) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(markup))
	for b.Len() < size {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Text())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			if name, _ := z.TagName(); !inline(atom.Lookup(name)) {
				b.WriteByte(' ')
			}
		}
	}
	return b.String()
}

// inline reports whether an element leaves the words around it in one line.
func inline(a atom.Atom) bool {
	switch a {
	case atom.A, atom.B, atom.Em, atom.Font, atom.I, atom.S, atom.Small, atom.Span, atom.Strong, atom.Sub, atom.Sup, atom.U:
		return true
	}
	return false
}

// content is the entry's body with the provenance line after it, and before it
// that the release is no longer at its address, and the editor's note.
func (d Document) content(r news.Release) string {
	body := paragraph(d.gone(r))
	if note := r.Note(); note != "" {
		body += paragraph(fmt.Sprintf(d.words().note, note))
	}
	switch d.shown(r) {
	case news.Full:
		body += d.body(r)
	case news.Summary:
		body += paragraph(d.ownSummary(r))
	}
	if d.Feed.Provenance {
		body += d.provenance(r)
	}
	return body
}

// gone says of a release that looks have shown to be gone since when, and of
// when its text is; of another nothing.
func (d Document) gone(r news.Release) string {
	if r.Lead.Presence != news.Removed {
		return ""
	}
	w := telling(d.Feed.Language)
	return fmt.Sprintf(w.goneFrom, w.moment(r.Lead.Missed, beijing), w.onDay(latest(r.LastSeen, r.Lead.FirstSeen)))
}

// version says which version of a release this is, when its source has changed
// it by the entry's last update; else nothing.
func (d Document) version(r news.Release) string {
	asOf := r.Membership.AsOf()
	number, changed := 0, time.Time{}
	for n, v := range r.Lead.Versions() {
		if !v.At.After(asOf) && v.Class == news.Edit {
			number, changed = n+1, v.At
		}
	}
	if number == 0 {
		return ""
	}
	w := d.words()
	return fmt.Sprintf(w.version, number, changed.In(news.Location(beijing)).Format(w.day))
}

// body is the full text, or what there is in its place.
func (d Document) body(r news.Release) string {
	if body := news.Legal(r.HTML); body != "" {
		return body
	}
	body := paragraph(news.Line(r.Summary))
	if r.Lead.State == news.Unreadable {
		body += paragraph(d.words().noText)
	}
	return body
}

func paragraph(text string) string {
	if text == "" {
		return ""
	}
	return "<p>" + stdhtml.EscapeString(text) + "</p>"
}

// provenance is the entry's last line: whose it is, of when, first seen when,
// who else carries it, and where it is. It is as of the entry's last update:
// carriers and siblings that came later are on the story's page.
func (d Document) provenance(r news.Release) string {
	w := d.words()
	date := r.Lead.Shown.Date
	zone := cmp.Or(date.Zone, lead(r).Timezone, "Asia/Shanghai")
	parts := []string{
		fmt.Sprintf(w.source, d.publisher(r), w.date(date)),
		fmt.Sprintf(w.firstSeen, w.moment(r.Lead.FirstSeen, zone)),
	}
	if version := d.version(r); version != "" {
		parts = append(parts, version)
	}
	if names := d.others(r); len(names) > 0 {
		parts = append(parts, fmt.Sprintf(w.also, strings.Join(names, w.and)))
	}
	links := anchor(d.storyURL(r), w.story)
	if u := address(r.Lead.Shown.URL); u != "" {
		links = anchor(u, w.original) + " · " + links
	}
	for _, b := range siblings(r) {
		links += " · " + stdhtml.EscapeString(fmt.Sprintf(w.sibling, w.language(b.Lead.Shown.Lang))) + d.siblingLink(b)
	}
	return "<p><small>" + stdhtml.EscapeString(strings.Join(parts, w.space)) + w.space + links + "</small></p>"
}

func anchor(href, text string) string {
	return `<a href="` + stdhtml.EscapeString(href) + `">` + stdhtml.EscapeString(text) + "</a>"
}

// carriers are those who had the release at the entry's last update, or when
// it entered: published may lie before that.
func carriers(r news.Release) []news.Carrier {
	asOf := r.Membership.AsOf()
	var out []news.Carrier
	for _, c := range r.Carriers {
		since, together := c.Item.With(r.Lead)
		if c.Item.ID == r.Lead.ID || together && !since.After(asOf) {
			out = append(out, c)
		}
	}
	return out
}

// others are the publishers beside the lead's, each once.
func (d Document) others(r news.Release) []string {
	var names []string
	own := d.publisher(r)
	for _, c := range carriers(r) {
		name := publisherIn(c.Source, d.Feed.Language)
		if name != own && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
