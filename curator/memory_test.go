package curator

import (
	"crypto/sha256"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"chinanews/news"
)

// memory is a record in memory: a small true thing to rule on. It folds
// rulings the way storage does, as far as the curator reads them.
type memory struct {
	t       *testing.T
	now     time.Time
	pos     uint64
	items   map[news.ItemID]news.Item
	order   []news.ItemID
	keys    map[string]news.ItemID
	stories map[news.StoryID]news.Story
	feeds   map[news.FeedName]news.FeedState
	members map[string]news.Membership
	polls   map[string]news.FetchState
	texts   map[uint64]map[string]news.Entry
	tasks   map[string]news.Task
	entries map[uint64][]news.Entry
	notices []news.Notice

	withdrawn map[news.StoryID]news.Withdrawal
	decided   map[string]news.Decisions // by scope
	queue     map[string]news.Queued
	links     map[news.ItemID][]news.SiblingRuling
	folding   func(news.Decision) // told of each decision before it is folded
	*relations
}

func newMemory(t *testing.T, now time.Time) *memory {
	return &memory{t: t, now: now, pos: 1,
		items: map[news.ItemID]news.Item{}, keys: map[string]news.ItemID{},
		stories: map[news.StoryID]news.Story{}, feeds: map[news.FeedName]news.FeedState{},
		members: map[string]news.Membership{}, polls: map[string]news.FetchState{},
		texts: map[uint64]map[string]news.Entry{}, tasks: map[string]news.Task{}, entries: map[uint64][]news.Entry{}, withdrawn: map[news.StoryID]news.Withdrawal{},
		decided: map[string]news.Decisions{}, queue: map[string]news.Queued{}, links: map[news.ItemID][]news.SiblingRuling{}, relations: newRelations()}
}

func (m *memory) At() time.Time { return m.now }
func (m *memory) Next() uint64  { return m.pos }

// RulingOf is right after its act.
func (m *memory) RulingOf(pos uint64) uint64 { return pos + 1 }
func (m *memory) Poll(o news.Origin, u string) (news.FetchState, bool) {
	s, ok := m.polls[string(o)+u]
	return s, ok
}
func (m *memory) Item(id news.ItemID) (news.Item, bool) {
	i, ok := m.items[id]
	i.Revisions = slices.Clone(i.Revisions)
	return i, ok
}
func (m *memory) key(o news.Origin, how news.How, key string) (news.ItemID, bool) {
	id, ok := m.keys[string(o)+"|"+string(how)+"|"+key]
	return id, ok
}
func (m *memory) offer(o news.Origin, how news.How, key string, id news.ItemID) {
	if _, taken := m.key(o, how, key); !taken {
		m.keys[string(o)+"|"+string(how)+"|"+key] = id
	}
}
func (m *memory) Find(o news.Origin, how news.How, key string) (news.ItemID, bool) {
	return m.key(o, how, key)
}
func (m *memory) Titled(o news.Origin, title, day string) (news.ItemID, bool) {
	return m.key(o, "title", news.Folded(title)+day)
}
func (m *memory) Items(o news.Origin, since time.Time) iter.Seq[news.Item] {
	return func(yield func(news.Item) bool) {
		for _, id := range slices.Backward(m.order) {
			if i := m.items[id]; i.Source == o && !i.FirstSeen.Before(since) && !yield(i) {
				return
			}
		}
	}
}
func (m *memory) Twin(how news.How, key string) (news.ItemID, bool) { return m.key("*", how, key) }
func (m *memory) Entry(pos uint64, n int) (news.Entry, error) {
	if n >= len(m.entries[pos]) {
		return news.Entry{}, fmt.Errorf("record %d has no entry %d", pos, n)
	}
	return m.entries[pos][n], nil
}
func (m *memory) Texts(pos uint64, e news.Entry) (string, string, error) {
	t := m.texts[pos][e.Fingerprint()]
	return t.Summary, t.HTML, nil
}
func (m *memory) Story(id news.StoryID) (news.Story, bool) {
	s, ok := m.stories[id]
	if ok && !s.Alias.IsZero() {
		return m.Story(s.Alias)
	}
	s.Items, s.Feeds = slices.Clone(s.Items), slices.Clone(s.Feeds)
	return s, ok
}
func (m *memory) StoryAt(a string) (news.Story, bool) {
	for _, s := range m.stories {
		if s.Address == a {
			return s, true
		}
	}
	return news.Story{}, false
}
func (m *memory) Stories() iter.Seq[news.Story] {
	return func(yield func(news.Story) bool) {
		for _, id := range m.order {
			if s := m.stories[news.StoryID(id)]; s.Alias.IsZero() && len(s.Items) > 0 && !yield(s) {
				return
			}
		}
	}
}
func (m *memory) Withdrawn(id news.StoryID) (news.Withdrawal, bool) {
	s, _ := m.Story(id)
	w, ok := m.withdrawn[s.ID]
	return w, ok
}
func (m *memory) Feed(n news.FeedName) news.FeedState { return m.feeds[n] }
func (m *memory) Membership(n news.FeedName, id news.StoryID) (news.Membership, bool) {
	e, ok := m.members[string(n)+id.String()]
	return e, ok
}

