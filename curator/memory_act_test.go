package curator

import (
	"slices"
	"time"

	"chinanews/news"
)

func (m *memory) Decisions(s news.Scope) news.Decisions { return m.decided[s.String()] }

func (m *memory) Layer(s news.Story, feed news.FeedName) news.Layer {
	var of []news.Decisions
	for _, id := range named(&s) {
		of = append(of, m.Decisions(news.Scope{Story: id}))
		if feed != "" {
			of = append(of, m.Decisions(news.Scope{Story: id, Feed: feed}))
		}
	}
	return news.NewLayer(of...)
}

func (m *memory) Waits(feed news.FeedName, story news.StoryID) (news.Queued, bool) {
	q, ok := m.queue[string(feed)+"|"+story.String()]
	return q, ok
}

func (m *memory) Siblings(id news.ItemID) []news.SiblingRuling { return m.links[id] }

// pair makes two items versions of one release.
func (m *memory) pair(a, b news.ItemID) {
	m.links[a] = append(m.links[a], news.SiblingRuling{Item: a, Of: b})
	m.links[b] = append(m.links[b], news.SiblingRuling{Item: b, Of: a})
}

// edit records an act, or that one is taken back, and what the curator makes of
// it.
func (m *memory) edit(c *Curator, e news.Editing) news.Decision {
	e.Args.Items = m.leaving(e)
	d := m.decided[e.Scope.String()]
	d.Rev++
	if e.Undoes > 0 {
		n := slices.IndexFunc(d.Acts, func(a news.Acted) bool { return a.Pos == e.Undoes && a.Undone == 0 })
		if n < 0 {
			m.t.Fatalf("no act at %d stands for %s", e.Undoes, e.Scope)
		}
		d.Acts = slices.Clone(d.Acts)
		d.Acts[n].Undone, e.Act, e.Args = m.pos, d.Acts[n].Act, d.Acts[n].Args
	} else {
		d.Acts = append(slices.Clip(d.Acts), news.Acted{Pos: m.pos, At: m.now, Rev: d.Rev, Who: e.Who, Act: e.Act, Args: e.Args})
	}
	m.decided[e.Scope.String()] = d
	if e.Act == news.ActWithdraw {
		m.withdrawn[e.Scope.Story] = news.Withdrawal{At: m.now, Pos: m.pos, Erased: e.Args.Erase}
	}
	m.foldSplit(e)
	m.pos++
	return m.rule(c.Edit(m, e))
}

// undo takes back the last act on a scope that stands.
func (m *memory) undo(c *Curator, s news.Scope) news.Decision {
	for _, a := range slices.Backward(m.decided[s.String()].Acts) {
		if a.Undone == 0 {
			return m.edit(c, news.Editing{Scope: s, Undoes: a.Pos})
		}
	}
	m.t.Fatalf("nothing stands of %s", s)
	return news.Decision{}
}

// until does what falls due before a moment, and goes on to it.
func (m *memory) until(c *Curator, at time.Time) (all []news.Decision) {
	for {
		var next news.Task
		for _, t := range m.tasks {
			if t.Kind == news.TaskDecide && !t.Due.After(at) && (next.Kind == "" || t.Due.Before(next.Due) || t.Due.Equal(next.Due) && t.Name() < next.Name()) {
				next = t
			}
		}
		if next.Kind == "" {
			m.now = at
			return all
		}
		if next.Due.After(m.now) {
			m.now = next.Due
		}
		delete(m.tasks, next.Name())
		all = append(all, m.rule(c.Decide(m, next)))
	}
}

// foldPlaces folds what becomes of entries in their places, and what waits.
func (m *memory) foldPlaces(r news.Ruling) {
	for _, x := range r.Leads {
		e := m.members[string(x.Feed)+x.Story.String()]
		e.Lead, e.Link, e.Rev, e.Before = x.Lead, x.Link, x.Rev, x.Before
		m.members[string(x.Feed)+x.Story.String()] = e
	}
	for _, p := range r.Pins {
		e := m.members[string(p.Feed)+p.Story.String()]
		if e.Left != "" {
			m.t.Errorf("story %s is pinned in %s, which it is not in", p.Story, p.Feed)
		}
		e.Pinned = p.Until
		m.members[string(p.Feed)+p.Story.String()] = e
	}
	for _, w := range r.Waits {
		key := string(w.Feed) + "|" + w.Story.String()
		if before, ok := m.queue[key]; before.Why == w.Why {
			m.t.Errorf("it is ruled again that %s waits in %q for %q (it did: %v)", w.Story, w.Feed, w.Why, ok)
		}
		m.queue[key] = news.Queued{Wait: w, Since: m.now, Pos: m.pos}
		if w.Why == "" {
			delete(m.queue, key)
		}
	}
}
