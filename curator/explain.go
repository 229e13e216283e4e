package curator

import (
	"slices"
	"time"

	"chinanews/news"
)

// Explanation is why a story is in feeds, or is not, as decided now. It comes
// from what decides itself.
type Explanation struct {
	Story news.StoryID `json:"story"`
	Feeds []Standing   `json:"feeds"`
}

// Standing is why a story is in one feed, or is not.
type Standing struct {
	Feed     string          `json:"feed"`             // id
	In       bool            `json:"in"`               // it may be in the feed, and is
	Reason   string          `json:"reason,omitempty"` // why not; with In: why it would not enter today, though it stays
	Leaves   bool            `json:"leaves,omitempty"` // it stays until the next change of the configuration
	Enters   bool            `json:"enters,omitempty"` // it enters with that: what stands in its place leaves
	Why      string          `json:"why"`              // all of that in words, with the clause that decides
	Lead     news.ItemID     `json:"lead,omitzero"`    // whose text its entry has, or would have
	Rev      int             `json:"rev,omitempty"`    // the reading of it; 0: the newest
	As       news.As         `json:"as,omitempty"`     // how it enters
	Wait     news.Why        `json:"wait,omitempty"`   // what an editor has to do about it
	Pinned   time.Time       `json:"pinned,omitzero"`  // until when it stands first
	Sibling  news.StoryID    `json:"sibling,omitzero"` // the version that the feed has in its place
	Place    news.Membership `json:"place,omitzero"`   // that it has, or had; see Left
	Acts     news.Layer      `json:"acts,omitempty"`   // of editors, that stand here
	Carriers []Carrier       `json:"carriers"`
}

// Carrier is what a feed makes of one item of a story.
type Carrier struct {
	Item   news.ItemID `json:"item"`
	Source string      `json:"source"`           // id; of one that is configured no more its permanent name
	Passes bool        `json:"passes"`           // the story may be in the feed for it
	Reason string      `json:"reason,omitempty"` // why not
	Own    []Clause    `json:"own,omitempty"`    // include and exclude of its source's row; all must be true
	Rule   *Clause     `json:"rule,omitempty"`   // the feed's `where`; nil where it was not asked
}

// Why an item does not pass, beside the reasons of stories.
const (
	notConfigured reason = "retired"  // its source is configured no more
	notLanguage   reason = "language" // the feed takes its source, and another language
	notThere      reason = "removed"  // it is no longer at its address, and the feed drops such
)

// Explain says why a story is in a feed, named by its id, or, the id empty, in
// each, or is not. It decides nothing.
func (c *Curator) Explain(l Ledger, s news.Story, feed string) Explanation {
	h := c.hear(l, news.Batch{})
	h.lend()
	out := Explanation{Story: s.ID, Feeds: []Standing{}}
	known, ok := h.story(s.ID)
	for _, f := range c.feeds {
		if ok && (feed == "" || f.ID == feed) {
			out.Feeds = append(out.Feeds, h.explain(f, known))
		}
	}
	return out
}

func (h *hearing) explain(f feed, s *news.Story) Standing {
	v := h.standing(f, s)
	out := Standing{Feed: f.ID, In: v.In, Reason: string(v.Why), Rev: v.Rev, As: v.As, Wait: h.asks(f, s, v), Pinned: v.Pin, Acts: h.Layer(*s, f.Name)}
	if v.Lead != nil {
		out.Lead = v.Lead.ID
	}
	out.Place, _ = h.placeOf(f.Name, s, func(string) bool { return true })
	if m, ok := h.last(f.Name, s); ok {
		out.Place = m
	}
	then := h.refoldedStanding(f, s)
	out.Leaves, out.Enters = v.In && !then, !v.In && then
	if v.Why == outSibling {
		out.Sibling = h.preferredOf(f, s)
	}
	for _, i := range h.itemsOf(s) {
		out.Carriers = append(out.Carriers, h.carrier(f, s, i))
	}
	out.Why = out.words()
	return out
}

// refoldedStanding is whether a story would be in a feed after a change of the
// configuration that does not concern the feed.
func (h *hearing) refoldedStanding(f feed, s *news.Story) bool {
	before := h.refolding
	defer func() { h.refolding = before }()
	h.refolding = true
	return h.standing(f, s).In
}

// carrier asks of an item what passing asks, and says what it answers.
func (h *hearing) carrier(f feed, s *news.Story, i *news.Item) Carrier {
	out := Carrier{Item: i.ID, Source: string(i.Source)}
	src, configured := h.sources[i.Source]
	if configured {
		out.Source = src.ID
	}
	hindrance := reason("")
	switch {
	case !configured:
		hindrance = notConfigured
	case !f.takes[i.Source]:
		hindrance = outSource
	case !f.listens(i):
		hindrance = notLanguage
	case h.placed(i) == news.AsWaiting:
		hindrance = outFlood
	case !ready(i):
		hindrance = outUnread
	case f.drops(i):
		hindrance = notThere
	default:
		hindrance = h.judge(f, s, i, &out)
	}
	out.Reason, out.Passes = string(hindrance), hindrance == ""
	return out
}

// judge has the rules say what they make of an item.
func (h *hearing) judge(f feed, s *news.Story, i *news.Item, out *Carrier) reason {
	src := h.sourceOf(i.Source)
	judged := h.subject(src, s, i)
	judged.tags = h.Layer(*s, f.Name).Tags()
	rule := f.rule.Explain(judged)
	out.Own, out.Rule = src.explain(i.Shown.Title, judged.text), &rule
	if !rule.True || slices.ContainsFunc(out.Own, func(c Clause) bool { return !c.True }) {
		return outRule
	}
	return ""
}

// Decides are the parts that made a clause true or false, those without parts
// of their own and those that begin with not: the first that decides, else all.
func (c Clause) Decides() []Clause {
	switch c.Op {
	case "":
		return []Clause{c}
	case "not":
		inner := c.Parts[0]
		out := Clause{Text: c.Text, Column: c.Column, True: c.True, Saw: inner.Saw}
		if inner.Op != "" {
			out.Saw = sentences(inner.Decides())
		}
		return []Clause{out}
	}
	var all []Clause
	for _, p := range c.Parts {
		if p.True == (c.Op == "or") {
			return p.Decides()
		}
		all = append(all, p.Decides()...)
	}
	return all
}