// accept rules on a batch and folds what was decided.
func (m *memory) accept(c *Curator, b news.Batch) news.Decision {
	m.t.Helper()
	if b.Condition == "" {
		b.Condition = news.OK
	}
	d := c.Accept(m, b)
	m.fold(b, d)
	if b.Kind == news.TaskListing && !b.Page.Further() {
		b.State.LastGood = m.now
		b.State.Condition = b.Condition
		m.polls[string(b.Source)+b.URL] = b.State
	}
	return d
}

// rule folds a decision that has no batch.
func (m *memory) rule(d news.Decision) news.Decision {
	m.fold(news.Batch{}, d)
	return d
}

func (m *memory) fold(b news.Batch, d news.Decision) {
	if m.folding != nil {
		m.folding(d)
	}
	m.texts[m.pos] = map[string]news.Entry{}
	for _, n := range d.Keep {
		m.entries[m.pos] = append(m.entries[m.pos], referred(b.Entries[n]))
	}
	for _, r := range d.Ruling.Items {
		m.foldItem(b, m.entries[m.pos][r.N], r)
	}
	for _, r := range d.Ruling.States {
		i := m.items[r.Item]
		i.State = r.State
		m.items[r.Item] = i
	}
	for _, r := range d.Ruling.Stories {
		m.foldStory(r)
	}
	for _, r := range d.Ruling.Alias {
		m.foldAlias(r)
	}
	for _, r := range d.Ruling.Siblings {
		m.foldSibling(r)
	}
	for _, r := range d.Ruling.Removal {
		m.foldRemoval(r)
	}
	for _, n := range d.Ruling.Notices {
		if i := m.items[n.Item]; n.Of == news.FeedRemovals {
			i.Notices = n.Nth
			m.items[n.Item] = i
		}
		s := m.feeds[n.Of]
		s.News = n.Seq
		m.feeds[n.Of] = s
		m.notices = append(m.notices, n)
	}
	m.foldFeeds(d.Ruling)
	for _, t := range d.Done {
		delete(m.tasks, t.Name())
	}
	for _, t := range d.Tasks {
		m.tasks[t.Name()] = t
	}
	m.pos += 2
}

// referred is an entry with references to its texts.
func referred(e news.Entry) news.Entry {
	e.Refs = nil
	for part, text := range map[news.TextPart]string{news.PartSummary: e.Summary, news.PartHTML: e.HTML} {
		if text != "" {
			e.Refs = append(e.Refs, news.Ref{Part: part, SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(text)))})
		}
	}
	return e
}

// prune throws all texts away.
func (m *memory) prune() { clear(m.texts) }

