package feedout

import (
	"cmp"

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
	NextURL     string              `json:"next_url,omitempty"`
	Description string              `json:"description,omitempty"`
	Language    string              `json:"language,omitempty"`
	Authors     []*feeds.JSONAuthor `json:"authors,omitempty"`
	Hubs        []jsonHub           `json:"hubs,omitempty"`
	Ours        jsonDocument        `json:"_chinanews"`
	Items       []jsonItem          `json:"items"`
}

type jsonHub struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type jsonItem struct {
	ID          string              `json:"id"`
	URL         string              `json:"url"`
	ExternalURL string              `json:"external_url,omitempty"`
	Title       string              `json:"title"`
	Summary     string              `json:"summary,omitempty"`
	ContentHTML string              `json:"content_html,omitempty"`
	ContentText *string             `json:"content_text,omitempty"`
	Image       string              `json:"image,omitempty"`
	Published   string              `json:"date_published"`
	Modified    string              `json:"date_modified"`
	Language    string              `json:"language,omitempty"`
	Authors     []*feeds.JSONAuthor `json:"authors,omitempty"`
	Tags        []string            `json:"tags,omitempty"`
	Attachments []jsonAttachment    `json:"attachments,omitempty"`
	Ours        any                 `json:"_chinanews"` // jsonExtension, jsonNotice, jsonDigest or jsonWithdrawn, see Extension
}

type jsonAttachment struct {
	URL   string `json:"url"`
	Type  string `json:"mime_type"`
	Title string `json:"title,omitempty"`
	Size  int64  `json:"size_in_bytes,omitempty"`
}

// jsonRoot is the document without its items.
func (d Document) jsonRoot() jsonFeed {
	f := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: news.Line(d.Feed.Title), HomePageURL: d.home(), FeedURL: d.self(JSON), NextURL: d.older(JSON),
		Description: news.Line(d.Feed.Description), Language: d.language(), Ours: d.documentExtension(),
		Authors: []*feeds.JSONAuthor{{Name: d.siteName(), Url: d.Site.BaseURL + "/"}}, Items: []jsonItem{},
	}
	if d.Hub != "" {
		f.Hubs = []jsonHub{{"WebSub", d.Hub}}
	}
	return f
}

func (d Document) jsonLine(l line) jsonItem {
	switch of := l.of.(type) {
	case *news.Stub:
		return d.jsonStub(*of)
	case *Told:
		return d.jsonNotice(*of)
	case *Digest:
		return d.jsonDigest(*of)
	}
	return d.jsonItem(*l.of.(*news.Release))
}

func (d Document) jsonItem(r news.Release) jsonItem {
	own, _ := d.links(r)
	s := d.says(r)
	item := jsonItem{
		ID: d.entryID(r), URL: own, Title: entryTitle(r), Summary: s.summary, ContentHTML: s.content,
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
		if medium(f) == "image" && item.Image == "" {
			item.Image = f.URL
		}
		item.Attachments = append(item.Attachments, jsonAttachment{f.URL, f.Type, f.Title, f.Size})
	}
	return item
}

func (d Document) jsonNotice(t Told) jsonItem {
	return jsonItem{
		ID: d.noticeID(t), URL: d.noticeURL(t), ExternalURL: address(t.Words.URL), Title: d.noticeTitle(t), Summary: d.noticeSummary(t), ContentHTML: d.noticeContent(t),
		Published: rfc3339(t.At), Modified: rfc3339(t.At), Language: d.noticeLanguage(t),
		Authors: []*feeds.JSONAuthor{{Name: cmp.Or(d.noticePublisher(t), d.siteName())}}, Ours: d.noticeExtension(t),
	}
}
