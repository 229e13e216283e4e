package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// Schema 1 had values without checksums; everything else was as it is now.
const schemaUnsealed = 1

// backupDir is where copies are kept, within the data directory.
const backupDir = "backups"

// schemaOf is the schema that a file says it has.
func schemaOf(tx *bbolt.Tx) (schema int, err error) {
	meta := tx.Bucket(bucketMeta)
	if meta == nil {
		return 0, ErrForeign
	}
	if string(meta.Get(keySchema)) == "1" {
		return schemaUnsealed, nil
	}
	if err := getJSON(meta, keySchema, &schema); errors.Is(err, errAbsent) {
		return 0, ErrForeign
	} else if err != nil {
		return 0, err
	}
	return schema, nil
}

// migrated brings a record of schema 1 to this one and returns it open. First
// a copy is put into backups, then a whole new file is written and renamed
// into place: a crash leaves either the old record or the new one, and beside
// it files that the next attempt replaces.
func migrated(old *bbolt.DB, path string, o Options) (*bbolt.DB, error) {
	kept, err := keepOld(old, filepath.Dir(path))
	if err == nil {
		err = replaceFile(path, func(tmp string) error { return rewrite(old, tmp, o.clock()) })
	}
	if err = errors.Join(err, old.Close()); err != nil {
		return nil, fmt.Errorf("bringing %s to schema %d: %w; it is as it was, and can be used by the chinanewsd that wrote it", path, schemaVersion, err)
	}
	o.note(fmt.Sprintf("the record was brought from schema %d to %d; the old one is kept as %s", schemaUnsealed, schemaVersion, kept))
	return openGuarded(path)
}

// keepOld copies a record of schema 1 into backups, under a name that is free.
func keepOld(db *bbolt.DB, dir string) (string, error) {
	backups := filepath.Join(dir, backupDir)
	if err := os.MkdirAll(backups, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(backups, fmt.Sprintf("%s.schema%d-BACKUP", fileName, schemaUnsealed))
	for n := 2; ; n++ {
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			break
		}
		path = filepath.Join(backups, fmt.Sprintf("%s.schema%d-BACKUP-%d", fileName, schemaUnsealed, n))
	}
	return path, replaceFile(path, func(tmp string) error { return copyFile(db, tmp) })
}

// copyFile writes a consistent copy of a file to a new one.
func copyFile(db *bbolt.DB, path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = db.View(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(f)
		return err
	})
	return errors.Join(err, f.Sync(), f.Close())
}

// rewrite writes a record of schema 1 into a new file as one of this schema.
// What follows from the record is folded as this program does it.
func rewrite(old *bbolt.DB, path string, now func() time.Time) error {
	return refill(old, path, put, func(tx *bbolt.Tx) error {
		if err := putJSON(tx.Bucket(bucketMeta), keySchema, schemaVersion); err != nil {
			return err
		}
		return appendMark(tx, now(), migration{"migrated", schemaVersion})
	})
}

// refill writes facts and state of a record into a new file, each value by put,
// and folds there what follows from them; finish comes last.
func refill(old *bbolt.DB, path string, put putter, finish func(*bbolt.Tx) error) error {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: pageSize, FreelistType: bbolt.FreelistMapType, NoSync: true, Timeout: time.Second})
	if err != nil {
		return err
	}
	err = old.View(func(from *bbolt.Tx) error {
		return from.ForEach(func(name []byte, b *bbolt.Bucket) error {
			if remade(name) {
				return nil
			}
			return copyBucket(db, name, b, put)
		})
	})
	if err == nil {
		err = foldAll(context.Background(), db, nil)
	}
	if err == nil {
		err = db.Update(func(tx *bbolt.Tx) error {
			return errors.Join(noteFolded(tx), finish(tx))
		})
	}
	return errors.Join(err, db.Sync(), db.Close())
}

// putter puts a value of another file into a bucket.
type putter func(b *bbolt.Bucket, key, v []byte) error

// sealAtOnce bounds what a transaction of a migration holds in memory.
const sealAtOnce = 16 << 20

// copyBucket copies a bucket into db.
func copyBucket(db *bbolt.DB, name []byte, from *bbolt.Bucket, put putter) error {
	c := from.Cursor()
	k, v := c.First()
	for first := true; first || k != nil; first = false {
		err := db.Update(func(tx *bbolt.Tx) error {
			to, err := tx.CreateBucketIfNotExists(name)
			if err != nil {
				return err
			}
			to.FillPercent = 1 // keys come in order
			for size := 0; k != nil && size < sealAtOnce; k, v = c.Next() {
				if err := put(to, k, v); err != nil {
					return err
				}
				size += len(k) + len(v)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// migration is the body of the record of one.
type migration struct {
	Mark   string `json:"mark"`
	Schema int    `json:"schema"`
}

// appendMark appends a mark, at the last record's time when the clock is
// behind that.
func appendMark(tx *bbolt.Tx, now time.Time, mark any) error {
	_, last, err := readTipAt(tx)
	if err != nil {
		return err
	}
	if now = now.UTC().Truncate(time.Millisecond); now.Before(last) {
		now = last
	}
	_, err = appendJSON(tx, kindMark, now, mark)
	return err
}
