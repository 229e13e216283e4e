package curator

import (
	"slices"
	"time"

	"chinanews/news"
)

// A removal is claimed after so many looks in a row that speak for it, the last
// so long after the first.
const (
	leastLooks = 3
	leastSpan  = 24 * time.Hour
)

// present notes that a page is where it was, and plans the next look at it.
func (h *hearing) present(i *news.Item) {
	before := i.Presence
	switch {
	case before == news.Removed:
		h.testify(i, news.Present)
		h.back(i)
	case before == news.Missing:
		h.testify(i, news.Present)
		i.Missed = time.Time{}
	case before == news.Unlisted, !h.batch.Beside.IsZero():
		h.testify(i, before)
	}
	h.planLook(i)
}

// gone hears a look that speaks for a removal. The first of a row claims
// nothing: it plans others, of this page and of some beside it.
func (h *hearing) gone(i *news.Item) {
	if !h.source.observed(i) {
		return
	}
	state := i.Presence
	if state != news.Removed && state != news.Missing {
		state, i.Missed, i.Looks, i.Evidence = news.Missing, h.at, 0, nil
	}
	i.Looks++
	ripe := i.Looks >= leastLooks && h.at.Sub(i.Missed) >= h.span(leastSpan)
	if state == news.Missing && (i.Looks == 1 || ripe) {
		others := h.beside(i)
		if ripe && h.well(i) && others.vouch() {
			state = news.Removed
		} else {
			h.callWitnesses(i, others)
		}
	}
	claimed := state == news.Removed && i.Presence != state
	h.testify(i, state)
	if claimed {
		h.removed(i)
	}
	h.planLook(i)
}

// unclear hears a look that says something of the site and nothing of the
// item: it neither counts nor ends a row, but is kept as evidence.
func (h *hearing) unclear(i *news.Item) {
	if i.Presence == news.Missing || i.Presence == news.Removed {
		h.testify(i, i.Presence)
	}
	h.planLook(i)
}

// testify rules on an item's presence by this look, and keeps it as evidence.
func (h *hearing) testify(i *news.Item, state news.Presence) {
	if state == news.Present || state == news.Unlisted {
		i.Looks = 0
	}
	i.Presence = state
	i.Evidence = append(slices.Clip(i.Evidence), news.Look{Pos: h.Next(), At: h.at, Saw: h.saw()})
	h.out.Ruling.Removal = append(h.out.Ruling.Removal, news.Removal{Item: i.ID, State: state, Saw: h.saw(), Looks: i.Looks})
}

// well reports whether the source is otherwise well: since the item was missed
// its listing was read, as full as usual, and no listing of its host is ill.
func (h *hearing) well(i *news.Item) bool {
	if !h.Held(h, news.Task{Source: i.Source, URL: i.Shown.URL}).IsZero() {
		return false
	}
	return slices.ContainsFunc(h.source.URLs, func(u string) bool {
		s, ok := h.Poll(i.Source, u)
		return ok && s.Condition.Well() && s.Condition != news.Thin && s.LastGood.After(i.Missed)
	})
}

// removed tells of a removal that is confirmed, and takes the item out of the
// feeds that want that.
func (h *hearing) removed(i *news.Item) {
	h.tell(i)
	s, ok := h.story(i.Story)
	if !ok {
		return
	}
	h.renew(i, func(news.Membership) time.Time { return h.at })
	for _, f := range h.feeds {
		if f.OnRemoval != news.RemovalDrop || !slices.Contains(s.Feeds, f.Name) {
			continue
		}
		if leads, _ := h.passing(f, s); len(leads) == 0 {
			h.leave(f.Name, s, news.LeftRemoved)
		}
	}
}

// back tells that a page is back that was called removed, and lets the item
// into the feeds again that it was taken out of: as news only while it is
// fresh.
func (h *hearing) back(i *news.Item) {
	s, ok := h.story(i.Story)
	if !ok {
		return
	}
	h.renew(i, func(news.Membership) time.Time { return h.at })
	for _, f := range h.feeds {
		v := h.standing(f, s)
		if f.OnRemoval == news.RemovalDrop && v.In && !slices.Contains(s.Feeds, f.Name) {
			if !v.kept {
				v.As = f.fresh(v.Lead, h.at)
			}
			h.enter(f, s, v)
		}
	}
	if i.Notices > 0 {
		h.tell(i)
	}
	i.Missed = time.Time{}
}

// tell adds an entry to the removals feed: what was at which address, and what
// the looks since then found.
func (h *hearing) tell(i *news.Item) {
	seen := h.lastSeen(i)
	if !seen.Before(i.Missed) {
		r, _ := i.Last(false)
		seen = r.At
	}
	h.notice(i, news.Notice{Of: news.FeedRemovals, Nth: i.Notices + 1, State: i.Presence, Words: news.Telling{
		Title: i.Shown.Title, URL: i.Shown.URL, Lang: i.Shown.Lang, Seen: seen, Since: i.Missed, Looks: i.Evidence}})
}
