package curator

import (
	"slices"
	"time"

	"chinanews/news"
)

// Fill gives every feed that has none its first contents: the newest stories
// that are known, up to the feed's limit, oldest first. What is not ready yet
// follows when it is. A feed that nothing could enter stays unfilled.
func (c *Curator) Fill(l Ledger) news.Decision {
	h := c.hear(l, news.Batch{})
	for _, f := range c.feeds {
		if h.Feed(f.Name).Filled == 0 {
			h.fill(f)
		}
	}
	return h.decision()
}

// Unfilled reports whether a feed waits for its first contents.
func (c *Curator) Unfilled(l Ledger) bool {
	return slices.ContainsFunc(c.feeds, func(f feed) bool { return l.Feed(f.Name).Filled == 0 })
}

type candidate struct {
	story *news.Story
	lead  *news.Item
}

func (h *hearing) fill(f feed) {
	known := h.candidates(f)
	if len(known) == 0 {
		return
	}
	slices.SortStableFunc(known, func(a, b candidate) int { return dated(a.lead).Compare(dated(b.lead)) })
	var from time.Time
	if f.Limit > 0 && len(known) > f.Limit {
		from = dated(known[len(known)-f.Limit].lead)
	}
	h.out.Ruling.Fill = append(h.out.Ruling.Fill, news.FillRuling{Feed: f.Name, From: from})
	state := h.feedState(f.Name)
	state.Filled, state.From = h.Next(), from
	h.seqs[f.Name] = state
	for _, k := range known {
		if lead, ok := h.lead(f, k.story, ready); ok {
			h.enter(f, k.story, lead, h.as(f, k.story, state))
		}
	}
}

// candidates are the stories that a feed would take, ready or not.
func (h *hearing) candidates(f feed) []candidate {
	var known []candidate
	for s := range h.Stories() {
		if lead, ok := h.lead(f, &s, func(*news.Item) bool { return true }); ok {
			known = append(known, candidate{&s, lead})
		}
	}
	return known
}

// Refold decides what a changed configuration makes of the feeds: stories that
// no longer pass leave, newcomers enter, as history unless they are fresh.
func (c *Curator) Refold(l Ledger) news.Decision {
	h := c.hear(l, news.Batch{})
	for s := range h.Stories() {
		for _, f := range c.feeds {
			if h.feedState(f.Name).Filled > 0 {
				h.refold(f, &s)
			}
		}
	}
	return h.decision()
}

func (h *hearing) refold(f feed, s *news.Story) {
	lead, passes := h.lead(f, s, ready)
	in := slices.Contains(s.Feeds, f.Name)
	switch {
	case in && !passes && !h.retired(s) && !h.unjudged(f, s):
		if m, ok := h.membership(f.Name, s); ok {
			h.out.Ruling.Leave = append(h.out.Ruling.Leave, news.Leaving{Feed: f.Name, Story: m.Story, Why: news.LeftRule})
		}
	case !in && passes:
		h.enter(f, s, lead, asNews(since(lead, h.at.Add(-f.Fresh.Std()))))
	}
}

// retired reports whether a story has an item whose row is no longer in the
// configuration: such stories stay where they are.
func (h *hearing) retired(s *news.Story) bool {
	return slices.ContainsFunc(h.itemsOf(s), func(i *news.Item) bool {
		_, configured := h.sources[i.Source]
		return !configured
	})
}

// unjudged reports whether a story has an item that a rule cannot judge any
// more, since retention took its text: such stories stay too.
func (h *hearing) unjudged(f feed, s *news.Story) bool {
	return slices.ContainsFunc(h.itemsOf(s), func(i *news.Item) bool {
		e := i.Shown
		e.Summary, e.HTML = h.summaryAndText(i)
		return e.Lost() && f.listens(i)
	})
}
