package storage

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"chinanews/news"
)

// prunedAll throws away all texts, as a retention that is over does.
func prunedAll(t *testing.T, s *Store) {
	t.Helper()
	nothing := func(*Ledger) map[news.ItemID]bool { return nil }
	if n, err := s.PruneTexts(t.Context(), noon.Add(time.Hour), nothing, "test"); err != nil || n == 0 {
		t.Fatal(n, err)
	}
}

// An erasure takes what the search index has of texts that went before it.
func TestAnErasureAfterRetentionLeavesNoWords(t *testing.T) {
	s, _ := create(t)
	for n := range 5 {
		b := batch(byte(n+1), n)
		b.Entries[0].HTML = fmt.Sprintf("<p>secretword%d 身份证号码</p>", n)
		accept(t, s, b)
	}
	indexed(t, s)
	prunedAll(t, s)
	if !filed(t, s, "secretword1") {
		t.Fatal("retention left no words: the test proves nothing")
	}
	if _, _, err := withdraw(t, s, 1, true); err != nil {
		t.Fatal(err)
	}
	if filed(t, s, "secretword1") {
		t.Error("the words of an erased text are in the index")
	}
	verify(t, s)
	indexed(t, s)
	verify(t, s)
}

// The page of a listing that still has what was erased is not kept again.
func TestAnErasureKeepsNoPageAgain(t *testing.T) {
	s, _ := create(t)
	accept(t, s, batch(1, 123))
	accept(t, s, paged(2, news.OK, "<a href=/123>Release 123</a>"))
	if _, _, err := withdraw(t, s, 123, true); err != nil {
		t.Fatal(err)
	}
	accept(t, s, paged(3, news.OK, "<a href=/id-123>Release 123</a>"))
	accept(t, s, paged(4, news.Redesigned, "<a href=/id-123>Release 123</a>"))
	if good, bad := kept(t, s, true), kept(t, s, false); len(good.Text)+len(bad.Text) > 0 {
		t.Errorf("kept again: %q, %q", good.Text, bad.Text)
	}
	accept(t, s, paged(5, news.OK, "<a href=/456>Another</a>"))
	if good := kept(t, s, true); len(good.Text) == 0 {
		t.Error("a page without it is not kept")
	}
}

