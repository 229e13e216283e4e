package site

import (
	"maps"
	"slices"
	"strings"

	"chinanews/news"
)

// ownWords are what the publisher says of itself, in paragraphs.
type ownWords struct {
	Lang  string // empty: not known
	Texts []string
}

// paragraphs are the publisher's words for readers of a language, else those in
// another; nil when there are none.
func paragraphs(lang string, s news.Site) *ownWords {
	for _, l := range append([]string{lang, ""}, slices.Sorted(maps.Keys(s.About))...) {
		if texts := parted(s.About[l]); len(texts) > 0 {
			return &ownWords{locales[l], texts}
		}
	}
	return nil
}

// parted cuts a text at its blank lines, or, where it has none, at its line
// ends: so that it may be written as a folded block of YAML or a literal one.
func parted(text string) (texts []string) {
	between := "\n"
	if strings.Contains(text, "\n\n") {
		between = "\n\n"
	}
	for part := range strings.SplitSeq(text, between) {
		if part = news.Line(part); part != "" {
			texts = append(texts, part)
		}
	}
	return texts
}

// locales are the tags of languages whose scripts have several.
var locales = map[string]string{"en": "en", "zh": "zh-CN"}
