package origintest

import (
	"fmt"
	"net/http"
	"strings"
)

// contents are the sites about what entries are the same (G).
func contents() []*site {
	return []*site{
		{name: "new-etags", serve: func(v *visit) { v.set("ETag", fmt.Sprintf(`"%d"`, v.n)).news(0, 10) }, judge: has(93, 10, "the same body under a new ETag brings nothing")},
		{name: "edits", serve: func(v *visit) {
			doc := v.feed("", 0, 10)
			if v.hours() > 24 {
				doc = strings.Replace(doc, "Notice 5 of", "Corrected notice 5 of", 1)
			}
			v.body(doc)
		}, judge: func(t *trial) {
			has(94, 10, "an edited item is updated, not new")(t)
			t.shows(94, "Corrected notice 5", 1)
		}},
		{name: "leaves", serve: func(v *visit) {
			if int(v.hours())/12%2 == 1 {
				v.news(5, 10)
				return
			}
			v.news(0, 10)
		}, judge: has(95, 10, "items that leave and come back are not new")},
		{name: "new-ids", serve: func(v *visit) {
			doc := v.feed("", 0, 10)
			if v.hours() > 24 {
				doc = strings.ReplaceAll(doc, "new-ids-", "urn:cms:2:")
			}
			v.body(doc)
		}, judge: has(96, 10, "other ids with the same links bring nothing")},
		{name: "reorders", serve: func(v *visit) { v.body(v.shuffled()) }, judge: has(97, 10, "another order, absent and future dates bring nothing")},
		{name: "empties", serve: func(v *visit) {
			if int(v.hours())/6%3 == 1 {
				v.Bad = true
				v.news(0, 0)
				return
			}
			v.news(0, 10)
		}, judge: has(98, 10, "a feed that is empty for a while loses nothing")},
		{name: "alias", serve: func(v *visit) {
			doc := v.feed("", 0, 10)
			if v.n%2 == 1 {
				doc = strings.ReplaceAll(doc, "<link>http://alias.test/", "<link>https://alias.test:443/")
			}
			doc = strings.ReplaceAll(doc, `<guid isPermaLink="false">alias-`, `<guid isPermaLink="false">`+fmt.Sprint(v.n)+"-")
			v.body(doc)
		}, judge: func(t *trial) {
			if t.o.poller.Base == "" {
				has(99, 10, "http and https, with and without a port, are one address")(t)
			}
		}},
		{name: "grows", serve: func(v *visit) {
			day := int(v.hours() / 24)
			v.set("Last-Modified", fmt.Sprintf("day %d", day))
			if first(v.r.Header["If-Modified-Since"]) == fmt.Sprintf("day %d", day) {
				v.w.WriteHeader(http.StatusNotModified)
				return
			}
			v.news(0, 10+day)
		}, judge: func(t *trial) { t.daily(18) }},
	}
}

// shuffled is ten releases in another order at each visit, one of them without
// a date and one from the future.
func (v *visit) shuffled() string {
	var b strings.Builder
	for i := range 10 {
		k := (i*3 + v.n) % 10
		date := v.dated(k)
		switch k {
		case 4:
			date = ""
		case 7:
			date = "<pubDate>Fri, 01 Jan 2099 00:00:00 GMT</pubDate>"
		}
		b.WriteString(v.item(k, fmt.Sprint("reorders-", k), v.title(k), "", date))
	}
	return `<rss version="2.0"><channel><title>Office</title><link>/</link><description>d</description>` + b.String() + "</channel></rss>"
}
