package storage

import (
	"bytes"
	"context"
	"iter"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// attempt is what an address was asked with that has not answered yet. It
// stands beside what is remembered of the address, and over it, until that is
// written again: few are under way at a time, so that to begin one changes one
// page, and not that of its address.
type attempt struct {
	LastTry  time.Time `json:"last_try"`
	Failures int       `json:"failures"`
	Next     time.Time `json:"next"`
}

// Begin counts an attempt at an address before it is made: of p that are LastTry,
// Failures and Next. It returns when that is on disk, for which it waits for
// others so long.
func (s *Store) Begin(ctx context.Context, p news.FetchState, patience time.Duration) error {
	err := s.commitWithin(ctx, patience, func(tx *bbolt.Tx, _ time.Time) error {
		b, err := tx.CreateBucketIfNotExists(bucketAsked)
		if err != nil {
			return err
		}
		return putJSON(b, pollKey(p.Source, p.URL), attempt{p.LastTry, p.Failures, p.Next})
	})
	return s.tellPoll(ctx, p, err)
}

// unattempt forgets the attempt at an address.
func unattempt(tx *bbolt.Tx, key []byte) error {
	if b := tx.Bucket(bucketAsked); b != nil {
		return b.Delete(key)
	}
	return nil
}

// poll is what is remembered of an address, with the attempt that is under way.
func (l *Ledger) poll(key []byte) (p news.FetchState, known bool) {
	p, known = get[news.FetchState](l.tx.Bucket(bucketPolls), key)
	if b := l.tx.Bucket(bucketAsked); b != nil {
		if a, ok := get[attempt](b, key); ok {
			return a.over(p, key), true
		}
	}
	return p, known
}

// over is a state with the attempt.
func (a attempt) over(p news.FetchState, key []byte) news.FetchState {
	origin, url, _ := bytes.Cut(key, []byte{0})
	p.Source, p.URL = news.Origin(origin), string(url)
	p.LastTry, p.Failures, p.Next = a.LastTry, a.Failures, a.Next
	return p
}

// Polls yields what is remembered of listings' addresses, by source.
func (l *Ledger) Polls() iter.Seq[news.FetchState] {
	return func(yield func(news.FetchState) bool) {
		for key := range keysOf(l.tx.Bucket(bucketPolls), l.tx.Bucket(bucketAsked)) {
			if p, known := l.poll(key); known && !yield(p) {
				return
			}
		}
	}
}

// keysOf yields the keys of two buckets, of which the second may be nil, each
// once, in their order.
func keysOf(a, b *bbolt.Bucket) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		left, right := pointing(a), pointing(b)
		for left.key != nil || right.key != nil {
			key := left.key
			if key == nil || right.key != nil && bytes.Compare(right.key, key) < 0 {
				key = right.key
			}
			if !yield(key) {
				return
			}
			left.pass(key)
			right.pass(key)
		}
	}
}

// pointer is at a key of a bucket.
type pointer struct {
	*bbolt.Cursor
	key []byte // that it is at; nil: at the end
}

func pointing(b *bbolt.Bucket) *pointer {
	if b == nil {
		return new(pointer)
	}
	w := &pointer{Cursor: b.Cursor()}
	w.key, _ = w.First()
	return w
}

// pass goes on from a key.
func (w *pointer) pass(key []byte) {
	if w.key != nil && bytes.Equal(w.key, key) {
		w.key, _ = w.Next()
	}
}
