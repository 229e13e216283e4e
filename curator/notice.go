package curator

import (
	"slices"

	"chinanews/news"
)

// notice adds an entry to a feed that the program makes by itself, when a feed
// carries the item's text: nobody is told of what they could not read.
func (h *hearing) notice(i *news.Item, n news.Notice) {
	s, ok := h.story(i.Story)
	if _, withdrawn := h.Withdrawn(i.Story); !ok || withdrawn {
		return
	}
	n.Feeds = h.audience(i, s, n.Of == news.FeedRemovals && n.State == news.Present)
	if len(n.Feeds) == 0 {
		return
	}
	state := h.feedState(n.Of)
	state.News++
	h.seqs[n.Of] = state
	n.Seq, n.Item, n.Story = state.News, i.ID, s.ID
	h.out.Ruling.Notices = append(h.out.Ruling.Notices, n)
}

// audience are the feeds whose readers know an item's text: it leads there; or,
// with past, it did until its story was merged or was no longer at its address.
func (h *hearing) audience(i *news.Item, s *news.Story, past bool) (names []news.FeedName) {
	knows := func(m news.Membership) bool {
		return m.Lead == i.ID && (m.Left == "" || past && (m.Left == news.LeftMerged || m.Left == news.LeftRemoved))
	}
	for _, f := range h.feeds {
		for _, id := range append([]news.ItemID{news.ItemID(s.ID)}, s.Items...) {
			m, ok := h.Membership(f.Name, news.StoryID(id))
			if ok && knows(m) && !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	return names
}
