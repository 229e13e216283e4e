package curator

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"chinanews/news"
)

// farApart is how far two equal texts of two sources may be dated from each
// other and still be one release.
const farApart = 3 * 24 * time.Hour

// join puts a new item into the story of the release that it is, else into one
// of its own.
func (h *hearing) join(i *news.Item) {
	s, evidence, known := h.releaseOf(i)
	if !known {
		s = &news.Story{ID: news.StoryID(i.ID), Address: h.address(news.StoryID(i.ID))}
		h.stories[s.ID] = s
	}
	h.put(i, s, evidence)
	h.pair(i)
}

// releaseOf finds the story that an item belongs to and is not in: that of its
// twin, else the one that its text belongs to. That may be nearer than a twin
// of another day.
func (h *hearing) releaseOf(i *news.Item) (s *news.Story, evidence string, ok bool) {
	twin, evidence, ok := h.twinOf(i)
	if ok {
		s, ok = h.story(twin.Story)
		ok = ok && s.ID != i.Story && !h.apart(s, i) && !h.repeated(s, i)
	}
	sameAddress := ok && i.Shown.URL != "" && twin.Shown.Canonical() == i.Shown.Canonical()
	if ok && (sameAddress || !otherDay(twin, i.Shown)) {
		return s, evidence, true
	}
	if near, why, found := h.nearest(i); found {
		return near, why, true
	}
	return s, evidence, ok
}

// repeated reports whether a story has what an item's source said, word for word,
// on another day: that is yesterday's bulletin, whoever carries it.
func (h *hearing) repeated(s *news.Story, i *news.Item) bool {
	key := releaseKey(i)
	return key != "" && slices.ContainsFunc(h.itemsOf(s), func(other *news.Item) bool {
		return other.Source == i.Source && otherDay(other, i.Shown) && releaseKey(other) == key
	})
}

func (h *hearing) put(i *news.Item, s *news.Story, evidence string) {
	r := news.StoryRuling{Item: i.ID, Story: s.ID, Evidence: evidence}
	if len(s.Items) == 0 {
		r.Address = s.Address
	}
	i.Story = s.ID
	s.Items = append(s.Items, i.ID)
	h.out.Ruling.Stories = append(h.out.Ruling.Stories, r)
	h.announce(i)
	h.touch(s.ID)
}

// announce lets later entries of this batch find the item as the same release.
func (h *hearing) announce(i *news.Item) {
	h.file(i)
	if i.Shown.URL != "" {
		h.offer(h.twins, news.ByURL, i.Shown.Canonical(), i.ID)
	}
	if key := releaseKey(i); key != "" {
		h.offer(h.twins, news.ByText, key, i.ID)
	}
}

// releaseKey is the key under which equal title and equal text meet.
func releaseKey(i *news.Item) string {
	if i.Shown.Digest == "" || i.Shown.Title == "" {
		return ""
	}
	return news.TextKey(news.Folded(i.Shown.Title), "", i.Shown.Digest)
}

// twinOf finds an item that is the same release: of another source with the
// same address, or with equal title and text.
func (h *hearing) twinOf(i *news.Item) (twin *news.Item, evidence string, ok bool) {
	if i.Shown.URL != "" {
		if t, ok := h.other(news.ByURL, i.Shown.Canonical(), i); ok && t.Source != i.Source && h.ownAddress(t, i) {
			return t, "same address", true
		}
	}
	if key := releaseKey(i); key != "" {
		if t, ok := h.other(news.ByText, key, i); ok && closeInTime(t, i) {
			return t, "same title and text", true
		}
	}
	return nil, "", false
}

// ownAddress reports whether two items at one address are one release: they
// are, unless it is that of bulletins with different titles.
func (h *hearing) ownAddress(a, b *news.Item) bool {
	bulletin := h.sourceOf(a.Source).Versions == news.VersionsItems || h.sourceOf(b.Source).Versions == news.VersionsItems
	return !bulletin || sameTitle(a, b.Shown)
}

