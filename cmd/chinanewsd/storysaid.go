package main

import (
	"slices"
	"time"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// storySaid is all that was decided of a story, and why.
type storySaid struct {
	ID        news.StoryID     `json:"id"`
	Address   string           `json:"address"`
	URL       string           `json:"url,omitempty"` // of its page; empty while the site has no address
	Entry     string           `json:"entry"`         // id of its entries in feeds
	Title     string           `json:"title"`
	Was       []string         `json:"was"` // addresses of stories that were merged into it
	Items     []itemSaid       `json:"items"`
	Siblings  []siblingSaid    `json:"siblings"`
	Withdrawn *news.Withdrawal `json:"withdrawn,omitempty"`
	Acts      []deed           `json:"acts"` // of editors, oldest first, those too that were taken back
	Feeds     []feedSaid       `json:"feeds"`
	Floods    []string         `json:"floods"`          // that items of it were held back of, SOURCE/DAY
	Other     bool             `json:"other,omitempty"` // this configuration is not the one that was last at work
}

// itemSaid is what was decided of an item.
type itemSaid struct {
	ID        news.ItemID     `json:"id"`
	Source    string          `json:"source"` // id
	Title     string          `json:"title"`
	URL       string          `json:"url,omitempty"`
	Lang      string          `json:"lang"`
	How       news.How        `json:"how"` // what identified it
	Key       string          `json:"key"`
	FirstSeen time.Time       `json:"first_seen"`
	Pos       uint64          `json:"pos"` // of the record that first had it
	Dated     news.Date       `json:"dated"`
	As        news.As         `json:"as"`
	State     news.ItemState  `json:"state"`
	Presence  news.Presence   `json:"presence,omitempty"`
	Missed    time.Time       `json:"missed,omitzero"`
	Evidence  []news.Look     `json:"evidence,omitempty"`
	Joined    []joinSaid      `json:"joined"`
	Apart     []news.ItemID   `json:"apart"` // an editor said that they are other releases
	Readings  []news.Revision `json:"readings"`
}

// joinSaid is when and why an item came into a story.
type joinSaid struct {
	Story    string    `json:"story"` // address
	At       time.Time `json:"at"`
	Evidence string    `json:"evidence,omitempty"` // empty: it began the story, or came with another
}

// siblingSaid is a version of the story in another language.
type siblingSaid struct {
	Story    string    `json:"story"` // address
	Title    string    `json:"title"`
	Lang     string    `json:"lang"`
	At       time.Time `json:"at"`
	Evidence string    `json:"evidence"`
}

// feedSaid is why the story is in a feed, or is not.
type feedSaid struct {
	curator.Standing
	Has    bool   `json:"has"`              // the feed has it now
	Beside string `json:"beside,omitempty"` // address of the version that the feed has in its place
	Digest string `json:"digest,omitempty"` // of a feed that has one entry a day: which one has the story, in words
}

func (h *house) storySaid(l *storage.Ledger, c *curator.Curator, s news.Story, feed string) *storySaid {
	out := &storySaid{ID: s.ID, Address: s.Address, Entry: news.EntryURN(h.store.Site(), s.ID), Title: titleOf(l, s),
		Was: []string{}, Siblings: h.siblingsSaid(l, s), Acts: h.deeds(l, news.Scope{Story: s.ID}, s), Floods: h.floods(l, s), Other: !l.Publishes(h.cfg.Publication)}
	if base := h.cfg.Site.BaseURL; base != "" {
		out.URL = base + "/stories/" + s.Address
	}
	if w, ok := l.Withdrawn(s.ID); ok {
		out.Withdrawn = &w
	}
	for _, id := range s.Items {
		i, _ := l.Item(id)
		out.Items = append(out.Items, h.itemSaid(l, i))
		if t, ok := l.Story(news.StoryID(id)); ok && t.ID == s.ID && id != news.ItemID(s.ID) {
			out.Was = append(out.Was, l.Address(news.StoryID(id)))
		}
		if i.As == news.AsWaiting {
			out.Acts = append(out.Acts, h.deeds(l, news.Scope{Source: i.Source, Day: floodDay(i)}, s)...)
		}
	}
	for _, standing := range c.Explain(l, s, feed).Feeds {
		has := standing.Place.Seq > 0 && standing.Place.Left == ""
		out.Feeds = append(out.Feeds, feedSaid{standing, has, l.Address(standing.Sibling), h.digestSaid(l, standing.Place)})
	}
	return out
}

func (h *house) itemSaid(l *storage.Ledger, i news.Item) itemSaid {
	out := itemSaid{ID: i.ID, Source: h.rowOf(i.Source), Title: news.Line(i.Shown.Title), URL: i.Shown.URL, Lang: i.Shown.Lang, How: i.How, Key: i.Key,
		FirstSeen: i.FirstSeen, Pos: i.Pos, Dated: i.Dated(), As: i.As, State: i.State, Presence: i.Presence, Missed: i.Missed, Evidence: i.Evidence,
		Apart: l.Apart(i.ID), Readings: i.Revisions}
	for _, j := range i.Joined {
		out.Joined = append(out.Joined, joinSaid{l.Address(j.Story), j.At, j.Evidence})
	}
	return out
}

func (h *house) siblingsSaid(l *storage.Ledger, s news.Story) []siblingSaid {
	all := []siblingSaid{}
	for _, id := range s.Items {
		for _, r := range l.Siblings(id) {
			i, _ := l.Item(r.Of)
			t, ok := l.Story(i.Story)
			known := slices.ContainsFunc(all, func(k siblingSaid) bool { return k.Story == t.Address })
			if ok && !known && t.ID != s.ID {
				all = append(all, siblingSaid{t.Address, titleOf(l, t), i.Shown.Lang, r.At, r.Evidence})
			}
		}
	}
	return all
}

// floods are the floods that items of a story were held back of, as `edit`
// takes them.
func (h *house) floods(l *storage.Ledger, s news.Story) []string {
	names := []string{}
	for _, id := range s.Items {
		if i, _ := l.Item(id); i.As == news.AsWaiting {
			names = append(names, h.rowOf(i.Source)+"/"+floodDay(i))
		}
	}
	return slices.Compact(names)
}

// floodDay is the day of the flood that an item came with.
func floodDay(i news.Item) string { return i.FirstSeen.UTC().Format(time.DateOnly) }
