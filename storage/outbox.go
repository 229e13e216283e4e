package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// bucketOutbox has a row for each whom anything was told, or failed to be. Its
// key is who it is, which the row does not say again.
var bucketOutbox = []byte("outbox")

// SaveDeliveries remembers how far some were told, all of them or, with an
// error, none. What it remembers is on disk when it returns.
func (s *Store) SaveDeliveries(ctx context.Context, list []news.Delivery) error {
	return s.commitShared(ctx, func(tx *bbolt.Tx, _ time.Time, c *cells) error {
		b, err := tx.CreateBucketIfNotExists(bucketOutbox)
		if err != nil {
			return err
		}
		for _, d := range list {
			key := []byte(d.To)
			d.To = ""
			if c != nil { // rows come by the thousand
				c.put(bucketOutbox, key, d)
			}
			if err := putJSON(b, key, d); err != nil {
				return err // without the key, in which there may be a secret
			}
		}
		return nil
	})
}

// DropDeliveries forgets how far those were told whom gone names, since they
// are told no more. It is asked while nothing else is written.
func (s *Store) DropDeliveries(ctx context.Context, gone func(*Ledger) []string) error {
	return s.commitShared(ctx, func(tx *bbolt.Tx, at time.Time, c *cells) error {
		b := tx.Bucket(bucketOutbox)
		if b == nil {
			return nil
		}
		for _, key := range gone(&Ledger{tx: tx, at: at}) {
			c.drop(bucketOutbox, []byte(key))
			if err := b.Delete([]byte(key)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Delivery is how far somebody was told; false: nothing is remembered.
func (l *Ledger) Delivery(to string) (d news.Delivery, ok bool) {
	b := l.tx.Bucket(bucketOutbox)
	if b == nil {
		return d, false
	}
	d, ok = get[news.Delivery](b, []byte(to))
	d.To = to
	return d, ok
}

// Deliveries yields how far each was told, in the order of their names.
func (l *Ledger) Deliveries() iter.Seq[news.Delivery] {
	return func(yield func(news.Delivery) bool) {
		b := l.tx.Bucket(bucketOutbox)
		if b == nil {
			return
		}
		c := b.Cursor()
		for k, sealed := c.First(); k != nil; k, sealed = c.Next() {
			var d news.Delivery
			if err := json.Unmarshal(bare(k, sealed), &d); err != nil {
				panic(fault{fmt.Errorf("key %x: %w", k, err)})
			}
			d.To = string(k)
			if !yield(d) {
				return
			}
		}
	}
}
