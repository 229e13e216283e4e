package curator

import (
	"strings"

	"chinanews/news"
)

// plain is the text of sanitised markup, for rules.
func plain(markup string) string { return strings.TrimSpace(news.PlainText(markup)) }
