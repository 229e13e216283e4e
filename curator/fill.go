package curator

import (
	"iter"
	"slices"
	"time"

	"chinanews/news"
)

// Fill gives every feed that has none its first contents: the newest stories
// that are known, up to the feed's limit, oldest first. What is not ready yet
// follows when it is. A feed that nothing could enter stays unfilled. In a feed
// that holds, the same stories wait for an approval.
func (c *Curator) Fill(l Ledger) news.Decision {
	h := c.hear(l, news.Batch{})
	h.taken = make(map[takenKey]bool)
	h.fillEmpty()
	return h.decision()
}

func (h *hearing) fillEmpty() {
	for _, f := range h.feeds {
		if h.feedState(f.Name).Filled == 0 {
			h.fill(f)
		}
	}
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
		v := h.standing(f, k.story)
		h.follow(f, k.story, v)
		h.wait(f.Name, k.story, h.asks(f, k.story, v))
	}
}

// candidates are the stories that a feed would take, ready or not.
func (h *hearing) candidates(f feed) []candidate {
	var known []candidate
	for one := range h.Stories() {
		s, _ := h.story(one.ID)
		if lead, ok := h.candidate(f, s); ok {
			known = append(known, candidate{s, lead})
		}
	}
	return known
}

// candidate is the best-ranked item of a story that a feed takes, ready or not.
func (h *hearing) candidate(f feed, s *news.Story) (*news.Item, bool) {
	if _, withdrawn := h.Withdrawn(s.ID); withdrawn {
		return nil, false
	}
	items := slices.DeleteFunc(h.itemsOf(s), func(i *news.Item) bool { return h.placed(i) == news.AsWaiting || !h.takes(f, s, i) })
	if len(items) == 0 {
		return nil, false
	}
	h.rank(items)
	return items[0], true
}

// Refold decides what a changed configuration makes of the feeds: stories that
// no longer pass leave, newcomers enter, as history unless they are fresh. What
// editors keep out stays out. In a feed that has begun to hold stays what was
// in it, as it was read last.
func (c *Curator) Refold(l Ledger) news.Decision {
	h := c.hear(l, news.Batch{})
	for range h.refolded() {
	}
	return h.decision()
}

// refolded reviews every story under a changed configuration, and yields it as
// it was before. Its texts are read once for all feeds; its items, which no
// configuration changes, are not kept.
func (h *hearing) refolded() iter.Seq[news.Story] {
	h.refolding = true
	return func(yield func(news.Story) bool) {
		for before := range h.Stories() {
			h.lend()
			s, _ := h.story(before.ID)
			h.review(s)
			if !yield(before) {
				break
			}
			for _, id := range s.Items {
				delete(h.items, id)
			}
		}
		h.lent = nil
	}
}

// expel takes out of a feed what does not pass any more and can be judged.
func (h *hearing) expel(f feed, s *news.Story, v *verdict) {
	if v.In && v.Why != "" && h.judged(f, s) {
		v.In, v.Wait = false, ""
	}
}

// judged reports whether a story can be judged by what the configuration says
// now: else it stays where it is.
func (h *hearing) judged(f feed, s *news.Story) bool { return !h.retired(s) && !h.unjudged(f, s) }

// fresh is how an item enters a feed that could have had it before.
func (f feed) fresh(i *news.Item, at time.Time) news.As {
	return asNews(since(i, at.Add(-f.Fresh.Std())))
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
