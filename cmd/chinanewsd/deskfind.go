package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"chinanews/feedout/desk"
	"chinanews/news"
	"chinanews/storage"
)

// findWithin bounds how long an editor waits for what is looked for.
const findWithin = 2 * time.Second

// Find is part of desk.Stories: it looks for what the words name, else for what
// has them, public or not.
func (h editors) Find(ctx context.Context, asked string) (out desk.Finding, err error) {
	ctx, cancel := context.WithTimeout(ctx, findWithin)
	defer cancel()
	asked = strings.TrimSpace(asked)
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		found := h.latest
		if asked != "" {
			found = h.findBy
		}
		out, err = found(ctx, l, asked)
		return err
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return desk.Finding{Cut: true}, nil
	}
	return out, err
}

func (h editors) findBy(ctx context.Context, l *storage.Ledger, asked string) (out desk.Finding, err error) {
	for _, s := range h.storiesBy(l, asked) {
		out.Found = append(out.Found, h.brief(l, s))
	}
	if len(out.Found) > 0 {
		return out, nil
	}
	phrases, err := news.ParseQuery(asked)
	if err != nil {
		return out, &desk.Refusal{Words: err.Error()}
	}
	found := l.Search(ctx, news.Query{Phrases: phrases}, func(i news.Item) news.Content { return news.Full })
	out.More, out.Cut = found.More, found.Cut
	var items []news.Item
	for _, hit := range found.Hits {
		items = append(items, hit.Item)
	}
	out.Found = h.briefs(l, items)
	return out, nil
}

// recent is how far back the newest releases are looked for.
const recent = 14 * 24 * time.Hour

// latest are the releases that were first seen last.
func (h editors) latest(ctx context.Context, l *storage.Ledger, _ string) (out desk.Finding, err error) {
	var items []news.Item
	for _, row := range h.cfg.Sources {
		n := 0
		for i := range l.Items(row.Origin, l.At().Add(-recent)) {
			if n++; n > news.MostFound || ctx.Err() != nil {
				break
			}
			items = append(items, i)
		}
	}
	slices.SortFunc(items, func(a, b news.Item) int { return b.FirstSeen.Compare(a.FirstSeen) })
	out.More = len(items) > news.MostFound
	out.Found = h.briefs(l, items[:min(len(items), news.MostFound)])
	return out, ctx.Err()
}

// briefs are the stories of items, each once.
func (h editors) briefs(l *storage.Ledger, items []news.Item) (all []desk.Brief) {
	seen := make(map[news.StoryID]bool)
	for _, i := range items {
		if s, ok := l.Story(i.Story); ok && !seen[s.ID] && len(s.Items) > 0 {
			seen[s.ID] = true
			all = append(all, h.brief(l, s))
		}
	}
	return all
}
