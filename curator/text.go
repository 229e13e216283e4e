package curator

import (
	"html"
	"strings"
)

// plain is the text of sanitised markup, for rules: tags become spaces and
// entities their characters.
func plain(markup string) string {
	var b strings.Builder
	tag := false
	for _, r := range markup {
		switch {
		case r == '<':
			tag = true
			b.WriteByte(' ')
		case r == '>' && tag:
			tag = false
		case !tag:
			b.WriteRune(r)
		}
	}
	return html.UnescapeString(strings.TrimSpace(b.String()))
}
