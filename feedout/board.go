package feedout

import (
	"bytes"
	"time"

	"github.com/gorilla/feeds"

	"chinanews/news"
)

// Board is a feed of lines that are no releases: what is put up for few to see.
type Board struct {
	ID       string // a URI
	Title    string
	Author   string
	Language string
	Self     string // address of the document
	Page     string // address of what it is of
	Updated  time.Time
	Lines    []Line // in the order of the document
}

// Line is an entry of a Board.
type Line struct {
	ID       string // a URI
	Title    string // plain text, in a language of its own
	Language string
	Summary  string // plain text in the board's language
	Page     string // address
	At       time.Time
}

// Atom renders a board (RFC 4287).
func (b Board) Atom() ([]byte, error) {
	root := atomRoot{
		Xmlns: atomNamespace, Language: b.Language, Title: news.Line(b.Title), ID: b.ID, Updated: rfc3339(b.Updated), Tool: "chinanewsd",
		Author: feeds.AtomPerson{Name: news.Line(b.Author)},
		Links:  []atomLink{{Href: b.Self, Rel: "self", Type: Atom.mediaType()}, {Href: b.Page, Rel: "alternate", Type: "text/html"}},
	}
	for _, l := range b.Lines {
		e := atomEntry{
			Title: atomText{"text", news.Line(l.Title)}, ID: l.ID, Published: rfc3339(l.At), Updated: rfc3339(l.At),
			Author: root.Author, Links: []atomLink{{Href: l.Page, Rel: "alternate", Type: "text/html"}},
			Summary: &feeds.AtomSummary{Content: news.Line(l.Summary), Type: "text"},
		}
		e.Language = Document{Feed: news.Feed{Language: b.Language}}.besides(l.Language)
		root.Entries = append(root.Entries, e)
	}
	var out bytes.Buffer
	err := feeds.WriteXML(root, &out)
	return append(out.Bytes(), '\n'), err
}
