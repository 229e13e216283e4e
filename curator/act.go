package curator

import "chinanews/news"

// Edit decides what follows from an editor's act, or from its being taken back,
// which the ledger has already: an act has its effect for as long as it stands,
// so either is a matter of what stands now.
func (c *Curator) Edit(l Ledger, e news.Editing) news.Decision {
	h := c.hear(l, news.Batch{})
	if e.Scope.Source != "" {
		h.settleFlood(e.Scope)
		return h.decision()
	}
	s, ok := h.story(e.Scope.Story)
	if !ok {
		return h.decision()
	}
	switch e.Act {
	case news.ActWithdraw:
		h.withdraw(s)
	case news.ActMerge:
		h.mergeStories(e)
	case news.ActSplit:
		h.splitStory(e)
	case news.ActTag:
		h.retag(s)
	case news.ActRetitle, news.ActSummary, news.ActNote:
		h.rewrite(s, e)
	}
	h.touch(s.ID)
	h.plan(s)
	return h.decision()
}

// retag takes a story out of feeds whose rules do not take it any more with
// the tags that it has now.
func (h *hearing) retag(s *news.Story) {
	h.refolding = true
	defer func() { h.refolding = false }()
	for _, f := range h.feeds {
		switch v := h.standing(f, s); {
		case v.lost:
			h.lose(f.Name, s)
		case !v.In:
			h.leave(f.Name, s, h.leftFor(v))
		}
	}
}

// rewrite moves `updated` where an editor's words are others now: in the feeds
// of the act's scope, but for those where later words stand over it.
func (h *hearing) rewrite(s *news.Story, e news.Editing) {
	for _, name := range s.Feeds {
		if e.Scope.Feed != "" && e.Scope.Feed != name {
			continue
		}
		a, ok := h.Layer(*s, name).Last(e.Act)
		if m, in := h.membership(name, s); in && !(ok && e.Undoes > 0 && a.Pos > e.Undoes) {
			h.update(m)
		}
	}
}
