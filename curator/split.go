package curator

import (
	"bytes"
	"cmp"
	"slices"

	"chinanews/news"
)

// mergeStories makes one story of two because an editor said so, or, when that
// is taken back, splits off what came by it.
func (h *hearing) mergeStories(e news.Editing) {
	if e.Undoes > 0 {
		h.unmerge(e)
		return
	}
	h.unify(e.Scope.Story, e.Args.Story, "merged by "+e.Who)
}

// unify makes one story of those that two ids lead to.
func (h *hearing) unify(one, other news.StoryID, evidence string) {
	a, okA := h.story(one)
	b, okB := h.story(other)
	if okA && okB && a.ID != b.ID {
		_, younger := h.byAge(a, b)
		h.unite(a, b, news.StoryRuling{Item: news.ItemID(younger.ID), Evidence: evidence})
	}
}

// unmerge splits off what came into a story by an editor's merge and is still
// with it. What joined either of the two since stays where the merge brought
// it.
func (h *hearing) unmerge(e news.Editing) {
	acts := h.Decisions(e.Scope).Acts
	n := slices.IndexFunc(acts, func(a news.Acted) bool { return a.Pos == e.Undoes })
	if n < 0 {
		return
	}
	for _, id := range []news.StoryID{e.Scope.Story, e.Args.Story} {
		s, ok := h.story(id)
		if !ok {
			continue
		}
		came := func(j news.Joining) bool { return j.Pos == h.RulingOf(acts[n].Pos) && h.leadsTo(j.Story, s) }
		var items []news.ItemID
		for _, i := range h.itemsOf(s) {
			if n := slices.IndexFunc(i.Joined, came); n > 0 {
				items = append(items, i.ID)
			}
		}
		h.divide(s, items, "merge taken back by "+e.Who)
	}
}

// leadsTo reports whether an id that a story ever had leads to another.
func (h *hearing) leadsTo(id news.StoryID, s *news.Story) bool {
	t, ok := h.story(id)
	return ok && t.ID == s.ID
}

// splitStory makes two stories of one because an editor said so, or, when that
// is taken back, one of them again. What another split parts stays apart.
func (h *hearing) splitStory(e news.Editing) {
	s, ok := h.story(e.Scope.Story)
	if !ok {
		return
	}
	if e.Undoes == 0 {
		h.divide(s, e.Args.Items, "split by "+e.Who)
		return
	}
	for _, id := range e.Args.Items {
		t, ok := h.storyOf(id)
		if s, known := h.story(e.Scope.Story); ok && known && !h.parted(s, t) {
			h.unify(s.ID, t.ID, "split taken back by "+e.Who)
		}
	}
}

// divide makes a story of its own of some items of another. The part with the
// first item keeps the id; the other part has that of its own first item, and
// each the ids and the places in feeds that its items ever had.
func (h *hearing) divide(s *news.Story, items []news.ItemID, evidence string) {
	gone := func(id news.ItemID) bool { return slices.Contains(items, id) }
	if gone(news.ItemID(s.ID)) {
		gone = func(id news.ItemID) bool { return !slices.Contains(items, id) }
	}
	going := slices.DeleteFunc(slices.Clone(s.Items), func(id news.ItemID) bool { return !gone(id) })
	if _, withdrawn := h.Withdrawn(s.ID); withdrawn || len(going) == 0 || len(going) == len(s.Items) {
		return
	}
	t := h.part(going)
	aliases := h.aliases(s, t)
	h.touchVersions(s)
	h.move(s, t, going, evidence)
	h.point(aliases, s, t)
	h.touch(s.ID)
	h.touch(t.ID)
}

// part is the story that items become which leave another one. Its id is that
// of the first of them: of those of one batch, one that began a story before.
func (h *hearing) part(items []news.ItemID) *news.Story {
	first := slices.MinFunc(items, func(a, b news.ItemID) int {
		return cmp.Or(cmp.Compare(h.seen(a), h.seen(b)), cmp.Compare(h.began(a), h.began(b)), bytes.Compare(a[:], b[:]))
	})
	t := &news.Story{ID: news.StoryID(first)}
	if _, known := h.story(t.ID); !known {
		t.Address = h.address(t.ID)
	}
	return t
}

// seen is the position of the batch that first had an item.
func (h *hearing) seen(id news.ItemID) uint64 {
	i, ok := h.item(id)
	if !ok {
		return 0
	}
	return i.Pos
}

// began is 0 for an item that ever began a story, else 1.
func (h *hearing) began(id news.ItemID) int {
	if _, ok := h.story(news.StoryID(id)); ok {
		return 0
	}
	return 1
}

// aliases are the ids that stories had which are part of one now, without those
// that two parts of it will have.
func (h *hearing) aliases(s, t *news.Story) (ids []news.StoryID) {
	for _, item := range s.Items {
		id := news.StoryID(item)
		if _, known := h.story(id); known && id != s.ID && id != t.ID {
			ids = append(ids, id)
		}
	}
	return ids
}

// move puts items of one story into another. A place in a feed goes with the
// item of whose id it is.
func (h *hearing) move(s, t *news.Story, items []news.ItemID, evidence string) {
	places := slices.Clone(s.Feeds)
	h.stories[t.ID] = t
	for _, id := range items {
		r := news.StoryRuling{Item: id, Story: t.ID, Evidence: evidence}
		if len(t.Items) == 0 {
			r.Address = t.Address
		}
		h.out.Ruling.Stories = append(h.out.Ruling.Stories, r)
		t.Items = append(t.Items, id)
		if i, ok := h.item(id); ok {
			i.Story = t.ID
		}
	}
	s.Items = slices.DeleteFunc(s.Items, func(id news.ItemID) bool { return slices.Contains(items, id) })
	s.Feeds = nil
	for _, name := range places {
		if _, in := h.membership(name, t); in {
			t.Feeds = append(t.Feeds, name)
		} else {
			s.Feeds = append(s.Feeds, name)
		}
	}
}

// point has every id that a story ever had lead to the part in which the item
// of that id is: one that led there by way of another id too.
func (h *hearing) point(aliases []news.StoryID, s, t *news.Story) {
	for _, id := range aliases {
		to := s.ID
		if slices.Contains(t.Items, news.ItemID(id)) {
			to = t.ID
		}
		h.stories[id] = &news.Story{ID: id, Alias: to}
		h.out.Ruling.Alias = append(h.out.Ruling.Alias, news.AliasRuling{From: id, To: to})
	}
}
