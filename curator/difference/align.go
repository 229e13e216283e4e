package difference

import (
	"cmp"
	"slices"
	"sort"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// differing are the runs in which two sequences differ, in order. What either
// has once and both have anchors the comparison; between anchors the library's
// search is bounded, so that the cost grows with the length and not with how
// much differs.
func differing(a, b []string) (runs []lcs.Diff) {
	i, j := 0, 0
	for _, at := range append(anchors(a, b), [2]int{len(a), len(b)}) {
		for _, d := range between(a[i:at[0]], b[j:at[1]]) {
			runs = append(runs, lcs.Diff{Start: d.Start + i, End: d.End + i, ReplStart: d.ReplStart + j, ReplEnd: d.ReplEnd + j})
		}
		i, j = min(at[0]+1, len(a)), min(at[1]+1, len(b))
	}
	return runs
}

func between(a, b []string) []lcs.Diff {
	switch {
	case len(a) == 0 && len(b) == 0:
		return nil
	case len(a) == 0 || len(b) == 0:
		return []lcs.Diff{{End: len(a), ReplEnd: len(b)}}
	}
	return lcs.DiffLines(a, b)
}

// anchors are the places of what stands once in either sequence, as many as
// keep their order.
func anchors(a, b []string) [][2]int {
	once := func(s []string) map[string]int {
		places := make(map[string]int, len(s))
		for n, v := range s {
			if _, again := places[v]; again {
				n = -1
			}
			places[v] = n
		}
		return places
	}
	inA, inB := once(a), once(b)
	var common [][2]int
	for n, v := range a {
		if m, ok := inB[v]; ok && m >= 0 && inA[v] == n {
			common = append(common, [2]int{n, m})
		}
	}
	return Rising(common)
}

// Rising is the longest part of pairs whose second numbers rise. It may share
// the memory of what it was given.
func Rising(pairs [][2]int) [][2]int {
	if slices.IsSortedFunc(pairs, func(p, q [2]int) int { return cmp.Compare(p[1], q[1]) }) {
		return pairs
	}
	var tails []int // index of the pair that ends the best run of each length
	back := make([]int, len(pairs))
	for n, p := range pairs {
		at := sort.Search(len(tails), func(k int) bool { return pairs[tails[k]][1] >= p[1] })
		back[n] = -1
		if at > 0 {
			back[n] = tails[at-1]
		}
		if at == len(tails) {
			tails = append(tails, n)
		}
		tails[at] = n
	}
	var run [][2]int
	for n := tails[len(tails)-1]; n >= 0; n = back[n] {
		run = append(run, pairs[n])
	}
	slices.Reverse(run)
	return run
}
