package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
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
	LastGood time.Time `json:"-"` // zero, as in rows of older programs: what is remembered says it, and Fresh
	Fresh    time.Time `json:"-"`
}

// attemptOf is what of a state may change with each poll.
func attemptOf(p news.FetchState) attempt {
	return attempt{p.LastTry, p.Failures, p.Next, p.LastGood, p.Advice.Fresh}
}

// packedAttempt begins an attempt that is no JSON.
const packedAttempt = 1

func (a *attempt) times() [4]*time.Time {
	return [...]*time.Time{&a.LastTry, &a.Next, &a.LastGood, &a.Fresh}
}

// timeLength is how long a moment is as time.Time writes it, in UTC.
const timeLength = 15

// packed is an attempt as it is stored: its times, then its failures.
func (a attempt) packed() ([]byte, error) {
	v := append(make([]byte, 0, 1+4*timeLength+binary.MaxVarintLen64), packedAttempt)
	var err error
	for _, t := range a.times() {
		if v, err = t.UTC().AppendBinary(v); err != nil {
			return nil, err
		}
	}
	return binary.AppendUvarint(v, uint64(a.Failures)), nil
}

// readAttempt reads what packed has made, or the JSON of older programs.
func readAttempt(v []byte) (a attempt, err error) {
	if len(v) == 0 || v[0] != packedAttempt {
		err = json.Unmarshal(v, &a)
		return a, err
	}
	if v = v[1:]; len(v) <= 4*timeLength {
		return a, fmt.Errorf("an attempt of %d bytes", len(v))
	}
	for _, t := range a.times() {
		if err := t.UnmarshalBinary(v[:timeLength]); err != nil {
			return a, err
		}
		v = v[timeLength:]
	}
	failures, n := binary.Uvarint(v)
	if n != len(v) {
		return a, errors.New("an attempt that does not end with its failures")
	}
	a.Failures = int(failures)
	return a, nil
}

// Begin counts attempts at addresses before they are made: of each state LastTry,
// Failures and Next say so, the rest is as it was read. It returns when that is on
// disk, for which it waits for others so long.
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
	b, err := tx.CreateBucketIfNotExists(bucketAsked)
	if err != nil {
		return err
	}
	v, err := attemptOf(p).packed()
	if err != nil {
		return err
	}
	return put(b, pollKey(p.Source, p.URL), v)
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
	b := l.tx.Bucket(bucketAsked)
	if b == nil {
		return p, known
	}
	v := find(b, key)
	if v == nil {
		return p, known
	}
	a, err := readAttempt(v)
	if err != nil {
		panic(fault{fmt.Errorf("key %x: %w", key, err)})
	}
	return a.over(p, key), true
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
