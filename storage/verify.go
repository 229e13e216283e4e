package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// Report is what Verify or Rebuild found.
type Report struct {
	Tip     Tip
	Records uint64
	Texts   int
	Differs []string // what is derived and was not as it follows from the record, ten at most
	rebuilt bool
}

func (r Report) String() string {
	what := fmt.Sprintf("%d records, %d texts, tip %d %x", r.Records, r.Texts, r.Tip.Pos, r.Tip.Link[:8])
	switch {
	case r.rebuilt && len(r.Differs) > 0:
		return fmt.Sprintf("rebuilt: %s; %d derived values were not as the record has them: %s", what, len(r.Differs), r.Differs[0])
	case r.rebuilt:
		return "rebuilt: " + what + "; what is derived was as the record has it"
	}
	return "sound: " + what
}

// Verify checks the record: that the chain is unbroken from its first link to
// the tip, time in order, every text there and right, every page of the file
// in its place, and what is derived as it follows from the record. The error
// names the first damage by its position.
func (s *Store) Verify(ctx context.Context) (Report, error) {
	if err := walk(s.db); err != nil {
		return Report{}, fmt.Errorf("%w: pages: %w; %s", ErrDamaged, err, restoreHint)
	}
	var report Report
	err := s.db.View(func(tx *bbolt.Tx) error {
		var err error
		if report, err = verifyChain(ctx, tx); err != nil {
			return err
		}
		if report.Differs, err = refold(ctx, tx); err != nil || len(report.Differs) > 0 {
			return err
		}
		return verifyWords(tx)
	})
	if err != nil {
		return report, err
	}
	if len(report.Differs) > 0 {
		return report, fmt.Errorf("%w: derived data differ from the record at %s; run `chinanewsd rebuild`", ErrDamaged, report.Differs[0])
	}
	return report, nil
}

// verifyChain follows the chain and checks each text that its records name.
func verifyChain(ctx context.Context, tx *bbolt.Tx) (Report, error) {
	tip, err := readTip(tx)
	if err != nil {
		return Report{}, err
	}
	report := Report{Tip: tip}
	var last Record
	for pos := uint64(1); pos <= tip.Pos; pos++ {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		r, err := readRecord(tx, pos)
		switch {
		case err != nil:
			return report, fmt.Errorf("%w: %w; %s", ErrDamaged, err, restoreHint)
		case r.Pos != pos || r.Prev != last.Link:
			return report, fmt.Errorf("%w: record %d does not follow record %d: the chain is broken; %s", ErrDamaged, pos, pos-1, restoreHint)
		case r.At.Before(last.At):
			return report, fmt.Errorf("%w: record %d is older than record %d; %s", ErrDamaged, pos, pos-1, restoreHint)
		}
		n, err := verifyTexts(tx, r)
		if err != nil {
			return report, fmt.Errorf("%w: %w; %s", ErrDamaged, err, restoreHint)
		}
		report.Records++
		report.Texts += n
		last = r
	}
	if last.Link != tip.Link {
		return report, fmt.Errorf("%w: record %d is not the one that the tip names; %s", ErrDamaged, tip.Pos, restoreHint)
	}
	return report, nil
}

func verifyTexts(tx *bbolt.Tx, r Record) (n int, err error) {
	if r.kind != kindBatch {
		return 0, nil
	}
	var b news.Batch
	if err := json.Unmarshal(r.Body, &b); err != nil {
		return 0, fmt.Errorf("record %d: %w", r.Pos, err)
	}
	for _, e := range b.Entries {
		for _, ref := range e.Refs {
			if _, err := readText(tx, r.Pos, ref); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// refold folds the record into a throwaway file and names what differs from
// what is derived here.
func refold(ctx context.Context, tx *bbolt.Tx) (differs []string, err error) {
	dir, err := os.MkdirTemp("", "chinanewsd-refold-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	db, err := bbolt.Open(filepath.Join(dir, fileName), 0o600, &bbolt.Options{PageSize: pageSize, NoSync: true, Timeout: time.Second})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	err = db.Update(func(spare *bbolt.Tx) error {
		root, err := spare.CreateBucket(bucketDerived)
		if err != nil {
			return err
		}
		if err := foldAll(ctx, tx, root); err != nil {
			return err
		}
		differs = compare("derived", derived(tx), root, nil)
		return nil
	})
	return differs, err
}

// foldAll folds the whole record into a bucket.
func foldAll(ctx context.Context, tx *bbolt.Tx, root *bbolt.Bucket) error {
	tip, err := readTip(tx)
	if err != nil {
		return err
	}
	return guarded(func() error {
		for pos := uint64(1); pos <= tip.Pos; pos++ {
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
		}
		return nil
	})
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
		case !bytes.Equal(va, vb):
			found = append(found, fmt.Sprintf("%s/%q", path, ka))
		}
		ka, va = ca.Next()
		kb, vb = cb.Next()
	}
	return found
}

// Rebuild folds the record anew, compares with what was derived before, and
// puts the new in its place, all in one transaction.
func (s *Store) Rebuild(ctx context.Context) (Report, error) {
	var report Report
	err := s.commit(ctx, func(tx *bbolt.Tx, _ time.Time) error {
		tip, err := readTip(tx)
		if err != nil {
			return err
		}
		if report.Differs, err = refold(ctx, tx); err != nil {
			return err
		}
		report.Tip, report.Records, report.rebuilt = tip, tip.Pos, true
		report.Texts = tx.Bucket(bucketTexts).Stats().KeyN
		if err := tx.DeleteBucket(bucketDerived); err != nil {
			return err
		}
		root, err := tx.CreateBucket(bucketDerived)
		if err != nil {
			return err
		}
		if err := foldAll(ctx, tx, root); err != nil {
			return err
		}
		return makeWords(tx)
	})
	return report, err
}
