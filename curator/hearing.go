package curator

import (
	"time"

	"chinanews/news"
)

// hearing is one decision in the making: the ledger, and over it what has been
// decided so far, so that the second entry of a batch sees the first.
type hearing struct {
	*Curator
	Ledger
	batch  news.Batch
	source source
	at     time.Time

	items   map[news.ItemID]*news.Item
	stories map[news.StoryID]*news.Story
	keys    map[string]news.ItemID // how LF key -> item, of items first seen in this batch
	twins   map[string]news.ItemID
	seqs    map[news.FeedName]news.FeedState
	texts   map[news.ItemID]news.Entry // texts that are in the batch, not in the ledger yet
	named   map[news.ItemID]bool       // items that the listing names
	given   map[string]bool            // story addresses given out in this hearing
	places  map[placeKey]news.Membership
	waiting map[placeKey]news.Why
	freed   []freed        // readings that an approval lets out
	touched []news.StoryID // stories that may enter feeds now, in order
	kin     kin
	out     news.Decision

	refolding bool // the configuration or the tags have changed: what does not pass any more leaves

	lent  *loan             // while several feeds look at one story; nil: none
	taken map[takenKey]bool // what feeds without contents take; nil: not kept

	relocated int // items that are looked at because the listing has another address for them
}

func (c *Curator) hear(l Ledger, b news.Batch) *hearing {
	return &hearing{
		Curator: c, Ledger: l, batch: b, source: c.sourceOf(b.Source), at: l.At(),
		items:   make(map[news.ItemID]*news.Item),
		stories: make(map[news.StoryID]*news.Story),
		keys:    make(map[string]news.ItemID),
		twins:   make(map[string]news.ItemID),
		seqs:    make(map[news.FeedName]news.FeedState),
		texts:   make(map[news.ItemID]news.Entry),
		named:   make(map[news.ItemID]bool),
		given:   make(map[string]bool),
		kin:     newKin(),
		places:  make(map[placeKey]news.Membership),
		waiting: make(map[placeKey]news.Why),
	}
}

// Accept decides what a batch says: the function that storage calls in the
// transaction that records it. A batch of a source that is no longer
// configured decides nothing.
func (c *Curator) Accept(l Ledger, b news.Batch) news.Decision {
	h := c.hear(l, b)
	if _, ok := c.sources[b.Source]; !ok {
		return news.Decision{}
	}
	switch b.Kind {
	case news.TaskListing:
		h.listing()
	case news.TaskArticle, news.TaskLook:
		h.page()
	}
	return h.decision()
}

// decision lets what became ready enter, and closes the hearing.
func (h *hearing) decision() news.Decision {
	for _, id := range h.touched {
		if s, ok := h.story(id); ok {
			h.enterAll(s)
		}
	}
	if !h.out.Ruling.Empty() {
		h.out.Ruling.Curator = Version
	}
	return h.out
}

// item is the item as decided so far.
func (h *hearing) item(id news.ItemID) (*news.Item, bool) {
	if i, ok := h.items[id]; ok {
		return i, true
	}
	i, ok := h.Item(id)
	if !ok {
		return nil, false
	}
	h.items[id] = &i
	return &i, true
}

// story is the story as decided so far, under the id that it resolves to.
func (h *hearing) story(id news.StoryID) (*news.Story, bool) {
	if s, ok := h.stories[id]; ok {
		if !s.Alias.IsZero() {
			return h.story(s.Alias)
		}
		return s, true
	}
	s, ok := h.Story(id)
	if !ok {
		return nil, false
	}
	if _, known := h.stories[s.ID]; known {
		return h.story(s.ID) // it may be part of another by now
	}
	h.stories[s.ID] = &s
	return &s, true
}

func (h *hearing) find(how news.How, key string) (news.ItemID, bool) {
	if id, ok := h.keys[string(how)+"\n"+key]; ok {
		return id, true
	}
	return h.Find(h.batch.Source, how, key)
}

func (h *hearing) twin(how news.How, key string) (news.ItemID, bool) {
	if id, ok := h.Twin(how, key); ok {
		return id, true
	}
	id, ok := h.twins[string(how)+"\n"+key]
	return id, ok
}

func (h *hearing) feedState(name news.FeedName) news.FeedState {
	if s, ok := h.seqs[name]; ok {
		return s
	}
	return h.Feed(name)
}

// keep records an entry of the batch and returns its number in the record.
func (h *hearing) keep(n int) int {
	h.out.Keep = append(h.out.Keep, n)
	return len(h.out.Keep) - 1
}

func (h *hearing) touch(id news.StoryID) {
	h.touched = append(h.touched, id)
}

// task plans what is to be asked of the batch's source.
func (h *hearing) task(t news.Task) {
	t.Source = h.batch.Source
	h.out.Tasks = append(h.out.Tasks, t)
}

// summaryAndText are an item's texts, from the batch or from the record. A
// text that retention took is empty.
func (h *hearing) summaryAndText(i *news.Item) (summary, html string) {
	if e, ok := h.texts[i.ID]; ok {
		return e.Summary, e.HTML
	}
	if t, ok := h.lentTexts(i); ok {
		return t.summary, t.html
	}
	summary, html, _ = h.Texts(i.ShownPos(), i.Shown)
	return summary, html
}
