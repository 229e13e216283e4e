package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

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
	what := count(int(r.Records), "record") + ", " + count(r.Texts, "text")
	if r.Pruned > 0 {
		what += fmt.Sprintf(", %d more thrown away as the record says", r.Pruned)
	}
	if r.Captures > 0 {
		what += ", " + count(r.Captures, "capture")
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

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
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
		if outdated(tx) {
			report.Notes = append(report.Notes, "what follows from the record is as an earlier chinanewsd made it; it is made anew when the record is opened")
			return nil
		}
		if report.Differs, err = refold(ctx, tx); err != nil || len(report.Differs) > 0 {
			return err
		}
		return errors.Join(verifyWords(tx), verifyNear(tx))
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
	if again, err := repeats(tx, r); again || err != nil {
		return err
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

// repeats reports whether a record is a batch that was recorded before: it has
// no texts of its own.
func repeats(tx *bbolt.Tx, r Record) (bool, error) {
	if r.kind != kindBatch {
		return false, nil
	}
	var b struct{ ID news.BatchID }
	if err := decodeBody(r, &b); err != nil {
		return false, err
	}
	at, err := lookup(derived(tx).Bucket(derivedBatches), b.ID[:])
	if errors.Is(err, errAbsent) { // what is derived is held against the record apart
		return false, nil
	}
	return err == nil && uint64At(at) < r.Pos, err
}
