package likeness

import (
	"strings"
	"testing"
	"time"

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

// A figure that is put right stands in a text once or twice. One that stands in
// it everywhere is what the text is about: another office's, another pier's.
func TestANumberThroughoutIsNoCorrection(t *testing.T) {
	of := func(district string) *Text {
		return Of(news.Entry{Title: "Harbour office settles the dues of the north quay", Lang: "en", Date: news.Date{Precision: news.Day, Time: day0, Zone: "UTC"},
			HTML: strings.ReplaceAll("<p>The dues for berth 112 are 455 lan a day from the first of the month, the office of pier 112 in district N announced.</p>"+
				"<p>Ships that lie at berth 112 of district N for more than 15 days pay 1092 lan; those of under 163 tons go free.</p>"+
				"<p>Masters who have paid for 112 of district N in advance are given the difference of 204 lan at the counter.</p>", "N", district)})
	}
	if e, same := Same(of("10"), of("12")); same {
		t.Errorf("two districts: %s", e)
	}
}

var day0 = time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)
