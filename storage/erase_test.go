package storage

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// leaveAll is the ruling of a withdrawal, as a curator makes it.
func leaveAll(story news.StoryID) func(*Ledger, news.Editing) news.Decision {
	return func(l *Ledger, _ news.Editing) (d news.Decision) {
		s, _ := l.Story(story)
		for _, name := range s.Feeds {
			d.Ruling.Leave = append(d.Ruling.Leave, news.Leaving{Feed: name, Story: s.ID, Why: news.LeftWithdrawn})
		}
		return d
	}
}

func withdraw(t *testing.T, s *Store, n int, erase bool) (story news.StoryID, rc Receipt, err error) {
	t.Helper()
	story = news.StoryID(news.NewItemID("a", news.ByID, fmt.Sprint("id-", n)))
	e := news.Editing{Who: "the editor", Scope: news.Scope{Story: story}, Act: news.ActWithdraw, Args: news.Args{Reason: "not ours to show", Erase: erase}}
	e.ID[0], e.ID[1], e.ID[2] = 9, byte(n), byte(len(fmt.Sprint(erase)))
	rc, err = s.Edit(context.Background(), e, leaveAll(story))
	return story, rc, err
}

func TestAWithdrawalIsFolded(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1, 2))
	story, rc, err := withdraw(t, s, 1, false)
	if err != nil || rc.Pos == 0 || rc.RulingPos != rc.Pos+1 {
		t.Fatal(rc, err)
	}
	for range 2 {
		view(t, s, func(l *Ledger) {
			w, ok := l.Withdrawn(story)
			if !ok || w.Reason != "not ours to show" || w.Who != "the editor" || !w.At.Equal(rc.At) || w.Erased {
				t.Errorf("withdrawn %v: %+v", ok, w)
			}
			if stubs := l.Stubs("f"); len(stubs) != 1 || stubs[0].Membership.Story != story || stubs[0].Withdrawal != w {
				t.Errorf("stubs %+v", stubs)
			}
			for m := range l.Entries("f", news.AsNews) {
				if m.Story == story {
					t.Error("it is in the feed still")
				}
			}
			if i, _ := l.Item(news.ItemID(story)); func() bool { _, html, _ := l.Texts(i.ShownPos(), i.Shown); return html == "" }() {
				t.Error("a withdrawal took the text")
			}
		})
		if _, err := s.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
		s = reopen(t, s, dir)
	}
	verify(t, s)
	if _, _, err := withdraw(t, s, 1, false); err != nil {
		t.Errorf("the same act again: %v", err)
	}
	e := news.Editing{Scope: news.Scope{Story: story}, Act: news.ActWithdraw}
	e.ID[0] = 77
	if _, err := s.Edit(context.Background(), e, leaveAll(story)); !errors.Is(err, ErrWithdrawn) || !strings.Contains(err.Error(), "not ours to show") {
		t.Errorf("withdrawn twice: %v", err)
	}
	e.Scope.Story[0] ^= 1
	if _, err := s.Edit(context.Background(), e, leaveAll(story)); !errors.Is(err, ErrNoStory) {
		t.Errorf("a story that is not there: %v", err)
	}
}

// everywhere reports in which files of a directory some bytes stand, unpacked.
func everywhere(t *testing.T, s *Store, dir, text string) (where []string) {
	t.Helper()
	s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketTexts).ForEach(func(k, _ []byte) error {
			if v, err := readValue(tx, k); err == nil && bytes.Contains(v, []byte(text)) {
				where = append(where, fmt.Sprintf("text %x", k))
			}
			return nil
		})
	})
	files, _ := filepath.Glob(filepath.Join(dir, captureDir, "*"))
	for _, file := range files {
		for _, record := range membersOf(t, file) {
			if bytes.Contains(record, []byte(text)) {
				where = append(where, filepath.Base(file))
			}
		}
	}
	return where
}

