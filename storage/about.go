package storage

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// About is what a record says of itself.
type About struct {
	File        string // absolute
	Size        int64  // of the file, in bytes
	Kept        int64  // of the captures that are kept for ever, in bytes
	Site        string // the site's identity, fixed when the record was made
	Store       string // of this record
	Incarnation string // of this record's copy: another after a restore
	Tip         Tip
	Last        time.Time // of the last record
}

// About reads what the record says of itself.
func (s *Store) About() (a About, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		first, err := readRecord(tx, 1)
		if err != nil {
			return err
		}
		var g genesis
		if err := json.Unmarshal(first.Body, &g); err != nil {
			return err
		}
		err = getJSON(tx.Bucket(bucketMeta), keyIncarnation, &g.Incarnation)
		if err != nil && !errors.Is(err, errAbsent) {
			return err
		}
		tip, last, err := readTipAt(tx)
		a = About{Size: tx.Size(), Site: s.site, Store: g.Store, Incarnation: g.Incarnation, Tip: tip, Last: last}
		return err
	})
	if err != nil {
		return a, err
	}
	kept, _ := filepath.Glob(filepath.Join(s.warcs.dir, keptCaptures))
	for _, file := range kept {
		if size, err := fileSize(file); err == nil {
			a.Kept += size
		}
	}
	a.File, err = filepath.Abs(s.db.Path())
	return a, err
}
