package curator

import (
	"bytes"
	"maps"
	"slices"
	"time"

	"chinanews/news"
)

// relations is what a memory knows of items beside each other.
type relations struct {
	parted   map[[2]news.ItemID]uint64 // by which act
	features map[news.ItemID]map[uint64]bool
}

func newRelations() *relations {
	return &relations{map[[2]news.ItemID]uint64{}, map[news.ItemID]map[uint64]bool{}}
}

func (r *relations) Apart(id news.ItemID) (others []news.ItemID) {
	for pair := range r.parted {
		if pair[0] == id {
			others = append(others, pair[1])
		}
	}
	slices.SortFunc(others, func(a, b news.ItemID) int { return bytes.Compare(a[:], b[:]) })
	return others
}

// file adds an entry's features to those of its item.
func (r *relations) file(id news.ItemID, e news.Entry) {
	if r.features[id] == nil {
		r.features[id] = map[uint64]bool{}
	}
	for _, f := range Features(e) {
		r.features[id][f] = true
	}
}

// Sharing looks at every item there is.
func (m *memory) Sharing(features []uint64, around time.Time, within time.Duration, most int) (found []news.Shared) {
	for _, id := range m.order {
		i, n, even := m.items[id], 0, 0
		for f := range m.features[id] {
			if f%2 == 0 {
				even++
			}
		}
		for _, f := range features {
			if m.features[id][f] {
				n++
			}
		}
		if n > 0 && dated(&i).Sub(around).Abs() <= within {
			found = append(found, news.Shared{Item: id, Lang: i.Shown.Lang, N: n, Even: even})
		}
	}
	slices.SortStableFunc(found, func(a, b news.Shared) int { return b.N - a.N })
	return found[:min(len(found), most)]
}

// leaving are the items that leave a story by a split: not its first.
func (m *memory) leaving(e news.Editing) []news.ItemID {
	s, _ := m.Story(e.Scope.Story)
	if e.Act != news.ActSplit || e.Undoes > 0 || !slices.Contains(e.Args.Items, news.ItemID(s.ID)) {
		return e.Args.Items
	}
	return slices.DeleteFunc(s.Items, func(id news.ItemID) bool { return slices.Contains(e.Args.Items, id) })
}

// foldSplit notes which items an editor split from which, or no longer does.
func (m *memory) foldSplit(e news.Editing) {
	if e.Act != news.ActSplit {
		return
	}
	maps.DeleteFunc(m.parted, func(_ [2]news.ItemID, by uint64) bool { return e.Undoes > 0 && by == e.Undoes })
	if e.Undoes > 0 {
		return
	}
	s, _ := m.Story(e.Scope.Story)
	for _, one := range e.Args.Items {
		for _, other := range s.Items {
			if !slices.Contains(e.Args.Items, other) {
				m.parted[[2]news.ItemID{one, other}], m.parted[[2]news.ItemID{other, one}] = m.pos, m.pos
			}
		}
	}
}

func (m *memory) foldSibling(r news.SiblingRuling) {
	r.At = m.now
	m.links[r.Item] = append(m.links[r.Item], r)
	r.Item, r.Of = r.Of, r.Item
	m.links[r.Item] = append(m.links[r.Item], r)
}

func (m *memory) foldStory(r news.StoryRuling) {
	i := m.items[r.Item]
	old, s := m.stories[i.Story], m.stories[r.Story]
	s.ID, s.Alias = r.Story, news.StoryID{}
	if r.Address != "" {
		s.Address = r.Address
	}
	if i.Story == r.Story {
		m.stories[r.Story] = s
		return
	}
	for _, name := range old.Feeds {
		if m.member(name, r.Item) && !slices.Contains(s.Feeds, name) {
			s.Feeds = append(s.Feeds, name)
		}
	}
	old.Feeds = slices.DeleteFunc(slices.Clone(old.Feeds), func(n news.FeedName) bool { return m.member(n, r.Item) })
	old.Items = slices.DeleteFunc(slices.Clone(old.Items), func(id news.ItemID) bool { return id == r.Item })
	if !i.Story.IsZero() {
		m.stories[i.Story] = old
	}
	s.Items = append(slices.Clip(s.Items), r.Item)
	m.stories[r.Story] = s
	m.moved(r.Item, r.Story)
}

func (m *memory) member(name news.FeedName, id news.ItemID) bool {
	e, ok := m.Membership(name, news.StoryID(id))
	return ok && e.Left == ""
}

func (m *memory) moved(id news.ItemID, s news.StoryID) {
	i := m.items[id]
	i.Story = s
	i.Joined = append(slices.Clip(i.Joined), news.Joining{Story: s, At: m.now, Pos: m.pos})
	m.items[id] = i
}

func (m *memory) foldAlias(r news.AliasRuling) {
	from, to := m.stories[r.From], m.stories[r.To]
	for _, id := range from.Items {
		m.moved(id, r.To)
	}
	to.Items = append(slices.Clip(to.Items), from.Items...)
	for _, n := range from.Feeds {
		if !slices.Contains(to.Feeds, n) {
			to.Feeds = append(slices.Clip(to.Feeds), n)
		}
	}
	from.Items, from.Feeds, from.Alias = nil, nil, r.To
	m.stories[r.From], m.stories[r.To] = from, to
}
