package difference

import (
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// pair is what stands in one text for what stood in the other. One without was
// was added, one without now removed; several on a side were one on the other.
type pair struct {
	was, now []sentence
	moved    bool // what is missing here stands elsewhere
}

func (p pair) both() bool { return len(p.was) > 0 && len(p.now) > 0 }

// paired pairs the sentences of two texts, in the order of both.
func paired(a, b []sentence) []pair { return walked(a, b, differing(keys(a), keys(b)), shaped) }

// aligned pairs the sentences of two texts, in reading order but for those that
// moved, which stand behind the others of their place.
func aligned(a, b []sentence) (pairs []pair) {
	runs := differing(keys(a), keys(b))
	fromA, fromB := make(map[string]int), make(map[string]int)
	for _, r := range runs {
		for _, s := range a[r.Start:r.End] {
			fromA[s.key]++
		}
		for _, s := range b[r.ReplStart:r.ReplEnd] {
			fromB[s.key]++
		}
	}
	gone, come := make(map[string]int), make(map[string]int)
	for key, n := range fromA {
		gone[key], come[key] = min(n, fromB[key]), min(n, fromB[key])
	}
	return walked(a, b, runs, func(a, b []sentence) []pair { return rest(a, b, elsewhere{gone, come}) })
}

// walked pairs the sentences between the runs one with one, and those of each
// run as differ does.
func walked(a, b []sentence, runs []lcs.Diff, differ func(a, b []sentence) []pair) (pairs []pair) {
	i, j := 0, 0
	for _, r := range append(runs, lcs.Diff{Start: len(a), End: len(a), ReplStart: len(b), ReplEnd: len(b)}) {
		for ; i < r.Start; i, j = i+1, j+1 {
			pairs = append(pairs, pair{was: a[i : i+1], now: b[j : j+1]})
		}
		pairs = append(pairs, differ(a[i:r.End], b[j:r.ReplEnd])...)
		i, j = r.End, r.ReplEnd
	}
	return pairs
}

func keys(s []sentence) []string {
	k := make([]string, len(s))
	for n := range s {
		k[n] = s[n].key
	}
	return k
}

// elsewhere counts the sentences that were taken from one place and put in at
// another as they are.
type elsewhere struct{ gone, come map[string]int }

// rest pairs what is left between equal sentences. What moved keeps out of it.
func rest(a, b []sentence, e elsewhere) (pairs []pair) {
	stayedA, movedA := parted(a, e.gone)
	stayedB, movedB := parted(b, e.come)
	pairs = shaped(stayedA, stayedB)
	for _, one := range single(movedA, movedB) {
		one.moved = true
		pairs = append(pairs, one)
	}
	return pairs
}

// parted parts sentences into those that are not elsewhere and those that are,
// each as often as left says, which it counts down.
func parted(s []sentence, left map[string]int) (stayed, moved []sentence) {
	for _, one := range s {
		if left[one.key] > 0 {
			left[one.key]--
			moved = append(moved, one)
			continue
		}
		stayed = append(stayed, one)
	}
	return stayed, moved
}

// shaped pairs sentences that differ in numbers only, and between them those
// that are alike.
func shaped(a, b []sentence) []pair {
	shape := func(s []sentence) (shapes []string) {
		for _, one := range s {
			shapes = append(shapes, one.shape)
		}
		return shapes
	}
	return walked(a, b, differing(shape(a), shape(b)), alike)
}

// mostCells bounds how many sentences are compared each with each.
const mostCells = 1024

// brief is how many tokens a sentence has at most that is replaced as a whole
// and still is the same place: a cell, a heading, a name in a list.
const brief = 12

// alike pairs sentences that say much the same, by the best pairing that keeps
// their order.
func alike(a, b []sentence) []pair {
	switch {
	case len(a) == 0 && len(b) == 0:
		return nil
	case len(a) == 1 && len(b) == 1 && len(a[0].bag) <= brief && len(b[0].bag) <= brief:
		return []pair{{was: a, now: b}}
	case len(a) == 0 || len(b) == 0:
		return single(a, b)
	case oneCut(a, b):
		return []pair{{was: a, now: b}}
	case len(a)*len(b) > mostCells && len(a) > 1 && len(b) > 1:
		i, j := len(a)/2, len(b)/2
		return append(alike(a[:i], b[:j]), alike(a[i:], b[j:])...)
	case len(a)*len(b) > mostCells:
		return single(a, b)
	}
	return newPairing(a, b).pairs()
}

// oneCut reports that one run is the other with something cut out of it at one
// place, that is not a sentence as a whole.
func oneCut(a, b []sentence) bool {
	whole, cut := joined(a).tokens, joined(b).tokens
	if len(whole) < len(cut) {
		whole, cut = cut, whole
	}
	left := 0
	for left < len(cut) && cut[left].key == whole[left].key {
		left++
	}
	right := 0
	for right < len(cut)-left && cut[len(cut)-1-right].key == whole[len(whole)-1-right].key {
		right++
	}
	return left+right == len(cut) && len(cut) > 0
}

func single(a, b []sentence) (pairs []pair) {
	for n := range a {
		pairs = append(pairs, pair{was: a[n : n+1]})
	}
	for n := range b {
		pairs = append(pairs, pair{now: b[n : n+1]})
	}
	return pairs
}

// pairing finds the best pairing of two short runs of sentences: one with one,
// one with two that it was cut into or joined from, or with none.
type pairing struct {
	a, b       []sentence
	twoA, twoB [][]uint32 // the bags of two sentences together, by the second one
	best       [][]float64
	step       [][][2]int
}

var steps = [][2]int{{1, 1}, {1, 2}, {2, 1}}

func newPairing(a, b []sentence) *pairing {
	p := &pairing{a: a, b: b, twoA: twos(a), twoB: twos(b), best: make([][]float64, len(a)+1), step: make([][][2]int, len(a)+1)}
	for i := range p.best {
		p.best[i], p.step[i] = make([]float64, len(b)+1), make([][2]int, len(b)+1)
		for j := range p.best[i] {
			p.fill(i, j)
		}
	}
	return p
}

func (p *pairing) fill(i, j int) {
	take := func(score float64, step [2]int) {
		if score > p.best[i][j] || p.step[i][j] == [2]int{} {
			p.best[i][j], p.step[i][j] = score, step
		}
	}
	if i > 0 {
		take(p.best[i-1][j], [2]int{1, 0})
	}
	if j > 0 {
		take(p.best[i][j-1], [2]int{0, 1})
	}
	for _, s := range steps {
		if i < s[0] || j < s[1] {
			continue
		}
		if w := p.weight(i, j, s); w > 0 {
			take(p.best[i-s[0]][j-s[1]]+w, s)
		}
	}
}

func (p *pairing) pairs() (pairs []pair) {
	for i, j := len(p.a), len(p.b); i > 0 || j > 0; {
		s := p.step[i][j]
		pairs = append(pairs, pair{was: p.a[i-s[0] : i], now: p.b[j-s[1] : j]})
		i, j = i-s[0], j-s[1]
	}
	slices.Reverse(pairs)
	return pairs
}

// weight is how much the sentences before i and those before j have in common,
// step saying how many they are; 0 when that is too little to call one the other.
func (p *pairing) weight(i, j int, step [2]int) float64 {
	was, now := p.a[i-1].bag, p.b[j-1].bag
	if step[0] == 2 {
		was = p.twoA[i-1]
	}
	if step[1] == 2 {
		now = p.twoB[j-1]
	}
	if 3*len(was) < len(now) || 3*len(now) < len(was) {
		return 0
	}
	c := common(was, now)
	if c == 0 || likeness(c, was, now) < 0.5 {
		return 0
	}
	if step[0] == 2 && !(within(p.a[i-1], now) && within(p.a[i-2], now)) || step[1] == 2 && !(within(p.b[j-1], was) && within(p.b[j-2], was)) {
		return 0
	}
	return float64(c) * likeness(c, was, now)
}

// within reports that most of a sentence stands in a bag.
func within(s sentence, bag []uint32) bool { return common(s.bag, bag)*10 >= len(s.bag)*6 }

func likeness(common int, a, b []uint32) float64 {
	return 2 * float64(common) / float64(len(a)+len(b))
}

func twos(s []sentence) [][]uint32 {
	bags := make([][]uint32, len(s))
	for n := 1; n < len(s); n++ {
		bags[n] = slices.Concat(s[n-1].bag, s[n].bag)
		slices.Sort(bags[n])
	}
	return bags
}

// common counts what two sorted bags share.
func common(a, b []uint32) (n int) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// joined is a run of sentences as one.
func joined(run []sentence) sentence {
	if len(run) == 1 {
		return run[0]
	}
	var s sentence
	var text strings.Builder
	for _, one := range run {
		if last := before(text.String(), text.Len()); text.Len() > 0 && !unbroken(last) && last < 0x2000 {
			text.WriteByte(' ')
		}
		for _, t := range one.tokens {
			t.at += text.Len()
			s.tokens = append(s.tokens, t)
		}
		text.WriteString(one.text)
	}
	s.text = text.String()
	return s
}
