package storage

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// Adopt puts the record of another node's backup into dir, as Restore does, but
// as the same record: no mark is appended, it goes on following the log from
// where its node was, and who is signed in stays so. Captures are each node's
// own: of those that the other node had only what is kept for ever comes along,
// and files of days that lie here are left for Remnants to name.
func Adopt(ctx context.Context, backup, dir string, instead bool, o Options) (Restored, error) {
	return putBackup(ctx, backup, dir, instead, o, func(path string, _ Copy) error { return markAdopted(path, dir, o) })
}

// markAdopted takes out of a record what its node alone had.
func markAdopted(path, dir string, o Options) error {
	db, err := openGuarded(path)
	if err != nil {
		return err
	}
	if err := (&Store{db: db}).check(path, o); err != nil {
		return errors.Join(err, db.Close())
	}
	if err := os.RemoveAll(filepath.Join(filepath.Dir(path), configName)); err != nil { // each node has its own
		return errors.Join(err, db.Close())
	}
	w := &warcs{dir: filepath.Join(dir, captureDir)}
	err = db.Update(func(tx *bbolt.Tx) error { return errors.Join(dropDays(tx), closeOthers(tx, w)) })
	return errors.Join(err, db.Sync(), db.Close())
}

// dropDays takes the captures of days off the record, and what is to be done to
// their files.
func dropDays(tx *bbolt.Tx) error {
	x := indexOf(tx)
	if x == nil {
		return nil
	}
	for _, file := range x.files() {
		if dayOf(file) == "" {
			continue
		}
		var all []placed
		if err := x.each(file, func(p placed) error { all = append(all, p); return nil }); err != nil {
			return err
		}
		if err := dropAll(tx, x, all); err != nil {
			return err
		}
	}
	var gone [][]byte
	c := x.left.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if dayOf(string(k)) != "" {
			gone = append(gone, bytes.Clone(k))
		}
	}
	for _, k := range gone {
		if err := x.left.Delete(k); err != nil {
			return err
		}
	}
	return nil
}