func (h *hearing) other(how news.How, key string, than *news.Item) (*news.Item, bool) {
	id, ok := h.twin(how, key)
	if !ok || id == than.ID {
		return nil, false
	}
	return h.item(id)
}

// closeInTime keeps yesterday's bulletin apart from today's when both say the
// same: one source's must be of one day, two sources' of about the same time.
func closeInTime(a, b *news.Item) bool {
	if !a.Shown.Date.Known() || !b.Shown.Date.Known() {
		return true
	}
	if a.Source == b.Source {
		return a.Shown.Date.Day() == b.Shown.Date.Day()
	}
	return dated(a).Sub(dated(b)).Abs() <= farApart
}

// told hears that an item's text has come: it may be a release that is known,
// and its story may pass a rule now.
func (h *hearing) told(i *news.Item) {
	delete(h.kin.texts, i.ID)
	h.merge(i)
	h.announce(i)
	h.pair(i)
	h.touch(i.Story)
}

// merge finds out, when an item's text has come, whether it is a release that
// is known already.
func (h *hearing) merge(i *news.Item) {
	own, ok := h.story(i.Story)
	if !ok {
		return
	}
	if other, evidence, ok := h.releaseOf(i); ok {
		h.unite(own, other, news.StoryRuling{Item: i.ID, Evidence: evidence})
	}
}

// unite makes one story of two: the younger becomes an alias of the older. Of
// two places in a feed the younger's is given up, under the id that it has
// there. The ruling says which item tells that they are one, and why.
func (h *hearing) unite(a, b *news.Story, r news.StoryRuling) {
	older, younger := h.byAge(a, b)
	if _, withdrawn := h.Withdrawn(younger.ID); withdrawn {
		return // what was withdrawn stays apart from what was not
	}
	r.Story = older.ID
	h.out.Ruling.Stories = append(h.out.Ruling.Stories, r)
	h.out.Ruling.Alias = append(h.out.Ruling.Alias, news.AliasRuling{From: younger.ID, To: older.ID})
	for _, name := range slices.Clone(younger.Feeds) {
		if slices.Contains(older.Feeds, name) {
			h.leave(name, younger, news.LeftMerged)
		} else {
			older.Feeds = append(older.Feeds, name)
		}
	}
	h.absorb(older, younger)
	if _, withdrawn := h.Withdrawn(older.ID); withdrawn {
		h.withdraw(older)
	}
}

// absorb moves a story's items over; it stays behind as an alias.
func (h *hearing) absorb(older, younger *news.Story) {
	h.touchVersions(younger)
	for _, id := range younger.Items {
		if slices.Contains(older.Items, id) {
			continue
		}
		older.Items = append(older.Items, id)
		if i, ok := h.item(id); ok {
			i.Story = older.ID
		}
	}
	younger.Items, younger.Feeds, younger.Alias = nil, nil, older.ID
	h.unqueue(younger)
	h.touch(older.ID)
}

// byAge orders two stories by when their first item was seen.
func (h *hearing) byAge(a, b *news.Story) (older, younger *news.Story) {
	if h.older(b, a) {
		return b, a
	}
	return a, b
}

func (h *hearing) older(a, b *news.Story) bool {
	return cmp.Or(cmp.Compare(h.firstOf(a).Pos, h.firstOf(b).Pos), strings.Compare(a.ID.String(), b.ID.String())) < 0
}

// firstOf is the item that a story began with: its id is the story's.
func (h *hearing) firstOf(s *news.Story) *news.Item {
	if i, ok := h.item(news.ItemID(s.ID)); ok {
		return i
	}
	return &news.Item{ID: news.ItemID(s.ID)}
}

// address is the shortest address of at least the usual length that no other
// story has.
func (h *hearing) address(id news.StoryID) string {
	for n := news.AddressLength; ; n++ {
		a := id.Address(n)
		if _, taken := h.StoryAt(a); !taken && !h.given[a] || n == 25 {
			h.given[a] = true
			return a
		}
	}
}
