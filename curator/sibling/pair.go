package sibling

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// share is how much two texts have in common of one kind of thing, by weight.
type share struct {
	common, first, second float64 // second and first: all that each has
	n, of                 int     // things in common, of those of the text that has fewer
}

// within is the part in common of the text that has less of it: a version may
// be shortened. It is 1 when one has nothing.
func (s share) within() float64 {
	if less := min(s.first, s.second); less > 0 {
		return s.common / less
	}
	return 1
}

// both is the part in common of all that both have.
func (s share) both() float64 {
	if s.first+s.second == 0 {
		return 1
	}
	return 2 * s.common / (s.first + s.second)
}

func (s *share) count(common, first, second int) {
	s.n, s.of = common, min(first, second)
}

// figuresOf compares numbers; both are sorted.
func figuresOf(a, b *Text) (s share) {
	n := 0
	for _, x := range a.numbers {
		s.first += x.weight
		at, ok := slices.BinarySearchFunc(b.numbers, x.key, func(y number, key string) int { return strings.Compare(y.key, key) })
		if ok {
			s.common += b.numbers[at].weight
			n++
		}
	}
	for _, y := range b.numbers {
		s.second += y.weight
	}
	s.count(n, len(a.numbers), len(b.numbers))
	return s
}

// said compares the meanings of some ranks and tells which are in common.
func said(a, b *Text, of func(rank) bool) (s share, common []int) {
	table := vocabulary()
	weigh := func(t *Text, total *float64) (n int) {
		for _, m := range t.marks {
			if r := table.meanings[m.meaning].rank; of(r) && r != home {
				*total += weights[r]
				n++
			}
		}
		return n
	}
	na, nb := weigh(a, &s.first), weigh(b, &s.second)
	for i, j := 0, 0; i < len(a.marks) && j < len(b.marks); {
		x, y := a.marks[i].meaning, b.marks[j].meaning
		if x == y && of(table.meanings[x].rank) && table.meanings[x].rank != home {
			s.common += weights[table.meanings[x].rank]
			common = append(common, x)
		}
		if x <= y {
			i++
		}
		if y <= x {
			j++
		}
	}
	s.count(len(common), na, nb)
	return s, common
}

func isName(r rank) bool { return r == country || r == city || r == body }
func isWord(r rank) bool { return !isName(r) }

// namesOf compares names: those of the table, those that can be read in
// Chinese, those that sound alike. Which names a Chinese text has beyond the
// table is not known, so it has those that were found.
func namesOf(zh, other *Text) (s share, common []string) {
	s, meanings := said(zh, other, isName)
	for _, m := range meanings {
		common = append(common, vocabulary().meanings[m].name)
	}
	for _, p := range other.persons {
		s.second += p.weight()
		if p.in(zh.spoken) {
			s.common += p.weight()
			s.first += p.weight()
			common = append(common, p.name)
		}
	}
	for _, sound := range other.foreign {
		if len(sound) >= 3 && slices.ContainsFunc(zh.heard, func(run string) bool { return strings.Contains(run, sound) }) {
			w := min(1.5+float64(len(sound)-3), 3)
			s.common, s.first, s.second = s.common+w, s.first+w, s.second+w
		}
	}
	return s, common
}

// daysOf compares the days named; clash: the one is about another day than the
// other.
func daysOf(a, b *Text) (s share, clash bool) {
	n := 0
	for _, d := range a.days {
		if slices.Contains(b.days, d) {
			n++
		}
	}
	s = share{common: float64(n), first: float64(len(a.days)), second: float64(len(b.days))}
	s.count(n, len(a.days), len(b.days))
	clash = apart(a.days[:a.titled], b.days) || apart(b.days[:b.titled], a.days) || apart(a.days[:a.lead], b.days) && apart(b.days[:b.lead], a.days)
	return s, clash
}

// apart reports days of which a text that names days has none.
func apart(about, days []day) bool {
	return len(about) > 0 && len(days) > 0 && !slices.ContainsFunc(about, func(d day) bool { return slices.Contains(days, d) })
}

