package fetcher

import (
	"fmt"
	"net/http"
	"strings"

	"chinanews/news"
)

// challenge recognises the answers of bot walls: a status that they use, or a
// page that is script and no text.
func challenge(status int, utf8 []byte) *news.Problem {
	words := ""
	switch {
	case status == http.StatusPreconditionFailed || status == 521:
		words = fmt.Sprintf("the site answers %d with a script challenge; it does not want programs", status)
	case status >= 400 && len(utf8) < 64<<10 && scripted(string(utf8), 40):
		words = fmt.Sprintf("the site answers %d with a script challenge (a bot wall); it does not want programs", status)
	case len(utf8) < 4<<10 && scripted(string(utf8), 5):
		words = "the site answers with a page that is only a script (a bot wall); it cannot be polled"
	default:
		return nil
	}
	return &news.Problem{Class: news.ClassStatus, Condition: news.Challenged, Words: words}
}

// scripted reports a page that sets cookies or moves on by script and shows
// fewer words than that.
func scripted(doc string, words int) bool {
	low := strings.ToLower(doc)
	if !strings.Contains(low, "<script") || strings.Contains(low, "<rss") || strings.Contains(low, "<feed") {
		return false
	}
	wall := strings.Contains(low, "document.cookie") || strings.Contains(low, "location.href") || strings.Contains(low, "location.reload") || strings.Contains(low, "eval(")
	return wall && len(strings.Fields(Text(doc))) < words
}