func (m *memory) foldRemoval(r news.Removal) {
	gone := func(p news.Presence) bool { return p == news.Missing || p == news.Removed }
	i := m.items[r.Item]
	switch {
	case gone(r.State) && !gone(i.Presence):
		i.Missed, i.Evidence = m.now, nil
	case !gone(r.State):
		i.Missed = time.Time{}
	}
	i.Presence, i.Looks = r.State, r.Looks
	if r.Saw != "" {
		i.Evidence = append(slices.Clip(i.Evidence), news.Look{Pos: m.pos, At: m.now, Saw: r.Saw})
	}
	m.items[r.Item] = i
}

func (m *memory) foldItem(b news.Batch, e news.Entry, r news.ItemRuling) {
	i, known := m.items[r.Item]
	if !known {
		i = news.Item{ID: r.Item, Source: b.Source, How: r.How, Key: r.Key, As: r.As, Pos: m.pos, FirstSeen: m.now}
		m.order = append(m.order, r.Item)
		m.offer(b.Source, r.How, r.Key, r.Item)
	}
	i.Revisions = append(i.Revisions, news.Revision{Rev: r.Rev, Pos: m.pos, N: r.N, At: m.now, Kind: b.Kind,
		Class: r.Class, Edits: r.Edits, Reader: b.Reader, Fingerprint: e.Fingerprint()})
	if r.Class != news.Reread {
		i.Shown, i.ShownRev = e, r.Rev
	}
	i.State = r.State
	m.items[r.Item] = i
	m.texts[m.pos][e.Fingerprint()] = e
	m.file(r.Item, e)
	if e.ID != "" {
		m.offer(b.Source, news.ByID, e.ID, r.Item)
	}
	if e.URL != "" {
		m.offer(b.Source, news.ByURL, e.Canonical(), r.Item)
		m.offer("*", news.ByURL, e.Canonical(), r.Item)
	}
	if e.Digest != "" {
		m.offer("*", news.ByText, news.TextKey(news.Folded(e.Title), "", e.Digest), r.Item)
	}
	m.keys[string(b.Source)+"|title|"+news.Folded(e.Title)+e.Date.Day()] = r.Item
}

func (m *memory) foldFeeds(r news.Ruling) {
	for _, f := range r.Fill {
		s := m.feeds[f.Feed]
		s.Filled, s.From = m.pos, f.From
		m.feeds[f.Feed] = s
	}
	for _, e := range r.Enter {
		if old, in := m.members[string(e.Feed)+e.Story.String()]; in && old.Left == "" {
			m.t.Errorf("story %s enters %s twice", e.Story, e.Feed)
		}
		updated := e.Published
		if before := m.members[string(e.Feed)+e.Story.String()]; before.Updated.After(updated) {
			updated = before.Updated
		}
		m.members[string(e.Feed)+e.Story.String()] = news.Membership{Entering: e, Entered: m.now, Updated: updated, Pos: m.pos,
			Digest: m.members[string(e.Feed)+e.Story.String()].Digest}
		s, _ := m.Story(e.Story)
		f := m.feeds[e.Feed]
		s.Feeds = append(s.Feeds, e.Feed)
		if e.As == news.AsNews {
			f.News = e.Seq
		} else {
			f.History = e.Seq
		}
		m.stories[s.ID], m.feeds[e.Feed] = s, f
	}
	for _, l := range r.Leave {
		e := m.members[string(l.Feed)+l.Story.String()]
		e.Left, e.Pinned = l.Why, time.Time{}
		m.members[string(l.Feed)+l.Story.String()] = e
		s, _ := m.Story(l.Story)
		if l.Why != "merged" {
			s.Feeds = slices.DeleteFunc(s.Feeds, func(n news.FeedName) bool { return n == l.Feed })
			m.stories[s.ID] = s
		}
	}
	m.foldPlaces(r)
	m.foldDigests(r)
	for _, u := range r.Updated {
		e := m.members[string(u.Feed)+u.Story.String()]
		e.Updated = m.now
		m.members[string(u.Feed)+u.Story.String()] = e
	}
}
