package curator

import (
	"slices"

	"chinanews/news"
)

// Membership is a story's place in a feed under just that id, as decided so
// far.
func (h *hearing) Membership(name news.FeedName, id news.StoryID) (news.Membership, bool) {
	if m, ok := h.places[placeKey{name, id}]; ok {
		return m, true
	}
	return h.Ledger.Membership(name, id)
}

type placeKey struct {
	feed  news.FeedName
	story news.StoryID
}

// seat notes a place in a feed, for what follows in this hearing.
func (h *hearing) seat(m news.Membership) {
	h.places[placeKey{m.Feed, m.Story}] = m
}

// membership is a story's place in a feed, under its own id or that of a story
// that was merged into it.
func (h *hearing) membership(name news.FeedName, s *news.Story) (news.Membership, bool) {
	return h.placeOf(name, s, func(left string) bool { return left == "" })
}

// last is the place that a story has in a feed or would have again, under the
// id that readers know it by: the one that it gave up when it was merged, if it
// has no other. A stub is none.
func (h *hearing) last(name news.FeedName, s *news.Story) (news.Membership, bool) {
	if m, ok := h.membership(name, s); ok {
		return m, true
	}
	if m, ok := h.placeOf(name, s, func(left string) bool { return byAct(left) || left == news.LeftRule || left == news.LeftRemoved }); ok {
		return m, true
	}
	return h.placeOf(name, s, func(left string) bool { return left == news.LeftMerged })
}

func (h *hearing) placeOf(name news.FeedName, s *news.Story, holds func(left string) bool) (news.Membership, bool) {
	for _, id := range named(s) {
		if m, ok := h.Membership(name, id); ok && holds(m.Left) {
			return m, true
		}
	}
	return news.Membership{}, false
}

// named are the ids that a story has, its own first.
func named(s *news.Story) []news.StoryID {
	ids := []news.StoryID{s.ID}
	for _, i := range s.Items {
		if id := news.StoryID(i); id != s.ID {
			ids = append(ids, id)
		}
	}
	return ids
}

// byAct reports whether what left a feed for that reason has its place again
// when the act is over.
func byAct(left string) bool {
	return left == news.LeftHidden || left == news.LeftHeld || left == news.LeftSibling
}

// enter gives a story its place in a feed: number, date, link and lead. One
// that was in before has the same id and date again.
func (h *hearing) enter(f feed, s *news.Story, v verdict) {
	state := h.feedState(f.Name)
	e := news.Entering{Feed: f.Name, Story: s.ID, As: v.As, Published: h.published(f, v.Lead), Link: f.link(v.Lead), Lead: v.Lead.ID, Rev: v.Rev, Before: v.before}
	if v.had {
		e.Story, e.Published = v.place.Story, v.place.Published
	}
	if v.had && v.place.Lead == e.Lead {
		e.Link = v.place.Link
	}
	if v.As == news.AsNews {
		state.News++
		e.Seq = state.News
	} else {
		state.History++
		e.Seq = state.History
	}
	h.seqs[f.Name] = state
	s.Feeds = append(s.Feeds, f.Name)
	h.out.Ruling.Enter = append(h.out.Ruling.Enter, e)
	m := news.Membership{Entering: e, Entered: h.at, Updated: e.Published, Pos: h.Next()}
	if v.had && v.place.Updated.After(m.Updated) {
		m.Updated = v.place.Updated
	}
	h.seat(m)
	h.pin(m, v.Pin)
	if v.had && h.outdated(v) {
		h.update(m)
	}
}

// link is where an entry with an item's text leads.
func (f feed) link(lead *news.Item) string {
	if f.Link == news.LinkOriginal {
		return lead.Shown.URL
	}
	return ""
}

// leave takes a story out of a feed, under the id that it has there.
func (h *hearing) leave(name news.FeedName, s *news.Story, why string) {
	m, ok := h.membership(name, s)
	if !ok {
		return
	}
	h.vacate(m, why)
	if why == news.LeftRule {
		h.lose(name, s)
	}
	s.Feeds = slices.DeleteFunc(slices.Clone(s.Feeds), func(n news.FeedName) bool { return n == name })
}

// vacate says why nothing stands in a place.
func (h *hearing) vacate(m news.Membership, why string) {
	h.out.Ruling.Leave = append(h.out.Ruling.Leave, news.Leaving{Feed: m.Feed, Story: m.Story, Why: why})
	m.Left = why
	h.seat(m)
}

// lose gives up the places that a story would have again when an editor's act
// is over.
func (h *hearing) lose(name news.FeedName, s *news.Story) {
	for _, id := range named(s) {
		if m, ok := h.Membership(name, id); ok && byAct(m.Left) {
			h.vacate(m, news.LeftRule)
		}
	}
}
