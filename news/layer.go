package news

import (
	"slices"
	"time"
)

// Layer is what editors have decided of a story as one feed shows it: the acts
// that stand, oldest first, those on the story and those on its place in the
// feed. Of two that say something of the same the later counts.
type Layer []Acted

// NewLayer is the acts of several scopes that stand.
func NewLayer(of ...Decisions) Layer {
	var l Layer
	for _, d := range of {
		for _, a := range d.Acts {
			if a.Undone == 0 && !slices.ContainsFunc(l, func(b Acted) bool { return b.Pos == a.Pos }) {
				l = append(l, a)
			}
		}
	}
	slices.SortStableFunc(l, func(a, b Acted) int { return int(int64(a.Pos) - int64(b.Pos)) })
	return l
}

// Keeping are, of decisions, the acts that keep a story back or let it go, and
// that were recorded from a position on and before another (0: the end).
func (d Decisions) Keeping(from, until uint64) (kept Decisions) {
	for _, a := range d.Acts {
		keeps := slices.Contains([]Act{ActHide, ActHold, ActApprove, ActEmbargo}, a.Act)
		if keeps && a.Pos >= from && (until == 0 || a.Pos < until) {
			kept.Acts = append(kept.Acts, a)
		}
	}
	return kept
}

// Saw is the position of the last record of which the editor can have known
// what the sources say.
func (a Acted) Saw() uint64 {
	if a.Args.Seen > 0 {
		return min(a.Args.Seen, a.Pos-1)
	}
	return a.Pos - 1
}

// Last is the last of some acts.
func (l Layer) Last(acts ...Act) (Acted, bool) {
	for _, a := range slices.Backward(l) {
		if slices.Contains(acts, a.Act) {
			return a, true
		}
	}
	return Acted{}, false
}

// Hidden reports whether an editor hides it.
func (l Layer) Hidden() (Acted, bool) { return l.Last(ActHide) }

// Held reports whether an editor holds it: nobody has approved it since.
func (l Layer) Held() (Acted, bool) {
	a, ok := l.Last(ActHold, ActApprove)
	return a, ok && a.Act == ActHold
}

// Approved reports whether an editor approved it, and nobody holds it since.
func (l Layer) Approved() (Acted, bool) {
	a, ok := l.Last(ActHold, ActApprove)
	return a, ok && a.Act == ActApprove
}

// Embargo is until when it waits; zero: it does not.
func (l Layer) Embargo() time.Time {
	a, _ := l.Last(ActEmbargo)
	return a.Args.Until
}

// Pinned is until when it stands first; zero: it does not.
func (l Layer) Pinned() time.Time {
	a, _ := l.Last(ActPin)
	return a.Args.Until
}

// Text is what an editor wrote as title, summary or note; empty: nothing.
func (l Layer) Text(act Act) string {
	a, _ := l.Last(act)
	return a.Args.Text
}

// Tags are those that an editor gave it.
func (l Layer) Tags() []string {
	a, _ := l.Last(ActTag)
	return a.Args.Tags
}
