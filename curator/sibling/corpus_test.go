package sibling

import (
	"slices"
	"testing"

	"chinanews/curator/storytest"
)

// shelf keeps texts under their features, as a store would.
type shelf struct {
	texts []*Text
	under map[uint64][]int
}

// candidates are the texts that share at least two features and are dated near,
// those that share most first.
func (s *shelf) candidates(t *Text) (numbers []int) {
	shared := make(map[int]int)
	for _, f := range t.Features() {
		for _, n := range s.under[f] {
			shared[n]++
		}
	}
	for n, count := range shared {
		if count >= 2 && s.texts[n].lang != t.lang && distance(t.at, s.texts[n].at) <= window {
			numbers = append(numbers, n)
		}
	}
	slices.SortFunc(numbers, func(a, b int) int {
		if shared[a] != shared[b] {
			return shared[b] - shared[a]
		}
		return b - a
	})
	return numbers[:min(len(numbers), 16)]
}

func (s *shelf) put(t *Text) {
	for _, f := range t.Features() {
		s.under[f] = append(s.under[f], len(s.texts))
	}
	s.texts = append(s.texts, t)
}

// link is two releases, the Chinese one first.
type link [2]string

func linkOf(a, b storytest.Item) link {
	if a.Lang == "zh" {
		return link{a.Release, b.Release}
	}
	return link{b.Release, a.Release}
}

// linked links releases as their items arrive; one that has a sibling keeps it.
func linked(t *testing.T, items []storytest.Item) map[link]string {
	s := &shelf{under: make(map[uint64][]int)}
	links, taken := make(map[link]string), make(map[string]bool)
	for _, item := range items {
		text := Of(item.Plain(t))
		numbers := s.candidates(text)
		texts := make([]*Text, len(numbers))
		for i, n := range numbers {
			texts[i] = s.texts[n]
		}
		if i, e, ok := Best(text, texts); ok {
			l := linkOf(item, items[numbers[i]])
			if !taken[l[0]] && !taken[l[1]] {
				links[l], taken[l[0]], taken[l[1]] = item.Case+": "+e.String(), true, true
			}
		}
		s.put(text)
	}
	return links
}

func TestCorpus(t *testing.T) {
	for _, part := range storytest.Parts {
		t.Run(part, func(t *testing.T) { judge(t, storytest.Items(t, "..", part)) })
	}
}

func judge(t *testing.T, items []storytest.Item) {
	of := make(map[string]storytest.Item)
	for _, s := range items {
		of[s.Release] = s
	}
	right, wrong := 0, 0
	for l, why := range linked(t, items) {
		zh, en := of[l[0]], of[l[1]]
		switch {
		case zh.Work == en.Work:
			right++
		case zh.Again == en.Work || en.Again == zh.Work: // neither right nor wrong
		default:
			wrong++
			t.Logf("%s and %s are not siblings, but were linked: %s", l[0], l[1], why)
		}
	}
	pairs, found := siblings(items, linked(t, items))
	total := 0
	for name, n := range pairs {
		total += n
		t.Logf("%-16s found %2d of %2d", name, found[name], n)
	}
	precision, recall := float64(right)/float64(right+wrong), float64(right)/float64(total)
	t.Logf("siblings: precision %.3f (%d of %d), recall %.3f (%d of %d)", precision, right, right+wrong, recall, right, total)
	if precision < 0.98 || recall < 0.7 {
		t.Errorf("precision %.3f, want at least 0.98; recall %.3f, want at least 0.7", precision, recall)
	}
}

// siblings counts the pairs that are, and those that were found, by case.
func siblings(items []storytest.Item, links map[link]string) (pairs, found map[string]int) {
	pairs, found = make(map[string]int), make(map[string]int)
	seen := make(map[link]bool)
	for _, a := range items {
		for _, b := range items {
			l := link{a.Release, b.Release}
			if a.Lang != "zh" || b.Lang == "zh" || a.Work != b.Work || seen[l] {
				continue
			}
			seen[l] = true
			pairs[a.Case]++
			if _, ok := links[l]; ok {
				found[a.Case]++
			}
		}
	}
	return pairs, found
}
