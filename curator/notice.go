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
	n.Feeds = h.audience(i, s, n)
	if len(n.Feeds) == 0 || n.Of == news.FeedEdits && !h.anyPublic(n.Feeds) && h.pending(i, n.Rev) {
		return
	}
	state := h.feedState(n.Of)
	state.News++
	h.seqs[n.Of] = state
	n.Seq, n.Item, n.Story = state.News, i.ID, s.ID
	h.out.Ruling.Notices = append(h.out.Ruling.Notices, n)
}

// audience are the feeds whose readers know an item's text: it leads there, and
// of an edit they see it; of a return it did until its story was merged or was
// no longer at its address.
func (h *hearing) audience(i *news.Item, s *news.Story, n news.Notice) (names []news.FeedName) {
	past := n.Of == news.FeedRemovals && n.State == news.Present
	knows := func(m news.Membership) bool {
		return m.Lead == i.ID && shows(m, n) && (m.Left == "" || past && (m.Left == news.LeftMerged || m.Left == news.LeftRemoved))
	}
	for _, f := range h.feeds {
		for _, id := range named(s) {
			m, ok := h.Membership(f.Name, id)
			if ok && knows(m) && !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	return names
}

// shows reports whether an entry shows the reading that a notice is of.
func shows(m news.Membership, n news.Notice) bool {
	return n.Of != news.FeedEdits || m.Rev == 0 || m.Rev >= n.Rev
}

// pending reports whether a feed that anybody may read is to show a reading
// when it is approved: its readers are told then.
func (h *hearing) pending(i *news.Item, rev int) bool {
	return slices.ContainsFunc(h.ledBy(i), func(m news.Membership) bool {
		return m.Rev > 0 && m.Rev < rev && h.anyPublic([]news.FeedName{m.Feed})
	})
}

// anyPublic reports whether anybody may read one of some feeds.
func (h *hearing) anyPublic(names []news.FeedName) bool {
	return slices.ContainsFunc(h.feeds, func(f feed) bool { return f.Public() && slices.Contains(names, f.Name) })
}
