package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// Report is what Verify or Rebuild found.
type Report struct {
	Tip      Tip
	Records  uint64
	Texts    int
	Pruned   int // texts that were thrown away, as records say
	Captures int
	Differs  []string // what is derived and was not as it follows from the record, ten at most
	Notes    []string // what is no damage and should be known, a sentence each
	rebuilt  bool
}

func (r Report) String() string {
	what := fmt.Sprintf("%d records, %d texts", r.Records, r.Texts)
	if r.Pruned > 0 {
		what += fmt.Sprintf(", %d more thrown away as the record says", r.Pruned)
	}
	if r.Captures > 0 {
		what += fmt.Sprintf(", %d captures", r.Captures)
	}
	what += fmt.Sprintf(", tip %d %x", r.Tip.Pos, r.Tip.Link[:8])
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
		if err := s.verifyCaptures(ctx, tx, &report); err != nil {
			return err
		}
		report.Differs, err = refold(ctx, tx)
		return err
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
	gone := &prunes{tx, make(map[uint64]map[news.TextAt]bool)}
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
		if err = verifyTexts(tx, r, gone, &report); err == nil && r.kind == kindPrune {
			err = report.erasure(r)
		}
		if err != nil {
			return report, fmt.Errorf("%w: %w; %s", ErrDamaged, err, restoreHint)
		}
		report.Records++
		last = r
	}
	if last.Link != tip.Link {
		return report, fmt.Errorf("%w: record %d is not the one that the tip names; %s", ErrDamaged, tip.Pos, restoreHint)
	}
	return report, nil
}

// verifyTexts checks the texts of a record: each is there and right, or a later
// record says that it was thrown away.
func verifyTexts(tx *bbolt.Tx, r Record, gone *prunes, report *Report) error {
	refs, err := refsOf(r)
	if err != nil {
		return fmt.Errorf("record %d: %w", r.Pos, err)
	}
	for _, ref := range refs {
		_, err := readText(tx, r.Pos, ref)
		switch {
		case err == nil:
			report.Texts++
		case errors.Is(err, errPruned) && gone.took(news.TextAt{Pos: r.Pos, N: ref.N}):
			report.Pruned++
		default:
			return err
		}
	}
	return nil
}

// refsOf are the texts that a record has.
func refsOf(r Record) (refs []news.Ref, err error) {
	var body struct {
		Entries []news.Entry
		Notices []news.Notice
	}
	switch r.kind {
	case kindBatch, kindRuling:
		err = json.Unmarshal(r.Body, &body)
	}
	for _, e := range body.Entries {
		refs = append(refs, e.Refs...)
	}
	for _, n := range body.Notices {
		refs = append(refs, n.Refs...)
	}
	return refs, err
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
		return foldAll(ctx, tx, root)
	})
	return report, err
}
