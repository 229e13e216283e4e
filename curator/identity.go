package curator

import "chinanews/news"

// census counts, over the entries of one answer, who claims which id and which
// address: what two of them share identifies neither.
type census struct {
	ids, urls map[string]int
}

func count(entries []news.Entry) census {
	c := census{make(map[string]int), make(map[string]int)}
	seen := make(map[string]bool)
	for _, e := range entries {
		twice := e.ID + "\n" + e.Canonical() + "\n" + news.Folded(e.Title)
		if seen[twice] {
			continue
		}
		seen[twice] = true
		c.ids[e.ID]++
		c.urls[e.Canonical()]++
	}
	return c
}

// identify finds the item that an entry is a reading of: by its declared id,
// else its canonical URL, else title and day. Of a bulletin, only an item of
// its title is it.
func (h *hearing) identify(e news.Entry, c census) (*news.Item, news.How, bool) {
	for _, try := range []struct {
		how news.How
		key string
		is  func(*news.Item, news.Entry, census) bool
	}{
		{news.ByID, e.ID, sameByID},
		{news.ByURL, e.Canonical(), sameByURL},
		{news.ByURL, h.bulletinKey(e), always},
		{news.ByText, textKey(e), always},
	} {
		if try.key == "" {
			continue
		}
		is := func(i *news.Item) bool {
			return try.is(i, e, c) && (h.source.Versions != news.VersionsItems || sameTitle(i, e) || try.key == h.bulletinKey(e))
		}
		if i, ok := h.claimed(try.how, try.key, is); ok {
			return i, try.how, true
		}
	}
	i, ok := h.moved(e, c)
	return i, news.ByText, ok
}

func always(*news.Item, news.Entry, census) bool { return true }

// bulletinKey identifies an entry of a source whose releases share an address,
// each with a title of its own; empty for any other.
func (h *hearing) bulletinKey(e news.Entry) string {
	if h.source.Versions != news.VersionsItems || e.URL == "" {
		return ""
	}
	return e.Canonical() + "\n" + news.Folded(e.Title)
}

// claimed walks the items that a source gave the same key: itself, and the
// releases for which it used the key again.
func (h *hearing) claimed(how news.How, key string, is func(*news.Item) bool) (*news.Item, bool) {
	for n, k := 2, key; ; n++ {
		id, ok := h.find(how, k)
		if !ok {
			return nil, false
		}
		if i, ok := h.item(id); ok && is(i) {
			return i, true
		}
		k = news.AgainKey(key, n)
	}
}

// sameByID: the declared id holds, unless address and title both are another's
// and either two entries of this answer share the id or the day differs too.
func sameByID(i *news.Item, e news.Entry, c census) bool {
	if e.Canonical() == i.Shown.Canonical() || sameTitle(i, e) {
		return true
	}
	return c.ids[e.ID] < 2 && !otherDay(i, e)
}

// sameByURL: the address holds (a bulletin rewritten in place is a revision),
// unless the source tells the two apart by ids that both stand in this answer,
// lists several titles under one address, or changed id, title and day alike.
func sameByURL(i *news.Item, e news.Entry, c census) bool {
	declared := i.Shown.ID
	if e.ID != "" && declared != "" && e.ID != declared {
		if c.ids[declared] > 0 {
			return false
		}
		return sameTitle(i, e) || !otherDay(i, e)
	}
	return c.urls[e.Canonical()] < 2 || sameTitle(i, e)
}

// moved finds an item that left this listing when the entry came, with its
// title and day: a site that changed host, addresses and ids.
func (h *hearing) moved(e news.Entry, c census) (*news.Item, bool) {
	if e.Title == "" || !e.Date.Known() {
		return nil, false
	}
	id, ok := h.Titled(h.batch.Source, e.Title, e.Date.Day())
	if !ok {
		return nil, false
	}
	i, ok := h.item(id)
	if !ok || c.ids[i.Shown.ID] > 0 && i.Shown.ID != "" || c.urls[i.Shown.Canonical()] > 0 && i.Shown.URL != "" {
		return nil, false
	}
	return i, h.sameText(i, e)
}

// sameText reports that nothing speaks against two texts being the same: one
// is not known or was thrown away, or they are near-identical.
func (h *hearing) sameText(i *news.Item, e news.Entry) bool {
	if i.Shown.Digest == "" || e.Digest == "" || i.Shown.Digest == e.Digest {
		return true
	}
	if e.Short {
		h.out.Whole = true
		return true
	}
	summary, html := h.summaryAndText(i)
	return summary+html == "" || near(summary+html, e.Summary+e.HTML)
}

func sameTitle(i *news.Item, e news.Entry) bool {
	return news.Folded(i.Shown.Title) == news.Folded(e.Title)
}

func otherDay(i *news.Item, e news.Entry) bool {
	return i.Shown.Date.Known() && e.Date.Known() && i.Shown.Date.Day() != e.Date.Day()
}

// textKey identifies an entry that has neither id nor address.
func textKey(e news.Entry) string {
	if e.ID != "" || e.URL != "" {
		return ""
	}
	return news.TextKey(e.Title, e.Date.Day(), e.Digest)
}

// newID gives an entry that is nobody's reading an identity of its own, by the
// first of id, address and text that is its alone.
func (h *hearing) newID(e news.Entry, c census) (news.ItemID, news.How, string) {
	how, key := news.ByText, news.TextKey(e.Title, e.Date.Day(), e.Digest)
	switch {
	case h.bulletinKey(e) != "":
		how, key = news.ByURL, h.bulletinKey(e)
	case e.ID != "":
		how, key = news.ByID, e.ID
	case e.URL != "" && c.urls[e.Canonical()] < 2:
		how, key = news.ByURL, e.Canonical()
	}
	for n, k := 2, key; ; n++ {
		id := news.NewItemID(h.batch.Source, how, k)
		if _, taken := h.item(id); !taken {
			return id, how, k
		}
		k = news.AgainKey(key, n)
	}
}
