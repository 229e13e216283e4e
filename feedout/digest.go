package feedout

import (
	"cmp"
	"fmt"
	stdhtml "html"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"chinanews/news"
)

// MostDigested is how many releases a digest names, and how many those of a
// document have together, if there are several.
const MostDigested = maxEntries

// digestedLength is how long the summary of a release in a digest is, in
// graphemes.
const digestedLength = 200

func (d Document) digestID(g Digest) string { return news.DigestURN(d.Site.ID, g.Digested) }

// digestURL is the page of its day; where none of its releases is dated on that
// one, of the day of the newest: of a day without any there is no page.
func (d Document) digestURL(g Digest) string {
	day := ""
	for _, r := range g.Releases {
		on := r.Membership.Published.In(news.Location(beijing)).Format(time.DateOnly)
		if on == g.Day {
			day = on
			break
		}
		day = max(day, on)
	}
	return d.home() + strings.ReplaceAll(cmp.Or(day, g.Day), "-", "/") + "/"
}

// listed are the releases that are named.
func (g Digest) listed() []news.Release { return g.Releases[:min(len(g.Releases), MostDigested)] }

// digestTitle says the feed, the day, and how many releases there are.
func (d Document) digestTitle(g Digest) string {
	w := d.words()
	form := w.releases
	if len(g.Releases) == 1 {
		form = w.release
	}
	return fmt.Sprintf(form, news.Line(d.Feed.Title), w.dayOf(g), len(g.Releases))
}

func (w words) dayOf(g Digest) string {
	day, err := time.Parse(time.DateOnly, g.Day)
	if err != nil {
		return g.Day
	}
	return day.Format(w.day)
}

// digestSummary is the titles, as far as they are short.
func (d Document) digestSummary(g Digest) string {
	var titles []string
	for _, r := range g.Releases[:min(len(g.Releases), summaryLength)] {
		titles = append(titles, entryTitle(r))
	}
	return shorten(strings.Join(titles, d.words().listed), summaryLength)
}

// digestContent lists the releases, each with whose it is, of when, and its
// summary, and leads to the page of the day.
func (d Document) digestContent(g Digest) string {
	var b strings.Builder
	b.WriteString("<ul>")
	for _, r := range g.listed() {
		b.WriteString(d.digestLine(r))
	}
	b.WriteString("</ul>")
	if more := len(g.Releases) - len(g.listed()); more > 0 {
		b.WriteString(paragraph(fmt.Sprintf(telling(d.Feed.Language).more, more)))
	}
	return b.String() + "<p><small>" + anchor(d.digestURL(g), d.words().theDay) + "</small></p>"
}

func (d Document) digestLine(r news.Release) string {
	own, _ := d.links(r)
	item := "<li>"
	if tag := d.otherLanguage(r); tag != "" {
		item = `<li lang="` + tag + `">`
	}
	source := fmt.Sprintf(d.words().source, d.publisher(r), d.words().date(r.Lead.Shown.Date))
	line := item + anchor(own, entryTitle(r)) + "<br/>" + stdhtml.EscapeString(source)
	if s := shorten(d.summary(r), digestedLength); s != "" {
		line += "<br/>" + stdhtml.EscapeString(s)
	}
	if note := r.Note(); note != "" {
		line += "<br/>" + stdhtml.EscapeString(fmt.Sprintf(d.words().note, note))
	}
	return line + "</li>"
}

func (d Document) atomDigest(g Digest) atomEntry {
	at := rfc3339(g.At)
	return atomEntry{
		Title: atomText{"text", d.digestTitle(g)}, ID: d.digestID(g), Published: at, Updated: at,
		Author:  feeds.AtomPerson{Name: d.siteName()},
		Links:   []atomLink{{Href: d.digestURL(g), Rel: "alternate", Type: "text/html"}},
		Summary: &feeds.AtomSummary{Content: d.digestSummary(g), Type: "text"},
		Content: &feeds.AtomContent{Content: d.digestContent(g), Type: "html"},
	}
}

func (d Document) rssDigest(g Digest) rssItem {
	return rssItem{
		RssItem: &feeds.RssItem{
			Title: d.digestTitle(g), Link: d.digestURL(g), Description: markup.Replace(d.digestSummary(g)), PubDate: rfc822(g.At),
			Guid:    &feeds.RssGuid{Id: d.digestID(g), IsPermaLink: "false"},
			Content: &feeds.RssContent{Content: d.digestContent(g)},
		},
		Creator: d.siteName(),
	}
}

// jsonDigest is what a digest has, for programs.
type jsonDigest struct {
	Day      string         `json:"day"` // in Beijing
	Releases []jsonDigested `json:"releases"`
}

// jsonDigested is a release as a digest has it: an entry of other feeds has the
// same id.
type jsonDigested struct {
	ID        string `json:"id"`
	Story     string `json:"story"` // our page
	URL       string `json:"url"`
	Title     string `json:"title"`
	Publisher string `json:"publisher,omitempty"`
	Language  string `json:"language,omitempty"`
	Published string `json:"date_published"`
}

func (d Document) jsonDigest(g Digest) jsonItem {
	says := jsonDigest{Day: g.Day, Releases: []jsonDigested{}}
	for _, r := range g.listed() {
		own, _ := d.links(r)
		says.Releases = append(says.Releases, jsonDigested{ID: d.entryID(r), Story: d.storyURL(r), URL: own, Title: entryTitle(r),
			Publisher: d.publisher(r), Language: d.otherLanguage(r), Published: rfc3339(r.Membership.Published)})
	}
	return jsonItem{
		ID: d.digestID(g), URL: d.digestURL(g), Title: d.digestTitle(g), Summary: d.digestSummary(g), ContentHTML: d.digestContent(g),
		Published: rfc3339(g.At), Modified: rfc3339(g.At), Authors: []*feeds.JSONAuthor{{Name: d.siteName()}}, Ours: says,
	}
}
