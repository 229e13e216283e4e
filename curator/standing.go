package curator

import (
	"cmp"
	"slices"
	"time"

	"chinanews/news"
)

// reason is why a story is not in a feed.
type reason string

// The reasons, in the order in which they are asked for.
const (
	outWithdrawn reason = "withdrawn" // an editor took it back
	outUnfilled  reason = "unfilled"  // the feed has no contents yet
	outSource    reason = "source"    // none of its items is of a source and language that the feed takes
	outRule      reason = "rule"      // none of them passes the rules
	outUnread    reason = "unread"    // its text is waited for
	outFlood     reason = "flood"     // it was held back of a flood
	outHidden    reason = "hidden"    // an editor hides it
	outHeld      reason = "held"      // an editor holds it
	outEmbargo   reason = "embargo"   // until its moment
	outApproval  reason = "approval"  // the feed holds what nobody has approved
	outSibling   reason = "sibling"   // the feed has it in the language that it prefers
)

// left is why what was in a feed leaves it for a reason.
func (r reason) left() string {
	switch r {
	case outWithdrawn:
		return news.LeftWithdrawn
	case outHidden:
		return news.LeftHidden
	case outSibling:
		return news.LeftSibling
	case outHeld, outEmbargo, outApproval, outFlood:
		return news.LeftHeld
	}
	return news.LeftRule
}

// verdict is whether a story may be in a feed, and how.
type verdict struct {
	In    bool       // it stays, or enters
	Why   reason     // why not; with In: why it would not enter today, though it stays
	Lead  *news.Item // whose text the entry has, or would have; nil: nobody's
	Rev   int        // the reading of Lead that it has; 0: the newest
	As    news.As    // how it enters
	Wait  news.Why   // what an editor has to do about it
	Pin   time.Time  // until when it stands first
	Layer news.Layer // what editors decided; empty without a Lead

	before int             // the reading that needs no approval
	place  news.Membership // that it has, or had and would have again
	had    bool
	kept   bool         // the place is its own: it is in, or left by an editor's act alone
	lost   bool         // it left by an editor's act, and would leave by the new rule now
	leads  []*news.Item // its items that pass, the best first
}

// standing is whether a story may be in a feed as things are. It decides
// nothing: what decides, and what explains a decision, both ask it.
func (h *hearing) standing(f feed, s *news.Story) verdict {
	v := h.alone(f, s)
	if v.In && f.Prefer != "" && !v.speaks(f.Prefer) && h.preferred(f, s) {
		v.In, v.Why, v.Wait = false, outSibling, ""
	}
	return v
}

// speaks reports whether a story has a text in a language that an entry has or
// could have: an editor may merge versions.
func (v verdict) speaks(lang string) bool {
	return slices.ContainsFunc(append(slices.Clip(v.leads), v.Lead), func(i *news.Item) bool { return i.Shown.Lang == lang })
}

// preferred reports whether a feed may have a story in the language that it
// prefers.
func (h *hearing) preferred(f feed, s *news.Story) bool {
	return !h.preferredOf(f, s).IsZero()
}

// preferredOf is the story that a feed may have in the place of another, in the
// language that it prefers; zero: there is none.
func (h *hearing) preferredOf(f feed, s *news.Story) news.StoryID {
	for _, t := range h.linked(s) {
		if v := h.alone(f, t.story); v.In && v.Lead.Shown.Lang == f.Prefer {
			return t.story.ID
		}
	}
	return news.StoryID{}
}

// alone is a story's standing without regard to its siblings.
func (h *hearing) alone(f feed, s *news.Story) verdict {
	v := h.candidacy(f, s)
	if v.Lead == nil {
		return v
	}
	v.Layer = h.Layer(*s, f.Name)
	if until := v.Layer.Pinned(); until.After(h.at) {
		v.Pin = until
	}
	_, hidden := v.Layer.Hidden()
	_, held := v.Layer.Held()
	switch {
	case hidden:
		v.Why = outHidden
	case held:
		v.Why, v.Wait = outHeld, news.WaitHold
	case v.Layer.Embargo().After(h.at):
		v.Why, v.Wait = outEmbargo, news.WaitEmbargo
	case f.Hold && !h.approved(f, s, &v):
		v.Why, v.Wait = outApproval, news.WaitApproval
	default:
		v.In = true
	}
	if h.refolding {
		h.expel(f, s, &v)
	}
	return v
}

