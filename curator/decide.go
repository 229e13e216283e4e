package curator

import (
	"time"

	"chinanews/news"
)

// Decide decides what follows from a moment that has come: an item whose text
// did not come in time is published without it, an edit that had to wait moves
// `updated`, what was under embargo enters, a pin or a stub ends, a digest
// closes. The task itself is the caller's to end.
func (c *Curator) Decide(l Ledger, t news.Task) news.Decision {
	h := c.hear(l, news.Batch{Source: t.Source})
	if t.Feed != "" {
		h.digest(t.Feed)
		return h.decision()
	}
	i, ok := h.item(t.Item)
	if !ok {
		return h.decision()
	}
	switch {
	case h.unstub(i):
	case i.State == news.Listed && t.Story.IsZero():
		h.giveUp(i)
	default:
		h.overdue(i)
	}
	if s, ok := h.story(i.Story); ok {
		h.touch(s.ID)
		h.plan(s)
	}
	return h.decision()
}

// wake has an item decided on at a moment: without its text, or when a change
// of it may move `updated`. Of several the first counts: what is decided then
// plans what comes after.
func (h *hearing) wake(i *news.Item, due time.Time) {
	h.later(news.Task{Kind: news.TaskDecide, Source: i.Source, Item: i.ID, Due: due})
}

// plan has a story decided on at the first of the moments still to come that
// its editors named, or when its stubs end.
func (h *hearing) plan(s *news.Story) {
	i, ok := h.item(news.ItemID(s.ID))
	if next := h.ahead(s); ok && !next.IsZero() {
		h.later(news.Task{Kind: news.TaskDecide, Source: i.Source, Item: i.ID, Story: s.ID, Due: next})
	}
}

func (h *hearing) later(t news.Task) {
	for n, other := range h.out.Tasks {
		if other.Name() == t.Name() {
			h.out.Tasks[n].Due = earlier(other.Due, t.Due)
			return
		}
	}
	h.out.Tasks = append(h.out.Tasks, t)
}

// ahead is the first moment still to come at which something follows from
// what editors decided of a story; zero: there is none.
func (h *hearing) ahead(s *news.Story) (next time.Time) {
	count := func(t time.Time) {
		if t.After(h.at) {
			next = earlier(next, t)
		}
	}
	w, withdrawn := h.Withdrawn(s.ID)
	for _, f := range h.feeds {
		if withdrawn {
			if _, stub := h.placeOf(f.Name, s, func(left string) bool { return left == news.LeftWithdrawn }); stub {
				end := w.At.Add(news.StubFor)
				if end.Before(h.at) { // it was merged into what was withdrawn long ago
					end = h.at
				}
				next = earlier(next, end)
			}
			continue
		}
		l := h.Layer(*s, f.Name)
		count(l.Embargo())
		count(l.Pinned())
	}
	if !withdrawn {
		count(h.Layer(*s, "").Embargo())
	}
	return next
}

// Planning counts the ways in which Pending plans. Whoever has it plan more, and be
// it by other usual looks, gives it another number: records are then looked through
// once more for what is missing.
const Planning = 1

// Pending are the tasks that an item should have, for a record whose tasks
// were lost: its text while it is wanted, else the next look at its page; and
// the moments at which something is to be decided of it or its story.
func (c *Curator) Pending(l Ledger, i news.Item) []news.Task {
	h := c.hear(l, news.Batch{Source: i.Source})
	h.items[i.ID] = &i
	h.pendingMoments(&i)
	src, ok := c.sources[i.Source]
	switch {
	case !ok || !src.paged(&i) || i.Shown.URL == "" || h.erased(&i):
	case i.State == news.Read:
		h.planLook(&i)
	case h.at.Sub(i.FirstSeen) > maxTried:
	case i.State == news.Listed:
		h.askForText(&i)
	default: // it was published without
		h.askForPage(&i, 0, h.at)
	}
	return h.out.Tasks
}

// pendingMoments plans the moments of an item, and of the story that it began.
func (h *hearing) pendingMoments(i *news.Item) {
	if s, ok := h.story(i.Story); ok && s.ID == news.StoryID(i.ID) {
		h.plan(s)
	}
	for _, m := range h.ledBy(i) {
		at := changed(i, m.Rev)
		if at.Before(m.Entered) || !at.After(m.Updated) {
			continue
		}
		due := movable(m)
		if due.Before(h.at) {
			due = h.at
		}
		h.wake(i, due)
	}
}
