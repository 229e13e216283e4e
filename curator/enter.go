package curator

import (
	"cmp"
	"slices"
	"time"

	"chinanews/news"
)

// updatedPause is how often an entry's `updated` may move.
const updatedPause = time.Hour

// maxAhead is how far in the future a date may lie and still be believed.
const maxAhead = 10 * time.Minute

// enterAll puts a story into every feed that takes it, if any of its items is
// ready.
func (h *hearing) enterAll(s *news.Story) {
	for _, f := range h.feeds {
		state := h.feedState(f.Name)
		if state.Filled == 0 || slices.Contains(s.Feeds, f.Name) {
			continue
		}
		if lead, ok := h.lead(f, s, ready); ok {
			h.enter(f, s, lead, h.as(f, s, state))
		}
	}
}

func ready(i *news.Item) bool { return i.State != news.Listed }

// lead is the best-ranked item of a story that a feed takes, of those that a
// condition holds for. Nothing leads what an editor has withdrawn: it never
// enters a feed again.
func (h *hearing) lead(f feed, s *news.Story, holds func(*news.Item) bool) (*news.Item, bool) {
	if _, withdrawn := h.Withdrawn(s.ID); withdrawn {
		return nil, false
	}
	var passing []*news.Item
	for _, i := range h.itemsOf(s) {
		if holds(i) && h.takes(f, s, i) {
			passing = append(passing, i)
		}
	}
	if len(passing) == 0 {
		return nil, false
	}
	return slices.MinFunc(passing, func(a, b *news.Item) int {
		return cmp.Or(cmp.Compare(h.sources[a.Source].Rank, h.sources[b.Source].Rank), cmp.Compare(a.Pos, b.Pos))
	}), true
}

func (h *hearing) itemsOf(s *news.Story) []*news.Item {
	var items []*news.Item
	for _, id := range s.Items {
		if i, ok := h.item(id); ok {
			items = append(items, i)
		}
	}
	return items
}

// takes reports whether an item passes a feed's sources, language and rule.
func (h *hearing) takes(f feed, s *news.Story, i *news.Item) bool {
	src, configured := h.sources[i.Source]
	if f.OnRemoval == news.RemovalDrop && i.Presence == news.Removed {
		return false
	}
	if !configured || !f.listens(i) {
		return false
	}
	if f.rule == nil && src.include == nil && src.exclude == nil {
		return true
	}
	judged := h.subject(src, s, i)
	return src.wants(i.Shown.Title, judged.text) && f.rule.passes(judged)
}

// listens reports whether an item is of a source and in a language that a feed
// takes.
func (f feed) listens(i *news.Item) bool {
	return f.takes[i.Source] && (f.langs == nil || f.langs[i.Shown.Lang])
}

func (h *hearing) carriers(s *news.Story) []string {
	var ids []string
	for _, i := range h.itemsOf(s) {
		ids = append(ids, h.sources[i.Source].ID)
	}
	return ids
}

// as is how a story enters a feed: as news when one of its items that the feed
// takes is, or when it belongs to the feed's first contents.
func (h *hearing) as(f feed, s *news.Story, state news.FeedState) news.As {
	_, fresh := h.lead(f, s, func(i *news.Item) bool {
		first := i.Pos <= state.Filled && !dated(i).Before(state.From)
		return ready(i) && (i.As == news.AsNews || first)
	})
	return asNews(fresh)
}

// enter fixes a story's place in a feed: number, date, link and lead.
func (h *hearing) enter(f feed, s *news.Story, lead *news.Item, as news.As) {
	state := h.feedState(f.Name)
	e := news.Entering{Feed: f.Name, Story: s.ID, As: as, Published: h.published(f, lead), Lead: lead.ID}
	if as == news.AsNews {
		state.News++
		e.Seq = state.News
	} else {
		state.History++
		e.Seq = state.History
	}
	if f.Link == news.LinkOriginal {
		e.Link = lead.Shown.URL
	}
	h.seqs[f.Name] = state
	s.Feeds = append(s.Feeds, f.Name)
	h.out.Ruling.Enter = append(h.out.Ruling.Enter, e)
}

// published is the date that an entry keeps for ever: the source's, as far as
// it can be believed. A day alone becomes the moment it was first seen, if that
// was on the day, else noon UTC; never later than first seen.
func (h *hearing) published(f feed, i *news.Item) time.Time {
	d, seen := i.Shown.Date, i.FirstSeen
	switch {
	case f.Dates == news.DatesEntered:
		return h.at
	case !d.Known() || d.Time.After(seen.Add(maxAhead)):
		return seen
	case d.Precision == news.Minute:
		return d.Time
	case seen.In(news.Location(d.Zone)).Format(time.DateOnly) == d.Day():
		return seen
	}
	day, err := time.Parse(time.DateOnly, d.Day())
	if noon := day.Add(12 * time.Hour); err == nil && noon.Before(seen) {
		return noon
	}
	return seen
}

// edited moves `updated` where an item leads that the source changed, took away
// or brought back, once an hour at most; a later change waits for its hour.
func (h *hearing) edited(i *news.Item) {
	s, ok := h.story(i.Story)
	if !ok {
		return
	}
	for _, name := range s.Feeds {
		m, ok := h.membership(name, s)
		if !ok || m.Lead != i.ID {
			continue
		}
		if next := m.Updated.Add(updatedPause); m.Updated.After(m.Entered) && next.After(h.at) {
			h.task(news.Task{Kind: news.TaskDecide, Item: i.ID, Due: next})
			continue
		}
		h.out.Ruling.Updated = append(h.out.Ruling.Updated, news.Update{Feed: name, Story: m.Story})
	}
}

// membership is a story's place in a feed, under its own id or that of a story
// that was merged into it.
func (h *hearing) membership(name news.FeedName, s *news.Story) (news.Membership, bool) {
	if m, ok := h.Membership(name, s.ID); ok && m.Left == "" {
		return m, true
	}
	for _, id := range s.Items {
		if m, ok := h.Membership(name, news.StoryID(id)); ok && m.Left == "" {
			return m, true
		}
	}
	return news.Membership{}, false
}
