package likeness

import (
	"testing"
	"time"

	"chinanews/news"
)

func TestEvidenceReads(t *testing.T) {
	for _, c := range []struct {
		e    Evidence
		want string
	}{
		{Evidence{Shared: 41, Of: 44, Containment: 41.0 / 44, Title: "same title", Days: 2.0 / 24}, "shares 41 of 44 shingles (93 %); same numbers; same title; 2 h apart"},
		{Evidence{Shared: 40, Of: 40, Containment: 1, Replaced: 1, Title: "other title", Days: 3, numbers: []swap{{"4.2", "3.9"}}}, "shares 40 of 40 shingles (100 %); one figure put right: 4.2/3.9; other title; 3 days apart"},
		{Evidence{Shared: 4, Of: 40, Containment: 0.1, Title: "no title", Days: -1, Why: "little in common"}, "little in common; shares 4 of 40 shingles (10 %); no title"},
		{Evidence{Title: "same title"}, "same title; at the same time"},
	} {
		if got := c.e.String(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// An excerpt that two rows of a template have in common belongs to the one with
// its title, else to the one of its day.
func TestExcerptBelongsToTheNearerRow(t *testing.T) {
	const frame = "The Board of Fisheries publishes the state of stocks once a week. The figures come from the survey ships and from the reports of skippers, and are checked by the institute in Corran before they are given out. " +
		"Skippers who find marked fish are asked to send the mark with place and date to the Board. Each mark is worth a reward, and the sender learns where the fish was set free. Marks of the old kind are still taken. "
	row := func(title, text string, day int) *Text {
		return Of(news.Entry{Lang: "en", Title: title, Summary: text, Date: news.Date{Precision: news.Day, Time: time.Date(2026, 5, day, 0, 0, 0, 0, time.UTC)}})
	}
	cod := row("Stocks of Cod in the Western Sound", frame+"Cod in the western sound stands at 31,000 tonnes.", 6)
	eel := row("Stocks of Eel in the Southern Lakes", frame+"Eel in the southern lakes stands at 700 tonnes.", 7)
	excerpt := row("Stocks of Eel in the Southern Lakes", frame+"...", 8)
	ofCod, sameCod := Same(cod, excerpt)
	ofEel, sameEel := Same(eel, excerpt)
	if !sameEel || sameCod && ofEel.Weaker(ofCod) {
		t.Errorf("the right one %v: %v; the other %v: %v", sameEel, ofEel, sameCod, ofCod)
	}
	near, far := Evidence{Containment: 1, Days: 0}, Evidence{Containment: 1, Days: 2}
	if near.Weaker(far) || !far.Weaker(near) {
		t.Error("of two that are equal the nearer one is not the stronger")
	}
}
