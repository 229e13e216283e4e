package storage

import (
	"bytes"
	"context"
	"iter"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// attempt is when an address was asked last, and how that went: not at all yet,
// or with the answer that nothing is new. It stands beside what is remembered of
// the address, and over it, until that is written again. It is short, so that
// polls that bring nothing change few pages.
type attempt struct {
	LastTry  time.Time `json:"last_try"`
	Failures int       `json:"failures"`
	Next     time.Time `json:"next"`
	LastGood time.Time `json:"last_good,omitzero"` // zero, as in rows of older programs: what is remembered says it, and Fresh
	Fresh    time.Time `json:"fresh,omitzero"`
}

// attemptOf is what of a state may change with each poll.
func attemptOf(p news.FetchState) attempt {
	return attempt{p.LastTry, p.Failures, p.Next, p.LastGood, p.Advice.Fresh}
}

// Begin counts attempts at addresses before they are made: of each state LastTry,
// Failures and Next say so, the rest is as it was read; no LastTry: there was none.
// It returns when that is on disk, for which it waits for others so long.
func (s *Store) Begin(ctx context.Context, patience time.Duration, all ...news.FetchState) error {
	err := s.commitWithin(ctx, patience, func(tx *bbolt.Tx, _ time.Time) error {
		for _, p := range all {
			if err := putAttempt(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	return s.tellPolls(ctx, err, all...)
}

func putAttempt(tx *bbolt.Tx, p news.FetchState) error {
	key := pollKey(p.Source, p.URL)
	if p.LastTry.IsZero() {
		return unattempt(tx, key)
	}
	b, err := tx.CreateBucketIfNotExists(bucketAsked)
	if err != nil {
		return err
	}
	return putJSON(b, key, attemptOf(p))
}

// unattempt forgets the attempt at an address.
func unattempt(tx *bbolt.Tx, key []byte) error {
	if b := tx.Bucket(bucketAsked); b != nil {
		return b.Delete(key)
	}
	return nil
}

// poll is what is remembered of an address, with the last attempt.
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
	if !a.LastGood.IsZero() {
		p.LastGood, p.Advice.Fresh = a.LastGood, a.Fresh
	}
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
