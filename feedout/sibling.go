package feedout

import (
	"cmp"
	stdhtml "html"

	"chinanews/news"
)

// siblings are a release's versions in other languages that were known at the
// entry's last update, or when it entered.
func siblings(r news.Release) []news.Sibling {
	asOf := latest(r.Membership.Entered, r.Membership.Updated)
	var out []news.Sibling
	for _, b := range r.Siblings {
		if !b.Since.After(asOf) && languageTag.MatchString(b.Lead.Shown.Lang) {
			out = append(out, b)
		}
	}
	return out
}

func (d Document) siblingURL(b news.Sibling) string { return d.Site.BaseURL + "/stories/" + b.Address }

func (d Document) siblingLink(b news.Sibling) string {
	tag := stdhtml.EscapeString(siblingTag(b))
	title := cmp.Or(b.Title, b.Address)
	return `<a href="` + stdhtml.EscapeString(d.siblingURL(b)) + `" hreflang="` + tag + `" lang="` + tag + `">` + stdhtml.EscapeString(title) + "</a>"
}

// siblingTag is a sibling's language as a tag (RFC 5646).
func siblingTag(b news.Sibling) string {
	if tag := b.Lead.Shown.Locale; languageTag.MatchString(tag) {
		return tag
	}
	return b.Lead.Shown.Lang
}

// pageType is the media type of our pages in links to siblings. An entry may
// have several links rel=alternate as long as type and hreflang differ (RFC
// 4287, section 4.1.2); of those whose type is just text/html many readers
// take the last for the entry's own.
const pageType = "text/html; charset=utf-8"

func (d Document) siblingLinks(r news.Release) []atomLink {
	var out []atomLink
	for _, b := range siblings(r) {
		out = append(out, atomLink{Href: d.siblingURL(b), Rel: "alternate", Type: pageType, Language: siblingTag(b)})
	}
	return out
}

// jsonSibling is a version in another language.
type jsonSibling struct {
	Language string `json:"language"`
	Story    string `json:"story"` // our page
	Title    string `json:"title"`
}

func (d Document) jsonSiblings(r news.Release) []jsonSibling {
	var out []jsonSibling
	for _, b := range siblings(r) {
		out = append(out, jsonSibling{siblingTag(b), d.siblingURL(b), b.Title})
	}
	return out
}
