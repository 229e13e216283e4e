package curator

import (
	"bytes"
	"cmp"
	"iter"
	"slices"
	"time"

	"chinanews/news"
)

// Change is what a configuration would make of one feed.
type Change struct {
	Feed   news.FeedName
	Gains  []Move // newest first, like the others
	Losses []Move
	Waits  []Move // that begin to wait for an approval
	Leads  int    // entries that would show another text, or lead elsewhere
	Stays  int
}

// Move is a story that enters a feed, leaves it, or waits for it.
type Move struct {
	Story news.StoryID // as it is known now
	Lead  news.ItemID  // whose text its entry has, had, or would have
	As    news.As      // how it enters or, of a loss, was in
	Why   string       // with the clause that decides

	dated time.Time
}

// Rehearse says what Refold under this configuration and then Fill would make
// of the feeds, in the order of the configuration. It decides nothing, and
// reads each text once.
func (c *Curator) Rehearse(l Ledger) []Change {
	r := c.rehearsal(l)
	return r.changes(r.refolded())
}

// RehearseFill says what Fill would make of the feeds, when the configuration
// is at work already.
func (c *Curator) RehearseFill(l Ledger) []Change {
	r := c.rehearsal(l)
	return r.changes(r.Stories())
}

func (c *Curator) rehearsal(l Ledger) *rehearsal {
	r := &rehearsal{hearing: c.hear(l, news.Batch{}), of: make(map[news.FeedName]*Change), would: make(map[placeKey]string)}
	r.taken = make(map[takenKey]bool)
	for _, f := range c.feeds {
		r.of[f.Name] = &Change{Feed: f.Name}
	}
	return r
}

// changes tells what is decided while stories are looked at, and by filling
// feeds after it.
func (r *rehearsal) changes(looked iter.Seq[news.Story]) (out []Change) {
	for before := range looked {
		s, _ := r.story(before.ID)
		for _, f := range r.feeds {
			if slices.Contains(before.Feeds, f.Name) {
				r.of[f.Name].Stays++
			}
			r.foresee(f, s)
		}
		r.note()
	}
	r.refolding = false
	r.fillEmpty()
	r.note()
	for _, f := range r.feeds {
		one := r.of[f.Name]
		one.Stays -= len(one.Losses)
		for _, moves := range [][]Move{one.Gains, one.Losses, one.Waits} {
			slices.SortFunc(moves, newestFirst)
		}
		out = append(out, *one)
	}
	return out
}

func newestFirst(a, b Move) int {
	return cmp.Or(b.dated.Compare(a.dated), bytes.Compare(a.Story[:], b.Story[:]))
}

// rehearsal is a hearing of which only is told what it decides.
type rehearsal struct {
	*hearing
	of    map[news.FeedName]*Change
	would map[placeKey]string // why stories pass in feeds that have no contents yet

	enter, leave, leads, waits int // rulings that were noted
}

// foresee asks a feed without contents about a story while its texts are at
// hand: it is filled when all stories were seen.
func (r *rehearsal) foresee(f feed, s *news.Story) {
	if r.feedState(f.Name).Filled > 0 {
		return
	}
	r.candidate(f, s)
	if leads, _ := r.passing(f, s); len(leads) > 0 {
		r.would[placeKey{f.Name, s.ID}] = "it passes: " + r.carrier(f, s, leads[0]).Words()
	}
}

// note notes what was ruled since it was last called, while the texts of what
// it is about are at hand.
func (r *rehearsal) note() {
	out := &r.out.Ruling
	for _, e := range out.Enter[r.enter:] {
		c := r.of[e.Feed]
		c.Gains = append(c.Gains, r.move(e.Feed, e.Story, e.Lead, e.As))
	}
	for _, l := range out.Leave[r.leave:] {
		m, _ := r.Ledger.Membership(l.Feed, l.Story)
		if m.Left == "" { // else it loses what an editor's act keeps for it, and is out already
			c := r.of[l.Feed]
			c.Losses = append(c.Losses, r.move(l.Feed, l.Story, m.Lead, m.As))
		}
	}
	for _, w := range out.Waits[r.waits:] {
		if c, ok := r.of[w.Feed]; ok && waitWords[w.Why] != "" {
			c.Waits = append(c.Waits, r.waiting(w))
		}
	}
	for _, x := range out.Leads[r.leads:] {
		if m, ok := r.Ledger.Membership(x.Feed, x.Story); ok && m.Left == "" && (m.Lead != x.Lead || m.Link != x.Link) {
			r.of[x.Feed].Leads++
		}
	}
	r.enter, r.leave, r.leads, r.waits = len(out.Enter), len(out.Leave), len(out.Leads), len(out.Waits)
}

// waitWords say what an approval is waited for.
var waitWords = map[news.Why]string{
	news.WaitApproval: reasonWords[outApproval],
	news.WaitChange:   "it has changed since it was approved, or since the feed holds; what was approved is shown",
}

// move says of a ruling what a person should know.
func (r *rehearsal) move(name news.FeedName, id news.StoryID, lead news.ItemID, as news.As) Move {
	s, _ := r.story(id)
	why, foreseen := r.would[placeKey{name, s.ID}]
	if !foreseen {
		why = r.explain(r.feedNamed(name), s).Why
	}
	return r.dated(Move{Story: s.ID, Lead: lead, As: as, Why: why})
}

func (r *rehearsal) waiting(w news.Wait) Move {
	s, _ := r.story(w.Story)
	m := Move{Story: s.ID, Why: waitWords[w.Why]}
	if v := r.standing(r.feedNamed(w.Feed), s); v.Lead != nil {
		m.Lead, m.As = v.Lead.ID, v.As
	}
	return r.dated(m)
}

func (r *rehearsal) dated(m Move) Move {
	if i, ok := r.item(m.Lead); ok {
		m.dated = dated(i)
	}
	return m
}

func (r *rehearsal) feedNamed(name news.FeedName) feed {
	return r.feeds[slices.IndexFunc(r.feeds, func(f feed) bool { return f.Name == name })]
}
