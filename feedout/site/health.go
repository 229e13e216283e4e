package site

import (
	"strings"
)

// mostUnwell is how many sources a feed's page names that are not well.
const mostUnwell = 3

// unwell says in a line which sources of a feed are not well, and how. Those of
// one name and state are named once.
func unwell(lang string, lines []SourceLine) string {
	var named []string
	seen := make(map[string]bool)
	for _, l := range lines {
		words := say(lang, "%s (%s)", l.Source.PublisherIn(lang), condition(lang, l))
		if !seen[words] {
			named = append(named, words)
		}
		seen[words] = true
	}
	more := len(named) - mostUnwell
	if more > 0 {
		named = named[:mostUnwell]
	}
	text := strings.Join(named, say(lang, ", "))
	if more > 0 {
		text = say(lang, "%s and %d more", text, more)
	}
	return say(lang, "Not read well at the moment: %s.", text)
}
