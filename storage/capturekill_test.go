package storage

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// A process that ends while captures are written, or while days of them are
// pruned, leaves no damage: what was acknowledged is there, what was not is not.
func TestCapturesSurviveAnyEnd(t *testing.T) {
	for _, deed := range []string{"capture", "prune"} {
		for n := 1; ; n++ {
			dir := t.TempDir()
			finished := crashAt(t, n, deed, dir)
			s, err := Open(dir, Options{Now: ticking(), Note: func(what string) { t.Error(what) }})
			if err != nil {
				t.Fatalf("%s, step %d: %v", deed, n, err)
			}
			for _, note := range verify(t, s).Notes {
				if !strings.Contains(note, "bytes after its last capture") && !strings.Contains(note, "nothing that the record knows") {
					t.Errorf("%s, step %d: %s", deed, n, note)
				}
			}
			if c, err := s.Capture(digestOf([]byte("<p>One.</p>"))); err != nil || string(c.Body) != "<p>One.</p>" {
				t.Errorf("%s, step %d: what was acknowledged is %q, %v", deed, n, c.Body, err)
			}
			accept(t, s, answeredBatch(77, "<p>Later.</p>", 77))
			verify(t, s)
			s.Close()
			if finished {
				t.Logf("%s: %d steps", deed, n-1)
				break
			}
		}
	}
}

func init() {
	deeds["capture"] = func(dir string) error { return captureIn(dir, nil) }
	deeds["prune"] = func(dir string) error {
		return captureIn(dir, func(s *Store) error {
			_, err := s.PruneCaptures(context.Background(), noon.Add(48*time.Hour), "test")
			return err
		})
	}
}

// captureIn keeps two answers, the first of an item that its source changed;
// the process may end from the second on, or, with a deed, in that.
func captureIn(dir string, deed func(*Store) error) error {
	counting := step
	step = func() {}
	s, err := Create(dir, Options{Now: ticking()})
	if err != nil {
		return err
	}
	first := answeredBatch(1, "<p>One.</p>", 1)
	if _, err := s.Accept(context.Background(), first, firstAll); err != nil {
		return err
	}
	edit := batch(2, 1)
	edit.Item = news.NewItemID("a", news.ByID, "id-1")
	if _, err := s.Accept(context.Background(), edit, reading(news.Edit)); err != nil {
		return err
	}
	if deed == nil {
		step = counting
	}
	_, err = s.Accept(context.Background(), answeredBatch(3, "<p>Two.</p>", 2), firstAll)
	if deed != nil && err == nil {
		step = counting
		err = deed(s)
	}
	return errors.Join(err, s.Close())
}
