package sibling

import (
	"cmp"
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

// figuresOf compares numbers.
func figuresOf(a, b *Outline) (s share) {
	n := 0
	for _, x := range a.numbers {
		s.first += x.weight
		if at := slices.IndexFunc(b.numbers, func(y number) bool { return y.value == x.value }); at >= 0 {
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
func said(a, b *Outline, of func(rank) bool) (s share, common []int) {
	table := vocabulary()
	weigh := func(t *Outline, total *float64) (n int) {
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
		x, y := int(a.marks[i].meaning), int(b.marks[j].meaning)
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
	s, meanings := said(&zh.Outline, &other.Outline, isName)
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
func daysOf(a, b *Outline) (s share, clash bool) {
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
func abroad(a, b *Outline) bool {
	table := vocabulary()
	return slices.ContainsFunc(a.marks, func(m mention) bool {
		return m.title && table.meanings[m.meaning].rank == country && !b.means(m.meaning)
	})
}

// untold is the part of a title's meanings that the other text does not have,
// by weight. A text of another kind is seldom a version.
func untold(a, b *Outline) (weight float64) {
	table := vocabulary()
	for _, m := range a.marks {
		r := table.meanings[m.meaning].rank
		switch {
		case !m.title || b.means(m.meaning):
		case r == genre:
			weight += 4
		case isName(r) || r == topic:
			weight += weights[r]
		}
	}
	return weight
}

func (o *Outline) means(number uint16) bool {
	_, found := slices.BinarySearchFunc(o.marks, number, func(m mention, n uint16) int { return cmp.Compare(m.meaning, n) })
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
