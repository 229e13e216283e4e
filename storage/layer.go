package storage

import (
	"time"

	"chinanews/news"
)

// Layer is what stands of editors' acts on a story, in a feed or (empty)
// everywhere, under all ids that it ever had.
func (l *Ledger) Layer(s news.Story, feed news.FeedName) news.Layer {
	var of []news.Decisions
	seen := make(map[news.StoryID]bool)
	for _, id := range append([]news.ItemID{news.ItemID(s.ID)}, s.Items...) {
		story := news.StoryID(id)
		if seen[story] {
			continue
		}
		seen[story] = true
		of = append(of, l.Decisions(news.Scope{Story: story}))
		if feed != "" {
			of = append(of, l.Decisions(news.Scope{Story: story, Feed: feed}))
		}
	}
	return news.NewLayer(of...)
}

// Apart are items that an editor said to be other releases than one.
func (l *Ledger) Apart(news.ItemID) []news.ItemID { return nil }

// Siblings are the links of an item to others, in the order of their ids.
func (l *Ledger) Siblings(news.ItemID) []news.SiblingRuling { return nil }

// Sharing finds items that share features, dated at most so far from a moment:
// those that share most first, then the older.
func (l *Ledger) Sharing(features []uint64, around time.Time, within time.Duration, most int) []news.Shared {
	return nil
}

// Queue is what waits for an editor, oldest first.
func (l *Ledger) Queue() []news.Queued { return nil }
