package likeness

import "slices"

// agreement is how far two titles go together.
type agreement int

const (
	noTitle agreement = iota // one text has none
	otherTitle
	likeTitle // half of it is the same
	sameTitle // or one has the other and more
)

func (a agreement) String() string {
	return [...]string{"no title", "other title", "title alike", "same title"}[a]
}

// leastShared is the weight of a title that makes another, with more in it, the
// same.
const leastShared = 8

// titles compares two titles; replaced is what differs in those that are alike.
func titles(a, b *passage) (agreement, replaced) {
	if len(a.words) == 0 || len(b.words) == 0 {
		return noTitle, replaced{}
	}
	l := &alignment{a: a, b: b, cells: mostCells}
	l.table(hole{0, len(a.words), 0, len(b.words)})
	r := l.replaced()
	r.numbers, r.dates = exchanged(a, b, r.numbers), exchanged(a, b, r.dates)
	common := a.weigh(0, len(a.words))
	var onlyA, onlyB int
	for _, h := range l.holes {
		common -= a.weigh(h.a0, h.a1)
		onlyA += len(a.telling(h.a0, h.a1)) + len(a.numbers(h.a0, h.a1))
		onlyB += len(b.telling(h.b0, h.b1)) + len(b.numbers(h.b0, h.b1))
	}
	shorter := min(a.weigh(0, len(a.words)), b.weigh(0, len(b.words)))
	switch {
	case onlyA == 0 && onlyB == 0, (onlyA == 0 || onlyB == 0) && common >= leastShared && l.unbroken():
		return sameTitle, r
	case common*2 >= shorter:
		return likeTitle, r
	}
	return otherTitle, replaced{}
}

// unbroken reports that one passage stands in the other in one piece.
func (l *alignment) unbroken() bool {
	return !slices.ContainsFunc(l.holes, func(h hole) bool { return h.a0 > 0 && h.a1 < len(l.a.words) || h.b0 > 0 && h.b1 < len(l.b.words) })
}

// days are the days of the year that a title names: 5月4日, 4 May, May 4.
func (p *passage) days() (found [][2]string) {
	for n := 0; n+1 < len(p.words); n++ {
		first, second := p.words[n], p.words[n+1]
		switch {
		case first.is(calendar) && second.is(numeral) && monthOf(p.text(n)) > 0:
			found = append(found, [2]string{p.text(n), p.text(n + 1)})
		case first.is(numeral) && second.is(calendar) && monthOf(p.text(n+1)) > 0:
			found = append(found, [2]string{p.text(n + 1), p.text(n)})
		case first.is(numeral) && p.text(n+1) == "月" && n+3 < len(p.words) && p.text(n+3) == "日":
			found = append(found, [2]string{p.text(n), p.text(n + 2)})
		}
	}
	return found
}

// otherDay reports two titles that name days, and none in common.
func otherDay(a, b *passage) bool {
	daysA, daysB := a.days(), b.days()
	return len(daysA) > 0 && len(daysB) > 0 && !slices.ContainsFunc(daysA, func(d [2]string) bool { return slices.Contains(daysB, d) })
}

// mostAsked bounds how many words of a title are looked for in a text.
const mostAsked = 24

// about reports whether a text speaks of what a title says and the other title
// does not: one word of these, two characters in a row, is enough.
// A title that says nothing else asks nothing, but for a label of its own.
func about(title, other *passage, text *passage) bool {
	asked := 0
	for n := 0; n < len(title.words) && asked < mostAsked; n++ {
		length, ok := title.gram(n)
		if !ok || other.has(title, n, 1) || other.has(title, n+length-1, 1) {
			continue
		}
		asked++
		if text.has(title, n, length) {
			return true
		}
	}
	return asked == 0 && !labelled(title, other)
}

// told is how much of what a title says its text speaks of, from 0 to 1; 1
// where it says nothing.
func told(title, text *passage) float64 {
	asked, found := 0, 0
	for n := range title.words {
		length, ok := title.gram(n)
		if !ok {
			continue
		}
		asked++
		if text.has(title, n, length) {
			found++
		}
	}
	if asked == 0 {
		return 1
	}
	return float64(found) / float64(asked)
}

// gram is how many words from n on say something: one of letters, or two
// characters.
func (p *passage) gram(n int) (length int, ok bool) {
	w := p.words[n]
	switch {
	case w.is(numeral) || little[p.text(n)]:
		return 0, false
	case !w.is(han):
		return 1, w.end-w.at >= 4
	}
	return 2, n+1 < len(p.words) && p.words[n+1].is(han)
}

// has reports whether words of another passage stand in this one.
func (p *passage) has(other *passage, at, length int) bool {
	for n := 0; n+length <= len(p.words); n++ {
		if p.words[n].key == other.words[at].key && (length == 1 || p.words[n+1].key == other.words[at+1].key) {
			return true
		}
	}
	return false
}

// exchanged are the numbers of titles in whose place others stand, and which
// the other title has nowhere.
func exchanged(a, b *passage, swaps []swap) []swap {
	says := func(p *passage, text string) bool {
		return text == "" || slices.ContainsFunc(p.numbers(0, len(p.words)), func(n number) bool { return n.text == text })
	}
	return slices.DeleteFunc(swaps, func(s swap) bool { return says(b, s.a) || says(a, s.b) })
}
