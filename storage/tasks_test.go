package storage

import (
	"io"
	"path/filepath"
	"testing"

	"chinanews/news"
)

// That no task is missing is known for as long as nothing of what says so is
// another.
func TestPlanned(t *testing.T) {
	ctx := t.Context()
	s, dir := create(t)
	known := func(by string) (is bool) {
		t.Helper()
		if err := s.View(ctx, func(l *Ledger) error { is = l.Planned(by); return nil }); err != nil {
			t.Fatal(err)
		}
		return is
	}
	configure := func(title string) uint64 {
		t.Helper()
		r, err := s.Configure(ctx, news.Publication{Site: news.Site{Title: title}}, "test", nil)
		if err != nil {
			t.Fatal(err)
		}
		return r.Pos
	}
	note := func(at uint64) {
		t.Helper()
		if err := s.NotePlanned(ctx, "1.0", at); err != nil {
			t.Fatal(err)
		}
	}
	first := configure("One")
	if known("1.0") {
		t.Error("it is known of a new record")
	}
	note(first)
	if s = reopen(t, s, dir); !known("1.0") || known("1.1") {
		t.Errorf("after a start the program knows it: %v, another: %v", known("1.0"), known("1.1"))
	}
	configure("Two")
	if note(first); known("1.0") {
		t.Error("what was seen under another configuration is known")
	}
	third := configure("One")
	if known("1.0") {
		t.Error("what was seen before a configuration came back is known")
	}
	note(third)
	if _, err := s.Rebuild(ctx); err != nil || known("1.0") {
		t.Errorf("it is known of what was derived anew (%v)", err)
	}
	note(third)
	tip, err := s.Tip()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Join(ctx, Cursor{Incarnation: "x", Base: tip.Pos}); err != nil || known("1.0") {
		t.Errorf("it is known of a record that several nodes share (%v)", err)
	}
	copied, restored := filepath.Join(t.TempDir(), "copy.tar"), filepath.Join(t.TempDir(), "data")
	_, kept := KeepBackup(ctx, copied, func(w io.Writer) error { return s.Backup(ctx, w, nil) })
	if _, err := Restore(ctx, copied, restored, false, Options{}); err != nil || kept != nil {
		t.Fatal(kept, err)
	}
	if s, err = Open(restored, Options{Now: ticking()}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if known("1.0") {
		t.Error("it is known of a record that several nodes shared")
	}
}
