package curator

import (
	"time"

	"chinanews/news"
)

// maxRestless bounds how many silent readings of an item are recorded because
// only its declared id changed: some sources make a new id at every request.
const maxRestless = 8

// maxRevisions is after how many readings an item is heard of once a day only:
// a text that is another at every request would grow without end.
const maxRevisions = 200

// restless reports that an item changed so often, and just now.
func (h *hearing) restless(i *news.Item, last news.Revision, most int) bool {
	return len(i.Revisions) >= most && h.at.Sub(last.At) < 24*time.Hour
}

// known hears what a listing says of an item that it had before.
func (h *hearing) known(i *news.Item, how news.How, n int) {
	e := h.batch.Entries[n]
	r := h.relisted(i, how, e)
	if r.class == "" || h.erased(i) {
		return
	}
	if e.Short {
		h.out.Whole = true
		return
	}
	r.how = how
	h.record(i, n, r)
	if r.class == news.Reread && h.source.Versions != news.VersionsItems && h.source.paged(i) && i.State == news.Read {
		h.lookNow(i, e)
	}
}

// reading hears the text of a page that could be read. Where another reader had
// read it before, the batch has what today's reads in the older page as well.
func (h *hearing) reading(i *news.Item) {
	n := len(h.batch.Entries) - 1
	e := h.batch.Entries[n]
	last, before := i.Last(false)
	switch {
	case i.State != news.Read:
		h.read(i, n, reread{class: news.Fill})
		if _, withdrawn := h.Withdrawn(i.Story); !withdrawn { // else the task ends its stub
			h.out.Done = append(h.out.Done, news.Task{Kind: news.TaskDecide, Item: i.ID})
		}
		h.told(i)
	case !before:
		h.read(i, n, reread{class: news.Reread})
	case h.batch.Before != "" && n == 1:
		h.both(i, last)
	default:
		h.record(i, n, h.class(i, e, last))
	}
}

// both hears two readings of a page by today's reader: as it was, and as it is.
func (h *hearing) both(i *news.Item, last news.Revision) {
	old, e := h.batch.Entries[0], h.batch.Entries[1]
	r := h.compared(e, old, last.At)
	if r.class != "" || old.Fingerprint() != last.Fingerprint {
		h.read(i, 0, reread{class: news.Reread})
	}
	h.record(i, 1, r)
}

// record records a reading, if it says anything.
func (h *hearing) record(i *news.Item, n int, r reread) {
	if r.class != "" {
		h.read(i, n, r)
	}
	if r.class == news.Fill {
		h.told(i)
	}
}

// relisted is what a listing's reading of a known item is; of no class when it
// says nothing new. Where the text is the page's, a listing's new words are
// only a reason to look at the page.
func (h *hearing) relisted(i *news.Item, how news.How, e news.Entry) reread {
	last, ok := i.Last(true)
	same := ok && last.Fingerprint == e.Fingerprint()
	pages := h.source.paged(i) || h.source.TextFrom(h.batch.ReadAs) == news.BodyPage
	named := how == news.ByID || e.ID == "" && how == news.ByURL || e.ID == i.Shown.ID || len(i.Revisions) >= maxRestless
	switch {
	case same && named && pages, pages && ok && h.restless(i, last, maxRestless):
		return reread{}
	case same && !named, pages, !ok:
		return reread{class: news.Reread}
	}
	return h.class(i, e, last)
}

// read records an entry of the batch as a reading of an item.
func (h *hearing) read(i *news.Item, n int, r reread) {
	e := h.batch.Entries[n]
	if r.class == news.Edit && h.wavers(i, e) {
		r.class = news.Slight
	}
	rev := len(i.Revisions) + 1
	i.Revisions = append(i.Revisions, h.revision(rev, r.class, e))
	if r.class != news.Reread {
		i.Shown, i.ShownRev = e, rev
		h.texts[i.ID] = e
		h.touch(i.Story) // it may pass a rule now, or wait to be approved
	}
	if r.class == news.Fill {
		i.State = news.Read
	}
	h.out.Ruling.Items = append(h.out.Ruling.Items,
		news.ItemRuling{N: h.keep(n), Item: i.ID, How: r.how, Rev: rev, Class: r.class, State: i.State, Edits: r.edits, Unsure: h.unsure()})
	if r.class == news.Edit {
		h.overdue(i)
		h.notice(i, news.Notice{Of: news.FeedEdits, Rev: rev, Words: r.told})
	}
}

// wavers reports that a source said the same twice before, and something else in
// between: servers that do not agree, of which nobody is told time and again.
func (h *hearing) wavers(i *news.Item, e news.Entry) bool {
	said, fingerprint := 0, e.Fingerprint()
	for _, r := range i.Revisions {
		if r.Fingerprint == fingerprint && r.Reader == h.batch.Reader && (r.Kind == news.TaskListing) == (h.batch.Kind == news.TaskListing) {
			said++
		}
	}
	return said >= 2
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
