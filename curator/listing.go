package curator

import (
	"slices"
	"time"

	"chinanews/news"
)

// firstFresh is how many entries of a source's very first listing may enter
// feeds as news.
const firstFresh = 20

// maxTried bounds how long the text of an item is asked for.
const maxTried = 7 * 24 * time.Hour

// latestText is when an item without text is published at the latest, counted
// from its listing.
const latestText = 6 * time.Hour

// listing hears a listing: entries that are not known become items, others are
// compared with what the listing said of them before. A short entry is enough
// for one that says nothing new.
func (h *hearing) listing() {
	entries := h.batch.Entries
	c := count(entries)
	var unknown []int
	for n, e := range entries {
		if i, how, ok := h.identify(e, c); ok {
			h.known(i, how, n)
			h.listedAgain(i, e)
			continue
		}
		if e.Short { // known to whoever read it, and to nobody here
			h.out.Whole = true
			continue
		}
		unknown = append(unknown, h.first(n, c))
	}
	h.nextPage(unknown, h.settle(unknown))
	h.vanished()
}

// first makes an entry that nobody knew into an item, whose place in feeds is
// settled when the whole listing has been heard. It returns the index of the
// item's ruling.
func (h *hearing) first(n int, c census) int {
	e := h.batch.Entries[n]
	id, how, key := h.newID(e, c)
	state := news.Read
	if h.source.TextFrom(h.batch.ReadAs) == news.BodyPage && e.URL != "" {
		state = news.Listed
	}
	i := &news.Item{ID: id, Source: h.batch.Source, How: how, Key: key, State: state,
		Pos: h.Next(), FirstSeen: h.at, Shown: e, ShownRev: 1}
	i.Revisions = []news.Revision{h.revision(1, news.First, e)}
	h.items[id] = i
	h.texts[id] = e
	h.remember(i, e, how, key)
	r := news.ItemRuling{N: h.keep(n), Item: id, How: how, Key: key, Rev: 1, Class: news.First, State: state}
	h.out.Ruling.Items = append(h.out.Ruling.Items, r)
	if state == news.Listed {
		h.askForText(i)
	}
	return len(h.out.Ruling.Items) - 1
}

// remember makes a new item findable by the entries that follow it.
func (h *hearing) remember(i *news.Item, e news.Entry, how news.How, key string) {
	h.keys[string(how)+"\n"+key] = i.ID
	if e.ID != "" {
		h.offer(h.keys, news.ByID, e.ID, i.ID)
	}
	if e.URL != "" {
		h.offer(h.keys, news.ByURL, e.Canonical(), i.ID)
	}
}

func (h *hearing) offer(to map[string]news.ItemID, how news.How, key string, id news.ItemID) {
	if _, taken := to[string(how)+"\n"+key]; !taken {
		to[string(how)+"\n"+key] = id
	}
}

// askForText makes the tasks of an item whose page is to be read, if any feed
// could take it.
func (h *hearing) askForText(i *news.Item) {
	h.askForPage(i, 0, h.at)
	h.wake(i, i.FirstSeen.Add(latestText))
}

// askForPage has the page of an item asked for that was tried so often.
func (h *hearing) askForPage(i *news.Item, tries int, due time.Time) {
	listed := i.Shown
	listed.Refs = nil
	h.task(news.Task{Kind: news.TaskArticle, URL: listed.URL, Item: i.ID, Tries: tries, Due: due, Listed: listed})
}

// settle decides whether what is unknown in a listing is news or history, and
// puts it into stories, oldest first, so that the newest enters last. It
// returns the verdict that is left for the pages that follow.
func (h *hearing) settle(unknown []int) news.Verdict {
	rulings := h.out.Ruling.Items
	slices.SortStableFunc(unknown, func(a, b int) int {
		return h.moment(rulings[b].Item).Compare(h.moment(rulings[a].Item))
	})
	left := h.verdict(len(unknown))
	for _, r := range unknown {
		i := h.items[rulings[r].Item]
		i.As = place(i, &left)
		rulings[r].As = i.As
	}
	h.stem(unknown, left.Fresh)
	slices.Reverse(unknown)
	for _, r := range unknown {
		h.join(h.items[rulings[r].Item])
	}
	return left
}

// place is how an item enters feeds by a verdict, of which it uses its part.
func place(i *news.Item, v *news.Verdict) news.As {
	if v.Most > 0 && (since(i, v.Since) || v.Undated && !i.Shown.Date.Known()) {
		v.Most--
		return news.AsNews
	}
	return news.AsHistory
}

// moment is when an item is dated, for ordering: its date, else now.
func (h *hearing) moment(id news.ItemID) time.Time {
	return dated(h.items[id])
}

// dated is the moment by which items are ordered: the source's date, else when
// it was first seen.
func dated(i *news.Item) time.Time {
	if i.Shown.Date.Known() {
		return i.Shown.Date.Time
	}
	return i.FirstSeen
}

// unbounded is more entries than a listing can have.
const unbounded = 1 << 30

// verdict is how the unknown entries of this listing enter feeds. The pages on
// which a listing goes on follow its own verdict: what they have is old, but no
// new beginning.
func (h *hearing) verdict(unknown int) news.Verdict {
	prev, _ := h.Poll(h.batch.Source, h.batch.URL)
	fresh := h.at.Add(-h.source.Fresh.Std())
	switch {
	case h.batch.Page.Further():
		return h.batch.Page.Verdict
	case prev.LastGood.IsZero():
		return news.Verdict{Since: fresh, Most: max(0, firstFresh-h.recentNews())}
	case h.baseline(prev, unknown):
		if silent(prev, h.at) {
			fresh = prev.LastGood.Add(-h.source.Fresh.Std())
		}
		return news.Verdict{Since: fresh, Most: unbounded}
	}
	if prev.LastGood.Before(h.at) {
		fresh = prev.LastGood.Add(-h.source.Fresh.Std()) // what came while we were away is no flood
	}
	return news.Verdict{Since: h.at.Add(-h.source.MaxAge.Std()), Undated: true, Most: unbounded, Fresh: fresh}
}

// recentNews counts what the source brought as news while it is new: a source
// of several listings has one allowance for the first ones of all.
func (h *hearing) recentNews() (n int) {
	for i := range h.Ledger.Items(h.batch.Source, h.at.Add(-h.source.Fresh.Std())) {
		if i.As == news.AsNews {
			n++
		}
	}
	return n
}

// baseline reports whether a listing, though not the first, is a new beginning:
// after a redesign, after long silence, or with most of it unknown and old.
func (h *hearing) baseline(prev news.FetchState, unknown int) bool {
	if prev.Redesigned || silent(prev, h.at) {
		return true
	}
	if len(h.batch.Entries) < 10 || unknown*2 <= len(h.batch.Entries) {
		return false
	}
	for _, r := range h.out.Ruling.Items {
		if i := h.items[r.Item]; r.Class == news.First && since(i, prev.LastGood) {
			return false
		}
	}
	return true
}

func silent(prev news.FetchState, at time.Time) bool {
	return at.Sub(prev.LastGood) > 30*24*time.Hour
}

// since reports whether an item is dated at or after a moment; a day counts to
// its end.
func since(i *news.Item, t time.Time) bool {
	d := i.Shown.Date
	switch d.Precision {
	case news.Day:
		return !d.Time.Add(24 * time.Hour).Before(t)
	case news.Minute:
		return !d.Time.Before(t)
	}
	return false
}

func asNews(yes bool) news.As {
	if yes {
		return news.AsNews
	}
	return news.AsHistory
}
