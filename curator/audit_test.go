package curator

import (
	"slices"
	"strings"

	"chinanews/news"
)

// audit checks by rules of its own that each story is where it may be.
func (x *random) audit() {
	x.t.Helper()
	r := x.r
	for s := range r.Stories() {
		i, _ := r.Item(s.Items[0])
		all := x.waitsEverywhere(s, i)
		if q, _ := r.Waits("", s.ID); q.Why != all {
			x.t.Errorf("%s: story %s waits everywhere for %q, want %q", x.doing, i.Shown.Title, q.Why, all)
		}
		for _, f := range r.c.feeds {
			m, _ := r.Membership(f.Name, s.ID)
			in := slices.Contains(s.Feeds, f.Name)
			why := x.hindrance(f, s, i, m)
			if in != (why == "") {
				x.t.Errorf("%s: %s (%s) in %s: %v, but %q; %+v", x.doing, i.Shown.Title, i.Shown.Lang, f.Name, in, why, m)
			}
			x.auditPlace(f, s, i, m, in)
			want := x.waits(f, s, i, m, why)
			if want == all {
				want = ""
			}
			q, _ := r.Waits(f.Name, s.ID)
			maybe := why == "approval" && (x.placed(i) == news.AsHistory || x.holds) // once asked for, or not fresh
			if q.Why != want && !(maybe && (q.Why == "" || q.Why == news.WaitApproval)) {
				x.t.Errorf("%s: %s waits in %s for %q, want %q", x.doing, i.Shown.Title, f.Name, q.Why, want)
			}
		}
	}
}

// auditPlace checks what an entry shows, and whether it stands first.
func (x *random) auditPlace(f feed, s news.Story, i news.Item, m news.Membership, in bool) {
	if !in {
		return
	}
	l := x.r.Layer(s, f.Name)
	if pin := l.Pinned(); pin.After(x.r.now) != !m.Pinned.IsZero() || !m.Pinned.IsZero() && !m.Pinned.Equal(pin) {
		x.t.Errorf("%s: %s stands first in %s until %v, want %v", x.doing, i.Shown.Title, f.Name, m.Pinned, pin)
	}
	if !f.Hold && m.Rev != 0 || f.Hold && (m.Rev == 0 || m.Rev > max(m.Before, x.approvedRev(l, i))) {
		x.t.Errorf("%s: %s shows reading %d in %s", x.doing, i.Shown.Title, m.Rev, f.Name)
	}
}

func (x *random) approvedRev(l news.Layer, i news.Item) (rev int) {
	if a, ok := l.Approved(); ok {
		for _, r := range i.Revisions {
			if r.Class != news.Reread && r.Pos < a.Pos {
				rev = r.Rev
			}
		}
	}
	return rev
}

func (x *random) placed(i news.Item) news.As {
	as := i.As
	if as == news.AsWaiting {
		for _, a := range x.r.Decisions(news.Scope{Source: i.Source, Day: floodDay(i.FirstSeen)}).Acts {
			switch {
			case a.Undone > 0:
			case a.Act == news.ActApprove:
				as = news.AsNews
			case a.Act == news.ActHide:
				as = news.AsHistory
			}
		}
	}
	return as
}

// hindrance is what keeps a story out of a feed.
func (x *random) hindrance(f feed, s news.Story, i news.Item, m news.Membership) string {
	l := x.r.Layer(s, f.Name)
	_, hidden := l.Hidden()
	_, held := l.Held()
	_, approved := l.Approved()
	switch {
	case f.Where != "" && !strings.Contains(strings.ToLower(i.Shown.Title), "special"):
		return "rule"
	case x.placed(i) == news.AsWaiting:
		return "flood"
	case hidden:
		return "hidden"
	case held:
		return "hold"
	case l.Embargo().After(x.r.now):
		return "embargo"
	case f.Hold && !approved && (m.Before == 0 || m.Left != "" && !byAct(m.Left)):
		return "approval"
	case f.Prefer == "en" && i.Shown.Lang != "en" && x.hasVersion(f, i):
		return "sibling"
	}
	return ""
}

// hasVersion reports whether a feed has another version of an item.
func (x *random) hasVersion(f feed, i news.Item) bool {
	return slices.ContainsFunc(x.r.links[i.ID], func(l news.SiblingRuling) bool {
		m, ok := x.r.Membership(f.Name, news.StoryID(l.Of))
		return ok && m.Left == "" && x.r.items[l.Of].Shown.Lang == "en"
	})
}

func (x *random) waitsEverywhere(s news.Story, i news.Item) news.Why {
	l := x.r.Layer(s, "")
	_, hidden := l.Hidden()
	_, held := l.Held()
	switch {
	case hidden:
		return ""
	case held:
		return news.WaitHold
	case l.Embargo().After(x.r.now):
		return news.WaitEmbargo
	}
	for _, f := range x.r.c.feeds {
		m, ok := x.r.Membership(f.Name, s.ID)
		shown := ok && m.Left == "" && (m.Rev == 0 || m.Rev == i.ShownRev)
		if shown && x.conflict(l, i) && x.conflict(x.r.Layer(s, f.Name), i) {
			return news.WaitConflict
		}
	}
	return ""
}

func (x *random) conflict(l news.Layer, i news.Item) bool {
	written, last := false, uint64(0)
	for _, a := range l {
		switch a.Act {
		case news.ActRetitle, news.ActSummary, news.ActNote:
			written, last = true, a.Pos
		case news.ActApprove:
			last = a.Pos
		}
	}
	return written && slices.ContainsFunc(i.Revisions, func(r news.Revision) bool { return r.Class == news.Edit && r.Pos > last })
}

// waits is what a story waits for in a feed, by what keeps it out.
func (x *random) waits(f feed, s news.Story, i news.Item, m news.Membership, why string) news.Why {
	switch {
	case why == "hold", why == "embargo":
		return news.Why(why)
	case why == "approval" && x.placed(i) == news.AsNews:
		return news.WaitApproval
	case why != "":
		return ""
	case f.Hold && m.Rev < i.ShownRev:
		return news.WaitChange
	case x.conflict(x.r.Layer(s, f.Name), i):
		return news.WaitConflict
	}
	return ""
}
