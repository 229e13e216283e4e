package likeness

import (
	"strings"
	"testing"

	"chinanews/news"
)

// Two sites may put lines before and behind a text that end, or begin, with the
// same words: these belong to neither.
func TestFramesThatEndAlike(t *testing.T) {
	text := "The commission of Ostra inspected the fishery near the turbine, and the department of Veskaja surveyed its own harbour. " +
		"The office of Falk adopted the reservoir near the orchard, and the council of Marrin extended its own quarry briefly. " +
		"The agency of Dunmere published the archive near the museum, and the bureau of Keldor renewed its own railway openly."
	framed := func(head, foot string) *Text {
		html := "<p>" + strings.Join([]string{head, text, foot}, "</p><p>") + "</p>"
		return Of(news.Entry{Title: "Ostra and Falk agree on the fishery and the orchard", Lang: "en", HTML: html})
	}
	for name, frames := range map[string][4]string{
		"heads end alike":   {"Ministry of Harbours of Lanshan", "Press room", "Trade office of Lanshan", "All rights"},
		"feet begin alike":  {"Press room", "Editor of the north", "Archive", "Editor of the south"},
		"names in the feet": {"Press room", "Subscribe to the letter of Falk", "Archive", "Subscribe to the letter of Marrin"},
	} {
		if e, same := Same(framed(frames[0], frames[1]), framed(frames[2], frames[3])); !same {
			t.Errorf("%s: %s", name, e)
		}
	}
}
