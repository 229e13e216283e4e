package curator

import "chinanews/news"

func (h *hearing) mergeStories(news.Editing) {}

func (h *hearing) splitStory(news.Editing) {}

func (h *hearing) siblings(s *news.Story) (list []*news.Story) {
	for _, id := range s.Items {
		for _, r := range h.Siblings(id) {
			i, ok := h.item(r.Of)
			if r.Off || !ok {
				continue
			}
			if t, ok := h.story(i.Story); ok && t.ID != s.ID {
				list = append(list, t)
			}
		}
	}
	return list
}
