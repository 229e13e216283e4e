package news

import (
	"cmp"
	"slices"
)

// Title is a release's title as readers meet it: the editor's, else the
// source's.
func (r Release) Title() string {
	return cmp.Or(Line(r.Layer.Text(ActRetitle)), Line(r.Lead.Shown.Title))
}

// Own is the source's own title where an editor gave another; else empty.
func (r Release) Own() string {
	if own := Line(r.Lead.Shown.Title); own != r.Title() {
		return own
	}
	return ""
}

// Note is what an editor wrote on a release, on one line; empty: nothing.
func (r Release) Note() string { return Line(r.Layer.Text(ActNote)) }

// Precis is the summary that an editor wrote, on one line; empty: none.
func (r Release) Precis() string { return Line(r.Layer.Text(ActSummary)) }

// AsOf is the item as it was when a reading of it was the newest. The
// reading counts from 1, and its entry is shown.
func (i Item) AsOf(rev int, shown Entry) Item {
	i.Revisions = slices.Clone(i.Revisions[:rev])
	i.Shown, i.ShownRev = shown, rev
	return i
}
