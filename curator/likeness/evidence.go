package likeness

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Evidence is what decided whether two texts are one release.
type Evidence struct {
	Shared, Of  int     // shingles in common, and of the text with fewer
	Containment float64 // Shared of Of; 0 where there are none
	Replaced    int     // numbers in whose place others stand
	Words       int     // weight of the words in whose place others stand: an English word is 2, a Han character 1
	Title       string  // "same title", "title alike", "other title" or "no title"
	Days        float64 // the least that the dates lie apart; negative: one is not known
	Why         string  // the reason against; empty: they are the same

	numbers []swap
	title   agreement
}

// Weaker reports that an item which is the same as two rather belongs to the
// other: one with more of the text, a title that is more alike, a date nearer.
func (e Evidence) Weaker(than Evidence) bool {
	return cmp.Or(
		cmp.Compare(e.title, than.title),
		cmp.Compare(than.Replaced, e.Replaced),
		cmp.Compare(e.Containment, than.Containment),
		cmp.Compare(max(0, than.Days), max(0, e.Days)),
	) < 0
}

// String is the evidence in one line, for a person: "shares 41 of 44 shingles
// (93 %); same numbers; same title; 2 h apart".
func (e Evidence) String() string {
	var parts []string
	if e.Why != "" {
		parts = append(parts, e.Why)
	}
	if e.Of > 0 {
		parts = append(parts, fmt.Sprintf("shares %d of %d shingles (%.0f %%)", e.Shared, e.Of, 100*e.Containment))
	}
	switch {
	case len(e.numbers) > 0 && e.Why == "":
		parts = append(parts, "one figure put right: "+e.figures())
	case e.Why == "" && e.Of > 0:
		parts = append(parts, "same numbers")
	}
	parts = append(parts, e.Title)
	if e.Days >= 0 {
		parts = append(parts, e.distance())
	}
	return strings.Join(parts, "; ")
}

// figures are some of the replaced numbers.
func (e Evidence) figures() string {
	var b strings.Builder
	for n, s := range e.numbers {
		if n == 3 {
			return b.String() + " …"
		}
		if n > 0 {
			b.WriteString(", ")
		}
		b.WriteString(cmp.Or(s.a, "none") + "/" + cmp.Or(s.b, "none"))
	}
	return b.String()
}

func (e Evidence) distance() string {
	d := time.Duration(e.Days * float64(24*time.Hour))
	switch {
	case d < time.Hour:
		return "at the same time"
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f h apart", d.Hours())
	}
	return fmt.Sprintf("%.0f days apart", e.Days)
}