// abroad reports a country in a title that the other text does not name.
func abroad(a, b *Text) bool {
	table := vocabulary()
	return slices.ContainsFunc(a.marks, func(m mention) bool {
		return m.title && table.meanings[m.meaning].rank == country && !b.means(m.meaning)
	})
}

// untold is the part of a title's meanings that the other text does not have,
// by weight.
func untold(a, b *Text) (weight float64) {
	table := vocabulary()
	for _, m := range a.marks {
		r := table.meanings[m.meaning].rank
		if m.title && (isName(r) || r == topic) && !b.means(m.meaning) {
			weight += weights[r]
		}
	}
	return weight
}

func (t *Text) means(number int) bool {
	_, found := slices.BinarySearchFunc(t.marks, number, func(m mention, n int) int { return m.meaning - n })
	return found
}

// stranger reports somebody whom the beginning of the other text names and who
// is not in the Chinese one.
func stranger(zh, other *Text) bool {
	return zh.lang == "zh" && slices.ContainsFunc(other.persons, func(p person) bool { return p.chief && !p.in(zh.spoken) })
}

// unheard counts the foreign names of the Chinese beginning that sound like
// nothing in the other text.
func unheard(zh, other *Text) (n int) {
	if zh.lang != "zh" {
		return 0
	}
	for _, run := range zh.abroad {
		if !slices.ContainsFunc(other.foreign, func(s string) bool { return alike(run, s) }) {
			n++
		}
	}
	return n
}

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
	if b.lang == "zh" || a.lang != "zh" && b.lang < a.lang {
		a, b = b, a
	}
	e := Evidence{hours: distance(a.at, b.at), site: a.site != "" && a.site == b.site}
	for _, s := range a.serials {
		if slices.Contains(b.serials, s) && len(s) > len(e.serial) {
			e.serial = s
		}
	}
	e.numbers = figuresOf(a, b)
	var clash bool
	e.days, clash = daysOf(a, b)
	e.length = float64(max(a.letters, b.letters)) / float64(max(min(a.letters, b.letters), 1))
	e.bare = !a.tabled() || !b.tabled()
	if !e.bare {
		e.names, e.named = namesOf(a, b)
		e.topics, _ = said(a, b, isWord)
		e.unheard = unheard(a, b)
		e.untold = untold(a, b) + untold(b, a)
	}
	e.weigh()
	switch {
	case a.lang == b.lang:
		e.clash = "the same language"
	case e.hours > window:
		e.clash = "too far apart"
	case e.bare:
	case clash:
		e.clash = "other days"
	case abroad(a, b) || abroad(b, a):
		e.clash = "other countries"
	case stranger(a, b):
		e.clash = "other people"
	}
	return e
}

func (t *Text) tabled() bool { return t.lang == "zh" || t.lang == "en" }

// against is what it says that the text which has less of a kind has things
// that the other has not; that the longer has more says little.
func (s share) against(missing, more float64) float64 {
	less, most := min(s.first, s.second), max(s.first, s.second)
	return missing*(less-s.common) + more*min(most-less, less+4)
}

// weigh adds up what speaks for a version, and takes off what speaks against.
func (e *Evidence) weigh() {
	e.weight = min(e.numbers.common, 20) - e.numbers.against(1.2, 0.15)
	e.weight += min(e.names.common, 12) - e.names.against(1, 0.15)
	e.weight += min(e.topics.common, 20) - e.topics.against(0.7, 0.15)
	e.weight += min(e.days.common, 3) - e.untold/2 - min(3*float64(e.unheard), 6)
	switch {
	case e.serial != "" && e.site:
		e.weight += 4
	case len(e.serial) >= 7:
		e.weight += 1.5
	}
}

// The least weight of versions: with numbers that are no chance, and without.
const (
	least        = 6
	leastWithout = 7
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
	case e.topics.within() < 0.25:
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
