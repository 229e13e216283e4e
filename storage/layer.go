package storage

import "chinanews/news"

// Layer is what stands of editors' acts on a story, in a feed or (empty)
// everywhere, under all ids that it ever had; and of what keeps a story back
// what was done while items of it were part of another, from which an editor
// split them.
func (l *Ledger) Layer(s news.Story, feed news.FeedName) news.Layer {
	scopes := func(story news.StoryID) []news.Decisions {
		of := []news.Decisions{l.Decisions(news.Scope{Story: story})}
		if feed != "" {
			of = append(of, l.Decisions(news.Scope{Story: story, Feed: feed}))
		}
		return of
	}
	seen := map[news.StoryID]bool{s.ID: true}
	of := scopes(s.ID)
	for _, id := range s.Items {
		if story := news.StoryID(id); !seen[story] {
			seen[story] = true
			of = append(of, scopes(story)...)
		}
	}
	for _, id := range s.Items {
		for _, was := range l.formerly(id) {
			if seen[was.Story] {
				continue
			}
			for _, d := range scopes(was.Story) {
				of = append(of, d.Keeping(was.Pos, was.until))
			}
		}
	}
	return news.NewLayer(of...)
}

// former is an item's part in a story.
type former struct {
	news.Joining
	until uint64 // position; 0: it has not ended
}

// formerly is in which stories an item was that an editor has split.
func (l *Ledger) formerly(id news.ItemID) (list []former) {
	if len(l.Apart(id)) == 0 {
		return nil
	}
	i, _ := l.Item(id)
	for n, j := range i.Joined {
		f := former{Joining: j}
		if n+1 < len(i.Joined) {
			f.until = i.Joined[n+1].Pos
		}
		list = append(list, f)
	}
	return list
}
