package curator

import (
	"chinanews/news"
)

// maxRestless bounds how many silent readings of an item are recorded because
// only its declared id changed: some sources make a new id at every request.
const maxRestless = 8

// known hears what a listing says of an item that it had before.
func (h *hearing) known(i *news.Item, how news.How, n int) {
	e := h.batch.Entries[n]
	class := h.listingClass(i, how, e)
	if class == "" || h.erased(i) {
		return
	}
	h.read(i, n, how, class)
	if class == news.Reread && h.source.Versions != news.VersionsItems && h.source.paged(i) && i.State == news.Read {
		h.lookNow(i, e)
	}
}

// reading hears the text of a page that could be read.
func (h *hearing) reading(i *news.Item) {
	e := h.batch.Entries[0]
	last, before := i.Last(false)
	switch {
	case i.State != news.Read:
		h.read(i, 0, "", news.Fill)
		h.out.Done = append(h.out.Done, news.Task{Kind: news.TaskDecide, Item: i.ID})
		h.merge(i)
		h.touch(i.Story)
	case !before:
		h.read(i, 0, "", news.Reread)
	case last.Fingerprint != e.Fingerprint():
		h.read(i, 0, "", h.class(i, e, last))
	}
}

// listingClass is what a listing's reading of a known item is; empty when it
// says nothing new. Where the text is the page's, a listing's new words are
// only a reason to look at the page.
func (h *hearing) listingClass(i *news.Item, how news.How, e news.Entry) news.Change {
	last, ok := i.Last(true)
	same := ok && last.Fingerprint == e.Fingerprint()
	switch {
	case same && how == news.ByID, same && e.ID == "" && how == news.ByURL:
		return ""
	case same && (e.ID == i.Shown.ID || len(i.Revisions) >= maxRestless):
		return ""
	case same, h.source.paged(i), h.source.TextFrom(h.batch.ReadAs) == news.BodyPage:
		return news.Reread
	}
	return h.class(i, e, last)
}

// class compares a reading with the last one of its kind. Two readings are
// compared only when the same reader made them.
func (h *hearing) class(i *news.Item, e news.Entry, last news.Revision) news.Change {
	switch {
	case last.Reader != h.batch.Reader:
		return news.Reread
	case i.Shown.Digest == "" && e.Digest != "" && sameTitle(i, e):
		return news.Fill
	}
	return news.Edit
}

// read records an entry of the batch as a reading of an item.
func (h *hearing) read(i *news.Item, n int, how news.How, class news.Change) {
	e := h.batch.Entries[n]
	rev := len(i.Revisions) + 1
	i.Revisions = append(i.Revisions, h.revision(rev, class, e))
	if class != news.Reread {
		i.Shown, i.ShownRev = e, rev
		h.texts[i.ID] = e
	}
	if class == news.Fill {
		i.State = news.Read
	}
	h.out.Ruling.Items = append(h.out.Ruling.Items,
		news.ItemRuling{N: h.keep(n), Item: i.ID, How: how, Rev: rev, Class: class, State: i.State})
	if class == news.Edit {
		h.edited(i)
		h.touch(i.Story) // it may pass a rule now
	}
}

func (h *hearing) revision(rev int, class news.Change, e news.Entry) news.Revision {
	return news.Revision{Rev: rev, Pos: h.Next(), At: h.at, Kind: h.batch.Kind, Class: class,
		Reader: h.batch.Reader, Fingerprint: e.Fingerprint()}
}

// lookNow asks for the page of an item of which the listing says something
// new.
func (h *hearing) lookNow(i *news.Item, e news.Entry) {
	e.Refs = nil
	h.task(news.Task{Kind: news.TaskLook, URL: e.URL, Item: i.ID, Due: h.at, Listed: e})
}
