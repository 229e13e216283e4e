package curator

import (
	"slices"
	"time"

	"chinanews/news"
)

// farApart is how far two equal texts of two sources may be dated from each
// other and still be one release.
const farApart = 3 * 24 * time.Hour

// join puts a new item into the story of its twin, else into one of its own.
func (h *hearing) join(i *news.Item) {
	if twin, evidence, ok := h.twinOf(i); ok {
		if s, ok := h.story(twin.Story); ok {
			h.put(i, s, evidence)
			return
		}
	}
	s := &news.Story{ID: news.StoryID(i.ID), Address: h.address(news.StoryID(i.ID))}
	h.stories[s.ID] = s
	h.put(i, s, "")
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

// announce lets later entries of this batch find the item as their twin.
func (h *hearing) announce(i *news.Item) {
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
	bulletin := h.sources[a.Source].Versions == news.VersionsItems || h.sources[b.Source].Versions == news.VersionsItems
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

// merge finds out, when an item's text has come, whether it is a release that
// is known already. The younger story becomes an alias of the older.
func (h *hearing) merge(i *news.Item) {
	twin, evidence, ok := h.twinOf(i)
	if !ok {
		return
	}
	a, okA := h.story(i.Story)
	b, okB := h.story(twin.Story)
	if !okA || !okB || a.ID == b.ID {
		return
	}
	older, younger := h.byAge(a, b)
	if _, withdrawn := h.Withdrawn(younger.ID); withdrawn {
		return // what was withdrawn stays apart from what was not
	}
	h.out.Ruling.Stories = append(h.out.Ruling.Stories, news.StoryRuling{Item: i.ID, Story: older.ID, Evidence: evidence})
	h.out.Ruling.Alias = append(h.out.Ruling.Alias, news.AliasRuling{From: younger.ID, To: older.ID})
	for _, name := range younger.Feeds {
		if slices.Contains(older.Feeds, name) {
			h.out.Ruling.Leave = append(h.out.Ruling.Leave, news.Leaving{Feed: name, Story: younger.ID, Why: news.LeftMerged})
			continue
		}
		older.Feeds = append(older.Feeds, name)
	}
	h.absorb(older, younger)
	if _, withdrawn := h.Withdrawn(older.ID); withdrawn {
		h.withdraw(older)
	}
}

// absorb moves a story's items over; it stays behind as an alias.
func (h *hearing) absorb(older, younger *news.Story) {
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
	h.touch(older.ID)
}

// byAge orders two stories by when their first item was seen.
func (h *hearing) byAge(a, b *news.Story) (older, younger *news.Story) {
	ia, _ := h.item(a.Items[0])
	ib, _ := h.item(b.Items[0])
	if ib.Pos < ia.Pos || ib.Pos == ia.Pos && b.ID.String() < a.ID.String() {
		return b, a
	}
	return a, b
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
