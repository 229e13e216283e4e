package likeness

import (
	"cmp"
	"slices"

	"chinanews/curator/difference"
)

// run is a part that two passages have in common, word for word.
type run struct{ a, b, length int }

// hole is what stands in two passages between common runs.
type hole struct{ a0, a1, b0, b1 int }

// alignment is how two passages go together.
type alignment struct {
	a, b  *passage
	runs  []run // long ones, in order
	holes []hole
	cells int // of tables that may still be made
}

// mostCells bounds the work on what differs, in pairs of words: of one place,
// and of a whole comparison.
const (
	mostPlace = 6_000
	mostCells = 200_000
)

// align finds the long runs that two texts have in common. What stands once in
// either anchors them, so that the cost grows with the length.
func align(a, b *Text) *alignment {
	l := &alignment{a: &a.body, b: &b.body, cells: mostCells}
	i, j := 0, 0
	pairs := anchors(a.shingles, b.shingles, false)
	if len(pairs) == 0 { // one says everything twice
		pairs = anchors(a.shingles, b.shingles, true)
	}
	for _, p := range difference.Rising(pairs) {
		if p[0] < i || p[1] < j {
			continue
		}
		r := l.extended(p[0], p[1], i, j)
		l.runs = append(l.runs, r)
		i, j = r.a+r.length, r.b+r.length
	}
	l.trim()
	return l
}

// anchors are the places of the shingles that stand once in either text, by
// their place in the first; of any shingle, where it stands first, if repeated
// ones are wanted.
func anchors(a, b []shingle, repeated bool) (pairs [][2]int) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := cmp.Compare(a[i].hash, b[j].hash); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			if repeated || !a[i].again && !b[j].again {
				pairs = append(pairs, [2]int{int(a[i].at), int(b[j].at)})
			}
			i, j = i+1, j+1
		}
	}
	slices.SortFunc(pairs, func(p, q [2]int) int { return cmp.Compare(p[0], q[0]) })
	return pairs
}

// extended is the run through a pair of places, not before i and j.
func (l *alignment) extended(at, bt, i, j int) run {
	a, b := l.a.words, l.b.words
	end := 0
	for at+end < len(a) && bt+end < len(b) && a[at+end].key == b[bt+end].key {
		end++
	}
	for at > i && bt > j && a[at-1].key == b[bt-1].key {
		at, bt, end = at-1, bt-1, end+1
	}
	return run{at, bt, end}
}

// trim drops runs at either end that are headings and menus and no text.
func (l *alignment) trim() {
	text := func(r run) bool {
		return l.a.running(r.a, r.a+r.length) > 0 || l.b.running(r.b, r.b+r.length) > 0
	}
	if !slices.ContainsFunc(l.runs, text) {
		return
	}
	for !text(l.runs[0]) {
		l.runs = l.runs[1:]
	}
	for !text(l.runs[len(l.runs)-1]) {
		l.runs = l.runs[:len(l.runs)-1]
	}
	l.unframe()
}

// unframe leaves out of the first and the last run what is in the frame of
// either page: two of them may end or begin with the same words.
func (l *alignment) unframe() {
	framed := func(r run, n int) bool { return !l.a.words[r.a+n].is(prose) && !l.b.words[r.b+n].is(prose) }
	first := &l.runs[0]
	for first.length > 1 && framed(*first, 0) {
		first.a, first.b, first.length = first.a+1, first.b+1, first.length-1
	}
	last := &l.runs[len(l.runs)-1]
	for last.length > 1 && framed(*last, last.length-1) {
		last.length--
	}
}

// first and last are the ends of what the texts have in common.
func (l *alignment) first() run { return l.runs[0] }

func (l *alignment) last() hole {
	r := l.runs[len(l.runs)-1]
	return hole{r.a + r.length, len(l.a.words), r.b + r.length, len(l.b.words)}
}

// open finds the holes: those between runs, and at the ends the rest of a
// sentence that is begun or ended in both texts.
func (l *alignment) open() {
	first, last := l.first(), l.last()
	l.gap(hole{l.a.begin(first.a), first.a, l.b.begin(first.b), first.b}, true)
	i, j := first.a, first.b
	for _, r := range l.runs {
		l.gap(hole{i, r.a, j, r.b}, false)
		i, j = r.a+r.length, r.b+r.length
	}
	if end := (hole{last.a0, l.a.finish(last.a0), last.b0, l.b.finish(last.b0)}); !l.cutShort(end) {
		l.gap(end, true)
	}
}

