package site

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html/template"
	"strings"

	"chinanews/news"
)

// canonical is the address that search engines are told a page has: its own, or
// that of the release it shows; empty: it has none to be told.
func (s *site) canonical(v view) string {
	if v.Path == "" {
		return ""
	}
	if v.original() && s.Site().Canonical == news.CanonicalOriginal {
		if at := web(v.Item.Lead.Shown.URL); strings.HasPrefix(at, "http") {
			return at
		}
	}
	return s.Site().BaseURL + v.Path
}

// original reports the page of a release as it is now: not of its history.
func (v view) original() bool { return v.name == "story" }

// Own reports whether a page stands at the address that search engines are told.
func (v view) Own() bool { return v.Canonical == v.Site.BaseURL+v.Path }

// schemaThing is a thing of schema.org.
type schemaThing struct {
	Context     string       `json:"@context,omitempty"`
	Type        string       `json:"@type"`
	ID          string       `json:"@id,omitempty"`
	Name        string       `json:"name,omitempty"`
	Headline    string       `json:"headline,omitempty"`
	Description string       `json:"description,omitempty"`
	URL         string       `json:"url,omitempty"`
	Language    string       `json:"inLanguage,omitempty"`
	Published   string       `json:"datePublished,omitempty"`
	Modified    string       `json:"dateModified,omitempty"`
	Author      *schemaThing `json:"author,omitempty"`
	Publisher   *schemaThing `json:"publisher,omitempty"`
	BasedOn     string       `json:"isBasedOn,omitempty"`
	Page        string       `json:"mainEntityOfPage,omitempty"`
	Section     string       `json:"articleSection,omitempty"`
	Provider    *schemaThing `json:"sdPublisher,omitempty"` // who made this description
}

// headlineLength is what search engines show of one, in graphemes.
const headlineLength = 110

// Schema is a release for search engines, as an element of a page: NewsArticle
// of schema.org in JSON-LD. The ministry is its author and publisher; the site
// describes it. The encoder escapes what could end the element.
func (v view) Schema() (template.HTML, error) {
	if !v.original() || v.Private {
		return "", nil
	}
	i, here := v.Item, v.Site.BaseURL+v.Path
	ministry := &schemaThing{Type: "GovernmentOrganization", Name: publisher(v.Lang, i)}
	if lead(i).Rights != news.Government {
		ministry.Type = "Organization"
	}
	article := schemaThing{
		Context: "https://schema.org", Type: "NewsArticle", ID: here, URL: here, Page: here, Headline: cut(i.Title(), headlineLength), Description: v.Description,
		Language: tongue(i), Published: machine(i.Lead.Shown.Date), Modified: jsonTime(i.Lead.Edited()), Author: ministry, Publisher: ministry, Section: v.Feed.Title,
		BasedOn: web(i.Lead.Shown.URL), Provider: &schemaThing{Type: "Organization", Name: cmp.Or(v.Site.Publisher, v.Site.Title), URL: v.Site.BaseURL + "/"},
	}
	var b bytes.Buffer
	b.WriteString(`<script type="application/ld+json">`)
	if err := json.NewEncoder(&b).Encode(article); err != nil {
		return "", err
	}
	return template.HTML(strings.TrimSuffix(b.String(), "\n") + "</script>"), nil // #nosec: the encoder escapes <, > and &
}

// Locales are the page's language and its others, as Open Graph writes them.
func (v view) Locales() (all []string) {
	if v.original() {
		all = append(all, territorial(tongue(v.Item)))
	} else {
		all = append(all, territorial(locale(v.Lang)))
	}
	for _, a := range v.Alternates {
		if tag := territorial(a.Lang); a.Lang != "x-default" && tag != all[0] {
			all = append(all, tag)
		}
	}
	return all
}

// territorial is a language with a territory, which Open Graph wants.
func territorial(tag string) string {
	switch lang, rest, parted := strings.Cut(tag, "-"); {
	case parted && len(rest) == 2:
		return lang + "_" + strings.ToUpper(rest)
	case lang == "zh":
		return "zh_CN"
	case lang == "en":
		return "en_GB"
	default:
		return lang
	}
}
