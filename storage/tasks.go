package storage

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// Tasks yields the tasks, by when they are due.
func (l *Ledger) Tasks() iter.Seq[news.Task] { return each[news.Task](l.tx.Bucket(bucketTasks)) }

// TasksFrom yields the tasks that are due at a moment or after it, by when they
// are.
func (l *Ledger) TasksFrom(at time.Time) iter.Seq[news.Task] {
	return func(yield func(news.Task) bool) {
		c := l.tx.Bucket(bucketTasks).Cursor()
		for k, sealed := c.Seek(binary.BigEndian.AppendUint64(nil, uint64(at.UnixMilli()))); k != nil; k, sealed = c.Next() {
			var t news.Task
			if err := json.Unmarshal(bare(k, sealed), &t); err != nil {
				panic(fault{fmt.Errorf("key %x: %w", k, err)})
			}
			if !yield(t) {
				return
			}
		}
	}
}

// HasTask reports whether there is a task of a name.
func (l *Ledger) HasTask(name string) bool {
	return find(l.tx.Bucket(bucketNames), []byte(name)) != nil
}

var keyPlanned = []byte("planned")

// planned is by which way to plan, and under the config record at which position,
// every item was seen to have the tasks that it should have.
type planned struct {
	By int    `json:"by"`
	At uint64 `json:"at"`
}

// Planned reports whether every item was seen to have the tasks that it should
// have, by that way to plan, under the configuration of now and in what is derived
// now. It is never known of a record that several nodes share.
func (l *Ledger) Planned(by int) bool {
	p, ok := get[planned](l.tx.Bucket(bucketMeta), keyPlanned)
	return ok && p == planned{by, l.PublishedAt()} && find(l.tx.Bucket(bucketMeta), keyCursor) == nil
}

// NotePlanned notes that every item was seen to have the tasks that it should have,
// under the config record at a position.
func (s *Store) NotePlanned(ctx context.Context, by int, at uint64) error {
	return s.commit(ctx, func(tx *bbolt.Tx, _ time.Time) error {
		return putJSON(tx.Bucket(bucketMeta), keyPlanned, planned{by, at})
	})
}
