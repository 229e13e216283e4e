package feedout

import (
	"bytes"
	"cmp"
	"encoding/json"

	"github.com/gorilla/feeds"

	"chinanews/news"
)

// jsonFeed is a JSON Feed 1.1. gorilla/feeds' own leaves out what is required
// and writes what is deprecated; its fields are shadowed by ours.
type jsonFeed struct {
	Version     string              `json:"version"`
	Title       string              `json:"title"`
	HomePageURL string              `json:"home_page_url"`
	FeedURL     string              `json:"feed_url"`
	Description string              `json:"description,omitempty"`
	Language    string              `json:"language,omitempty"`
	Authors     []*feeds.JSONAuthor `json:"authors,omitempty"`
	Items       []jsonItem          `json:"items"`
}

type jsonItem struct {
	ID          string              `json:"id"`
	URL         string              `json:"url"`
	ExternalURL string              `json:"external_url,omitempty"`
	Title       string              `json:"title"`
	Summary     string              `json:"summary,omitempty"`
	ContentHTML string              `json:"content_html,omitempty"`
	ContentText *string             `json:"content_text,omitempty"`
	Published   string              `json:"date_published"`
	Modified    string              `json:"date_modified"`
	Language    string              `json:"language,omitempty"`
	Authors     []*feeds.JSONAuthor `json:"authors,omitempty"`
	Tags        []string            `json:"tags,omitempty"`
	Attachments []jsonAttachment    `json:"attachments,omitempty"`
	Ours        jsonExtension       `json:"_chinanews"`
}

type jsonAttachment struct {
	URL   string `json:"url"`
	Type  string `json:"mime_type"`
	Title string `json:"title,omitempty"`
	Size  int64  `json:"size_in_bytes,omitempty"`
}

// jsonExtension is what we know and the format has no place for.
type jsonExtension struct {
	Story         string         `json:"story"` // our page
	Carriers      []jsonCarrier  `json:"carriers"`
	DatePrecision news.Precision `json:"date_precision"` // "": the source states no date
	Revision      int            `json:"revision"`
}

type jsonCarrier struct {
	Publisher string `json:"publisher"`
	URL       string `json:"url"`
	FirstSeen string `json:"first_seen"`
}

func (d Document) json() ([]byte, error) {
	f := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: news.Line(d.Feed.Title), HomePageURL: d.home(), FeedURL: d.self(JSON),
		Description: news.Line(d.Feed.Description), Language: d.Feed.Language,
		Authors: []*feeds.JSONAuthor{{Name: d.siteName(), Url: d.Site.BaseURL + "/"}}, Items: []jsonItem{},
	}
	for _, r := range d.Releases {
		f.Items = append(f.Items, d.jsonItem(r))
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(f)
	return b.Bytes(), err
}

func (d Document) jsonItem(r news.Release) jsonItem {
	own, _ := d.links(r)
	item := jsonItem{
		ID: d.entryID(r), URL: own, Title: entryTitle(r), Summary: d.summary(r), ContentHTML: d.content(r),
		Published: rfc3339(r.Membership.Published), Modified: rfc3339(updated(r)), Language: d.otherLanguage(r),
		Authors: []*feeds.JSONAuthor{{Name: cmp.Or(d.publisher(r), d.siteName())}}, Tags: tags(r), Ours: d.extension(r),
	}
	if own == d.storyURL(r) {
		item.ExternalURL = address(r.Lead.Shown.URL)
	}
	if item.ContentHTML == "" { // one of the two is required
		text := cmp.Or(item.Summary, item.Title)
		item.ContentText = &text
	}
	for _, f := range d.files(r) {
		item.Attachments = append(item.Attachments, jsonAttachment{f.URL, f.Type, f.Title, f.Size})
	}
	return item
}

// extension lists the carriers as of the entry's last update, as the
// provenance line does.
func (d Document) extension(r news.Release) jsonExtension {
	e := jsonExtension{Story: d.storyURL(r), Carriers: []jsonCarrier{}, DatePrecision: r.Lead.Shown.Date.Precision, Revision: r.Lead.ShownRev}
	for _, c := range carriers(r) {
		e.Carriers = append(e.Carriers, jsonCarrier{publisherIn(c.Source, d.Feed.Language), address(c.Item.Shown.URL), rfc3339(c.Item.FirstSeen)})
	}
	return e
}
