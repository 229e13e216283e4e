package storage

import (
	"cmp"
	"io"
	"path/filepath"
	"testing"

	"chinanews/news"
)

// plannedBy reports whether it is known, by a way to plan, that no task is missing.
func plannedBy(t *testing.T, s *Store, by int) (is bool) {
	t.Helper()
	if err := s.View(t.Context(), func(l *Ledger) error { is = l.Planned(by); return nil }); err != nil {
		t.Fatal(err)
	}
	return is
}

// titled configures a record, and notes that no task is missing under another
// configuration or, at 0, under this.
func titled(t *testing.T, s *Store, title string, at uint64) (pos uint64) {
	t.Helper()
	r, err := s.Configure(t.Context(), news.Publication{Site: news.Site{Title: title}}, "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.NotePlanned(t.Context(), 1, cmp.Or(at, r.Pos)); err != nil {
		t.Fatal(err)
	}
	return r.Pos
}

// That no task is missing is known by who has seen it under this configuration.
func TestPlanned(t *testing.T) {
	s, dir := create(t)
	if plannedBy(t, s, 1) || plannedBy(t, s, 0) {
		t.Error("it is known of a new record")
	}
	first := titled(t, s, "One", 0)
	if s = reopen(t, s, dir); !plannedBy(t, s, 1) || plannedBy(t, s, 2) {
		t.Errorf("after a start it is known: %v, by another way to plan: %v", plannedBy(t, s, 1), plannedBy(t, s, 2))
	}
	if titled(t, s, "Two", first); plannedBy(t, s, 1) {
		t.Error("what was seen under another configuration is known")
	}
	if titled(t, s, "One", first); plannedBy(t, s, 1) {
		t.Error("what was seen before a configuration came back is known")
	}
}

// It is not known of what was derived anew, nor of what several nodes share, or did.
func TestPlannedIsForgotten(t *testing.T) {
	ctx := t.Context()
	s, _ := create(t)
	titled(t, s, "One", 0)
	if _, err := s.Rebuild(ctx); err != nil || plannedBy(t, s, 1) {
		t.Errorf("it is known of what was derived anew (%v)", err)
	}
	titled(t, s, "Two", 0)
	tip, err := s.Tip()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Join(ctx, Cursor{Incarnation: "x", Base: tip.Pos}); err != nil || plannedBy(t, s, 1) {
		t.Errorf("it is known of a record that several nodes share (%v)", err)
	}
	copied, restored := filepath.Join(t.TempDir(), "copy.tar"), filepath.Join(t.TempDir(), "data")
	_, kept := KeepBackup(ctx, copied, func(w io.Writer) error { return s.Backup(ctx, w, nil) })
	if _, err := Restore(ctx, copied, restored, false, Options{}); err != nil || kept != nil {
		t.Fatal(kept, err)
	}
	again, err := Open(restored, Options{Now: ticking()})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if plannedBy(t, again, 1) {
		t.Error("it is known of a record that several nodes shared")
	}
}