// A revisit that evidence needs takes the body along that it refers to, though
// a later day has the same body.
func TestEvidenceKeepsTheBodyOfItsDay(t *testing.T) {
	now := noon
	s, err := Create(t.TempDir(), Options{Now: func() time.Time { now = now.Add(time.Second); return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	gone := "<p>404: nothing here, as every address of the site that has nothing says</p>"
	accept(t, s, batch(1, 3))
	accept(t, s, answeredBatch(2, gone, 2)) // of another item
	missed := answeredBatch(3, gone)
	missed.Kind, missed.Item = news.TaskLook, news.NewItemID("a", news.ByID, "id-3")
	acceptAs(t, s, missed, func(_ *Ledger, b news.Batch) news.Decision {
		return news.Decision{Ruling: news.Ruling{Removal: []news.Removal{{Item: b.Item, State: news.Missing, Saw: news.SawNothing, Looks: 1}}}}
	})
	now = now.Add(24 * time.Hour)
	accept(t, s, answeredBatch(4, gone, 4))
	for days := range 2 {
		if _, err := s.PruneCaptures(context.Background(), noon.Add(time.Duration(days+1)*24*time.Hour), "test"); err != nil {
			t.Fatal(err)
		}
	}
	if c, err := s.Capture(digestOf([]byte(gone))); err != nil || string(c.Body) != gone {
		t.Errorf("the evidence is %q, %v", c.Body, err)
	}
	verify(t, s)
}

// A restore of an older record takes no capture away from the one that it
// keeps: that one can be put back whole.
func TestARestoreKeepsTheCapturesOfTheOther(t *testing.T) {
	s, dir := create(t)
	accept(t, s, answeredBatch(1, "<p>Before the backup.</p>", 1))
	backup := backedUp(t, s, dir)
	accept(t, s, answeredBatch(2, "<p>After the backup.</p>", 2))
	s.Close()
	r, err := Restore(t.Context(), backup.File, dir, true, Options{Now: ticking()})
	if err != nil || len(r.Kept) != 1 {
		t.Fatal(r, err)
	}
	restored, err := Open(dir, Options{Now: ticking()})
	if err != nil {
		t.Fatal(err)
	}
	accept(t, restored, answeredBatch(3, "<p>After the restore.</p>", 3))
	if r := verify(t, restored); r.Captures != 2 || len(r.Notes) != 1 {
		t.Errorf("%d captures, notes %q", r.Captures, r.Notes)
	}
	restored = reopen(t, restored, dir)
	accept(t, restored, answeredBatch(4, "<p>After another start.</p>", 4))
	verify(t, restored)
	restored.Close()
	if err := os.Rename(r.Kept[0], r.File); err != nil {
		t.Fatal(err)
	}
	other, err := Open(dir, Options{Now: ticking()})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	verify(t, other)
	if c, err := other.Capture(digestOf([]byte("<p>After the backup.</p>"))); err != nil {
		t.Errorf("%q, %v", c.Body, err)
	}
}

// An erasure takes what a crash left of an answer that was not accepted, and
// names the files that it does not reach.
func TestAnErasureReachesWhatCrashesLeft(t *testing.T) {
	s, dir := create(t)
	accept(t, s, answeredBatch(1, "<p>Release 1 of the ministry</p>", 1))
	accept(t, s, answeredBatch(2, "<p>Release 2 of the ministry</p>", 2))
	record, err := response(answered("https://a.example/1", "<p>Release 1 of the ministry, again</p>"))
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, captureDir, "2026-11-20.warc.gz")
	s2, dir2 := create(t)
	accept(t, s2, answeredBatch(1, "<p>a day of another crash</p>", 1))
	if err := os.Rename(filepath.Join(dir2, captureDir, "2026-11-23.warc.gz"), old); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, captureDir, "2026-11-23.warc.gz"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.Write(record)
	f.Close()
	accept(t, s, batch(3, 3)) // without a capture: no file is written anew for it
	if _, _, err := withdraw(t, s, 3, true); err != nil {
		t.Fatal(err)
	}
	if where := everywhere(t, s, dir, "1 of the ministry, again"); len(where) != 0 {
		t.Errorf("what a crash left is in %v", where)
	}
	files, err := s.Remnants()
	if err != nil || len(files) != 1 || files[0] != old {
		t.Errorf("named are %v, %v", files, err)
	}
	verify(t, s)
}

func TestWhatCrashesLeftIsSwept(t *testing.T) {
	s, dir := create(t)
	left := []string{filepath.Join(dir, fileName+".new"), filepath.Join(dir, ".restore-1", fileName)}
	os.Mkdir(filepath.Join(dir, ".restore-1"), 0o700)
	for _, path := range left {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	verify(t, reopen(t, s, dir))
	for _, path := range left {
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s is there still", path)
		}
	}
}

// A transaction that fails after its captures were written, as on a disk that
// is full, leaves none of them, however often it is tried.
func TestCapturesOfAFailedTransactionAreTakenBack(t *testing.T) {
	s, dir := create(t)
	files := func() (names []string) {
		names, _ = filepath.Glob(filepath.Join(dir, captureDir, "*"))
		return names
	}
	for _, first := range []bool{true, false} {
		before := files()
		s.db.MaxSize = 1 // no page more may be taken
		failed := 0
		for n := range 400 {
			b := answeredBatch(byte(n), "<p>An answer.</p>", n)
			b.ID[1], b.Kind = 1, news.TaskArticle
			if !first {
				b.ID[1] = 2
			}
			b.Entries[0].HTML = fmt.Sprintf("<p>%d %x</p>", n, make([]byte, 20000))
			b.Entries[0].ID = fmt.Sprint("id-", n, first)
			was := len(files())
			if _, err := s.Accept(context.Background(), b, firstAll); err != nil {
				failed++
				if now := len(files()); now != was {
					t.Fatalf("%d files of captures, %d before a batch that failed", now, was)
				}
			}
			if failed > 20 {
				break
			}
		}
		if failed == 0 {
			t.Fatal("the disk was never full: the test proves nothing")
		}
		if len(before) > 1 {
			t.Errorf("files %v", before)
		}
		s.db.MaxSize = 0
		b := answeredBatch(200, "<p>There is room again.</p>", 9999)
		b.ID[2] = byte(failed)
		accept(t, s, b)
		if r := verify(t, s); len(r.Notes) != 0 || len(files()) != 1 {
			t.Errorf("notes %q, files %v", r.Notes, files())
		}
	}
}
