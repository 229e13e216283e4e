package main

import (
	"context"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// pruneTexts is storage's for a record that follows others: the node that rules
// says what is to go, and every node follows.
func (m *member) pruneTexts(ctx context.Context, before time.Time, standing func(*storage.Ledger) map[news.ItemID]bool, who string) (n int, err error) {
	var part storage.PruneDraft
	for first := true; first || part.Next != nil; first = false {
		_, err := m.node.Record(ctx, func(ctx context.Context) (message []byte, err error) {
			part, err = m.store.DraftPrune(ctx, before, part.Next, standing, who)
			return part.Message, err
		})
		if err != nil {
			return n, err
		}
		n += part.Texts
	}
	return n, nil
}
