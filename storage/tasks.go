package storage

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"time"

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