func TestAnErasureDestroysAllOfAStory(t *testing.T) {
	s, dir := create(t)
	list := answeredBatch(1, "list: Release 1 of the ministry /id-1 and /id-2", 1, 2)
	accept(t, s, list)
	page := answeredBatch(2, "<p>Release 1 of the ministry, on its page</p>", 1)
	page.Kind, page.Item, page.Entries[0].HTML = news.TaskArticle, news.NewItemID("a", news.ByID, "id-1"), "<p>Release 1 of the ministry, on its page</p>"
	acceptAs(t, s, page, reading(news.Fill))
	other := answeredBatch(3, "<p>Release 2 of the ministry, on its page</p>", 2)
	other.Kind, other.Item = news.TaskArticle, news.NewItemID("a", news.ByID, "id-2")
	acceptAs(t, s, other, reading(news.Fill))
	accept(t, s, answeredBatch(4, "another list: only /id-333333 there", 333333))

	if where := everywhere(t, s, dir, "Release 1 of"); len(where) != 4 {
		t.Fatalf("before, it is in %v", where)
	}
	_, rc, err := withdraw(t, s, 1, true)
	if err != nil {
		t.Fatal(err)
	}
	if where := everywhere(t, s, dir, "Release 1 of"); len(where) != 0 {
		t.Errorf("it is still in %v", where)
	}
	if where := everywhere(t, s, dir, "Release 2 of"); len(where) != 3 {
		t.Errorf("another story is in %v, want two texts and a capture", where)
	}
	r := verify(t, s)
	if r.Captures != 2 || len(r.Notes) != 1 || !strings.HasPrefix(r.Notes[0], "erased: record 2 text 0, record 2 text 1, record 4 text 0") ||
		!strings.Contains(r.Notes[0], "2 captures") || !strings.Contains(r.Notes[0], "by the editor on 2026-11-23") {
		t.Errorf("%d captures, notes %q, act at %d", r.Captures, r.Notes, rc.Pos)
	}
	if _, err := s.Capture(page.Capture); !errors.Is(err, ErrNotKept) {
		t.Errorf("its capture: %v", err)
	}
	if c, err := s.Capture(other.Capture); err != nil || !strings.Contains(string(c.Body), "Release 2") {
		t.Errorf("another's capture: %q, %v", c.Body, err)
	}
	s = reopen(t, s, dir)
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	neverAgain(t, s, dir)
	verify(t, s)
}

// What notices told of an erased story goes too, and the feeds of notices leave
// them out.
func TestAnErasureTakesWhatWasTold(t *testing.T) {
	s, _ := create(t)
	accept(t, s, batch(1, 1, 2))
	tell := func(l *Ledger) (d news.Decision) {
		for n := 1; n <= 2; n++ {
			id := news.NewItemID("a", news.ByID, fmt.Sprint("id-", n))
			d.Ruling.Notices = append(d.Ruling.Notices, news.Notice{Of: news.FeedEdits, Seq: uint64(n), Item: id, Rev: 2, Story: news.StoryID(id), Feeds: []news.FeedName{"f"},
				Words: news.Telling{Title: fmt.Sprint("Told of ", n), Differences: []news.Difference{{Was: "a", Now: "b"}}}})
		}
		return d
	}
	if _, err := s.Rule(t.Context(), tell); err != nil {
		t.Fatal(err)
	}
	before := news.FeedState{}
	view(t, s, func(l *Ledger) { before = l.Feed("f/edits") })
	if _, _, err := withdraw(t, s, 1, true); err != nil {
		t.Fatal(err)
	}
	view(t, s, func(l *Ledger) {
		for _, of := range []news.FeedName{"edits", "f/edits"} {
			var told []string
			for n := range l.notices(of) {
				words, err := l.Telling(n)
				if err != nil {
					t.Fatal(err)
				}
				told = append(told, words.Title)
			}
			shown := 0
			for range l.Notices(of) {
				shown++
			}
			if fmt.Sprintf("%q", told) != `["Told of 2" ""]` || shown != 1 {
				t.Errorf("%s tells %q, and shows %d", of, told, shown)
			}
			if after := l.Feed("f/edits"); !after.Changed.After(before.Changed) {
				t.Error("the feed of notices was not marked as changed")
			}
		}
	})
	verify(t, s)
}

// neverAgain polls what was erased once more: nothing of it is kept.
func neverAgain(t *testing.T, s *Store, dir string) {
	t.Helper()
	again := answeredBatch(20, "<p>Release 1 of the ministry, changed</p>", 1)
	again.Kind, again.Item, again.Entries[0].HTML = news.TaskLook, news.NewItemID("a", news.ByID, "id-1"), "<p>Release 1 of the ministry, changed</p>"
	acceptAs(t, s, again, reading(news.Edit))
	accept(t, s, answeredBatch(21, "list: Release 1 of the ministry at /id-1, and a new one", 50))
	if where := everywhere(t, s, dir, "Release 1 of"); len(where) != 0 {
		t.Errorf("it is kept again in %v", where)
	}
}

// A crash at any step of an erasure is gone on with at the next start.
func TestAnErasureEndsAnywhere(t *testing.T) {
	for n := 1; ; n++ {
		dir := t.TempDir()
		finished := crashAt(t, n, "erase", dir)
		s, err := Open(dir, Options{Now: ticking(), Note: func(what string) { t.Error(what) }})
		if err != nil {
			t.Fatalf("step %d: %v", n, err)
		}
		story := news.StoryID(news.NewItemID("a", news.ByID, "id-1"))
		view(t, s, func(l *Ledger) {
			if w, _ := l.Withdrawn(story); !w.Erased {
				return
			}
			if where := everywhere(t, s, dir, "Release 1 of"); len(where) != 0 {
				t.Errorf("step %d: erased, and still in %v", n, where)
			}
		})
		for _, note := range verify(t, s).Notes {
			if !strings.HasPrefix(note, "erased: ") {
				t.Errorf("step %d: %s", n, note)
			}
		}
		if where := everywhere(t, s, dir, "Release 2 of"); len(where) != 2 {
			t.Errorf("step %d: another story is in %v", n, where)
		}
		s.Close()
		if finished {
			return
		}
	}
}

