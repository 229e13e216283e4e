package curator

import (
	"time"

	"chinanews/news"
)

// updatedPause is how often a source's changes may move an entry's `updated`.
const updatedPause = time.Hour

// update moves an entry's `updated`.
func (h *hearing) update(m news.Membership) {
	if m.Updated.Equal(h.at) {
		return
	}
	h.out.Ruling.Updated = append(h.out.Ruling.Updated, news.Update{Feed: m.Feed, Story: m.Story})
	m.Updated = h.at
	h.seat(m)
}

// renew moves `updated` where an item leads that its source changed, took away
// or brought back since, at the moment that of says, once an hour at most; a
// later change waits for its hour.
func (h *hearing) renew(i *news.Item, of func(news.Membership) time.Time) {
	var next time.Time
	for _, m := range h.ledBy(i) {
		at := of(m)
		if at.Before(m.Entered) || !at.After(m.Updated) {
			continue
		}
		if due := movable(m); due.After(h.at) {
			next = earlier(next, due)
			continue
		}
		h.update(m)
	}
	if !next.IsZero() {
		h.wake(i, next)
	}
}

// movable is the first moment at which a source's change may move `updated`.
func movable(m news.Membership) time.Time {
	if m.Updated.Equal(m.Published) {
		return m.Entered // it never moved
	}
	return m.Updated.Add(updatedPause)
}

// ledBy are the places in feeds of entries that have an item's text.
func (h *hearing) ledBy(i *news.Item) (places []news.Membership) {
	s, ok := h.story(i.Story)
	if !ok {
		return nil
	}
	for _, name := range s.Feeds {
		if m, ok := h.membership(name, s); ok && m.Lead == i.ID {
			places = append(places, m)
		}
	}
	return places
}

// overdue moves `updated` where what last became of an item is newer than it.
func (h *hearing) overdue(i *news.Item) {
	h.renew(i, func(m news.Membership) time.Time { return changed(i, m.Rev) })
}

// changed is when something last became of an item that moves `updated`: an
// edit, up to the reading that is shown, or a removal or return that was told.
func changed(i *news.Item, shown int) (at time.Time) {
	for _, r := range i.Revisions {
		if r.Class == news.Edit && (shown == 0 || r.Rev <= shown) {
			at = r.At
		}
	}
	if n := len(i.Evidence); i.Notices > 0 && n > 0 && i.Evidence[n-1].At.After(at) {
		return i.Evidence[n-1].At
	}
	return at
}

// outdated reports whether an entry that is back in its place shows what its
// readers have not seen there.
func (h *hearing) outdated(v verdict) bool {
	m := v.place
	since := func(t time.Time) bool { return t.After(m.Entered) && t.After(m.Updated) }
	words, ok := v.Layer.Last(news.ActRetitle, news.ActSummary, news.ActNote)
	return ok && since(words.At) || since(changed(v.Lead, v.Rev)) && !movable(m).After(h.at)
}

// earlier is the earlier of two moments; the zero time is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
