package main

import (
	"context"

	"chinanews/feedout/desk"
	"chinanews/news"
	"chinanews/storage"
)

// waits is the queue for its feed, in the order of queued.
func (h *house) waits(ctx context.Context) (list []desk.Waiting, err error) {
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		for _, q := range queued(l) {
			list = append(list, h.waitingOf(l, q))
		}
		return nil
	})
	return list, err
}

func (h *house) waitingOf(l *storage.Ledger, q news.Queued) desk.Waiting {
	w := h.waiting(l, q)
	out := desk.Waiting{
		ID: news.WaitURN(h.store.Site(), q), Path: "/desk/stories/" + w.Name, Title: w.Title, Items: w.Items,
		Wait: desk.Wait{Why: w.Why, By: w.By, Since: w.Since, Until: w.Until},
	}
	if q.Source != "" {
		out.Path, out.Title = "/desk/floods/"+w.Name, h.rowOf(q.Source)
		return out
	}
	for _, f := range h.cfg.Feeds {
		if f.Name == q.Feed {
			out.Feed = desk.Named{ID: f.ID, Title: f.Title}
		}
	}
	if s, ok := l.Story(q.Story); ok {
		out.Lang = faceOf(l, s).Shown.Lang
	}
	return out
}
