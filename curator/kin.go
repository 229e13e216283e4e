package curator

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"chinanews/curator/likeness"
	"chinanews/curator/sibling"
	"chinanews/news"
)

// storySpan is how far from a story's first item another may be dated.
const storySpan = 14 * 24 * time.Hour

// Bounds of the search for what is kin to an item, so that its cost does not
// grow with the record.
const (
	mostShared   = 16 // items that share features, those first that share most
	mostLike     = 8  // of them are compared
	mostPerStory = 3
)

// kin is what a hearing knows of texts: each is read and prepared once.
type kin struct {
	texts    map[news.ItemID]*likeness.Text // nil: there is none
	versions map[news.ItemID]*sibling.Text
	recent   []news.ItemID    // their texts came in this hearing: the ledger does not find them yet
	features map[uint64][]int // of recent, by their numbers
	links    map[news.ItemID][]news.SiblingRuling
}

func newKin() kin {
	return kin{make(map[news.ItemID]*likeness.Text), make(map[news.ItemID]*sibling.Text), nil,
		make(map[uint64][]int), make(map[news.ItemID][]news.SiblingRuling)}
}

// full is what an item shows, with its texts; false when it has none, or not
// all any more.
func (h *hearing) full(i *news.Item) (news.Entry, bool) {
	e := i.Shown
	e.Summary, e.HTML = h.summaryAndText(i)
	return e, i.State == news.Read && !e.Lost() && (e.HTML != "" || e.Summary != "")
}

// text is an item's text, to be compared with others of its language.
func (h *hearing) text(i *news.Item) *likeness.Text {
	return prepared(h, h.kin.texts, i, likeness.Of)
}

// version is an item's text, to be compared with those of other languages.
func (h *hearing) version(i *news.Item) *sibling.Text {
	return prepared(h, h.kin.versions, i, sibling.Of)
}

// prepared is an item's text as it is compared, made once in a hearing; nil
// without one.
func prepared[T any](h *hearing, made map[news.ItemID]*T, i *news.Item, of func(news.Entry) *T) *T {
	t, known := made[i.ID]
	if known {
		return t
	}
	if e, ok := h.full(i); ok {
		t = of(e)
	}
	made[i.ID] = t
	return t
}

// file lets what follows in this hearing find an item by its text.
func (h *hearing) file(i *news.Item) {
	if h.text(i) == nil || slices.Contains(h.kin.recent, i.ID) {
		return
	}
	n := len(h.kin.recent)
	h.kin.recent = append(h.kin.recent, i.ID)
	for _, f := range slices.Concat(h.text(i).Features(), h.version(i).Features()) {
		h.kin.features[f] = append(h.kin.features[f], n)
	}
}

// search says which items that share features are looked for.
type search struct {
	within time.Duration // of the item's date
	most   int
	least  int // features
}

// sharing are the other items that share features with an item, those first
// that share most, then the older.
func (h *hearing) sharing(i *news.Item, features []uint64, q search) iter.Seq[*news.Item] {
	found := h.Sharing(features, dated(i), q.within, q.most)
	counts := make([]int, len(h.kin.recent))
	for _, f := range features {
		for _, n := range h.kin.features[f] {
			counts[n]++
		}
	}
	for n, id := range h.kin.recent {
		known := slices.ContainsFunc(found, func(s news.Shared) bool { return s.Item == id })
		if !known && dated(h.items[id]).Sub(dated(i)).Abs() <= q.within {
			found = append(found, news.Shared{Item: id, N: counts[n]})
		}
	}
	found = slices.DeleteFunc(found, func(s news.Shared) bool { return s.Item == i.ID || s.N < q.least })
	slices.SortStableFunc(found, func(a, b news.Shared) int { return cmp.Compare(b.N, a.N) })
	return func(yield func(*news.Item) bool) {
		for _, s := range found[:min(len(found), q.most)] {
			if other, ok := h.item(s.Item); ok && !yield(other) {
				return
			}
		}
	}
}

// nearest finds the story that an item's text belongs to: of several the one
// with the strongest evidence, then the oldest.
func (h *hearing) nearest(i *news.Item) (best *news.Story, evidence string, ok bool) {
	text := h.text(i)
	if text == nil {
		return nil, "", false
	}
	var strongest likeness.Evidence
	compared, tried := 0, make(map[news.StoryID]int)
	for other := range h.sharing(i, text.Features(), search{storySpan, mostShared, 1}) {
		if compared == mostLike {
			break
		}
		s, ok := h.story(other.Story)
		if !ok || tried[s.ID] == mostPerStory || !h.open(s, i, other) || h.text(other) == nil {
			continue
		}
		compared++
		tried[s.ID]++
		e, same := likeness.Same(h.text(other), text)
		if same && (best == nil || strongest.Weaker(e) || !e.Weaker(strongest) && h.older(s, best)) {
			best, strongest = s, e
		}
	}
	if best == nil {
		return nil, "", false
	}
	return best, strongest.String(), true
}

// open reports whether a story may take an item that is like one of it.
func (h *hearing) open(s *news.Story, i, like *news.Item) bool {
	if s.ID == i.Story || like.Shown.Lang != i.Shown.Lang || h.apart(s, i) || h.repeated(s, i) {
		return false
	}
	first := i
	if own, ok := h.story(i.Story); ok {
		first = h.firstOf(own)
	}
	return dated(first).Sub(dated(h.firstOf(s))).Abs() < storySpan
}

// apart reports whether an editor split an item's own story from another.
func (h *hearing) apart(s *news.Story, i *news.Item) bool {
	own, ok := h.story(i.Story)
	return ok && h.parted(own, s)
}

// parted reports whether an editor split items of one story from items of
// another.
func (h *hearing) parted(a, b *news.Story) bool {
	return slices.ContainsFunc(a.Items, func(id news.ItemID) bool {
		return slices.ContainsFunc(h.Apart(id), func(other news.ItemID) bool { return slices.Contains(b.Items, other) })
	})
}
