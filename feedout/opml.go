package feedout

import (
	"cmp"
	"encoding/xml"
	"slices"

	"chinanews/news"
)

type opml struct {
	XMLName struct{}  `xml:"opml"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"head>title"`
	Feeds   []outline `xml:"body>outline"`
}

type outline struct {
	Type     string    `xml:"type,attr,omitempty"`
	Text     string    `xml:"text,attr"`
	Title    string    `xml:"title,attr"`
	XMLURL   string    `xml:"xmlUrl,attr,omitempty"`
	HTMLURL  string    `xml:"htmlUrl,attr,omitempty"`
	Language string    `xml:"language,attr,omitempty"`
	Feeds    []outline `xml:"outline"`
}

// OPML lists feeds for import into readers (OPML 2.0), in a folder for each
// language when there are several.
func OPML(site news.Site, feeds []news.Feed) ([]byte, error) {
	o := opml{Version: "2.0", Title: cmp.Or(news.Line(site.Title), "China News")}
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

func feedOutline(site news.Site, f news.Feed) outline {
	home := site.BaseURL + "/feeds/" + f.ID
	title := news.Line(f.Title)
	return outline{Type: "rss", Text: title, Title: title, XMLURL: home + ".atom", HTMLURL: home + "/", Language: f.Language}
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
