package curator

import (
	"maps"
	"slices"
	"time"

	"chinanews/curator/sibling"
	"chinanews/news"
)

// siblingSpan is how far apart versions of one release are dated at most: three
// days, and one more for dates that are days.
const siblingSpan = 4 * 24 * time.Hour

// Bounds of the search for versions: carriers in an item's own language share
// most with it, and are passed over.
const (
	mostVersions  = 48 // items that share features
	leastVersions = 2  // features that are shared
)

// pair links an item whose text is known with the versions of its release in
// other languages: of each language one story at most, the first that was
// found.
func (h *hearing) pair(i *news.Item) {
	s, ok := h.story(i.Story)
	text := h.version(i)
	if !ok || text == nil {
		return
	}
	has := make(map[string]bool) // the languages that the story has a version in
	for _, v := range h.siblings(s) {
		has[h.language(v)] = true
	}
	found := make(map[string][]*news.Item) // by language
	looked := make(map[string]int)         // by language: compared or ruled out
	for _, s := range h.sharing(i, h.prepared(i).versions(), search{siblingSpan, mostVersions, leastVersions}) {
		if s.Lang == i.Shown.Lang || has[s.Lang] || looked[s.Lang] == mostLike {
			continue
		}
		other, ok := h.item(s.Item)
		switch {
		case !ok:
		case h.impossible(other, text):
			looked[s.Lang]++
		case h.version(other) != nil:
			looked[s.Lang]++
			found[s.Lang] = append(found[s.Lang], other)
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(found)) {
		h.choose(s, i, found[lang])
	}
}

// choose links an item with the one of several in another language that is a
// version of its release, if that has no version in the item's own yet.
func (h *hearing) choose(s *news.Story, i *news.Item, among []*news.Item) {
	var texts []*sibling.Text
	for _, other := range among {
		texts = append(texts, h.version(other))
	}
	n, evidence, ok := sibling.Best(h.version(i), texts)
	if !ok {
		return
	}
	t, ok := h.story(among[n].Story)
	taken := func(v *news.Story) bool { return h.language(v) == h.language(s) }
	if ok && h.language(t) != h.language(s) && !slices.ContainsFunc(h.siblings(t), taken) {
		h.link(news.SiblingRuling{Item: i.ID, Of: among[n].ID, Evidence: evidence.String()})
	}
}

func (h *hearing) link(r news.SiblingRuling) {
	h.out.Ruling.Siblings = append(h.out.Ruling.Siblings, r)
	r.At = h.at
	h.kin.links[r.Item] = append(h.kin.links[r.Item], r)
	r.Item, r.Of = r.Of, r.Item
	h.kin.links[r.Item] = append(h.kin.links[r.Item], r)
}

// siblings are the versions of a story in other languages, by language: one of
// each. Where stories that had versions became one, the first that was found
// counts.
func (h *hearing) siblings(s *news.Story) []*news.Story {
	first := make(map[string]version)
	for _, v := range h.linked(s) {
		lang := h.language(v.story)
		known, ok := first[lang]
		if !ok || v.at.Before(known.at) || v.at.Equal(known.at) && h.older(v.story, known.story) {
			first[lang] = v
		}
	}
	var list []*news.Story
	for _, lang := range slices.Sorted(maps.Keys(first)) {
		list = append(list, first[lang].story)
	}
	return list
}

// version is a story in another language, and when it was found.
type version struct {
	story *news.Story
	at    time.Time
}

// linked are all stories that are versions of one, also those beside the first
// of a language, each as often as it was linked.
func (h *hearing) linked(s *news.Story) (list []version) {
	for _, id := range s.Items {
		for _, r := range slices.Concat(h.Siblings(id), h.kin.links[id]) {
			if t, ok := h.storyOf(r.Of); ok && t.ID != s.ID && h.language(t) != h.language(s) {
				list = append(list, version{t, r.At})
			}
		}
	}
	return list
}

// touchVersions has the versions of a story looked at, which may be versions of
// another one from now on, or of none.
func (h *hearing) touchVersions(s *news.Story) {
	for _, v := range h.linked(s) {
		h.touch(v.story.ID)
	}
}

func (h *hearing) storyOf(id news.ItemID) (*news.Story, bool) {
	i, ok := h.item(id)
	if !ok {
		return nil, false
	}
	return h.story(i.Story)
}

// language is that of a story's first item.
func (h *hearing) language(s *news.Story) string { return h.firstOf(s).Shown.Lang }
