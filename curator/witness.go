package curator

import (
	"cmp"
	"slices"
	"time"

	"chinanews/news"
)

// How many items beside a missing one are considered: of its source, whose
// newest may all be newer than it is, and of each other source at its host.
const (
	mostBeside     = 2000
	mostNeighbours = 20
)

// few is how many items may be missed at a host at one time and still be
// removals of their own. Of more, at least so many times as many others must
// have been seen: a site that loses its pages is moved, mended or blocked.
const (
	few    = 3
	enough = 4
)

// firstWitnesses and mostWitnesses bound how many pages are looked at because
// another was missed.
const (
	firstWitnesses = 4
	mostWitnesses  = 12
)

// atOnce is how far apart two items may be missed and still be missed together.
const atOnce = 48 * time.Hour

// beside is what is known of the items beside a missing one.
type beside struct {
	lost   int          // missed at about the same time, or moved, with that one
	seen   int          // of its source: found since then, and known before it was last seen
	others []*news.Item // of its source: known as long, and not looked at since
}

// vouch reports whether others show that the site is well but for a few items:
// at least one was found.
func (b beside) vouch() bool {
	return b.seen > 0 && (b.lost <= few || b.seen >= enough*b.lost)
}

// beside gathers what the items beside a missing one say.
func (h *hearing) beside(i *news.Item) beside {
	b := beside{lost: 1}
	seen := h.lastSeen(i)
	for p := range h.newest(i.Source, mostBeside) {
		switch {
		case p.ID == i.ID:
		case h.lostWith(p, i):
			b.lost++
		case p.FirstSeen.After(seen) || p.State != news.Read || !h.source.observed(p):
		case foundSince(p, i.Missed):
			b.seen++
		case (p.Presence == news.Present || p.Presence == news.Unlisted) && !h.erased(p):
			b.others = append(b.others, p)
		}
	}
	counted := map[news.Origin]bool{i.Source: true}
	for _, l := range h.neighbours[news.Host(i.Shown.URL)] {
		if counted[l.origin] {
			continue
		}
		counted[l.origin] = true
		for p := range h.newest(l.origin, mostNeighbours) {
			if h.lostWith(p, i) {
				b.lost++
			}
		}
	}
	return b
}

// newest yields a source's newest items as decided so far.
func (h *hearing) newest(origin news.Origin, most int) func(func(*news.Item) bool) {
	return func(yield func(*news.Item) bool) {
		n := 0
		for p := range h.Ledger.Items(origin, time.Time{}) {
			one, ok := h.items[p.ID]
			if !ok {
				one = &p
			}
			if n++; n > most || !yield(one) {
				return
			}
		}
	}
}

// lostWith reports whether an item was missed when another was, or was found at
// another address than before.
func (h *hearing) lostWith(p, i *news.Item) bool {
	together := func(t time.Time) bool { return t.Sub(i.Missed).Abs() <= h.span(atOnce) }
	if p.Presence == news.Missing || p.Presence == news.Removed {
		return together(p.Missed)
	}
	return slices.ContainsFunc(p.Revisions, func(r news.Revision) bool {
		return r.Kind == news.TaskLook && r.Class == news.Fill && together(r.At)
	})
}

// foundSince reports whether a look since a moment found an item's page.
func foundSince(p *news.Item, t time.Time) bool {
	return slices.ContainsFunc(p.Evidence, func(l news.Look) bool { return l.Saw == news.SawPage && !l.At.Before(t) })
}

// callWitnesses plans looks at pages beside a missing one, those first seen
// nearest to it: they tell a removal from a site that has lost its pages. When
// it is known that it has, nobody is asked.
func (h *hearing) callWitnesses(i *news.Item, b beside) {
	want := firstWitnesses
	if i.Looks > 1 {
		want = min(max(firstWitnesses, enough*b.lost-b.seen), mostWitnesses)
	} else if b.lost > few {
		return
	}
	slices.SortStableFunc(b.others, func(p, q *news.Item) int {
		return cmp.Compare(p.FirstSeen.Sub(i.FirstSeen).Abs(), q.FirstSeen.Sub(i.FirstSeen).Abs())
	})
	for _, p := range b.others[:min(want, len(b.others))] {
		h.look(p, news.Task{Due: h.at, Beside: i.ID})
	}
}
