package storage

import (
	"context"
	"errors"
	"slices"
	"testing"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// An earlier program noted of a withdrawal that it was one, and no acts.
func TestWhatAnEarlierProgramFoldedIsFoldedAnew(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1, 2))
	scope := news.Scope{Story: storyN(1)}
	must(t, s, news.Editing{Scope: scope, Act: news.ActWithdraw, Args: news.Args{Reason: "an error"}}, news.Ruling{})
	err := s.db.Update(func(tx *bbolt.Tx) error {
		edits, key := derived(tx).Bucket(derivedEdits), []byte(scope.String())
		d, _ := get[news.Decisions](edits, key)
		d.Acts = nil
		return errors.Join(putJSON(edits, key, d), tx.Bucket(bucketMeta).Delete(keyFolding))
	})
	if err != nil {
		t.Fatal(err)
	}
	report, err := s.Verify(context.Background())
	if err != nil || len(report.Notes) == 0 {
		t.Errorf("an earlier program's record is no damage: %v, notes %v", err, report.Notes)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var said []string
	for range 2 { // the second start has nothing to do
		again, err := Open(dir, Options{Note: func(what string) { said = append(said, what) }})
		if err != nil {
			t.Fatal(err)
		}
		view(t, again, func(l *Ledger) {
			if acts := l.Decisions(scope).Acts; len(acts) != 1 || acts[0].Act != news.ActWithdraw {
				t.Errorf("acts are %v", acts)
			}
		})
		if report, err := again.Verify(context.Background()); err != nil || len(report.Notes) > 0 {
			t.Errorf("verify: %v %v", err, report.Notes)
		}
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(said, []string{"what follows from the record was made anew, as this chinanewsd reads it; the record itself is as it was"}) {
		t.Errorf("said %q", said)
	}
}
