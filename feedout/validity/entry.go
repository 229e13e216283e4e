package validity

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Entry is an entry as a reader of feeds has it.
type Entry struct {
	ID, Title, Link    string
	Published, Updated time.Time // Updated is zero in RSS
	Content            string    // as a person reads it: its words without markup
	Categories, Files  []string  // addresses of files
}

// Entries are those of a valid document, in its order.
func Entries(format Format, body []byte) ([]Entry, error) {
	if format == JSON {
		return jsonEntries(body)
	}
	root, err := parse(body)
	if err != nil {
		return nil, err
	}
	var out []Entry
	if format == Atom {
		for _, e := range root.all("atom:entry") {
			out = append(out, atomEntry(e))
		}
		return out, nil
	}
	for _, channel := range root.all("channel") {
		for _, i := range channel.all("item") {
			out = append(out, rssEntry(i))
		}
	}
	return out, nil
}

func atomEntry(e *element) Entry {
	out := Entry{ID: e.first("atom:id"), Title: e.first("atom:title"), Content: Words(e.first("atom:summary"))}
	out.Published, _ = time.Parse(time.RFC3339, e.first("atom:published"))
	out.Updated, _ = time.Parse(time.RFC3339, e.first("atom:updated"))
	if body := e.first("atom:content"); body != "" {
		out.Content = Words(body)
	}
	for _, l := range e.all("atom:link") {
		switch {
		case l.attrs["rel"] == "alternate" && out.Link == "":
			out.Link = l.attrs["href"]
		case l.attrs["rel"] == "enclosure":
			out.Files = append(out.Files, l.attrs["href"])
		}
	}
	for _, c := range e.all("atom:category") {
		out.Categories = append(out.Categories, c.attrs["term"])
	}
	return out
}

func rssEntry(i *element) Entry {
	out := Entry{ID: i.first("guid"), Title: i.first("title"), Link: i.first("link"), Content: Words(i.first("description"))}
	out.Published, _ = time.Parse(time.RFC1123, i.first("pubDate"))
	if body := i.first("content:encoded"); body != "" {
		out.Content = Words(body)
	}
	for _, e := range i.all("enclosure") {
		out.Files = append(out.Files, e.attrs["url"])
	}
	for _, c := range i.all("category") {
		out.Categories = append(out.Categories, c.text)
	}
	return out
}

func jsonEntries(body []byte) (out []Entry, err error) {
	var f struct {
		Items []struct {
			ID, URL, Title string
			HTML           string    `json:"content_html"`
			Text           string    `json:"content_text"`
			Published      time.Time `json:"date_published"`
			Modified       time.Time `json:"date_modified"`
			Tags           []string
			Attachments    []struct{ URL string }
		}
	}
	if err := json.Unmarshal(body, &f); err != nil {
		return nil, err
	}
	for _, i := range f.Items {
		e := Entry{ID: i.ID, Title: i.Title, Link: i.URL, Published: i.Published, Updated: i.Modified, Categories: i.Tags, Content: Words(i.HTML)}
		if i.HTML == "" {
			e.Content = strings.Join(strings.Fields(i.Text), " ")
		}
		for _, a := range i.Attachments {
			e.Files = append(e.Files, a.URL)
		}
		out = append(out, e)
	}
	return out, nil
}

// Words are what a person reads of HTML, with one blank between words.
func Words(markup string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(markup))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(strings.Fields(b.String()), " ")
		case html.TextToken:
			b.Write(z.Text())
		}
	}
}

func (e Entry) String() string {
	return fmt.Sprintf("%s %q %s %d/%d %q %q %q", e.ID, e.Title, e.Link, e.Published.Unix(), e.Updated.Unix(), e.Content, e.Categories, e.Files)
}
