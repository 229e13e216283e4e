package difference

import (
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff/lcs"

	"chinanews/news"
)

// change is one place at which two sentences differ, and what it touches.
type change struct {
	lcs.Diff
	classes []news.EditClass // the most telling first
}

// changes are the places at which one sentence differs from the other. A number,
// date or name that differs in part differs as a whole.
func changes(was, now *marked) (found []change) {
	match := whole(was, now, matched(was.tokens, now.tokens))
	for _, d := range unmatched(match, len(was.tokens), len(now.tokens)) {
		a, b := was.part(d.Start, d.End), now.part(d.ReplStart, d.ReplEnd)
		if classes := classed(a, b); len(classes) > 0 {
			found = append(found, change{d, classes})
		}
	}
	return found
}

// longSentence is how many tokens two sentences have that are compared by what
// stands in them once.
const longSentence = 600

// matched is, for each token of a sentence, its place in the other, or -1.
func matched(a, b []token) []int {
	keys := func(t []token) []string {
		k := make([]string, len(t))
		for n := range t {
			k[n] = t[n].key
		}
		return k
	}
	compare := between
	if len(a)+len(b) > longSentence {
		compare = differing
	}
	match, i, shift := make([]int, len(a)), 0, 0
	for _, d := range compare(keys(a), keys(b)) {
		for ; i < d.Start; i++ {
			match[i] = i + shift
		}
		for ; i < d.End; i++ {
			match[i] = -1
		}
		shift = d.ReplEnd - d.End
	}
	for ; i < len(a); i++ {
		match[i] = i + shift
	}
	return match
}

// mostRounds bounds how often what is whole in one sentence tears what is in the
// other.
const mostRounds = 8

// whole unmatches the rest of every entity of which a part differs.
func whole(was, now *marked, match []int) []int {
	for again, round := true, 0; again && round < mostRounds; round++ {
		back := make([]int, len(now.tokens))
		for n := range back {
			back[n] = -1
		}
		for n, at := range match {
			if at >= 0 {
				back[at] = n
			}
		}
		again = false
		for n := range match {
			if match[n] >= 0 && (torn(was, match, n) || torn(now, back, match[n])) {
				match[n], again = -1, true
			}
		}
	}
	return match
}

// torn reports whether a token stands in an entity that is not in the other
// sentence as it is here.
func torn(m *marked, match []int, n int) bool {
	e := m.whole[n]
	if e == 0 {
		return false
	}
	for _, at := range []int{n - 1, n + 1} {
		if at >= 0 && at < len(match) && m.whole[at] == e && (match[at] < 0 || match[at]-match[n] != at-n) {
			return true
		}
	}
	return false
}

// unmatched are the runs of tokens without a match.
func unmatched(match []int, a, b int) (runs []lcs.Diff) {
	i, j := 0, 0
	for n := 0; n <= a; n++ {
		at := b
		if n < a {
			at = match[n]
		}
		if at < 0 {
			continue
		}
		if n > i || at > j {
			runs = append(runs, lcs.Diff{Start: i, End: n, ReplStart: j, ReplEnd: at})
		}
		i, j = n+1, at+1
	}
	return runs
}

// part is a run of a sentence's tokens.
type part struct {
	tokens []token
	kinds  []kind
}

func (m *marked) part(from, to int) part { return part{m.tokens[from:to], m.kinds[from:to]} }

// of is the keys of the part's tokens of a kind, as one.
func (p part) of(k kind) string {
	var b strings.Builder
	for n, t := range p.tokens {
		if p.kinds[n] == k {
			b.WriteString(t.key + " ")
		}
	}
	return b.String()
}

func (p part) count(k kind) (n int) {
	for _, one := range p.kinds {
		if one == k {
			n++
		}
	}
	return n
}

// folded is the part as it reads without spaces.
func (p part) folded() string {
	var b strings.Builder
	for _, t := range p.tokens {
		b.WriteString(t.key)
	}
	return b.String()
}

// wordy is how many words may be replaced beside a number, date or name, and
// the place still be told as one of these.
const wordy = 8

// classed says what a change touches; nothing when it is typography.
func classed(was, now part) (classes []news.EditClass) {
	switch {
	case was.folded() == now.folded():
		return nil
	case len(now.tokens) == 0:
		return []news.EditClass{news.EditRemoved}
	case len(was.tokens) == 0:
		return []news.EditClass{news.EditAdded}
	}
	if was.count(other)+now.count(other) <= wordy {
		for _, k := range []struct {
			of    kind
			class news.EditClass
		}{{figure, news.EditNumber}, {name, news.EditName}, {date, news.EditDate}} {
			a, b := was.of(k.of), now.of(k.of)
			if a != "" && b != "" && a != b {
				classes = append(classes, k.class)
			}
		}
	}
	if len(classes) == 0 || was.of(other) != now.of(other) {
		classes = append(classes, news.EditRemoved, news.EditAdded)
	}
	return classes
}

// window is how much text around a change is shown: a word weighs three, a
// character of a script without spaces one.
const window = 12

// around widens a run of tokens by what stands around it in the sentence.
func (m *marked) around(from, to int) (int, int) {
	for budget := window; from > 0 && budget > 0 && !m.begins(from); from-- {
		budget -= m.tokens[from-1].weight()
	}
	for budget := window; to < len(m.tokens) && budget > 0 && !m.begins(to); to++ {
		budget -= m.tokens[to].weight()
	}
	return from, to
}

func (t token) weight() int {
	if t.form == han {
		return 1
	}
	return 3
}

// said is the text from a token up to another, with the marks in between. An
// ellipsis stands where a sentence is cut.
func (m *marked) said(from, to int) string {
	if from >= to {
		return ""
	}
	start, end := m.tokens[from].at, m.tokens[to-1].end()
	before, after := "", ""
	if from == 0 {
		start = 0
	} else if !m.begins(from) {
		before = "…"
	}
	if to == len(m.tokens) {
		end = len(m.text)
	} else if !m.begins(to) {
		after = "…"
	}
	return before + strings.TrimSpace(m.text[start:end]) + after
}

// told tells changes in words. Those of one class that stand close together are
// told as one.
func told(was, now *marked, found []change) (told []place) {
	for n := 0; n < len(found); n++ {
		c := found[n]
		af, at := was.around(c.Start, c.End)
		bf, bt := now.around(c.ReplStart, c.ReplEnd)
		for n+1 < len(found) && slices.Equal(found[n+1].classes, c.classes) && (found[n+1].Start <= at || found[n+1].ReplStart <= bt) {
			n++
			_, at = was.around(found[n].Start, found[n].End)
			_, bt = now.around(found[n].ReplStart, found[n].ReplEnd)
		}
		told = append(told, place{was.said(af, at), now.said(bf, bt), c.classes})
	}
	return told
}
