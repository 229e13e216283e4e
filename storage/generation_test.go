package storage

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"chinanews/news"
)

// What is recorded after a restore has the positions of what was lost, and other
// contents: its pages have other generations, each time. What was not touched
// since the backup has the one that it had.
func TestGenerationsAfterARestore(t *testing.T) {
	s, _ := many(t, 130)
	enter := func(s *Store, first, n int) {
		for i := first; i < first+n; i++ {
			ruled(t, s, news.Ruling{Enter: []news.Entering{entering(i, news.AsNews, uint64(i+1))}})
		}
	}
	enter(s, 0, 60)
	backup := filepath.Join(t.TempDir(), "copy.tar")
	if _, err := KeepBackup(t.Context(), backup, func(w io.Writer) error { return s.Backup(t.Context(), w, nil) }); err != nil {
		t.Fatal(err)
	}
	kept := gens(t, s)[0]
	seen := make(map[uint64]string)
	timeline := func(s *Store, what string, first int) {
		for i := range 10 {
			enter(s, first+i, 1)
			now := gens(t, s)
			if now[0] != kept {
				t.Errorf("%s: the first page has generation %d, want %d", what, now[0], kept)
			}
			if before := seen[now[1]]; before != "" || now[1] < kept {
				t.Errorf("%s: the second page has generation %d again, of %s", what, now[1], before)
			}
			seen[now[1]] = fmt.Sprint(what, " ", i)
		}
	}
	timeline(s, "before", 60)
	for n := range 2 {
		dir := filepath.Join(t.TempDir(), "data")
		if _, err := Restore(t.Context(), backup, dir, false, Options{}); err != nil {
			t.Fatal(err)
		}
		again, err := Open(dir, Options{Site: "site-1"})
		if err != nil {
			t.Fatal(err)
		}
		timeline(again, fmt.Sprint("restored ", n), 80+10*n)
		live := leaves(t, again)
		if report, err := again.Rebuild(context.Background()); err != nil || len(report.Differs) > 0 || !slices.Equal(leaves(t, again), live) {
			t.Errorf("rebuilt: %v %v", report.Differs, err)
		}
		again.Close()
	}
}
