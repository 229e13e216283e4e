package likeness

import (
	"cmp"
	"maps"
	"slices"
	"testing"

	"chinanews/curator/storytest"
)

// clusterer puts items into stories in order of arrival, as a curator does.
type clusterer struct {
	texts  []*Text
	places map[uint64][]int // feature -> items
	story  []int            // of each item: its first item
	why    map[int]Evidence
}

const mostCandidates = 16

func (c *clusterer) add(t *Text) {
	n := len(c.texts)
	best, found := Evidence{}, -1
	for _, m := range c.candidates(t) {
		if e, ok := Same(c.texts[m], t); ok && c.fits(c.story[m], t) && (found < 0 || best.Weaker(e)) {
			best, found = e, m
		}
	}
	c.texts = append(c.texts, t)
	c.story = append(c.story, n)
	if found >= 0 {
		c.story[n], c.why[n] = c.story[found], best
	}
	for _, f := range t.Features() {
		c.places[f] = append(c.places[f], n)
	}
}

// fits reports that a story still spans less than 14 days.
func (c *clusterer) fits(story int, t *Text) bool {
	for n, s := range c.story {
		if s == story {
			if gap, _, _ := apart(c.texts[n], t); gap >= window {
				return false
			}
		}
	}
	return true
}

// candidates are the items that share most features.
func (c *clusterer) candidates(t *Text) []int {
	shared := make(map[int]int)
	for _, f := range t.Features() {
		for _, n := range c.places[f] {
			if gap, _, _ := apart(c.texts[n], t); gap <= window {
				shared[n]++
			}
		}
	}
	maps.DeleteFunc(shared, func(n, count int) bool {
		return count < 2 && len(t.Features()) >= 4 && len(c.texts[n].Features()) >= 4
	})
	found := slices.SortedFunc(maps.Keys(shared), func(a, b int) int {
		return cmp.Or(cmp.Compare(shared[b], shared[a]), cmp.Compare(a, b))
	})
	return found[:min(len(found), mostCandidates)]
}

func clustered(t testing.TB, items []storytest.Item) *clusterer {
	c := &clusterer{places: make(map[uint64][]int), why: make(map[int]Evidence)}
	for _, i := range items {
		c.add(Of(i.Plain(t)))
	}
	return c
}

// atRisk are the cases whose rows must never be joined.
var atRisk = []string{"boilerplate", "press-conference", "bulletin", "statistics", "appointment", "congratulation"}

func judge(t *testing.T, part string) (all score, wrong int) {
	items := storytest.Items(t, "..", part)
	c := clustered(t, items)
	all = scored(items, c.story, "")
	t.Logf("%s: %v", part, all)
	cases := make(map[string]bool)
	for _, i := range items {
		cases[i.Case] = true
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Logf("  %-17s %v", name, scored(items, c.story, name))
	}
	if !testing.Short() {
		for name, story := range baselines(items) {
			t.Logf("  baseline %-22s %v", name, scored(items, story, ""))
		}
	}
	for n := range items {
		for m := range n {
			if c.story[n] == c.story[m] && items[n].Release != items[m].Release && slices.Contains(atRisk, items[n].Case) {
				wrong++
			}
		}
	}
	if part == "open" {
		tellMistakes(t, items, c)
	}
	return all, wrong
}

// tellMistakes tells what went wrong, for work on the algorithm.
func tellMistakes(t *testing.T, items []storytest.Item, c *clusterer) {
	for n, i := range items {
		e, joined := c.why[n]
		first := c.story[n]
		if joined && items[first].Release != i.Release {
			t.Logf("joined %s (%s) to %s: %v", i.ID, i.Title, items[first].ID, e)
		}
		for m := range n {
			if !joined && items[m].Release == i.Release {
				e, ok := Same(c.texts[m], c.texts[n])
				t.Logf("apart %s (%s, %s) from %s (%s): candidate %v, same %v: %v", i.ID, i.Kind, i.Title, items[m].ID, items[m].Kind, slices.Contains(c.candidates(c.texts[n]), m), ok, e)
			}
		}
	}
}

func TestStoriesOfTheCorpus(t *testing.T) {
	for _, part := range storytest.Parts {
		t.Run(part, func(t *testing.T) {
			all, wrong := judge(t, part)
			if all.pairs.f1() < 0.98 || all.bcubed.f1() < 0.98 {
				t.Errorf("%v, want at least 0.98", all)
			}
			if wrong > 0 {
				t.Errorf("%d pairs of rows of templates are joined", wrong)
			}
		})
	}
}

// Whatever an index brings up, two releases must not be taken for one.
func TestNoTwoReleasesAreTheSame(t *testing.T) {
	items := storytest.Items(t, "..", "open")
	var texts []*Text
	for _, i := range items {
		texts = append(texts, Of(i.Plain(t)))
	}
	same, found, pairs := 0, 0, 0
	for n, i := range items {
		for m, j := range items[:n] {
			if i.Lang != j.Lang || testing.Short() && (n+m)%5 > 0 {
				continue
			}
			e, ok := Same(texts[n], texts[m])
			switch {
			case ok && i.Release != j.Release:
				t.Errorf("%s (%s) and %s (%s): %v", i.ID, i.Title, j.ID, j.Title, e)
			case i.Release == j.Release:
				pairs++
				same += int(one(ok))
				found += int(one(candidate(texts[n], texts[m])))
			}
		}
	}
	t.Logf("%d pairs of a release: %d the same, %d candidates", pairs, same, found)
}
