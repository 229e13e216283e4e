package validity

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed jsonfeed.schema.json
var feedSchema []byte

var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(feedSchema))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("jsonfeed.schema.json", doc); err != nil {
		return nil, err
	}
	return compiler.Compile("jsonfeed.schema.json")
})

// feed is what is judged beyond the schema.
type feed struct {
	Home     string `json:"home_page_url"`
	Own      string `json:"feed_url"`
	Next     string `json:"next_url"`
	Language string `json:"language"`
	Hubs     []struct {
		URL string `json:"url"`
	} `json:"hubs"`
	Authors []json.RawMessage `json:"authors"`
	Items   []feedItem        `json:"items"`
}

type feedItem struct {
	ID          string            `json:"id"`
	URL         string            `json:"url"`
	External    string            `json:"external_url"`
	HTML        *string           `json:"content_html"`
	Text        *string           `json:"content_text"`
	Published   string            `json:"date_published"`
	Modified    string            `json:"date_modified"`
	Image       string            `json:"image"`
	Authors     []json.RawMessage `json:"authors"`
	Attachments []struct {
		URL  string `json:"url"`
		Type string `json:"mime_type"`
	} `json:"attachments"`
}

func (c *checker) feedJSON() {
	d := json.NewDecoder(bytes.NewReader(c.document.Body))
	d.UseNumber()
	value, err := c.value(d)
	if _, more := d.Token(); err != nil || more != io.EOF {
		c.report("well-formed", "document", "%v", err)
		return
	}
	s, err := schema()
	if err == nil {
		err = s.Validate(value)
	}
	c.must(err == nil, "schema", "document", "%v", err)
	var f feed
	if err := json.Unmarshal(c.document.Body, &f); err != nil {
		c.must(len(c.problems) > 0, "well-formed", "document", "%v", err)
		return
	}
	c.feedLinks(f)
	seen := make(ids)
	for _, i := range f.Items {
		c.item = i.ID
		c.once(seen, "id", i.ID)
		c.feedItem(i)
		c.item = ""
	}
}

func (c *checker) feedLinks(f feed) {
	c.must(f.Own != "" && (c.document.Address == "" || f.Own == c.document.Address), "self", "feed_url", "it says %q and is at %s", f.Own, c.document.Address)
	c.address("home_page_url", f.Home)
	if f.Own != "" {
		c.address("feed_url", f.Own)
	}
	if f.Next != "" {
		c.address("next_url", f.Next)
	}
	c.must(f.Next == "" || f.Next != f.Own, "archive", "next_url", "it is the feed itself")
	for _, h := range f.Hubs {
		c.address("hubs", h.URL)
		c.must(h.URL != f.Own, "hub", "hubs", "the feed is its own hub")
	}
}

func (c *checker) feedItem(i feedItem) {
	c.address("url", i.URL)
	c.must(i.HTML == nil || i.Text == nil, "semantics", "item", "it has content_html and content_text")
	c.must(i.HTML == nil || strings.TrimSpace(*i.HTML) != "", "blank", "content_html", "it is empty")
	if i.HTML != nil {
		c.markup("content_html", *i.HTML)
	}
	for where, address := range map[string]string{"external_url": i.External, "image": i.Image} {
		if address != "" {
			c.address(where, address)
		}
	}
	c.moment("date_published", i.Published)
	if i.Modified != "" {
		c.moment("date_modified", i.Modified)
	}
	seen := make(ids)
	for _, a := range i.Attachments {
		c.address("attachment", a.URL)
		c.mediaType("attachment", a.Type)
		c.once(seen, "attachment", a.URL)
	}
}

// value reads a JSON value as the schema takes it. Of a name that stands twice
// in an object each reader takes another one.
func (c *checker) value(d *json.Decoder) (any, error) {
	tok, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch tok {
	case json.Delim('{'):
		object := make(map[string]any)
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			key := fmt.Sprint(name)
			_, twice := object[key]
			c.must(!twice, "well-formed", "document", "%q stands twice in an object", key)
			if object[key], err = c.value(d); err != nil {
				return nil, err
			}
		}
		_, err = d.Token()
		return object, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := c.value(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = d.Token()
		return list, err
	}
	if s, ok := tok.(string); ok {
		c.legal("document", s)
	}
	return tok, nil
}
