package curator

import (
	"slices"
	"time"

	"chinanews/news"
)

// approved finds the reading that a feed that holds may show: the approved one,
// or the one that was there when the feed began to hold.
func (h *hearing) approved(f feed, s *news.Story, v *verdict) bool {
	if v.kept && v.Lead.ID == v.place.Lead {
		v.before = v.place.Before
		if v.place.Rev == 0 {
			v.before = v.Lead.ShownRev
		}
	}
	v.Rev = v.before
	if a, ok := v.Layer.Approved(); ok {
		v.approvedBy(a, h.actedOn(f, s, a))
	}
	if v.Rev == 0 {
		return false
	}
	if v.Rev < v.Lead.ShownRev {
		v.Wait = news.WaitChange
	}
	return true
}

// approvedBy has an approval let out the reading of the item that leads, else
// of the best that has one: of those that were in the story that it was of. One
// item that leads and was not meant stays as it was.
func (v *verdict) approvedBy(a news.Acted, story news.StoryID) {
	if rev := approvedRev(a, v.Lead); rev > 0 && v.Lead.In(story, a.At) {
		v.Rev = max(rev, v.before)
		return
	}
	if v.kept && v.Lead.ID == v.place.Lead && v.place.Rev > 0 {
		v.Rev = v.place.Rev
		return
	}
	for _, i := range v.leads {
		if rev := approvedRev(a, i); rev > 0 && i.In(story, a.At) {
			v.Lead, v.Rev, v.before = i, rev, 0
			return
		}
	}
}

// approvedRev is the reading of an item that an approval is of: the one that it
// names, else what the item said when its editor saw it; 0: none.
func approvedRev(a news.Acted, i *news.Item) (rev int) {
	if !a.Args.Item.IsZero() && a.Args.Item != i.ID {
		return 0
	}
	for _, r := range i.Versions() {
		if a.Args.Rev == 0 && r.Pos <= a.Saw() || r.Rev <= a.Args.Rev {
			rev = r.Rev
		}
	}
	return rev
}

// actedOn is the story that an act was on: one that has become part of this one
// since, or this one.
func (h *hearing) actedOn(f feed, s *news.Story, a news.Acted) news.StoryID {
	is := func(b news.Acted) bool { return b.Pos == a.Pos }
	for _, id := range named(s) {
		for _, name := range []news.FeedName{"", f.Name} {
			if slices.ContainsFunc(h.Decisions(news.Scope{Story: id, Feed: name}).Acts, is) {
				return id
			}
		}
	}
	return s.ID
}

// acts are all acts on a story and on its place in a feed, those too that were
// taken back.
func (h *hearing) acts(f feed, s *news.Story) (acts []news.Acted) {
	for _, id := range named(s) {
		acts = append(acts, h.Decisions(news.Scope{Story: id}).Acts...)
		acts = append(acts, h.Decisions(news.Scope{Story: id, Feed: f.Name}).Acts...)
	}
	return acts
}

// show has an entry that stays in a feed show what it may show now, in its
// place.
func (h *hearing) show(f feed, s *news.Story, v verdict) {
	before := v.place
	if v.Rev != before.Rev || v.before != before.Before || v.Lead.ID != before.Lead {
		h.lead(f, v)
		if v.Lead.ID == before.Lead {
			h.release(f, s, v)
		} else if m, ok := h.Membership(f.Name, before.Story); ok {
			h.update(m) // another item's text: the one that led went with a part that was split off
		}
	}
	if m, ok := h.Membership(f.Name, before.Story); ok && !v.Pin.Equal(m.Pinned) {
		h.pin(m, v.Pin)
	}
}

// lead has an entry show another reading, or another item.
func (h *hearing) lead(f feed, v verdict) {
	m := v.place
	if v.Lead.ID != m.Lead {
		m.Link = f.link(v.Lead)
	}
	m.Lead, m.Rev, m.Before = v.Lead.ID, v.Rev, v.before
	h.out.Ruling.Leads = append(h.out.Ruling.Leads, news.LeadRuling{Feed: m.Feed, Story: m.Story, Lead: m.Lead, Link: m.Link, Rev: m.Rev, Before: m.Before})
	h.seat(m)
}

// pin has an entry stand first until a moment; the zero time: no more.
func (h *hearing) pin(m news.Membership, until time.Time) {
	if until.Equal(m.Pinned) {
		return
	}
	h.out.Ruling.Pins = append(h.out.Ruling.Pins, news.PinRuling{Feed: m.Feed, Story: m.Story, Until: until})
	m.Pinned = until
	h.seat(m)
}

// freed is a change of an item that a feed shows from now on.
type freed struct {
	feed     feed
	item     *news.Item
	from, to int
	told     bool // the same was shown before
}

// release moves `updated` where an entry shows what its source changed: an
// approval is an editor's act. Nobody waits an hour for it.
func (h *hearing) release(f feed, s *news.Story, v verdict) {
	last := func(rev int) int {
		if rev == 0 {
			return v.Lead.ShownRev
		}
		return rev
	}
	from, to := last(v.place.Rev), last(v.Rev)
	edited := slices.ContainsFunc(v.Lead.Revisions, func(r news.Revision) bool {
		return r.Class == news.Edit && r.Rev > min(from, to) && r.Rev <= max(from, to)
	})
	if !edited {
		return
	}
	if m, ok := h.Membership(f.Name, v.place.Story); ok {
		h.update(m)
	}
	if from < to {
		h.freed = append(h.freed, freed{f, v.Lead, from, to, h.shownBefore(f, s, v, to)})
	}
}

// shownBefore reports whether an approval that does not count any more let out
// the same reading.
func (h *hearing) shownBefore(f feed, s *news.Story, v verdict, rev int) bool {
	now, _ := v.Layer.Approved()
	return slices.ContainsFunc(h.acts(f, s), func(a news.Acted) bool {
		return a.Act == news.ActApprove && a.Pos != now.Pos && approvedRev(a, v.Lead) >= rev
	})
}

// tellReleased tells of changes that an approval lets out, if nobody could read
// them before.
func (h *hearing) tellReleased(s *news.Story) {
	told := make(map[news.ItemID]bool)
	for _, x := range h.freed {
		if x.told || told[x.item.ID] || h.readElsewhere(s, x) {
			continue
		}
		told[x.item.ID] = true
		if words, ok := h.difference(x.item, x.from, x.to); ok {
			h.notice(x.item, news.Notice{Of: news.FeedEdits, Rev: x.to, Words: words})
		}
	}
	h.freed = nil
}

// readElsewhere reports whether a reading could be read before in another
// feed that anybody may read.
func (h *hearing) readElsewhere(s *news.Story, x freed) bool {
	names := h.audience(x.item, s, news.Notice{Of: news.FeedEdits, Rev: x.to})
	return h.anyPublic(slices.DeleteFunc(names, func(n news.FeedName) bool {
		return slices.ContainsFunc(h.freed, func(y freed) bool { return y.feed.Name == n })
	}))
}

// difference is what a notice says of two readings of an item.
func (h *hearing) difference(i *news.Item, from, to int) (news.Telling, bool) {
	before, after := i.Revisions[from-1], i.Revisions[to-1]
	old, _, err := h.said(i, before)
	if err != nil {
		return news.Telling{}, false
	}
	e, _, err := h.said(i, after)
	if err != nil {
		return news.Telling{}, false
	}
	seen := before.At
	for _, r := range i.Versions() {
		if r.Rev > from && r.Last.After(seen) {
			seen = r.Last
			break
		}
	}
	d := h.compared(e, old, seen)
	return d.told, d.class == news.Edit
}
