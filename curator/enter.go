package curator

import (
	"slices"
	"time"

	"chinanews/news"
)

// maxAhead is how far in the future a date may lie and still be believed.
const maxAhead = 10 * time.Minute

// enterAll gives a story its places in all feeds, and its versions theirs where
// feeds prefer one of them.
func (h *hearing) enterAll(s *news.Story) {
	h.review(s)
	if !slices.ContainsFunc(h.feeds, func(f feed) bool { return f.Prefer != "" }) {
		return
	}
	for _, v := range h.linked(s) {
		h.review(v.story)
	}
}

// review lets a story enter the feeds that it may be in now, and leave those
// that it may not, and says what it waits for.
func (h *hearing) review(s *news.Story) {
	of := make(map[news.FeedName]verdict)
	for _, f := range h.feeds {
		v := h.standing(f, s)
		if h.refolding && !v.kept && v.Lead != nil && !(f.Hold && v.As == news.AsHistory) {
			v.As = f.fresh(v.Lead, h.at)
		}
		h.follow(f, s, v)
		of[f.Name] = v
	}
	h.tellReleased(s)
	h.queue(s, of)
}

// follow does what a verdict asks for.
func (h *hearing) follow(f feed, s *news.Story, v verdict) {
	in := slices.Contains(s.Feeds, f.Name)
	switch {
	case v.In && !in:
		h.enter(f, s, v)
	case v.In && v.had:
		h.show(f, s, v)
	case in:
		h.leave(f.Name, s, h.leftFor(v))
	case v.lost:
		h.lose(f.Name, s)
	case v.kept && f.Hold && v.place.Rev == 0 && v.Lead != nil && v.Lead.ID == v.place.Lead:
		v.Rev, v.before = v.Lead.ShownRev, v.Lead.ShownRev // it comes back with what was there before the feed held
		h.lead(f, v)
	}
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
	if f.drops(i) || !configured || !f.listens(i) {
		return false
	}
	if f.rule == nil && src.include == nil && src.exclude == nil {
		return true
	}
	key := takenKey{f.Name, i.ID}
	taken, known := h.taken[key]
	if !known {
		judged := h.subject(src, s, i)
		judged.tags = h.Layer(*s, f.Name).Tags()
		taken = src.wants(i.Shown.Title, judged.text) && f.rule.passes(judged)
		if h.taken != nil && h.feedState(f.Name).Filled == 0 {
			h.taken[key] = taken
		}
	}
	return taken
}

// takenKey is an item that a feed was asked about.
type takenKey struct {
	feed news.FeedName
	item news.ItemID
}

// drops reports whether a feed does not keep an item that was removed.
func (f feed) drops(i *news.Item) bool {
	return f.OnRemoval == news.RemovalDrop && i.Presence == news.Removed
}

// listens reports whether an item is of a source and in a language that a feed
// takes.
func (f feed) listens(i *news.Item) bool {
	return f.takes[i.Source] && (f.langs == nil || f.langs[i.Shown.Lang])
}

func (h *hearing) carriers(s *news.Story) []string {
	var ids []string
	for _, i := range h.itemsOf(s) {
		ids = append(ids, h.sourceOf(i.Source).ID)
	}
	return ids
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
