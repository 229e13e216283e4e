package curator

import (
	"time"

	"chinanews/news"
)

// Decide decides what follows from a moment that has come: an item whose text
// did not come in time is published without it, and an edit that had to wait
// moves `updated`. The task itself is the caller's to end.
func (c *Curator) Decide(l Ledger, t news.Task) news.Decision {
	h := c.hear(l, news.Batch{Source: t.Source})
	i, ok := h.item(t.Item)
	switch {
	case !ok:
	case h.unstub(i):
	case i.State == news.Listed:
		h.giveUp(i)
	default:
		h.overdue(i)
	}
	return h.decision()
}

// overdue moves `updated` where the source's last edit is newer than it.
func (h *hearing) overdue(i *news.Item) {
	s, ok := h.story(i.Story)
	if !ok {
		return
	}
	for _, name := range s.Feeds {
		if m, ok := h.membership(name, s); ok && m.Lead == i.ID && changed(i).After(m.Updated) {
			h.out.Ruling.Updated = append(h.out.Ruling.Updated, news.Update{Feed: name, Story: m.Story})
		}
	}
}

// changed is when something last became of an item that moves `updated`: an
// edit, or a removal or return that was told.
func changed(i *news.Item) time.Time {
	at := i.Edited()
	if n := len(i.Evidence); i.Notices > 0 && n > 0 && i.Evidence[n-1].At.After(at) {
		return i.Evidence[n-1].At
	}
	return at
}

// Pending are the tasks that an item should have, for a record whose tasks
// were lost: its text while it is wanted, else the next look at its page.
func (c *Curator) Pending(l Ledger, i news.Item) []news.Task {
	src, ok := c.sources[i.Source]
	if !ok || !src.paged(&i) || i.Shown.URL == "" {
		return nil
	}
	h := c.hear(l, news.Batch{Source: i.Source})
	switch {
	case h.erased(&i):
	case i.State == news.Read:
		h.planLook(&i)
	case h.at.Sub(i.FirstSeen) <= maxTried:
		h.askForText(&i)
	}
	return h.out.Tasks
}
