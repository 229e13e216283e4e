package storage

import (
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// Unruled is when the first of the records came that wait for a ruling; zero: none
// does. An answer without entries may rightly get none, and does not count.
func (s *Store) Unruled() (at time.Time, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		waiting := tx.Bucket(bucketUnruled)
		if waiting == nil {
			return nil
		}
		c := waiting.Cursor()
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			r, err := readRecord(tx, uint64At(k))
			if err != nil {
				return err
			}
			if due, err := r.due(); due || err != nil {
				at = r.At
				return err
			}
		}
		return nil
	})
	return at, err
}

// due reports whether a record that waits for a ruling must get one.
func (r Record) due() (bool, error) {
	if r.kind != kindBatch {
		return true, nil
	}
	var b news.Batch
	if err := json.Unmarshal(r.Body, &b); err != nil {
		return false, fmt.Errorf("record %d: %w", r.Pos, err)
	}
	return len(b.Entries) > 0, nil
}
