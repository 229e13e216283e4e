package curator

import "chinanews/news"

// loan is what was read from the ledger while several feeds look at one story:
// each asks for the same.
type loan struct {
	texts     map[news.ItemID]texts
	withdrawn map[news.StoryID]news.Withdrawal // the zero value: it was not
}

// texts are an item's texts, and its fields as rules have cut them into words
// so far.
type texts struct {
	summary, html, plain string
	read                 map[string][]*news.Concordance
}

// lend begins a loan, in the place of the one before.
func (h *hearing) lend() {
	h.lent = &loan{make(map[news.ItemID]texts), make(map[news.StoryID]news.Withdrawal)}
}

// lentTexts are an item's texts while there is a loan.
func (h *hearing) lentTexts(i *news.Item) (t texts, ok bool) {
	if h.lent == nil {
		return t, false
	}
	if t, ok = h.lent.texts[i.ID]; !ok {
		t.summary, t.html, _ = h.Texts(i.ShownPos(), i.Shown)
		t.plain, t.read = plain(t.html), make(map[string][]*news.Concordance)
		h.lent.texts[i.ID] = t
	}
	return t, true
}

// Withdrawn is as the ledger's.
func (h *hearing) Withdrawn(id news.StoryID) (news.Withdrawal, bool) {
	if h.lent == nil {
		return h.Ledger.Withdrawn(id)
	}
	w, known := h.lent.withdrawn[id]
	if !known {
		w, _ = h.Ledger.Withdrawn(id)
		h.lent.withdrawn[id] = w
	}
	return w, !w.At.IsZero()
}
