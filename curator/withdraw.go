package curator

import (
	"slices"

	"chinanews/news"
)

// withdraw takes a story out of its feeds, under the ids that it entered with.
func (h *hearing) withdraw(s *news.Story) {
	for _, name := range s.Feeds {
		if m, ok := h.membership(name, s); ok {
			h.out.Ruling.Leave = append(h.out.Ruling.Leave, news.Leaving{Feed: name, Story: m.Story, Why: news.LeftWithdrawn})
		}
	}
	if i, ok := h.item(news.ItemID(s.ID)); ok && len(s.Feeds) > 0 {
		h.out.Tasks = append(h.out.Tasks, news.Task{Kind: news.TaskDecide, Source: i.Source, Item: i.ID, Due: h.at.Add(news.StubFor)})
	}
	s.Feeds = nil
}

// unstub ends the stubs of a withdrawn story when their time is over. It
// reports whether the item's story was withdrawn: nothing else is decided of
// it.
func (h *hearing) unstub(i *news.Item) bool {
	s, ok := h.story(i.Story)
	if !ok {
		return false
	}
	w, withdrawn := h.Withdrawn(s.ID)
	if !withdrawn || h.at.Before(w.At.Add(news.StubFor)) {
		return withdrawn
	}
	ids := slices.Clone(s.Items)
	if own := news.ItemID(s.ID); !slices.Contains(ids, own) {
		ids = append(ids, own)
	}
	for _, f := range h.feeds {
		for _, id := range ids {
			m, ok := h.Membership(f.Name, news.StoryID(id))
			if ok && m.Left == news.LeftWithdrawn {
				h.out.Ruling.Leave = append(h.out.Ruling.Leave, news.Leaving{Feed: f.Name, Story: m.Story, Why: news.LeftForGood})
			}
		}
	}
	return true
}

// erased reports whether an item was erased: nobody listens to what is said of
// it, and its page is not looked at again.
func (h *hearing) erased(i *news.Item) bool {
	w, ok := h.Withdrawn(i.Story)
	return ok && w.Erased
}
