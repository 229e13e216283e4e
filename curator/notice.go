package curator

import "chinanews/news"

// notice adds an entry to a feed that the program makes by itself, when a feed
// carries the item's text: nobody is told of what they could not read.
func (h *hearing) notice(i *news.Item, n news.Notice) {
	s, ok := h.story(i.Story)
	if !ok {
		return
	}
	for _, name := range s.Feeds {
		if m, ok := h.membership(name, s); ok && m.Lead == i.ID {
			n.Feeds = append(n.Feeds, name)
		}
	}
	if len(n.Feeds) == 0 {
		return
	}
	state := h.feedState(n.Of)
	state.News++
	h.seqs[n.Of] = state
	n.Seq, n.Item, n.Story = state.News, i.ID, s.ID
	h.out.Ruling.Notices = append(h.out.Ruling.Notices, n)
}
