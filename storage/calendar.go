package storage

import (
	"bytes"
	"time"

	"chinanews/news"
)

// Dated is how many entries OnDay yields. It reads their keys only.
func (l *Ledger) Dated(name news.FeedName, from, to time.Time) (n int) {
	b := l.derived.Bucket(feedBucket(name, "dates"))
	if b == nil {
		return 0
	}
	end := dateKey(to)
	c := b.Cursor()
	for k, _ := c.Seek(dateKey(from)); k != nil && bytes.Compare(k, end) < 0; k, _ = c.Next() {
		n++
	}
	return n
}
