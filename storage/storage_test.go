package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// ticking is a clock that goes on by a second each time it is read.
func ticking() func() time.Time {
	var mu sync.Mutex
	now := noon
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

func create(t *testing.T) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := Create(dir, Options{Now: ticking(), Site: "site-1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, dir
}

func reopen(t *testing.T, s *Store, dir string) *Store {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir, Options{Now: ticking()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { again.Close() })
	return again
}

// batch is an answer of source a with entries numbered from n.
func batch(id byte, numbers ...int) news.Batch {
	b := news.Batch{Source: "a", Kind: news.TaskListing, URL: "https://a.example/", Reader: "r1", Condition: news.OK}
	b.ID[0], b.ID[15] = 1, id
	b.State = news.FetchState{Source: "a", URL: b.URL, Condition: news.OK, ETag: news.Octets(fmt.Sprintf(`"%d"`, id))}
	for _, n := range numbers {
		text := fmt.Sprintf("<p>Release %d of the ministry, long enough to be worth packing: %s</p>", n, strings.Repeat("and so on ", 20))
		b.Entries = append(b.Entries, news.Entry{ID: fmt.Sprint("id-", n), URL: fmt.Sprintf("https://a.example/%d", n), Title: fmt.Sprint("Release ", n),
			Date: news.Date{Precision: news.Day, Zone: "Asia/Shanghai", Time: noon}, HTML: text, Summary: fmt.Sprint("Summary ", n), Digest: news.TextDigest(text)})
	}
	return b
}

// firstAll rules that every entry is a new item in a story and a feed of its
// own.
func firstAll(l *Ledger, b news.Batch) (d news.Decision) {
	seq := l.Feed("f").News
	for n, e := range b.Entries {
		id := news.NewItemID(b.Source, news.ByID, e.ID)
		if _, known := l.Item(id); known {
			continue
		}
		seq++
		d.Ruling.Items = append(d.Ruling.Items, news.ItemRuling{N: len(d.Keep), Item: id, How: news.ByID, Key: e.ID, Rev: 1, Class: news.First, As: news.AsNews, State: news.Read})
		d.Keep = append(d.Keep, n)
		s := news.StoryID(id)
		d.Ruling.Stories = append(d.Ruling.Stories, news.StoryRuling{Item: id, Story: s, Address: s.Address(news.AddressLength)})
		d.Ruling.Enter = append(d.Ruling.Enter, news.Entering{Feed: "f", Story: s, Seq: seq, As: news.AsNews, Published: noon, Lead: id})
		d.Tasks = append(d.Tasks, news.Task{Kind: news.TaskLook, Source: b.Source, Item: id, Due: noon.Add(time.Hour)})
	}
	return d
}

func accept(t *testing.T, s *Store, b news.Batch) Receipt {
	t.Helper()
	r, err := s.Accept(context.Background(), b, firstAll)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func view(t *testing.T, s *Store, f func(*Ledger)) {
	t.Helper()
	if err := s.View(context.Background(), func(l *Ledger) error { f(l); return nil }); err != nil {
		t.Fatal(err)
	}
}

func verify(t *testing.T, s *Store) Report {
	t.Helper()
	r, err := s.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAcceptKeepsAll(t *testing.T) {
	s, dir := create(t)
	r := accept(t, s, batch(1, 1, 2))
	if r.Pos != 2 || r.RulingPos != 3 || r.Duplicate {
		t.Errorf("receipt %+v, want batch 2 and ruling 3", r)
	}
	s = reopen(t, s, dir)
	if s.Site() != "site-1" {
		t.Errorf("site %q after reopening", s.Site())
	}
	view(t, s, func(l *Ledger) {
		id, ok := l.Find("a", news.ByURL, news.CanonicalURL("http://A.example/2"))
		i, _ := l.Item(id)
		if !ok || i.Shown.Title != "Release 2" || i.FirstSeen != r.At || i.Pos != 2 {
			t.Errorf("found %+v", i)
		}
		summary, html, err := l.Texts(i.ShownPos(), i.Shown)
		if err != nil || summary != "Summary 2" || !strings.HasPrefix(html, "<p>Release 2") {
			t.Errorf("texts %q, %.20q, %v", summary, html, err)
		}
		if st, ok := l.Poll("a", "https://a.example/"); !ok || st.ETag != `"1"` {
			t.Errorf("poll state %+v", st)
		}
		n := 0
		for m := range l.Entries("f", news.AsNews) {
			if n++; m.Seq != uint64(3-n) {
				t.Errorf("entry %d has number %d", n, m.Seq)
			}
		}
		tasks := 0
		for range l.Tasks() {
			tasks++
		}
		if n != 2 || tasks != 2 {
			t.Errorf("%d entries, %d tasks, want 2 and 2", n, tasks)
		}
	})
	verify(t, s)
}

func TestBatchSeenBeforeChangesNothing(t *testing.T) {
	s, _ := create(t)
	accept(t, s, batch(1, 1))
	before, _ := s.Tip()
	again := batch(1, 1, 2, 3)
	if r := accept(t, s, again); !r.Duplicate || r.Pos != 0 {
		t.Errorf("receipt %+v, want a duplicate", r)
	}
	if after, _ := s.Tip(); after != before {
		t.Error("a batch seen before moved the tip")
	}
}

func TestNothingNewWritesStateOnly(t *testing.T) {
	s, _ := create(t)
	accept(t, s, batch(1, 1))
	before, _ := s.Tip()
	b := batch(2, 1)
	if r := accept(t, s, b); r.Pos != 0 || r.RulingPos != 0 {
		t.Errorf("receipt %+v, want nothing recorded", r)
	}
	if after, _ := s.Tip(); after != before {
		t.Error("nothing new moved the tip")
	}
	view(t, s, func(l *Ledger) {
		if st, _ := l.Poll("a", b.URL); st.ETag != `"2"` {
			t.Errorf("state has ETag %s, want that of the last answer", st.ETag)
		}
	})
	b = batch(3)
	b.Condition, b.State.Condition = news.Unreachable, news.Unreachable
	if r := accept(t, s, b); r.Pos == 0 {
		t.Error("a change of condition was not recorded")
	}
}

func TestPanicInRuleFailsItsBatchOnly(t *testing.T) {
	s, _ := create(t)
	_, err := s.Accept(context.Background(), batch(1, 1), func(*Ledger, news.Batch) news.Decision { panic("no idea") })
	if err == nil || !strings.Contains(err.Error(), "no idea") {
		t.Errorf("error %v, want the panic's words", err)
	}
	accept(t, s, batch(2, 2))
	verify(t, s)
}

func TestGroupCommit(t *testing.T) {
	s, _ := create(t)
	var wg sync.WaitGroup
	for n := range 100 {
		wg.Go(func() {
			rule := firstAll
			if n%10 == 3 {
				rule = func(*Ledger, news.Batch) news.Decision { panic("bad one") }
			}
			_, err := s.Accept(context.Background(), batch(byte(n), n), rule)
			if (err != nil) != (n%10 == 3) {
				t.Errorf("batch %d: %v", n, err)
			}
		})
	}
	wg.Wait()
	view(t, s, func(l *Ledger) {
		if got := l.Feed("f").News; got != 90 {
			t.Errorf("%d stories entered, want 90", got)
		}
	})
	verify(t, s)
}

func TestTasksReplaceAndEnd(t *testing.T) {
	s, _ := create(t)
	task := news.Task{Kind: news.TaskLook, Source: "a", Item: news.ItemID{7}, Due: noon.Add(time.Hour)}
	moved := task
	moved.Due = noon
	for _, step := range []struct {
		put, done []news.Task
		want      int
	}{{[]news.Task{task}, nil, 1}, {[]news.Task{moved}, nil, 1}, {nil, []news.Task{task}, 0}, {nil, []news.Task{task}, 0}} {
		if err := s.SaveTasks(context.Background(), step.put, step.done); err != nil {
			t.Fatal(err)
		}
		view(t, s, func(l *Ledger) {
			n := 0
			for got := range l.Tasks() {
				n++
				if len(step.put) > 0 && !got.Due.Equal(step.put[0].Due) {
					t.Errorf("due %v, want %v", got.Due, step.put[0].Due)
				}
			}
			if n != step.want {
				t.Errorf("%d tasks, want %d", n, step.want)
			}
		})
	}
}

func TestConfigure(t *testing.T) {
	s, dir := create(t)
	p := news.Publication{Site: news.Site{ID: "site-1", Title: "China News"}, Sources: []news.Source{{ID: "a", Origin: "a"}}}
	for n, want := range []uint64{2, 0} {
		r, err := s.Configure(context.Background(), p, "test", nil)
		if err != nil || r.Pos != want {
			t.Errorf("configured %d times: position %d, %v; want %d", n+1, r.Pos, err, want)
		}
	}
	p.Site.Title = "Other"
	if r, err := s.Configure(context.Background(), p, "test", nil); err != nil || r.Pos != 3 {
		t.Errorf("changed: %+v, %v", r, err)
	}
	p.Sources[0].ID = "b"
	r, err := s.Configure(context.Background(), p, "test", func(l *Ledger) news.Decision {
		if got, _ := l.Publication(); got.Sources[0].ID != "b" || l.Next() != 5 {
			t.Errorf("ruled on %+v before record %d", got, l.Next())
		}
		return news.Decision{Ruling: news.Ruling{Fill: []news.FillRuling{{Feed: "f"}}}}
	})
	if err != nil || r.Pos != 4 || r.RulingPos != 5 {
		t.Errorf("configured and ruled: %+v, %v", r, err)
	}
	s = reopen(t, s, dir)
	view(t, s, func(l *Ledger) {
		if ids := l.Bindings().Sources["a"]; !slices.Equal(ids, []string{"a", "b"}) {
			t.Errorf("a had the ids %q", ids)
		}
		if got, ok := l.Publication(); !ok || got.Site.Title != "Other" || got.Sources[0].Origin != "a" {
			t.Errorf("recorded %+v", got)
		}
	})
	verify(t, s)
}

func TestOpening(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrNone) || !strings.Contains(err.Error(), dir) {
		t.Errorf("opening nothing: %v", err)
	}
	s, err := Create(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var used *InUseError
	if _, err := Open(dir, Options{}); !errors.As(err, &used) || used.PID != os.Getpid() {
		t.Errorf("opening twice: %v, want our own pid", err)
	}
	s.Close()
	if _, err := Create(dir, Options{}); !errors.Is(err, ErrExists) {
		t.Errorf("creating over a record: %v", err)
	}
	if _, err := Open(dir, Options{Site: "another"}); !errors.Is(err, ErrSite) {
		t.Errorf("opening as another site: %v", err)
	}
	if s, err = Open(dir, Options{Site: s.Site()}); err != nil {
		t.Fatal(err)
	}
	s.db.Update(func(tx *bbolt.Tx) error { return putJSON(tx.Bucket(bucketMeta), keySchema, schemaVersion+1) })
	s.Close()
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrNewer) {
		t.Errorf("opening a newer schema: %v", err)
	}
	if _, err := s.Accept(context.Background(), batch(1), firstAll); !errors.Is(err, ErrClosed) {
		t.Errorf("writing to a closed record: %v", err)
	}
	if err := s.View(context.Background(), func(*Ledger) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Errorf("reading a closed record: %v", err)
	}
}

func TestUnwritableDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(filepath.Join(file, "data"), Options{}); err == nil || !strings.Contains(err.Error(), "writable") {
		t.Errorf("error %v, want what to do", err)
	}
}

func TestClock(t *testing.T) {
	var mono time.Duration
	c := &clock{elapsed: func() time.Duration { return mono }, started: noon}
	for _, tt := range []struct {
		name      string
		now, last time.Time
		mono      time.Duration
		want      time.Time
		refused   bool
	}{
		{"goes on", noon.Add(time.Minute), noon, time.Minute, noon.Add(time.Minute), false},
		{"a little behind", noon.Add(2 * time.Minute), noon.Add(3 * time.Minute), 2 * time.Minute, noon.Add(3 * time.Minute), false},
		{"far behind the record", noon.Add(2 * time.Minute), noon.Add(time.Hour), 2 * time.Minute, time.Time{}, true},
		{"jumped ahead", noon.Add(5 * time.Hour), noon, 3 * time.Minute, time.Time{}, true},
		{"still", noon.Add(5*time.Hour + 30*time.Second), noon, 3*time.Minute + 30*time.Second, time.Time{}, true},
		{"steady for a minute: a machine that slept", noon.Add(5*time.Hour + 2*time.Minute), noon, 5 * time.Minute, noon.Add(5*time.Hour + 2*time.Minute), false},
	} {
		mono = tt.mono
		got, err := c.at(tt.now, tt.last)
		if errors.Is(err, ErrClock) != tt.refused || !tt.refused && !got.Equal(tt.want) {
			t.Errorf("%s: %v, %v; want %v", tt.name, got, err, tt.want)
		}
	}
}
