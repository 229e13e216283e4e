package site

// Excerpt is how a text begins, in plain words on one line: its summary, else
// its body. The language, a primary subtag, says how many graphemes are a
// beginning.
func Excerpt(lang, summary, markup string) string {
	text := lined(summary)
	if text == "" {
		text = opening(markup)
	}
	return cut(text, teaserIn(lang))
}
