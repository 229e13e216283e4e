package storage

import (
	"time"

	"chinanews/news"
)

// Sharing finds items that share features, dated at most so far from a moment:
// those that share most first, then the older.
func (l *Ledger) Sharing(features []uint64, around time.Time, within time.Duration, most int) []news.Shared {
	return nil
}
