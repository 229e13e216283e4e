package curator

import (
	"cmp"
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
	fewFeatures  = 4 // a text with fewer is worth comparing when it shares one; others share two at least
)

// kin is what a hearing knows of texts: each is read and prepared once.
type kin struct {
	texts    map[news.ItemID]*prepared // nil: there is none
	recent   []news.ItemID             // their texts came in this hearing: the ledger does not find them yet
	features map[uint64][]int          // of recent, by their numbers
	links    map[news.ItemID][]news.SiblingRuling
}

func newKin() kin {
	return kin{make(map[news.ItemID]*prepared), nil, make(map[uint64][]int), make(map[news.ItemID][]news.SiblingRuling)}
}

// full is what an item shows, with its texts; false when it has none, or not
// all any more.
func (h *hearing) full(i *news.Item) (news.Entry, bool) {
	e := i.Shown
	e.Summary, e.HTML = h.summaryAndText(i)
	return e, i.State == news.Read && !e.Lost() && (e.HTML != "" || e.Summary != "")
}

// text is an item's text, to be compared with others of its language; nil
// without one.
func (h *hearing) text(i *news.Item) *likeness.Text {
	if p := h.prepared(i); p != nil {
		return p.text()
	}
	return nil
}

// version is an item's text, to be compared with those of other languages; nil
// without one.
func (h *hearing) version(i *news.Item) *sibling.Text {
	if p := h.prepared(i); p != nil {
		outlined.keep(i.Shown, p.version())
		return p.version()
	}
	return nil
}

// impossible reports that an item's text is known not to be a version of another
// without being read. That it is there still is the index's word: what it shares
// has one. What this hearing has heard of it is read.
func (h *hearing) impossible(i *news.Item, t *sibling.Text) bool {
	_, known := h.kin.texts[i.ID]
	_, said := h.texts[i.ID]
	if known || said || i.State != news.Read {
		return false
	}
	o := outlined.of(i.Shown)
	return o != "" && !sibling.Possible(t, o, i.Shown.Date)
}

// prepared is an item's text as it is compared, read once in a hearing; nil
// without one.
func (h *hearing) prepared(i *news.Item) *prepared {
	p, known := h.kin.texts[i.ID]
	if known {
		return p
	}
	if e, ok := h.full(i); ok {
		p = shelved.take(e)
	}
	h.kin.texts[i.ID] = p
	return p
}

// file lets what follows in this hearing find an item by its text.
func (h *hearing) file(i *news.Item) {
	p := h.prepared(i)
	if p == nil || slices.Contains(h.kin.recent, i.ID) {
		return
	}
	n := len(h.kin.recent)
	h.kin.recent = append(h.kin.recent, i.ID)
	for _, f := range p.features() {
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
func (h *hearing) sharing(i *news.Item, features []uint64, q search) []news.Shared {
	found := h.Sharing(features, dated(i), q.within, q.most)
	counts := make([]int, len(h.kin.recent))
	for _, f := range features {
		for _, n := range h.kin.features[f] {
			counts[n]++
		}
	}
	for n, id := range h.kin.recent {
		if counts[n] < q.least || dated(h.items[id]).Sub(dated(i)).Abs() > q.within {
			continue
		}
		if !slices.ContainsFunc(found, func(s news.Shared) bool { return s.Item == id }) {
			found = append(found, news.Shared{Item: id, Lang: h.items[id].Shown.Lang, N: counts[n], Even: len(h.prepared(h.items[id]).like())})
		}
	}
	found = slices.DeleteFunc(found, func(s news.Shared) bool { return s.Item == i.ID || s.N < q.least })
	slices.SortStableFunc(found, func(a, b news.Shared) int { return cmp.Compare(b.N, a.N) })
	return found[:min(len(found), q.most)]
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
	for _, found := range h.sharing(i, h.prepared(i).like(), search{storySpan, mostShared, 1}) {
		if compared == mostLike {
			break
		}
		if found.Lang != i.Shown.Lang || !promising(text, found) {
			continue
		}
		other, ok := h.item(found.Item)
		if !ok {
			continue
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

// promising reports whether an item shares so much with a text that it may be
// the same release.
func promising(text *likeness.Text, s news.Shared) bool {
	return s.N > 1 || min(s.Even, len(text.Features())) < fewFeatures
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
