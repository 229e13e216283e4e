package feedout

import (
	"cmp"
	stdhtml "html"

	"chinanews/news"
)

// siblings are a release's versions in other languages that were known at the
// entry's last update, or when it entered.
func siblings(r news.Release) []news.Sibling {
	asOf := r.Membership.AsOf()
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
	tag := stdhtml.EscapeString(tagOf(b.Lead.Shown))
	title := cmp.Or(news.Line(b.Title), b.Address)
	return `<a href="` + stdhtml.EscapeString(d.siblingURL(b)) + `" hreflang="` + tag + `" lang="` + tag + `">` + stdhtml.EscapeString(title) + "</a>"
}

// tagOf is a text's language as a tag (RFC 5646); empty when nobody knows it.
func tagOf(e news.Entry) string {
	for _, tag := range []string{e.Locale, e.Lang} {
		if languageTag.MatchString(tag) {
			return tag
		}
	}
	return ""
}

// siblingLinks lead to siblings and, last, to the entry's own address again: of
// several links rel=alternate some readers take the first for the entry's own
// and some the last. No two have one hreflang (RFC 4287, section 4.1.2).
func (d Document) siblingLinks(r news.Release) []atomLink {
	var out []atomLink
	own := tagOf(r.Lead.Shown)
	if own == "" {
		return nil
	}
	for _, b := range siblings(r) {
		out = append(out, atomLink{Href: d.siblingURL(b), Rel: "alternate", Type: "text/html", Language: tagOf(b.Lead.Shown)})
	}
	if len(out) == 0 {
		return nil
	}
	address, _ := d.links(r)
	return append(out, atomLink{Href: address, Rel: "alternate", Type: "text/html", Language: own})
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
		out = append(out, jsonSibling{tagOf(b.Lead.Shown), d.siblingURL(b), news.Line(b.Title)})
	}
	return out
}
