package curator

import (
	"slices"

	"chinanews/news"
)

// Bounds of what a listing that changed makes us look at: items that it does
// not name any more, and items that it names at another address.
const (
	mostVanished  = 20
	mostRelocated = 20
	mostCompared  = 200 // of the source's newest, that a listing is compared with
	mostOnTop     = 5   // entries that stand before the others whatever their date
)

// listedAgain hears that a listing names an item: one that it did not name is
// named again, and one that it names at an address not known before is looked
// at there, for the old one may be given up.
func (h *hearing) listedAgain(i *news.Item, e news.Entry) {
	h.named[i.ID] = true
	if i.Presence == news.Unlisted {
		i.Presence = news.Present
		h.out.Ruling.Removal = append(h.out.Ruling.Removal, news.Removal{Item: i.ID})
	}
	if e.URL == "" || h.erased(i) || i.State != news.Read || !h.source.observed(i) || len(i.Revisions) >= maxRestless || h.relocated >= mostRelocated {
		return
	}
	if _, known := h.find(news.ByURL, e.Canonical()); !known && e.Short {
		h.out.Whole = true
	} else if !known {
		h.relocated++
		e.Refs, e.Digest = nil, i.Shown.Digest
		h.task(news.Task{Kind: news.TaskLook, URL: e.URL, Item: i.ID, Due: h.at, Listed: e, Last: h.lastSeen(i)})
	}
}

// relocate shows an item where it was found: the address that its listing gave
// last. That is no news.
func (h *hearing) relocate(i *news.Item) {
	n := len(h.batch.Entries) - 1
	e := h.batch.Entries[n]
	last, read := i.Last(false)
	if h.batch.Kind == news.TaskLook && read && last.Fingerprint == e.Fingerprint() && e.Canonical() != i.Shown.Canonical() {
		h.read(i, n, reread{class: news.Fill})
	}
}

// vanished looks for items that a listing named before and names no longer,
// though it has older ones, and plans a look at each, once. It asks only of a
// listing that is the source's only one, in the order of its dates, and has
// changed; one that lost many has become another list.
func (h *hearing) vanished() {
	if h.source.TextFrom(h.batch.ReadAs) != news.BodyPage {
		return
	}
	prev, _ := h.Poll(h.batch.Source, h.batch.URL)
	days := ordered(h.batch.Entries)
	if h.batch.Page.Further() || len(h.source.URLs) != 1 || h.batch.Condition != news.OK || prev.LastGood.IsZero() ||
		prev.Redesigned || prev.Set == h.batch.State.Set || len(days) < 3 {
		return
	}
	var lost []*news.Item
	expected := 0
	for i := range h.newest(h.batch.Source, mostCompared) {
		if !belongs(i, days) || i.FirstSeen.After(prev.LastGood) {
			continue
		}
		expected++
		if !h.named[i.ID] && i.Presence == news.Present && i.State == news.Read && h.source.observed(i) {
			lost = append(lost, i)
		}
	}
	if len(lost) > max(few, expected/5) {
		return
	}
	for _, i := range lost[:min(len(lost), mostVanished)] {
		h.items[i.ID] = i
		i.Presence = news.Unlisted
		h.out.Ruling.Removal = append(h.out.Ruling.Removal, news.Removal{Item: i.ID, State: i.Presence})
		h.look(i, news.Task{Due: h.at})
	}
}

// ordered are the days of a listing's dated entries, newest first, without a
// few that are kept on top; none when it is in no such order.
func ordered(entries []news.Entry) []string {
	var days []string
	for _, e := range entries {
		if e.Date.Known() {
			days = append(days, e.Date.Day())
		}
	}
	top := 0
	for n := 1; n < len(days); n++ {
		if days[n] > days[n-1] {
			top = n
		}
	}
	if top > mostOnTop {
		return nil
	}
	return days[top:]
}

// belongs reports whether an item would stand in a listing of such days: at
// least two in it are older.
func belongs(i *news.Item, days []string) bool {
	n := len(days)
	return i.Shown.Date.Known() && days[n-2] < i.Shown.Date.Day() && !slices.Contains(days[n-2:], i.Shown.Date.Day())
}