// eraseIn is the deed of which crashAt ends the process at each step.
func eraseIn(dir string) error {
	counting := step
	step = func() {}
	s, err := Create(dir, Options{Now: ticking()})
	if err != nil {
		return err
	}
	for id := byte(1); id <= 2; id++ {
		b := answeredBatch(id, fmt.Sprintf("<p>Release %d of the ministry</p>", id), int(id))
		if _, err := s.Accept(context.Background(), b, firstAll); err != nil {
			return err
		}
	}
	step = counting
	story := news.StoryID(news.NewItemID("a", news.ByID, "id-1"))
	e := news.Editing{ID: news.BatchID{9}, Scope: news.Scope{Story: story}, Act: news.ActWithdraw, Args: news.Args{Erase: true}}
	_, err = s.Edit(context.Background(), e, leaveAll(story))
	return errors.Join(err, s.Close())
}

// reading rules that the first entry is another reading of the batch's item.
func reading(class news.Change) func(*Ledger, news.Batch) news.Decision {
	return func(l *Ledger, b news.Batch) news.Decision {
		i, _ := l.Item(b.Item)
		return news.Decision{Keep: []int{0}, Ruling: news.Ruling{Items: []news.ItemRuling{{Item: b.Item, Rev: len(i.Revisions) + 1, Class: class, State: news.Read}}}}
	}
}

func acceptAs(t *testing.T, s *Store, b news.Batch, rule func(*Ledger, news.Batch) news.Decision) {
	t.Helper()
	if _, err := s.Accept(context.Background(), b, rule); err != nil {
		t.Fatal(err)
	}
}

func TestRetentionKeepsEvidence(t *testing.T) {
	now := noon
	dir := t.TempDir()
	s, err := Create(dir, Options{Now: func() time.Time { now = now.Add(time.Second); return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	bodies := make(map[int]string)
	for n := 1; n <= 6; n++ {
		bodies[n] = fmt.Sprintf("<p>Body of %d, day one.</p>", n)
		if n == 5 {
			bodies[n] = bodies[1] // the same body: a revisit
		}
		accept(t, s, answeredBatch(byte(n), bodies[n], n))
	}
	edited := answeredBatch(30, "<p>Body of 5, changed.</p>", 5)
	edited.Kind, edited.Item = news.TaskLook, news.NewItemID("a", news.ByID, "id-5")
	acceptAs(t, s, edited, reading(news.Edit))
	missed := answeredBatch(31, "<p>404</p>")
	missed.Kind, missed.Item = news.TaskLook, news.NewItemID("a", news.ByID, "id-3")
	acceptAs(t, s, missed, func(l *Ledger, b news.Batch) news.Decision {
		return news.Decision{Ruling: news.Ruling{Removal: []news.Removal{{Item: b.Item, State: news.Missing, Saw: news.SawNothing, Looks: 1}}}}
	})
	now = now.Add(48 * time.Hour)
	accept(t, s, answeredBatch(40, "<p>Day three.</p>", 40))

	done, err := s.PruneCaptures(context.Background(), now.Add(-24*time.Hour), "retention")
	if err != nil || fmt.Sprint(done.Files) != "[2026-11-23.warc.gz]" || done.Kept != 5 {
		t.Fatalf("pruned %+v, %v; want day one, and 5 kept: the response, revisit and edit of 5, the page and the look of 3", done, err)
	}
	if _, err := os.Stat(filepath.Join(dir, captureDir, "2026-11-23.warc.gz")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the day's file: %v", err)
	}
	for body, want := range map[string]bool{bodies[1]: true, bodies[2]: false, bodies[3]: true, bodies[4]: false, "<p>Body of 5, changed.</p>": true, "<p>404</p>": true, "<p>Day three.</p>": true} {
		if c, err := s.Capture(digestOf([]byte(body))); want != (err == nil && string(c.Body) == body) {
			t.Errorf("%s: %v, want it kept: %v", body, err, want)
		}
	}
	if r := verify(t, s); r.Captures != 6 || len(r.Notes) != 0 {
		t.Errorf("%d captures, notes %q", r.Captures, r.Notes)
	}
	tip, _ := s.Tip()
	if done, err := s.PruneCaptures(context.Background(), now.Add(-24*time.Hour), "retention"); err != nil || len(done.Files) != 0 {
		t.Errorf("pruned again: %+v, %v", done, err)
	}
	if again, _ := s.Tip(); again != tip {
		t.Error("pruning nothing was recorded")
	}
}

// membersOf are the records of a file, unpacked.
func membersOf(t *testing.T, file string) (records [][]byte) {
	t.Helper()
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for len(whole) > 0 {
		record, rest := firstMember(t, whole)
		records, whole = append(records, record), rest
	}
	return records
}

// firstMember unpacks the first gzip member of a file.
func firstMember(t *testing.T, whole []byte) (record, rest []byte) {
	t.Helper()
	in := bytes.NewReader(whole)
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	z.Multistream(false)
	if record, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	return record, whole[len(whole)-in.Len():]
}

func init() { deeds["erase"] = eraseIn }
