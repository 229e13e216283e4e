package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"

	jsonfeed "github.com/mmcdole/gofeed/json"

	"chinanews/news"
)

// json reads a JSON Feed (version 1 or 1.1). A member of a wrong type costs
// itself, not the feed.
func (r *reader) json(doc []byte) (drafts, *news.Problem) {
	m, p := mendJSON(doc)
	if p != nil {
		return drafts{}, p
	}
	r.listing.Repairs = append(r.listing.Repairs, m.repairs()...)
	var f jsonfeed.Feed
	err := json.Unmarshal(m.out.Bytes(), &f)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		r.warn("the feed's %s is of a wrong type and was left out", wrong.Field)
	case err != nil:
		return drafts{}, &news.Problem{Class: news.ClassMalformed, Condition: news.Broken,
			Words: "the JSON is broken beyond repair: " + news.Line(cut(err.Error(), 200))}
	}
	if f.Items == nil || !bytes.Contains([]byte(f.Version), []byte("jsonfeed.org/version")) {
		return drafts{}, notAFeed("the answer is JSON, but no JSON Feed; if it lists releases, set kind: json and say where they stand")
	}
	if len(f.Items) > r.max {
		return drafts{}, tooMany(len(f.Items), r.max)
	}
	got := fromJSON(&f)
	return r.counted(got, survey{started: m.started, cut: m.cut})
}

func fromJSON(f *jsonfeed.Feed) drafts {
	d := drafts{link: f.HomePageURL}
	for _, it := range f.Items {
		if it == nil {
			continue
		}
		e := jsonItem(it)
		if len(e.authors) == 0 {
			e.authors = jsonAuthors(f.Authors, f.Author)
		}
		d.items = append(d.items, e)
	}
	return d
}

func jsonItem(it *jsonfeed.Item) draft {
	d := draft{
		id:       it.ID,
		links:    []string{it.URL, it.ExternalURL},
		title:    passage{it.Title, plain},
		summary:  passage{it.Summary, plain},
		body:     passage{it.ContentHTML, markup},
		dates:    []string{it.DatePublished, it.DateModified},
		authors:  jsonAuthors(it.Authors, it.Author),
		tags:     it.Tags,
		language: it.Language,
	}
	if it.ContentHTML == "" {
		d.body = passage{it.ContentText, plain}
	}
	if absolute(it.ID) {
		d.links = append(d.links, it.ID)
	}
	if it.Attachments != nil {
		for _, a := range *it.Attachments {
			d.files = append(d.files, attachment{a.URL, a.MimeType, a.Title, strconv.FormatInt(a.SizeInBytes, 10)})
		}
	}
	return d
}

func jsonAuthors(list []*jsonfeed.Author, one *jsonfeed.Author) []string {
	var out []string
	for _, a := range append(list, one) {
		if a != nil {
			out = append(out, a.Name)
		}
	}
	return out
}
