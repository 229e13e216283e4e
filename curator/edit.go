package curator

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"chinanews/curator/difference"
	"chinanews/news"
)

// reread is what a reading of a known item is, beside the one before; without a
// class it says nothing new.
type reread struct {
	class news.Change
	how   news.How
	edits []news.EditClass
	told  news.Telling // with Edit
}

// class compares a reading with the last one of its kind. Two readings are
// compared only when the same reader made them.
func (h *hearing) class(i *news.Item, e news.Entry, last news.Revision) reread {
	same := last.Fingerprint == e.Fingerprint()
	switch {
	case h.restless(i, last, maxRevisions):
		return reread{}
	case last.Reader != h.batch.Reader && same:
		return reread{}
	case last.Reader != h.batch.Reader:
		return reread{class: news.Reread}
	case i.Shown.Digest == "" && e.Digest != "" && sameTitle(i, e):
		return reread{class: news.Fill}
	case same && h.unchanged(i, last, e):
		return reread{}
	case e.Short && len(e.Refs) > 0: // its text must be compared
		h.out.Whole = true
		return reread{}
	}
	old, kept, err := h.said(i, last)
	retitled := news.Folded(old.Title) != news.Folded(e.Title)
	switch {
	case same && (err != nil || !kept):
		return reread{}
	case err != nil, !kept && !retitled: // retention took the text: nobody can say what changed in it
		return reread{class: news.Reread}
	case old.HTML == "" && e.HTML != "" && !retitled:
		return reread{class: news.Fill}
	}
	return h.compared(e, old, last.At)
}

// unchanged reports that an entry is letter by letter the one of a revision.
func (h *hearing) unchanged(i *news.Item, r news.Revision, e news.Entry) bool {
	recorded, err := h.recorded(i, r)
	if err != nil {
		return false
	}
	kept := make(map[news.TextPart]string)
	for _, ref := range recorded.Refs {
		kept[ref.Part] = ref.SHA256
	}
	if e.Short && len(e.Refs) > 0 {
		return recorded.Title == e.Title && kept[e.Refs[0].Part] == e.Refs[0].SHA256
	}
	part, text := news.PartHTML, e.HTML
	if text == "" {
		part, text = news.PartSummary, e.Summary
	}
	sum := sha256.Sum256([]byte(text))
	return recorded.Title == e.Title && kept[part] == hex.EncodeToString(sum[:])
}

// said is what a reading of an item said, with its texts as far as they are
// there: kept says whether they all are.
func (h *hearing) said(i *news.Item, r news.Revision) (e news.Entry, kept bool, err error) {
	if text, ok := h.texts[i.ID]; ok && r.Rev == i.ShownRev {
		return text, true, nil
	}
	if e, err = h.recorded(i, r); err != nil {
		return e, false, err
	}
	e.Summary, e.HTML, err = h.Texts(r.Pos, e)
	return e, !e.Lost(), err
}

// recorded is the entry of a revision. One that was only read again is not what
// is shown.
func (h *hearing) recorded(i *news.Item, r news.Revision) (news.Entry, error) {
	if r.Rev == i.ShownRev {
		return i.Shown, nil
	}
	return h.Entry(r.Pos, r.N)
}

// compared is what an entry is beside what the same reader read at a moment
// before. A stated date that moves alone says nothing: many sources state the
// moment of the request.
func (h *hearing) compared(e, old news.Entry, at time.Time) reread {
	d := difference.Of(sides(old, e))
	classes := d.Classes
	if d.Redated {
		classes = slices.DeleteFunc(classes, func(c news.EditClass) bool { return c == news.EditDate })
	}
	switch {
	case len(classes) == 0:
		return reread{}
	case d.Redated || !d.Told():
		return reread{class: news.Slight, edits: classes}
	}
	return reread{class: news.Edit, edits: classes, told: h.telling(e, old, d.Differences, at)}
}

// sides are two readings to be compared. Where one has a text that the other has
// not, that says something of the feed and nothing of the release.
func sides(old, e news.Entry) (before, now difference.Reading) {
	before, now = difference.Reading{Title: old.Title, Date: old.Date}, difference.Reading{Title: e.Title, Date: e.Date}
	switch {
	case old.HTML != "" && e.HTML != "":
		before.HTML, now.HTML = old.HTML, e.HTML
	case old.HTML == "" && e.HTML == "" && old.Summary != "" && e.Summary != "":
		before.Text, now.Text = old.Summary, e.Summary
	}
	return before, now
}

// Limits of what a notice tells.
const (
	maxTold = 12  // differences
	maxSide = 300 // characters of each side of one
)

// telling is what a notice says of an edit, the most telling first. The earlier
// text was last seen when the address last answered, or when it was recorded.
func (h *hearing) telling(e, old news.Entry, differences []news.Difference, at time.Time) news.Telling {
	t := news.Telling{Title: e.Title, URL: e.URL, Lang: e.Lang, Seen: at, Differences: slices.Clone(differences)}
	if h.batch.Last.After(at) && !h.unsure() {
		t.Seen = h.batch.Last
	}
	if old.Title != e.Title {
		t.Was = old.Title
	}
	slices.SortStableFunc(t.Differences, func(a, b news.Difference) int { return cmp.Compare(a.Class.Rank(), b.Class.Rank()) })
	if more := len(t.Differences) - maxTold; more > 0 {
		t.Differences, t.More = t.Differences[:maxTold], more
	}
	for n, d := range t.Differences {
		t.Differences[n].Was, t.Differences[n].Now = cut(d.Was), cut(d.Now)
	}
	return t
}

// unsure reports that the batch is a listing of other entries than the one
// before: nobody knows whether that had what this one has.
func (h *hearing) unsure() bool {
	if h.batch.Kind != news.TaskListing {
		return false
	}
	prev, _ := h.Poll(h.batch.Source, h.batch.URL)
	return prev.Set != h.batch.State.Set
}

func cut(text string) string {
	if runes := []rune(text); len(runes) > maxSide {
		return string(runes[:maxSide-1]) + "…"
	}
	return text
}
