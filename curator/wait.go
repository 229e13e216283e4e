package curator

import "chinanews/news"

// queue says what a story waits for, in every feed and in all: only what is
// another than before is ruled.
func (h *hearing) queue(s *news.Story, of map[news.FeedName]verdict) {
	all := h.everywhere(s)
	asked := make(map[news.FeedName]news.Why)
	for _, f := range h.feeds {
		why := h.asks(f, s, of[f.Name])
		if why == news.WaitConflict && all == "" && conflicts(h.Layer(*s, ""), of[f.Name].Lead) {
			all = why
		}
		asked[f.Name] = why
	}
	h.wait("", s, all)
	for _, f := range h.feeds {
		if asked[f.Name] == all {
			asked[f.Name] = ""
		}
		h.wait(f.Name, s, asked[f.Name])
	}
}

// everywhere is what a story waits for in all feeds.
func (h *hearing) everywhere(s *news.Story) news.Why {
	l := h.Layer(*s, "")
	_, withdrawn := h.Withdrawn(s.ID)
	_, hidden := l.Hidden()
	_, held := l.Held()
	switch {
	case withdrawn, hidden:
		return ""
	case held:
		return news.WaitHold
	case l.Embargo().After(h.at):
		return news.WaitEmbargo
	}
	return ""
}

// asks is what a story waits for in one feed. What would enter as history is
// not asked for, though an editor may approve it.
func (h *hearing) asks(f feed, s *news.Story, v verdict) news.Why {
	switch {
	case v.Wait == news.WaitApproval && v.As != news.AsNews:
		if q, _ := h.waits(f.Name, s); q != v.Wait {
			return ""
		}
	case v.In && v.Wait == "" && conflicts(v.Layer, v.Lead):
		return news.WaitConflict
	}
	return v.Wait
}

// conflicts reports whether a source changed what an editor had written over,
// and no editor has had a look since.
func conflicts(l news.Layer, i *news.Item) bool {
	last, ok := l.Last(news.ActRetitle, news.ActSummary, news.ActNote, news.ActApprove)
	if !ok || l.Text(news.ActRetitle)+l.Text(news.ActSummary)+l.Text(news.ActNote) == "" {
		return false
	}
	for _, r := range i.Revisions {
		if r.Class == news.Edit && r.Pos > last.Saw() {
			return true
		}
	}
	return false
}

// waits is what a story waits for in a feed, as decided so far.
func (h *hearing) waits(name news.FeedName, s *news.Story) (news.Why, bool) {
	if why, ok := h.waiting[placeKey{name, s.ID}]; ok {
		return why, why != ""
	}
	q, ok := h.Waits(name, s.ID)
	return q.Why, ok
}

// wait has a story wait in a feed, or no more.
func (h *hearing) wait(name news.FeedName, s *news.Story, why news.Why) {
	if before, _ := h.waits(name, s); before == why {
		return
	}
	h.waiting[placeKey{name, s.ID}] = why
	h.out.Ruling.Waits = append(h.out.Ruling.Waits, news.Wait{Feed: name, Story: s.ID, Why: why})
}

// unqueue has a story wait no more: what it waited for, another one does.
func (h *hearing) unqueue(s *news.Story) {
	h.wait("", s, "")
	for _, f := range h.feeds {
		h.wait(f.Name, s, "")
	}
}
