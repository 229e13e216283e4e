package curator

import "chinanews/news"

// withdraw takes a story out of its feeds, under the ids that it entered with.
func (h *hearing) withdraw(s *news.Story) {
	for _, name := range s.Feeds {
		h.leave(name, s, news.LeftWithdrawn)
	}
	h.plan(s)
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
	for _, f := range h.feeds {
		for _, id := range named(s) {
			if m, ok := h.Membership(f.Name, id); ok && m.Left == news.LeftWithdrawn {
				h.out.Ruling.Leave = append(h.out.Ruling.Leave, news.Leaving{Feed: f.Name, Story: m.Story, Why: news.LeftForGood})
				m.Left = news.LeftForGood
				h.seat(m)
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
