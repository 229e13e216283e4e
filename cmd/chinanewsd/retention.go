package main

import (
	"context"
	"time"

	"chinanews/feedout"
	"chinanews/news"
	"chinanews/storage"
)

// Texts and captures that were kept long enough go a while after the start,
// and then each day.
const (
	retainAfter = 10 * time.Minute
	retainEvery = 24 * time.Hour
)

// retain throws away what the configuration does not keep, until ctx ends.
func (h *house) retain(ctx context.Context) error {
	if h.cfg.Retention == (news.Retention{}) {
		return nil
	}
	for pause := retainAfter; waited(ctx, pause); pause = retainEvery {
		if h.cfg.Retention.Items > 0 && h.flow.rules(ctx) {
			h.prune(ctx)
		}
		if h.cfg.Retention.Captures > 0 {
			h.pruneCaptures(ctx)
		}
	}
	return nil
}

func (h *house) prune(ctx context.Context) {
	keep := h.cfg.Retention.Items
	prune := h.store.PruneTexts
	if h.member != nil {
		prune = h.member.pruneTexts
	}
	n, err := prune(ctx, h.flow.now().Add(-keep.Std()), h.standing, "chinanewsd")
	if n > 0 {
		h.log.Info("texts of old items were thrown away", "texts", n, "kept", keep.String())
		if h.press != nil {
			h.press.changed() // archives had them
		}
	}
	if err != nil && ctx.Err() == nil {
		h.log.Error("texts of old items could not be thrown away; trying again tomorrow", "err", err)
	}
}

// pruneCaptures removes the answers of days long past, but for evidence.
func (h *house) pruneCaptures(ctx context.Context) {
	keep := h.cfg.Retention.Captures
	done, err := h.store.PruneCaptures(ctx, h.flow.now().Add(-keep.Std()), "chinanewsd")
	if len(done.Files) > 0 {
		h.log.Info("captures of old days were removed", "files", len(done.Files), "kept for ever", done.Kept, "kept", keep.String())
	}
	if err != nil && ctx.Err() == nil {
		h.log.Error("captures of old days could not be removed; trying again tomorrow", "err", err)
	}
}

// standing are the items of stories that stand in a subscription document now.
func (h *house) standing(l *storage.Ledger) map[news.ItemID]bool {
	items := make(map[news.ItemID]bool)
	for _, f := range h.cfg.Feeds {
		for _, m := range feedout.Limit(l.Entries(f.Name, news.AsNews), f) {
			items[m.Lead] = true
			if s, ok := l.Story(m.Story); ok {
				for _, id := range s.Items {
					items[id] = true
				}
			}
		}
	}
	return items
}
