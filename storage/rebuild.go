package storage

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// foldAtOnce bounds the bytes of records that one transaction folds anew: what
// it changes is held in memory until it commits.
const foldAtOnce = 4 << 20

// bucketNext holds, while a rebuild runs, what will be derived. One that a
// crash left is dropped by the next.
var bucketNext = []byte("next")

// refold folds the record into a throwaway file and names what differs from
// what is derived here.
func refold(ctx context.Context, tx *bbolt.Tx) (differs []string, err error) {
	dir, err := os.MkdirTemp("", "chinanewsd-refold-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	db, err := bbolt.Open(filepath.Join(dir, fileName), 0o600, &bbolt.Options{PageSize: pageSize, FreelistType: bbolt.FreelistMapType, NoSync: true, NoGrowSync: true, Timeout: time.Second})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := foldAll(ctx, db, tx); err != nil {
		return nil, err
	}
	err = db.View(func(spare *bbolt.Tx) error {
		differs = compare("derived", derived(tx), derived(spare), nil)
		return nil
	})
	return differs, err
}

// foldAll folds the whole record that from has, nil: that db itself has, into
// db, in transactions of bounded size.
func foldAll(ctx context.Context, db *bbolt.DB, from *bbolt.Tx) error {
	for pos := uint64(1); pos > 0; {
		err := db.Update(func(tx *bbolt.Tx) error {
			root, err := tx.CreateBucketIfNotExists(bucketDerived)
			if err != nil {
				return err
			}
			pos, err = foldSome(ctx, cmp.Or(from, tx), root, pos)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// foldSome folds records from a position on, and returns where it goes on; 0
// at the end.
func foldSome(ctx context.Context, tx *bbolt.Tx, root *bbolt.Bucket, from uint64) (next uint64, err error) {
	tip, err := readTip(tx)
	if err != nil {
		return 0, err
	}
	err = guarded(func() error {
		last := from - 1
		for size := 0; last < tip.Pos && size < foldAtOnce; last++ {
			pos := last + 1
			if err := ctx.Err(); err != nil {
				return err
			}
			r, err := readRecord(tx, pos)
			if err != nil {
				return err
			}
			if err := fold(tx, root, r); err != nil {
				return fmt.Errorf("folding record %d: %w", pos, err)
			}
			size += len(r.Body)
		}
		if last < tip.Pos {
			next = last + 1
		}
		return nil
	})
	return next, err
}

const maxDiffers = 10

// compare names the keys in which two buckets differ.
func compare(path string, a, b *bbolt.Bucket, found []string) []string {
	ca, cb := a.Cursor(), b.Cursor()
	ka, va := ca.First()
	kb, vb := cb.First()
	for (ka != nil || kb != nil) && len(found) < maxDiffers {
		switch order := bytes.Compare(ka, kb); {
		case kb == nil || ka != nil && order < 0:
			found = append(found, fmt.Sprintf("%s/%q, which does not follow from the record", path, ka))
			ka, va = ca.Next()
			continue
		case ka == nil || order > 0:
			found = append(found, fmt.Sprintf("%s/%q, which is missing", path, kb))
			kb, vb = cb.Next()
			continue
		case va == nil && vb == nil:
			found = compare(fmt.Sprintf("%s/%q", path, ka), a.Bucket(ka), b.Bucket(kb), found)
		case !sameRow(va, vb):
			found = append(found, fmt.Sprintf("%s/%q", path, ka))
		}
		ka, va = ca.Next()
		kb, vb = cb.Next()
	}
	return found
}

// Rebuild folds the record anew, compares with what was derived before, and
// puts the new in its place. It folds in many transactions, beside what is
// derived now, and changes over in one.
func (s *Store) Rebuild(ctx context.Context) (report Report, err error) {
	if err := s.commit(ctx, func(tx *bbolt.Tx, _ time.Time) error { return beginRebuild(tx) }); err != nil {
		return report, err
	}
	for pos := uint64(1); ; {
		over := false
		from := pos
		err := s.commit(ctx, func(tx *bbolt.Tx, _ time.Time) error {
			tip, err := readTip(tx)
			if err != nil {
				return err
			}
			if over = from > tip.Pos; over {
				report, err = changeOver(tx)
				return err
			}
			next, err := foldSome(ctx, tx, tx.Bucket(bucketNext).Bucket(bucketDerived), from)
			if pos = next; next == 0 {
				pos = tip.Pos + 1
			}
			return err
		})
		if err == nil && over {
			err = s.catchUp(ctx)
		}
		if err != nil || over {
			return report, err
		}
	}
}

func beginRebuild(tx *bbolt.Tx) error {
	if tx.Bucket(bucketNext) != nil {
		if err := tx.DeleteBucket(bucketNext); err != nil {
			return err
		}
	}
	next, err := tx.CreateBucket(bucketNext)
	if err != nil {
		return err
	}
	_, err = next.CreateBucket(bucketDerived)
	return err
}

// changeOver puts what was folded in the place of what was derived. That must
// have been committed: a bucket that is moved takes no changes of its own
// transaction along.
func changeOver(tx *bbolt.Tx) (report Report, err error) {
	if report.Tip, err = readTip(tx); err != nil {
		return report, err
	}
	next := tx.Bucket(bucketNext)
	report.Differs = compare("derived", derived(tx), next.Bucket(bucketDerived), nil)
	report.Records, report.rebuilt = report.Tip.Pos, true
	report.Texts = tx.Bucket(bucketTexts).Stats().KeyN
	if err := tx.DeleteBucket(bucketDerived); err != nil {
		return report, err
	}
	if err := tx.MoveBucket(bucketDerived, next, nil); err != nil {
		return report, err
	}
	if err := tx.DeleteBucket(bucketNext); err != nil {
		return report, err
	}
	return report, errors.Join(makeWords(tx), makeNear(tx), noteFolded(tx))
}

// noteFolded notes that all that is derived was folded anew, as this program does.
// Nobody has seen yet which tasks it should have.
func noteFolded(tx *bbolt.Tx) error {
	meta := tx.Bucket(bucketMeta)
	return errors.Join(putJSON(meta, keyFolding, foldingVersion), meta.Delete(keyPlanned))
}

// foldingVersion counts the ways in which records were folded: what follows
// from the same record is another since. It has nothing to do with the schema:
// what is derived is made anew from facts that stay as they are.
const foldingVersion = 4

// outdated reports whether what is derived was folded by an earlier program, or
// is not filed by what is alike as it is today.
func outdated(tx *bbolt.Tx) bool {
	version := 1
	err := getJSON(tx.Bucket(bucketMeta), keyFolding, &version)
	return (err == nil || errors.Is(err, errAbsent)) && version < foldingVersion || tx.Bucket(bucketNear) == nil
}

// renew folds a record anew that an earlier program folded. Where that fails
// the record is as useful as it was, and the next start tries again.
func (s *Store) renew(o Options) {
	old := false
	err := s.db.View(func(tx *bbolt.Tx) error { old = outdated(tx); return nil })
	if err == nil && old {
		_, err = s.Rebuild(context.Background())
	}
	switch {
	case err != nil:
		o.note(fmt.Sprintf("what follows from the record is as an earlier chinanewsd made it, and could not be made anew: %v; it is tried again at the next start", err))
	case old:
		o.note("what follows from the record was made anew, as this chinanewsd reads it; the record itself is as it was")
	}
}
