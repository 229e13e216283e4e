package feedout

import (
	"strings"

	"chinanews/news"
)

// mediaNamespace is that of Media RSS 1.5.
const mediaNamespace = "http://search.yahoo.com/mrss/"

// mediaContent is a picture, sound or film of a release. Unlike an enclosure it
// need not say how long it is.
type mediaContent struct {
	URL    string      `xml:"url,attr"`
	Type   string      `xml:"type,attr"`
	Medium string      `xml:"medium,attr"`
	Size   string      `xml:"fileSize,attr,omitempty"`
	Title  *mediaTitle `xml:"media:title"`
}

type mediaTitle struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// medium is what kind of media a file is; empty for any other file.
func medium(f news.File) string {
	kind, _, _ := strings.Cut(f.Type, "/")
	if kind == "image" || kind == "audio" || kind == "video" {
		return kind
	}
	return ""
}

func newMedia(f news.File) mediaContent {
	m := mediaContent{URL: f.URL, Type: f.Type, Medium: medium(f), Size: size(f.Size)}
	if f.Title != "" {
		m.Title = &mediaTitle{"plain", f.Title}
	}
	return m
}