// candidacy is whose text a story would have in a feed, whatever editors say,
// and how it would enter.
func (h *hearing) candidacy(f feed, s *news.Story) (v verdict) {
	in := slices.Contains(s.Feeds, f.Name)
	state := h.feedState(f.Name)
	if _, withdrawn := h.Withdrawn(s.ID); withdrawn {
		return verdict{Why: outWithdrawn}
	}
	if !in && state.Filled == 0 {
		return verdict{Why: outUnfilled}
	}
	if v.leads, v.Why = h.passing(f, s); len(v.leads) > 0 {
		v.Lead, v.As = v.leads[0], h.as(f, v.leads, state)
	}
	if !in && v.Why == outSource && !h.retired(s) {
		return v
	}
	v.place, v.had = h.last(f.Name, s)
	v.kept = v.had && (in || byAct(v.place.Left) || v.place.Left == news.LeftMerged)
	if h.refolding && v.kept && byAct(v.place.Left) && !v.passes(v.place.Lead) && !h.flooded(v.place.Lead) && h.judged(f, s) {
		v.kept, v.lost = false, true
	}
	if v.had {
		h.resume(f, s, &v, in)
	}
	return v
}

// resume gives a story the place that it has or had: the same text, and, where
// the place is its own, the same way. One that is in, or would be but for an
// editor's act, stays with a text that does not pass any more, until the
// configuration changes; but not with another story's, nor with one that was
// held back.
func (h *hearing) resume(f feed, s *news.Story, v *verdict, in bool) {
	lead, ok := h.item(v.place.Lead)
	if !ok || !slices.Contains(s.Items, lead.ID) || h.placed(lead) == news.AsWaiting {
		return
	}
	passes := v.passes(lead.ID)
	back := byAct(v.place.Left) && lead.As != news.AsWaiting
	if passes || v.kept && (in || back || len(v.leads) == 0 && !h.judged(f, s)) {
		v.Lead = lead
	}
	if v.kept && lead.As != news.AsWaiting {
		v.As = v.place.As
	}
}

// leftFor is why what was in a feed leaves it. That another of its items is held
// back as part of a flood is no reason: its own does not pass.
func (h *hearing) leftFor(v verdict) string {
	if v.Why == outFlood && !h.flooded(v.place.Lead) {
		return news.LeftRule
	}
	return v.Why.left()
}

// flooded reports whether an item is held back as part of a flood.
func (h *hearing) flooded(id news.ItemID) bool {
	i, ok := h.item(id)
	return ok && h.placed(i) == news.AsWaiting
}

// passes reports whether an item is among those that a feed takes.
func (v verdict) passes(id news.ItemID) bool {
	return slices.ContainsFunc(v.leads, func(i *news.Item) bool { return i.ID == id })
}

// passing are the items of a story that a feed takes and that are ready, the
// best first; why there is none.
func (h *hearing) passing(f feed, s *news.Story) (leads []*news.Item, why reason) {
	why = outSource
	for _, i := range h.itemsOf(s) {
		switch {
		case !f.listens(i):
		case h.placed(i) == news.AsWaiting:
			if why == outSource {
				why = outFlood
			}
		case !ready(i):
			why = outUnread
		case h.takes(f, s, i):
			leads = append(leads, i)
		case why != outUnread:
			why = outRule
		}
	}
	if len(leads) == 0 {
		return nil, why
	}
	h.rank(leads)
	return leads, ""
}

func ready(i *news.Item) bool { return i.State != news.Listed }

// rank orders items by who should lead.
func (h *hearing) rank(items []*news.Item) {
	slices.SortStableFunc(items, func(a, b *news.Item) int {
		return cmp.Or(cmp.Compare(h.sourceOf(a.Source).Rank, h.sourceOf(b.Source).Rank), cmp.Compare(a.Pos, b.Pos))
	})
}

// as is how a story enters a feed: as news when one of its items that the feed
// takes is, or when it belongs to the feed's first contents. Where a feed holds,
// nothing of what was known before belongs to them but the newest.
func (h *hearing) as(f feed, leads []*news.Item, state news.FeedState) news.As {
	return asNews(slices.ContainsFunc(leads, func(i *news.Item) bool {
		known := i.Pos <= state.Filled
		first := known && !dated(i).Before(state.From)
		return first || h.placed(i) == news.AsNews && !(known && f.Hold)
	}))
}
