package feedout

import (
	"cmp"
	"encoding/xml"
	"slices"
	"strings"

	"chinanews/news"
)

type opml struct {
	XMLName struct{}  `xml:"opml"`
	Version string    `xml:"version,attr"`
	Head    opmlHead  `xml:"head"`
	Feeds   []outline `xml:"body>outline"`
}

// opmlHead has no dates: the list changes with the configuration only, and is
// the same wherever that is.
type opmlHead struct {
	Title string `xml:"title"`
	Owner string `xml:"ownerName,omitempty"`
	Mail  string `xml:"ownerEmail,omitempty"`
	Reach string `xml:"ownerId,omitempty"` // the address of a page by which the owner is reached
	Docs  string `xml:"docs"`
}

type outline struct {
	Type        string    `xml:"type,attr,omitempty"`
	Text        string    `xml:"text,attr"`
	Title       string    `xml:"title,attr"`
	Description string    `xml:"description,attr,omitempty"`
	XMLURL      string    `xml:"xmlUrl,attr,omitempty"`
	HTMLURL     string    `xml:"htmlUrl,attr,omitempty"`
	Language    string    `xml:"language,attr,omitempty"`
	Feeds       []outline `xml:"outline"`
}

// OPML lists feeds for import into readers (OPML 2.0), in a folder for each
// language when there are several.
func OPML(site news.Site, feeds []news.Feed) ([]byte, error) {
	o := opml{Version: "2.0", Head: opmlOf(site)}
	for _, f := range feeds {
		name := languageName(f.Language)
		n := slices.IndexFunc(o.Feeds, func(g outline) bool { return g.Text == name })
		if n < 0 {
			n = len(o.Feeds)
			o.Feeds = append(o.Feeds, outline{Text: name, Title: name})
		}
		o.Feeds[n].Feeds = append(o.Feeds[n].Feeds, feedOutline(site, f))
	}
	if len(o.Feeds) == 1 {
		o.Feeds = o.Feeds[0].Feeds
	}
	body, err := xml.MarshalIndent(o, "", "  ")
	return append([]byte(xml.Header), append(body, '\n')...), err
}

// opmlOf says whose list it is: a contact is an address to write to, or that of
// a page.
func opmlOf(site news.Site) opmlHead {
	h := opmlHead{Title: cmp.Or(news.Line(site.Title), "China News"), Owner: news.Line(site.Publisher), Docs: "http://opml.org/spec2.opml"}
	switch contact := news.Line(site.Contact); {
	case strings.HasPrefix(contact, "https://"), strings.HasPrefix(contact, "http://"):
		h.Reach = contact
	case strings.Contains(contact, "@") && !strings.ContainsAny(contact, " :/"):
		h.Mail = contact
	}
	return h
}

func feedOutline(site news.Site, f news.Feed) outline {
	home := site.BaseURL + "/feeds/" + f.ID
	title := cmp.Or(news.Line(f.Title), f.ID)
	return outline{Type: "rss", Text: title, Title: title, Description: news.Line(f.Description), XMLURL: home + ".atom", HTMLURL: home + "/", Language: f.Language}
}

// languageName is a language's name in itself, as far as we publish in it.
func languageName(tag string) string {
	switch news.Primary(tag) {
	case "en":
		return "English"
	case "zh":
		return "中文"
	}
	return cmp.Or(news.Line(tag), "–")
}
