package likeness

import (
	"fmt"
	"slices"

	"chinanews/curator/storytest"
	"chinanews/news"
)

// ratio counts what was found and right, found, and to be found.
type ratio struct{ right, found, wanted float64 }

func (r ratio) precision() float64 { return divided(r.right, r.found) }
func (r ratio) recall() float64    { return divided(r.right, r.wanted) }

func (r ratio) f1() float64 {
	p, q := r.precision(), r.recall()
	return divided(2*p*q, p+q)
}

func divided(a, b float64) float64 {
	if b == 0 {
		return 1
	}
	return a / b
}

// score is how good stories are: over pairs of items, and B-cubed.
type score struct {
	pairs  ratio
	bcubed means
	items  float64
}

// means are sums over items, each from 0 to 1.
type means struct{ precision, recall, items float64 }

func (m means) f1() float64 {
	p, q := divided(m.precision, m.items), divided(m.recall, m.items)
	return divided(2*p*q, p+q)
}

func (s score) String() string {
	return fmt.Sprintf("pairs P %.4f R %.4f F1 %.4f, B-cubed P %.4f R %.4f F1 %.4f (%.0f items, %.0f pairs)",
		s.pairs.precision(), s.pairs.recall(), s.pairs.f1(), divided(s.bcubed.precision, s.items), divided(s.bcubed.recall, s.items), s.bcubed.f1(), s.items, s.pairs.wanted)
}

// scored compares stories with the labels, over the pairs of which an item is
// of a case; of any where none is given.
func scored(items []storytest.Item, story []int, of string) (s score) {
	for n, i := range items {
		if of != "" && i.Case != of {
			continue
		}
		both, found, wanted := 0.0, 0.0, 0.0
		for m, j := range items {
			same, joined := i.Release == j.Release, story[n] == story[m]
			both += one(same && joined)
			found += one(joined)
			wanted += one(same)
			if m < n {
				s.pairs.right += one(same && joined)
				s.pairs.found += one(joined)
				s.pairs.wanted += one(same)
			}
		}
		s.bcubed.precision += both / found
		s.bcubed.recall += both / wanted
		s.bcubed.items++
		s.items++
	}
	return s
}

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// baselines join by titles alone, within 14 days and a language.
func baselines(items []storytest.Item) map[string][]int {
	return map[string][]int{
		"exact title":            joined(items, func(a, b string) bool { return a == b }),
		"title trigrams 0.75":    joined(items, func(a, b string) bool { return jaccard(trigrams(a), trigrams(b)) >= 0.75 }),
		"title word overlap 0.6": joined(items, func(a, b string) bool { return overlap(titleWords(a), titleWords(b)) >= 0.6 }),
	}
}

// joined puts each item to the first story that has one like it.
func joined(items []storytest.Item, alike func(a, b string) bool) []int {
	story := make([]int, len(items))
	for n, i := range items {
		story[n] = n
		for m, j := range items[:n] {
			if i.Lang == j.Lang && i.FirstSeen.Sub(j.FirstSeen) < window && alike(i.Title, j.Title) {
				story[n] = story[m]
				break
			}
		}
	}
	return story
}

func trigrams(title string) (set []string) {
	letters := []rune(news.Folded(title))
	for n := 0; n+3 <= len(letters); n++ {
		set = append(set, string(letters[n:n+3]))
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// titleWords are words of letters, and each two characters of Chinese.
func titleWords(title string) (set []string) {
	for term := range news.ForSearch(title).Terms() {
		if term[0] != 0 { // no hash of a pair
			set = append(set, term)
		}
	}
	slices.Sort(set)
	return slices.Compact(set)
}

func common(a, b []string) (n float64) {
	for _, s := range a {
		n += one(slices.Contains(b, s))
	}
	return n
}

func jaccard(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	both := common(a, b)
	return both / (float64(len(a)+len(b)) - both)
}

func overlap(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	return common(a, b) / float64(min(len(a), len(b)))
}
