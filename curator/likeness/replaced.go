package likeness

import (
	"slices"
	"strings"
)

// swap is a number, and the one that stands for it in the other text; empty
// where none does.
type swap struct{ a, b string }

// replaced is what stands in the holes between two passages.
type replaced struct {
	numbers []swap // each once
	swaps   int    // places of the numbers
	dates   []swap // those of the numbers that are part of a date
	serials bool   // one of the numbers says which of a series it is
	words   int    // weight of words for which there are others
	names   bool   // a word with a capital is among them
	most    int    // weight of the words of one place
	gainA   int    // weight of what only the first passage has
	gainB   int
	same    int // numbers that the common part has
}

// weak is the weight of a common run that does not part two holes.
const weak = 3

// replaced sorts what stands in the holes.
func (l *alignment) replaced() (r replaced) {
	for n := 0; n < len(l.holes); {
		from := n
		for n++; n < len(l.holes) && l.a.weigh(l.holes[n-1].a1, l.holes[n].a0) < weak; n++ {
		}
		r.place(l, l.holes[from:n])
	}
	return r
}

// place sorts holes that stand close together.
func (r *replaced) place(l *alignment, holes []hole) {
	var a, b []int // words that say something
	gainA, gainB := 0, 0
	numbersBefore := len(r.numbers)
	for _, h := range holes {
		counted := r.figures(l, h)
		a = append(a, l.a.telling(h.a0, h.a1)...)
		b = append(b, l.b.telling(h.b0, h.b1)...)
		if !counted {
			gainA += l.a.weigh(h.a0, h.a1)
			gainB += l.b.weigh(h.b0, h.b1)
		}
	}
	if l.misspelt(a, b) {
		return
	}
	if len(a) == 0 || len(b) == 0 {
		if len(r.numbers) == numbersBefore {
			r.gainA, r.gainB = r.gainA+gainA, r.gainB+gainB
		} else { // a number for a number and more is no figure put right
			r.words += l.a.sum(a) + l.b.sum(b)
		}
		return
	}
	weight := max(1, min(l.a.sum(a), l.b.sum(b)))
	r.words += weight
	r.most = max(r.most, l.a.sum(a), l.b.sum(b))
	r.gainA, r.gainB = r.gainA+max(0, gainA-gainB), r.gainB+max(0, gainB-gainA)
	isName := func(p *passage) func(int) bool { return func(n int) bool { return p.words[n].is(capital) } }
	r.names = r.names || slices.ContainsFunc(a, isName(l.a)) || slices.ContainsFunc(b, isName(l.b))
}

// misspelt reports words that differ by an error of typing, or characters that
// are written for one another.
func (l *alignment) misspelt(a, b []int) bool {
	if len(a) == 0 || len(a) != len(b) {
		return false
	}
	for n := range a {
		v, w := l.a.words[a[n]], l.b.words[b[n]]
		one, other := l.a.text(a[n]), l.b.text(b[n])
		if v.kind&w.kind&han != 0 && !confused[one+other] && !confused[other+one] || v.kind&han != w.kind&han || v.is(capital) || w.is(capital) || !v.is(han) && !typed(one, other) {
			return false
		}
	}
	return true
}

// figures compares the numbers of a hole, and reports whether it is these that
// differ, or only how they are written.
func (r *replaced) figures(l *alignment, h hole) bool {
	if h.a0 == h.a1 || h.b0 == h.b1 {
		return false
	}
	a, b := l.a.numbers(h.a0, h.a1), l.b.numbers(h.b0, h.b1)
	for n := range max(len(a), len(b)) {
		s, date, serial := swap{}, false, false
		if n < len(a) {
			s.a, date, serial = a[n].text, a[n].date, a[n].serial
		}
		if n < len(b) {
			s.b, date, serial = b[n].text, date || b[n].date, serial || b[n].serial
		}
		if s.a == s.b {
			continue
		}
		r.serials = r.serials || serial
		r.swaps++
		if !slices.Contains(r.numbers, s) {
			r.numbers = append(r.numbers, s)
		}
		if date && !slices.Contains(r.dates, s) {
			r.dates = append(r.dates, s)
		}
	}
	return len(a) > 0 && len(b) > 0
}

// telling are the words of a part that say something and are no numbers.
func (p *passage) telling(from, to int) (at []int) {
	for n := from; n < to; n++ {
		if w := p.words[n]; !w.is(numeral|counting) && !little[p.text(n)] && p.text(n) != "percent" {
			at = append(at, n)
		}
	}
	return at
}

func (p *passage) sum(at []int) (sum int) {
	for _, n := range at {
		sum += p.words[n].weight()
	}
	return sum
}

// number is one of a passage, in digits.
type number struct {
	text   string
	date   bool
	serial bool
}

// numbers are those of a part, in order.
func (p *passage) numbers(from, to int) (found []number) {
	for n := from; n < to; n++ {
		switch w := p.words[n]; {
		case w.is(calendar):
			found = append(found, number{text: p.text(n), date: true})
		case w.is(numeral):
			found = append(found, number{p.text(n), p.dated(n, n+1), p.serial(n, n+1)})
		case w.is(counting):
			first := n
			for n+1 < to && p.words[n+1].is(counting) {
				n++
			}
			text := string(p.letters[p.words[first].at:p.words[n].end])
			found = append(found, number{counted(text), p.dated(first, n+1), p.serial(first, n+1)})
		}
	}
	return found
}

// dated reports that the number in a part is one of a date: by the word beside
// it, or because it can only be a year.
func (p *passage) dated(from, to int) bool {
	if to < len(p.words) && p.words[to].is(han) && strings.Contains("年月日号时", p.text(to)) {
		return true
	}
	for _, n := range []int{from - 2, from - 1, to, to + 1} {
		if n >= 0 && n < len(p.words) && p.words[n].is(calendar) {
			return true
		}
	}
	text := p.text(from)
	return to == from+1 && len(text) == 4 && (strings.HasPrefix(text, "19") || strings.HasPrefix(text, "20"))
}

// serial reports that the number in a part says which of a series something is:
// No. 31, 第31号. It is no figure that can be wrong.
func (p *passage) serial(from, to int) bool {
	if to < len(p.words) && p.words[to].is(han) && strings.Contains("号期届集", p.text(to)) {
		return true
	}
	return from > 0 && series[p.text(from-1)]
}

var series = set("no|nos|number|issue|part|volume|edition|line")

// count is how many numbers two passages have in common, holes apart.
func (l *alignment) count() (sum int) {
	for _, r := range l.runs {
		for _, w := range l.a.words[r.a : r.a+r.length] {
			if w.is(numeral | counting) {
				sum++
			}
		}
	}
	return sum
}
