package storage

import "chinanews/news"

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
