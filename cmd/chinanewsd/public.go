package main

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// stand is what anybody may see of the record, and the one place that decides
// it. A story is public when a public feed carries it, or did until its page
// was gone; of it, the readings that one of those feeds shows and those before.
type stand struct {
	feeds []news.Feed // the public ones, in their order
	rows  map[news.Origin]*news.Source
	taken map[string]bool // ids of sources that one of the feeds takes from
}

func newStand(feeds []news.Feed, rows map[news.Origin]*news.Source) stand {
	s := stand{publicFeeds(feeds), rows, make(map[string]bool)}
	for _, f := range s.feeds {
		for _, id := range f.Sources {
			s.taken[id] = true
		}
	}
	return s
}

// named reports whether a source may be named to anybody: not one that only
// feeds take from that are not public. One that the configuration has no more is
// named, since it may have been the public's.
func (s stand) named(origin news.Origin) bool {
	src, known := s.rows[origin]
	return !known || s.taken[src.ID]
}

func publicFeeds(feeds []news.Feed) []news.Feed {
	return slices.DeleteFunc(slices.Clone(feeds), func(f news.Feed) bool { return !f.Public() })
}

// place is where readers find a story.
func (s stand) place(l *storage.Ledger, story news.Story) (m news.Membership, f news.Feed, ok bool) {
	if m, f, ok = s.in(l, story, ""); !ok {
		m, f, ok = s.in(l, story, news.LeftRemoved) // the feed of removals leads to it
	}
	return m, f, ok
}

// in is a story's place in the first feed that carries it or, where left says
// so, left it for that; one that shows its newest reading goes before those
// that show what was approved.
func (s stand) in(l *storage.Ledger, story news.Story, left string) (m news.Membership, f news.Feed, ok bool) {
	if _, withdrawn := l.Withdrawn(story.ID); withdrawn {
		return m, f, false
	}
	for _, feed := range s.feeds {
		n, in := memberThat(l, feed.Name, story, left)
		if in && (!ok || newer(n, m)) {
			m, f, ok = n, feed, true
		}
	}
	return m, f, ok
}

// newer reports whether one place shows a later reading than another.
func newer(a, b news.Membership) bool {
	return b.Rev > 0 && (a.Rev == 0 || a.Lead == b.Lead && a.Rev > b.Rev)
}

// leading is where readers find an item that a search has found by its newest
// reading: none where that is not public, or another item leads.
func (s stand) leading(l *storage.Ledger, i news.Item) (m news.Membership, f news.Feed, ok bool) {
	story, ok := l.Story(i.Story)
	if !ok {
		return m, f, false
	}
	m, f, ok = s.in(l, story, "")
	return m, f, ok && m.Lead == i.ID && (m.Rev == 0 || m.Rev >= i.ShownRev)
}

// reach is how far readers may follow the history of an item of a story: to
// the newest reading that a feed shows of it; 0: to the newest there is. False
// where no feed shows, or showed before a merge or its page was gone, its text.
func (s stand) reach(l *storage.Ledger, story news.Story, id news.ItemID) (rev int, ok bool) {
	for _, f := range s.feeds {
		for _, one := range append([]news.ItemID{news.ItemID(story.ID)}, story.Items...) {
			m, in := l.Membership(f.Name, news.StoryID(one))
			switch {
			case !in || m.Lead != id || !slices.Contains([]string{"", news.LeftMerged, news.LeftRemoved}, m.Left):
			case m.Rev == 0:
				return 0, true
			default:
				rev, ok = max(rev, m.Rev), true
			}
		}
	}
	return rev, ok
}

// published reports whether a story had a page before it was withdrawn: only
// then is anybody told of it.
func (s stand) published(l *storage.Ledger, story news.Story) bool {
	for _, f := range s.feeds {
		for _, left := range []string{news.LeftWithdrawn, news.LeftForGood, news.LeftRemoved} {
			if _, ok := memberThat(l, f.Name, story, left); ok {
				return true
			}
		}
	}
	return false
}

