package feedout

import (
	"encoding/xml"

	"chinanews/news"
)

type opml struct {
	XMLName struct{}  `xml:"opml"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"head>title"`
	Feeds   []outline `xml:"body>outline"`
}

type outline struct {
	Type     string `xml:"type,attr"`
	Text     string `xml:"text,attr"`
	Title    string `xml:"title,attr"`
	XMLURL   string `xml:"xmlUrl,attr"`
	HTMLURL  string `xml:"htmlUrl,attr"`
	Language string `xml:"language,attr,omitempty"`
}

// OPML lists feeds for import into readers (OPML 2.0).
func OPML(site news.Site, feeds []news.Feed) ([]byte, error) {
	o := opml{Version: "2.0", Title: news.Line(site.Title)}
	for _, f := range feeds {
		title := news.Line(f.Title)
		o.Feeds = append(o.Feeds, outline{"rss", title, title, site.BaseURL + "/feeds/" + f.ID + ".atom", site.BaseURL + "/feeds/" + f.ID + "/", f.Language})
	}
	body, err := xml.MarshalIndent(o, "", "  ")
	return append([]byte(xml.Header), append(body, '\n')...), err
}
