package curator

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"chinanews/curator/storytest"
	"chinanews/news"
)

// recorded is a record of a corpus, told item by item: with full texts in the
// listings of the sources, or with the text of each on a page of its own.
func recorded(t *testing.T, items []storytest.Item, make func(id string) news.Source) (m *memory, ids []news.ItemID) {
	t.Helper()
	var rows []news.Source
	for _, i := range items {
		if !slices.ContainsFunc(rows, func(s news.Source) bool { return s.ID == i.Source }) {
			rows = append(rows, make(i.Source))
		}
	}
	m = newMemory(t, items[0].FirstSeen)
	c := curate(t, publication(rows...))
	for _, i := range items {
		src, e := *c.sources[news.Origin(i.Source)].Source, i.Entry(t)
		m.now = i.FirstSeen
		listed := e
		if src.TextFrom("") == news.BodyPage {
			listed.HTML, listed.Digest = "", ""
		}
		d := m.accept(c, listing(src, listed))
		if len(d.Ruling.Items) != 1 || d.Ruling.Items[0].Class != news.First {
			t.Fatalf("%s is not heard as a new item: %+v", i.ID, d.Ruling.Items)
		}
		ids = append(ids, d.Ruling.Items[0].Item)
		if listed.HTML == "" {
			m.now = m.now.Add(time.Minute)
			m.accept(c, reading(src, news.TaskArticle, ids[len(ids)-1], e))
		}
		if m.feeds["all"].Filled == 0 {
			m.rule(c.Fill(m))
		}
	}
	return m, ids
}

// judged is how well items were put together.
type judged struct {
	joined, wanted, right float64 // pairs
	precision, recall     float64 // B-cubed
	templates             int     // false pairs of daily texts and statistics
	links, rightLinks     float64
	pairs, linked         int // works in two languages, and those of them that were linked
}

func (j judged) pairwise() float64 { return 2 * j.right / (j.joined + j.wanted) }
func (j judged) bcubed() float64   { return 2 * j.precision * j.recall / (j.precision + j.recall) }

func (j judged) String() string {
	return fmt.Sprintf("pairwise F1 %.4f (precision %.4f, recall %.4f), B-cubed F1 %.4f, template pairs joined %d; siblings: precision %.4f of %.0f, recall %d of %d",
		j.pairwise(), j.right/j.joined, j.right/j.wanted, j.bcubed(), j.templates, j.rightLinks/j.links, j.links, j.linked, j.pairs)
}

func judge(t *testing.T, items []storytest.Item, m *memory, ids []news.ItemID) (j judged) {
	for a, x := range items {
		var same, both, together float64
		for b, y := range items {
			gold, got := x.Release == y.Release, m.items[ids[a]].Story == m.items[ids[b]].Story
			if gold {
				same++
			}
			if got {
				together++
			}
			if gold && got {
				both++
			}
			if got && !gold && a < b {
				t.Logf("joined, not one release: %s %s %q, %s %s %q", x.ID, x.Kind, x.Title, y.ID, y.Kind, y.Title)
				if x.Case != "plain" {
					j.templates++
				}
			}
			if a < b && gold && !got {
				t.Logf("one release, not joined: %s %s %q, %s %s %q", x.ID, x.Kind, x.Title, y.ID, y.Kind, y.Title)
			}
		}
		j.wanted, j.joined, j.right = j.wanted+same-1, j.joined+together-1, j.right+both-1
		j.precision += both / together / float64(len(items))
		j.recall += both / same / float64(len(items))
	}
	j.links, j.rightLinks, j.pairs, j.linked = judgeLinks(t, items, m, ids)
	return j
}

func judgeLinks(t *testing.T, items []storytest.Item, m *memory, ids []news.ItemID) (links, right float64, pairs, linked int) {
	of := make(map[news.ItemID]storytest.Item)
	langs, found := make(map[string]map[string]bool), make(map[string]bool)
	for n, i := range items {
		of[ids[n]] = i
		if langs[i.Work] == nil {
			langs[i.Work] = make(map[string]bool)
		}
		langs[i.Work][i.Lang] = true
	}
	for one, list := range m.links {
		for _, r := range list {
			x, y := of[one], of[r.Of]
			switch {
			case x.ID > y.ID, x.Again == y.Work, y.Again == x.Work:
				continue
			case x.Work == y.Work:
				right++
				found[x.Work] = true
			default:
				t.Logf("no versions of one release: %s %q, %s %q: %s", x.ID, x.Title, y.ID, y.Title, r.Evidence)
			}
			links++
		}
	}
	for work, l := range langs {
		if len(l) > 1 {
			pairs++
			if found[work] {
				linked++
			}
		}
	}
	return links, right, pairs, linked
}

func testLabelled(t *testing.T, part string) {
	items := storytest.Items(t, ".", part)
	for name, make := range map[string]func(string) news.Source{"texts in listings": row, "texts on pages": page} {
		t.Run(name, func(t *testing.T) {
			m, ids := recorded(t, items, make)
			got := judge(t, items, m, ids)
			t.Log(got)
			if got.pairwise() < 0.98 || got.bcubed() < 0.98 || got.templates > 0 {
				t.Errorf("stories: %s", got)
			}
			if got.rightLinks < 0.98*got.links || got.links == 0 {
				t.Errorf("siblings: %s", got)
			}
			consistent(t, m)
		})
	}
}

// Which items are one release, and which releases are versions of one in two
// languages, as the whole curator decides it.
func TestLabelledStories(t *testing.T) {
	for _, part := range storytest.Parts {
		t.Run(part, func(t *testing.T) { testLabelled(t, part) })
	}
}
