package curator

import "chinanews/news"

// Edit decides what follows from an editor's act, which the ledger has already.
func (c *Curator) Edit(l Ledger, e news.Editing) news.Decision {
	h := c.hear(l, news.Batch{})
	s, ok := h.story(e.Scope.Story)
	if ok && e.Act == news.ActWithdraw {
		h.withdraw(s)
	}
	return h.decision()
}