// tells reports whether anybody may read a notice: a feed carried the release
// when it was made, and does still, or did until its page was gone. Where it
// shows what was approved, that is no older than what the notice tells. The
// release's page is there as long.
func (s stand) tells(l *storage.Ledger, n news.Notice) bool {
	story, ok := l.Story(n.Story)
	return ok && slices.ContainsFunc(s.feeds, func(f news.Feed) bool {
		if !slices.Contains(n.Feeds, f.Name) {
			return false
		}
		m, ok := memberThat(l, f.Name, story, "")
		if !ok {
			m, ok = memberThat(l, f.Name, story, news.LeftRemoved)
		}
		return ok && (m.Rev == 0 || m.Lead == n.Item && m.Rev >= toldOf(l, n))
	})
}

// toldOf is the reading of its item that a notice tells of: of a removal, the
// one that was shown then.
func toldOf(l *storage.Ledger, n news.Notice) (rev int) {
	if n.Rev > 0 {
		return n.Rev
	}
	i, _ := l.Item(n.Item)
	for _, r := range i.Versions() {
		if !r.At.After(n.At) {
			rev = r.Rev
		}
	}
	return rev
}

// memberOf finds a story's place in a feed, under its own id or one that was
// merged into it.
func memberOf(l *storage.Ledger, name news.FeedName, s news.Story) (news.Membership, bool) {
	return memberThat(l, name, s, "")
}

// memberThat finds a story's place in a feed that it left for a reason.
func memberThat(l *storage.Ledger, name news.FeedName, s news.Story, left string) (news.Membership, bool) {
	if m, ok := l.Membership(name, s.ID); ok && m.Left == left {
		return m, true
	}
	for _, id := range s.Items {
		if m, ok := l.Membership(name, news.StoryID(id)); ok && m.Left == left {
			return m, true
		}
	}
	return news.Membership{}, false
}

// siblings are a story's versions in other languages that are public, one a
// language, by language. Of several the one first seen is taken. What joined
// its lead later brought its siblings then.
func (s stand) siblings(l *storage.Ledger, story news.Story, lead news.Item) ([]news.Sibling, error) {
	found := make(map[string]news.Sibling)
	for _, id := range story.Items {
		i, _ := l.Item(id)
		for _, link := range l.Siblings(id) {
			b, ok, err := s.sibling(l, link)
			if err != nil {
				return nil, err
			}
			if at, _ := i.With(lead); at.After(b.Since) {
				b.Since = at
			}
			in := b.Lead.Shown.Lang
			if old, twice := found[in]; ok && in != lead.Shown.Lang && (!twice || earlier(b, old)) {
				found[in] = b
			}
		}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b news.Sibling) int { return cmp.Compare(a.Lead.Shown.Lang, b.Lead.Shown.Lang) }), nil
}

func earlier(a, b news.Sibling) bool {
	return cmp.Or(a.Lead.FirstSeen.Compare(b.Lead.FirstSeen), cmp.Compare(a.Address, b.Address)) < 0
}

// sibling is the other story of a link, as its page shows it.
func (s stand) sibling(l *storage.Ledger, link news.SiblingRuling) (b news.Sibling, ok bool, err error) {
	other, _ := l.Item(link.Of)
	story, ok := l.Story(other.Story)
	if !ok {
		return b, false, nil
	}
	m, f, ok := s.place(l, story)
	if !ok {
		return b, false, nil
	}
	r := news.Release{Layer: l.Layer(story, f.Name)}
	if r.Lead, err = leadOf(l, m); err != nil {
		return b, false, err
	}
	b = news.Sibling{Story: story.ID, Address: l.Address(m.Story), Lead: r.Lead, Title: r.Title(), Since: link.At, Feed: f.Name, Evidence: link.Evidence}
	joined, _ := other.With(r.Lead)
	for _, at := range []time.Time{m.Entered, joined} {
		if at.After(b.Since) {
			b.Since = at
		}
	}
	return b, true, nil
}

// waits reports whether an item is of a flood that nobody has decided on: it
// counts for nothing.
func waits(l *storage.Ledger, i news.Item) bool {
	if i.As != news.AsWaiting {
		return false
	}
	d := l.Decisions(news.Scope{Source: i.Source, Day: i.FirstSeen.UTC().Format(time.DateOnly)})
	_, decided := news.NewLayer(d).Last(news.ActApprove, news.ActHide)
	return !decided
}
