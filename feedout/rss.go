package feedout

import (
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"chinanews/news"
)

// rssRoot is a whole RSS 2.0 document. gorilla/feeds has its skeleton; the
// embedded types' fields that it writes wrongly are shadowed by ours.
type rssRoot struct {
	XMLName struct{}   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Content string     `xml:"xmlns:content,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Media   string     `xml:"xmlns:media,attr,omitempty"`
	History string     `xml:"xmlns:fh,attr,omitempty"`
	Channel rssChannel `xml:"channel"`
}

// FeedXml lets feeds.WriteXML write the document.
func (r rssRoot) FeedXml() any { return r }

type rssChannel struct {
	*feeds.RssFeed
	XMLName struct{}   `xml:"channel"`
	Links   []atomLink `xml:"atom:link"`
	Archive *struct{}  `xml:"fh:archive"`
}

type rssItem struct {
	*feeds.RssItem
	XMLName    struct{}       `xml:"item"`
	Creator    string         `xml:"dc:creator,omitempty"`
	Categories []string       `xml:"category"`
	Source     *rssSource     `xml:"source"`
	Enclosures []rssEnclosure `xml:"enclosure"`
	Media      []mediaContent `xml:"media:content"`
	Language   string         `xml:"dc:language,omitempty"`
	Siblings   []atomLink     `xml:"atom:link"`
}

type rssSource struct {
	URL  string `xml:"url,attr"`
	Name string `xml:",chardata"`
}

type rssEnclosure struct {
	URL    string `xml:"url,attr"`
	Length int64  `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

// markup makes plain text HTML, which an RSS description is read as.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// ttl is how many minutes a reader may wait before it asks again.
const ttl = 15

// rssRoot is the document without its items. Media says whether these have any.
func (d Document) rssRoot(media bool) rssRoot {
	channel := rssChannel{
		RssFeed: &feeds.RssFeed{
			Title: news.Line(d.Feed.Title), Link: d.home(), Description: d.description(), Language: strings.ToLower(d.language()),
			Copyright: news.Line(d.Feed.Copyright), Generator: "chinanewsd", Ttl: ttl, LastBuildDate: rfc822(d.updated()),
		},
		Links: d.ownLinks(RSS), Archive: d.archiveMark(),
	}
	root := rssRoot{Version: "2.0", Content: "http://purl.org/rss/1.0/modules/content/", DC: "http://purl.org/dc/elements/1.1/",
		Atom: atomNamespace, History: d.historyPrefix(), Channel: channel}
	if media {
		root.Media = mediaNamespace
	}
	return root
}

func (d Document) rssLine(l line) rssItem {
	switch of := l.of.(type) {
	case *news.Stub:
		return d.rssStub(*of)
	case *Told:
		return d.rssNotice(*of)
	case *Digest:
		return d.rssDigest(*of)
	}
	return d.rssItem(*l.of.(*news.Release))
}

// description says what the feed is; an RSS channel must have one.
func (d Document) description() string {
	if s := news.Line(d.Feed.Description); s != "" {
		return s
	}
	return news.Line(d.Feed.Title)
}

func (d Document) rssItem(r news.Release) rssItem {
	own, _ := d.links(r)
	s := d.says(r)
	item := rssItem{
		RssItem: &feeds.RssItem{
			Title: entryTitle(r), Link: own, Description: markup.Replace(s.summary), PubDate: rfc822(r.Membership.Published),
			Guid: &feeds.RssGuid{Id: d.entryID(r), IsPermaLink: "false"},
		},
		Creator: d.publisher(r), Categories: tags(r), Language: d.otherLanguage(r), Siblings: d.siblingLinks(r),
	}
	if s.content != "" {
		item.Content = &feeds.RssContent{Content: s.content}
	}
	if u := listing(r); u != "" {
		item.Source = &rssSource{u, d.publisher(r)}
	}
	for _, f := range d.files(r) {
		if f.Size > 0 { // required of an enclosure
			item.Enclosures = append(item.Enclosures, rssEnclosure{f.URL, f.Size, f.Type})
		}
		if medium(f) != "" {
			item.Media = append(item.Media, newMedia(f))
		}
	}
	return item
}

func (d Document) rssNotice(t Told) rssItem {
	return rssItem{
		RssItem: &feeds.RssItem{
			Title: d.noticeTitle(t), Link: d.noticeURL(t), Description: markup.Replace(d.noticeSummary(t)), PubDate: rfc822(t.At),
			Guid:    &feeds.RssGuid{Id: d.noticeID(t), IsPermaLink: "false"},
			Content: &feeds.RssContent{Content: d.noticeContent(t)},
		},
		Creator: d.noticePublisher(t), Language: d.noticeLanguage(t),
	}
}

// rfc822 is the date form of RSS, in GMT.
func rfc822(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT") }
