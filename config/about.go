package config

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"chinanews/news"
)

// mostAbout bounds what a publisher says of itself, in characters: it stands on
// one page.
const mostAbout = 10_000

// about takes the publisher's own words: a text, or one for each language.
func (d *decoder) about(v value) {
	into := make(map[string]string)
	d.config.Site.About = into
	if single(v.node) {
		v.words(into, "")
		return
	}
	entries, _ := v.entries()
	for _, e := range entries {
		tag := scalar(e.Key)
		if !languageExpr.MatchString(tag) {
			v.at(e.Key, fmt.Sprintf("%q is no language", tag), "write a BCP 47 tag: en, zh-CN")
		}
		if _, twice := into[news.Primary(tag)]; twice {
			v.at(e.Key, fmt.Sprintf("there are two texts in the language of %s", tag), "one will do")
		}
		value{d, e.Value}.words(into, news.Primary(tag))
	}
}

// words takes one text, of any number of lines; an empty one is none.
func (v value) words(into map[string]string, lang string) {
	text, ok := v.text()
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case !ok || text == "":
	case n > mostAbout:
		v.bad(fmt.Sprintf("the text has %d characters", n), fmt.Sprintf("say it in %d, and lead to a page of your own with site.links", mostAbout))
	case !printable(strings.NewReplacer("\n", "", "\t", "").Replace(text)):
		v.bad("the text has control characters", "write letters, signs and line ends")
	default:
		into[lang] = text
	}
}
