package sibling

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Evidence is why two texts are, or are not, versions of one release.
type Evidence struct {
	serial  string // in both addresses
	site    bool   // both stand on one site
	numbers share
	names   share
	topics  share
	days    share
	named   []string
	hours   float64
	untold  float64 // of the titles, by weight
	unheard int     // names of the Chinese text that sound like nothing in the other
	length  float64 // letters of the longer by those of the shorter
	bare    bool    // of one language nothing but numbers is known
	clash   string  // why they can be none, whatever else they share
	weight  float64
}

// String is the evidence in one line for a person.
func (e Evidence) String() string {
	var said []string
	if e.clash != "" {
		said = append(said, e.clash)
	}
	if e.serial != "" {
		said = append(said, "same serial "+e.serial)
	}
	if e.numbers.of > 0 {
		said = append(said, fmt.Sprintf("%d of %d numbers", e.numbers.n, e.numbers.of))
	}
	if e.days.of > 0 {
		said = append(said, fmt.Sprintf("%d of %d days", e.days.n, e.days.of))
	}
	if len(e.named) > 0 {
		said = append(said, "names: "+strings.Join(e.named[:min(len(e.named), 6)], ", "))
	}
	if e.topics.of > 0 {
		said = append(said, fmt.Sprintf("%d of %d subjects", e.topics.n, e.topics.of))
	}
	if !math.IsInf(e.hours, 0) {
		said = append(said, fmt.Sprintf("%.0f h apart", e.hours))
	}
	return strings.Join(said, "; ")
}

// window is how far two versions may lie apart; for a date without a time, from
// day to day.
const window = 3 * 24

// Pair says whether two texts are versions of one release, and why. It is
// symmetric. Texts in one language never are, nor are texts without a date.
func Pair(a, b *Text) (Evidence, bool) {
	e := compare(a, b)
	return e, e.clash == "" && e.enough()
}

func compare(a, b *Text) Evidence {
	if first, _ := ordered(&a.Outline, &b.Outline); first != &a.Outline {
		a, b = b, a
	}
	e := Evidence{hours: distance(a.at, b.at), site: a.site != "" && a.site == b.site}
	if a.lang == b.lang {
		e.clash = "the same language"
		return e
	}
	for _, s := range a.serials {
		if slices.Contains(b.serials, s) && len(s) > len(e.serial) {
			e.serial = s
		}
	}
	clash := e.outline(&a.Outline, &b.Outline)
	if !e.bare {
		e.names, e.named = namesOf(a, b)
		e.unheard = unheard(a, b)
	}
	e.weigh()
	switch {
	case e.hours > window:
		e.clash = "too far apart"
	case clash != "":
		e.clash = clash
	case !e.bare && stranger(a, b):
		e.clash = "other people"
	}
	return e
}

// against is what it says that the text which has less of a kind has things
// that the other has not; that the longer has more says little.
func (s share) against(missing, more float64) float64 {
	less, most := min(s.first, s.second), max(s.first, s.second)
	return missing*(less-s.common) + more*min(most-less, less+4)
}

// weigh adds up what speaks for a version, and takes off what speaks against.
func (e *Evidence) weigh() {
	e.weight = min(e.numbers.common, 20) - e.numbers.against(1.2, 0.15)
	e.weight += min(e.names.common, mostNamed) - e.names.against(1, 0.15)
	e.weight += min(e.topics.common, 20) - e.topics.against(0.7, 0.15)
	e.weight += min(e.days.common, 3) - e.untold - min(3*float64(e.unheard), 6)
	if e.topics.n >= 7 && e.topics.both() >= 0.75 {
		e.weight += 1.5 // hardly a word in either that is not in the other
	}
	switch {
	case e.serial != "" && e.site:
		e.weight += 4
	case len(e.serial) >= 7:
		e.weight += 1.5
	}
}

// The least weight of versions: with numbers that are no chance, and without.
const (
	least        = 6.5
	leastWithout = 8
)

// longer is by how much a version may be longer than another.
const longer = 3.5

// enough reports that the evidence is beyond chance, and that no kind of it
// speaks against.
func (e Evidence) enough() bool {
	numbers := e.numbers.common >= 4
	switch {
	case e.length > longer:
		return false
	case e.bare:
		return e.numeric()
	case min(e.numbers.first, e.numbers.second) >= 4 && e.numbers.within() < 0.55:
		return false
	case min(e.names.first, e.names.second) >= 4 && e.names.within() < 0.55:
		return false
	case e.topics.within() < 0.2, e.topics.within() < 0.35 && e.numbers.common < 8:
		return false
	}
	return e.weight >= leastWithout || numbers && e.weight >= least
}

// numeric reports that numbers and serials alone are beyond chance.
func (e Evidence) numeric() bool {
	if e.numbers.within() < 0.8 || e.numbers.both() < 0.5 {
		return false
	}
	return e.numbers.n >= 4 && e.numbers.common >= 10 || e.serial != "" && e.site && e.numbers.n >= 2 && e.numbers.common >= 4
}
