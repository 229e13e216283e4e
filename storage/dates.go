package storage

import (
	"bytes"
	"encoding/binary"
	"iter"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// dateKey has moments in their order, also those before 1970.
func dateKey(at time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(at.UnixMilli())^1<<63)
}

func dateOf(key []byte) time.Time {
	return time.UnixMilli(int64(binary.BigEndian.Uint64(key) ^ 1<<63)).UTC()
}

func memberKey(m news.Membership) []byte { return append(dateKey(m.Published), m.Story[:]...) }

// date has an entry found by the day on which it was published.
func (f *folder) date(m news.Membership) error {
	b, err := f.root.CreateBucketIfNotExists(feedBucket(m.Feed, "dates"))
	if err != nil {
		return err
	}
	return put(b, memberKey(m), nil)
}

// undate is date for one that has left.
func (f *folder) undate(m news.Membership) error {
	b := f.root.Bucket(feedBucket(m.Feed, "dates"))
	if b == nil || m.Place == 0 {
		return nil
	}
	return b.Delete(memberKey(m))
}

// OnDay yields what is in a feed, as news or history, and was published from a
// moment on and before another, the newest first.
func (l *Ledger) OnDay(name news.FeedName, from, to time.Time) iter.Seq[news.Membership] {
	return func(yield func(news.Membership) bool) {
		b := l.derived.Bucket(feedBucket(name, "dates"))
		if b == nil {
			return
		}
		first := dateKey(from)
		c := b.Cursor()
		for k, v := seekBefore(c, dateKey(to)); k != nil && bytes.Compare(k, first) >= 0; k, v = c.Prev() {
			bare(k, v)
			m, ok := l.Membership(name, news.StoryID(k[8:]))
			if ok && !yield(m) {
				return
			}
		}
	}
}

// seekBefore goes to the last key before one.
func seekBefore(c *bbolt.Cursor, key []byte) (k, v []byte) {
	if k, _ := c.Seek(key); k == nil {
		return c.Last()
	}
	return c.Prev()
}

// LastBefore is when the newest of what is in a feed and was published before a
// moment was published; false when there is none.
func (l *Ledger) LastBefore(name news.FeedName, at time.Time) (time.Time, bool) {
	b := l.derived.Bucket(feedBucket(name, "dates"))
	if b == nil {
		return time.Time{}, false
	}
	k, _ := seekBefore(b.Cursor(), dateKey(at))
	if k == nil {
		return time.Time{}, false
	}
	return dateOf(k), true
}

// FirstFrom is when the oldest of what is in a feed and was published at a
// moment or after it was published; false when there is none. From the zero
// time it is the first of all.
func (l *Ledger) FirstFrom(name news.FeedName, at time.Time) (time.Time, bool) {
	b := l.derived.Bucket(feedBucket(name, "dates"))
	if b == nil {
		return time.Time{}, false
	}
	k, _ := b.Cursor().Seek(dateKey(at))
	if k == nil {
		return time.Time{}, false
	}
	return dateOf(k), true
}
