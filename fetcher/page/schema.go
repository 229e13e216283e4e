package page

import (
	"encoding/json"
	"html"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

// schema is what a page says of its article for search engines, as JSON-LD of
// schema.org. Pages that a script draws have their text there only.
type schema struct {
	Graph     any    `json:"@graph"`
	Headline  string `json:"headline"`
	Published string `json:"datePublished"`
	Body      string `json:"articleBody"`
}

// schema is the first article that the page describes.
func (d document) schema() (found schema) {
	d.Find(`script[type="application/ld+json"]`).EachWithBreak(func(_ int, e *goquery.Selection) bool {
		var one schema
		var many []schema
		switch text := []byte(strings.TrimSpace(e.Text())); {
		case json.Unmarshal(text, &one) == nil:
			many = []schema{one}
			if one.Graph != nil {
				many = append(many, one.parts()...)
			}
		case json.Unmarshal(text, &many) != nil:
			return true
		}
		for _, s := range many {
			if s.Published != "" || s.Body != "" {
				found = s
				return false
			}
		}
		return true
	})
	return found
}

func (s schema) parts() (parts []schema) {
	text, err := json.Marshal(s.Graph)
	if err != nil || json.Unmarshal(text, &parts) != nil {
		return nil
	}
	return parts
}

// markup is the described text as paragraphs.
func (s schema) markup() string {
	text := s.Body
	if strings.Contains(text, "</") {
		text = clean.Text(text)
	}
	var b strings.Builder
	for line := range strings.Lines(html.UnescapeString(text)) {
		if line = news.Line(line); line != "" {
			b.WriteString("<p>" + html.EscapeString(line) + "</p>")
		}
	}
	return b.String()
}