// cutShort reports that one text ends within a word, and the other goes on.
func (l *alignment) cutShort(end hole) bool {
	torn := func(p, other *passage, n, m int) bool {
		return p.torn && n+1 == len(p.words) && m+1 < len(other.words)
	}
	return torn(l.a, l.b, end.a0, end.b0) || torn(l.b, l.a, end.b0, end.a0)
}

// begin is where the sentence begins in which n stands, finish where the one
// ends in which n-1 stands.
func (p *passage) begin(n int) int {
	for n > 0 && !p.words[n].is(opening) {
		n--
	}
	return n
}

func (p *passage) finish(n int) int {
	for n < len(p.words) && !p.words[n].is(opening) {
		n++
	}
	return n
}

// gap finds the holes of a place without long runs. At the ends of a text a
// place is one only where both texts say something.
func (l *alignment) gap(h hole, end bool) {
	rows, columns := h.a1-h.a0, h.b1-h.b0
	switch {
	case rows == 0 && columns == 0, end && (rows == 0 || columns == 0):
		return
	case rows == 0, columns == 0, rows*columns > min(mostPlace, l.cells):
		l.holes = append(l.holes, h)
		return
	}
	l.cells -= rows * columns
	l.table(h)
}

// table finds the holes of a place by its longest common sequence.
func (l *alignment) table(h hole) {
	a, b := l.a.words[h.a0:h.a1], l.b.words[h.b0:h.b1]
	width := len(b) + 1
	best := make([]uint16, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].key == b[j].key {
				best[i*width+j] = best[(i+1)*width+j+1] + 1
			} else {
				best[i*width+j] = max(best[(i+1)*width+j], best[i*width+j+1])
			}
		}
	}
	at := hole{h.a0, h.a0, h.b0, h.b0}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i].key == b[j].key:
			l.keep(at)
			i, j = i+1, j+1
			at = hole{h.a0 + i, h.a0 + i, h.b0 + j, h.b0 + j}
		case j == len(b) || i < len(a) && best[(i+1)*width+j] >= best[i*width+j+1]:
			i++
			at.a1++
		default:
			j++
			at.b1++
		}
	}
	l.keep(at)
}

func (l *alignment) keep(h hole) {
	if h.a1 > h.a0 || h.b1 > h.b0 {
		l.holes = append(l.holes, h)
	}
}

// own reports that either text goes on in its own way at an end: at length, or
// with what the common part is about, as no frame of a page does.
func (l *alignment) own(end hole) bool {
	least := min(l.a.running(end.a0, end.a1), l.b.running(end.b0, end.b1))
	if least <= leastOwn {
		return false
	}
	first, last := l.first(), l.last()
	return least > mostFrame || l.a.akin(end.a0, end.a1, first.a, last.a0) >= topical && l.b.akin(end.b0, end.b1, first.b, last.b0) >= topical
}

// akin is how much of what a part of the passage says stands in another part
// too, from 0 to 1. Of a long part that is looked at which is next to the other.
func (p *passage) akin(from, to, otherFrom, otherTo int) float64 {
	if from < otherFrom {
		from = max(from, to-mostAkin)
	}
	return told(p.part(from, min(to, from+mostAkin)), p.part(otherFrom, otherTo))
}

const mostAkin = 60 // words

// shorter and longer are the weights of the two texts' running text.
func (l *alignment) shorter() int {
	return min(l.a.running(0, len(l.a.words)), l.b.running(0, len(l.b.words)))
}

func (l *alignment) longer() int {
	return max(l.a.running(0, len(l.a.words)), l.b.running(0, len(l.b.words)))
}

// common is the weight of what lies between the ends and is in both texts.
func (l *alignment) common() int {
	first, last := l.first(), l.last()
	sum := l.a.weigh(first.a, last.a0)
	for _, h := range l.holes {
		if h.a0 >= first.a && h.a1 <= last.a0 {
			sum -= l.a.weigh(h.a0, h.a1)
		}
	}
	return sum
}
