package storage

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// oneByOne is what is counted of source a, one item, reading and record after
// the other.
func oneByOne(t *testing.T, s *Store) map[string]news.Tally {
	t.Helper()
	all := make(map[string]news.Tally)
	add := func(day string, one news.Tally) {
		for _, period := range []string{day, day[:7]} {
			all[period] = all[period].Plus(one)
		}
	}
	removed := make(map[news.ItemID]bool)
	view(t, s, func(l *Ledger) {
		for i := range each[news.Item](l.derived.Bucket(derivedItems)) {
			add(i.PublishedOn(), news.Tally{Releases: 1})
			for _, r := range i.Revisions {
				if r.Class == news.Edit {
					add(news.BeijingDay(r.At), news.Tally{Edits: 1})
				}
			}
		}
		for pos := uint64(1); pos < l.Next(); pos++ {
			r, err := readRecord(l.tx, pos)
			if err != nil {
				t.Fatal(err)
			}
			var ruling news.Ruling
			if r.kind == kindRuling {
				if err := json.Unmarshal(r.Body, &ruling); err != nil {
					t.Fatal(err)
				}
			}
			for _, x := range ruling.Removal {
				if x.State == news.Removed && !removed[x.Item] {
					add(news.BeijingDay(r.At), news.Tally{Removals: 1})
				}
				removed[x.Item] = x.State == news.Removed
			}
		}
	})
	return all
}

// tallied is what the record says that was counted.
func tallied(t *testing.T, s *Store, periods map[string]news.Tally) map[string]news.Tally {
	t.Helper()
	all := make(map[string]news.Tally)
	view(t, s, func(l *Ledger) {
		for period := range periods {
			all[period] = l.Tallies(period)["a"]
		}
		rows := l.derived.Bucket(derivedTallies).Stats().KeyN
		if rows != len(periods) {
			t.Errorf("%d rows of %d periods", rows, len(periods))
		}
	})
	return all
}

// Whatever happens to items, the tallies are what counting them one by one says,
// and a rebuild makes the same.
func TestTalliesAreTrue(t *testing.T) {
	for seed := range uint64(6) {
		s, dir := create(t)
		r := rand.New(rand.NewPCG(seed, 8))
		for n := range 60 {
			happen(t, s, r, byte(n))
		}
		want := oneByOne(t, s)
		if len(want) < 4 {
			t.Fatalf("seed %d: only %v happened", seed, want)
		}
		if got := tallied(t, s, want); !maps.Equal(got, want) {
			t.Fatalf("seed %d: tallies %v, want %v", seed, got, want)
		}
		if _, err := s.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
		s = reopen(t, s, dir)
		if got := tallied(t, s, want); !maps.Equal(got, want) {
			t.Errorf("seed %d, rebuilt: tallies %v, want %v", seed, got, want)
		}
		verify(t, s)
	}
}

// happen has one thing happen to source a.
func happen(t *testing.T, s *Store, r *rand.Rand, id byte) {
	t.Helper()
	if r.IntN(4) == 0 {
		_, err := s.Rule(t.Context(), func(l *Ledger) (d news.Decision) {
			for i := range l.Items("a", time.Time{}) {
				if r.IntN(3) == 0 {
					state := []news.Presence{news.Missing, news.Removed, news.Present}[r.IntN(3)]
					d.Ruling.Removal = append(d.Ruling.Removal, news.Removal{Item: i.ID, State: state, Looks: 3})
				}
			}
			return d
		})
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	b := batch(id, r.IntN(12), 20+r.IntN(6))
	for n := range b.Entries {
		e := &b.Entries[n]
		switch r.IntN(4) {
		case 0:
			e.Date = news.Date{}
		case 1:
			e.Date = news.Date{Precision: news.Minute, Zone: []string{"UTC", "+08:00", "Nowhere/Else"}[r.IntN(3)], Time: noon.Add(time.Duration(r.IntN(2000)-1900) * time.Hour)}
		}
	}
	acceptAs(t, s, b, func(l *Ledger, b news.Batch) news.Decision {
		d := readings(l, b)
		for n := range d.Ruling.Items {
			if x := &d.Ruling.Items[n]; x.Class == news.Edit {
				x.Class = []news.Change{news.Edit, news.Slight, news.Reread, news.Fill}[r.IntN(4)]
			}
		}
		return d
	})
}

// The journal has what a person caused, threw away or did to the file, and
// nothing that sources said.
func TestJournal(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1, 2))
	act := must(t, s, news.Editing{Scope: news.Scope{Story: storyN(1)}, Act: news.ActNote, Args: news.Args{Text: "Seen."}}, news.Ruling{})
	accept(t, s, batch(2, 3))
	config, err := s.Configure(t.Context(), news.Publication{}, "config.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PruneTexts(t.Context(), noon.Add(24*time.Hour), func(*Ledger) map[news.ItemID]bool { return nil }, "retention"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for before, want := range map[uint64][]string{0: {"prune", "config", "edit", "mark"}, config.Pos + 1: {"config", "edit", "mark"}, config.Pos: {"edit", "mark"}, act.Pos: {"mark"}, 1: nil} {
			var kinds []string
			view(t, s, func(l *Ledger) {
				for r := range l.Journal(before) {
					kinds = append(kinds, r.Kind)
				}
			})
			if !slices.Equal(kinds, want) {
				t.Errorf("before %d: %v, want %v", before, kinds, want)
			}
		}
		if _, err := s.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
		s = reopen(t, s, dir)
	}
}

// answers are the answers of a day, and what is to be counted of them.
func answers() (list []news.Batch, want news.Outcomes) {
	for n := range 9 {
		b := batch(byte(n))
		switch n {
		case 1, 2:
			b.Unchanged = true
		case 3, 4, 5:
			b.Problem = &news.Problem{Class: news.ClassTimeout, Condition: news.Unreachable, Words: "It did not answer."}
		case 6:
			b.Problem = &news.Problem{Class: news.ClassEmpty, Condition: news.Empty}
		case 7:
			b.State.URL = "" // a further page, or an article
		case 8:
			b = batch(0) // once more
			b.Unchanged = true
		}
		list = append(list, b)
	}
	return list, news.Outcomes{Good: 1, Unchanged: 2, Failed: map[news.Class]int{news.ClassTimeout: 3, news.ClassEmpty: 1}}
}

// Each poll is counted once, in the transaction that has its answer: no more is
// written to disk than before.
func TestOutcomesAreCounted(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(0, 1))
	list, want := answers()
	for n, b := range list[1:] {
		before := transactions(t, s)
		accept(t, s, b)
		if now := transactions(t, s); now != before+1 {
			t.Errorf("answer %d took %d transactions", n+1, now-before)
		}
	}
	check := func(when string) {
		t.Helper()
		view(t, s, func(l *Ledger) {
			got := l.Outcomes(news.BeijingDay(noon))
			if got.Good != want.Good || got.Unchanged != want.Unchanged || !maps.Equal(got.Failed, want.Failed) {
				t.Errorf("%s: %+v, want %+v", when, got, want)
			}
			if none := l.Outcomes("2026-11-22"); none.Good+none.Unchanged+len(none.Failed) != 0 {
				t.Errorf("%s: the day before has %+v", when, none)
			}
		})
	}
	check("counted")
	s = reopen(t, s, dir)
	check("opened again")
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("rebuilt")
	s.Close()
	if _, _, err := Compact(dir, Options{}); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, dir)
	check("compacted")
	verify(t, s)
}

func transactions(t *testing.T, s *Store) (id int) {
	t.Helper()
	if err := s.db.View(func(tx *bbolt.Tx) error { id = tx.ID(); return nil }); err != nil {
		t.Fatal(err)
	}
	return id
}

// Wherever a process ends, an answer is counted when it is there, and not when
// it is not.
func TestOutcomesSurviveAnyEnd(t *testing.T) {
	for n := 1; ; n++ {
		dir := t.TempDir()
		finished := crashAt(t, n, "capture", dir)
		s, err := Open(dir, Options{Now: ticking()})
		if err != nil {
			t.Fatal(err)
		}
		view(t, s, func(l *Ledger) {
			p, _ := l.Poll("a", "https://a.example/")
			if got := fmt.Sprintf(`"%d"`, l.Outcomes(news.BeijingDay(noon)).Good); got != string(p.ETag) {
				t.Errorf("step %d: %s are counted when answer %s is the last", n, got, p.ETag)
			}
		})
		s.Close()
		if finished {
			return
		}
	}
}

// Days that are long over are forgotten, of outcomes and readers.
func TestOldDaysAreForgotten(t *testing.T) {
	now := noon
	s, err := Create(t.TempDir(), Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for n := range byte(4) {
		accept(t, s, batch(n, int(n)))
		if err := s.SaveReaders(t.Context(), news.BeijingDay(now), map[news.FeedName]news.Readers{"f": {Direct: int(n) + 1}}); err != nil {
			t.Fatal(err)
		}
		now = now.AddDate(0, 0, 200)
	}
	view(t, s, func(l *Ledger) {
		for n := range 4 {
			day, kept := news.BeijingDay(noon.AddDate(0, 0, 200*n)), n >= 1
			if o, r := l.Outcomes(day), l.Readers(day); (o.Good > 0) != kept || (r["f"].Direct > 0) != kept {
				t.Errorf("%s: outcomes %+v, readers %v; kept %v", day, o, r, kept)
			}
		}
	})
}

// Readers are kept by feed and day, also in a backup; feeds whose names begin
// alike are not mixed up.
func TestReadersAreKept(t *testing.T) {
	s, dir := create(t)
	day := "2026-11-23"
	want := map[news.FeedName]news.Readers{"f": {Direct: 7, Stated: map[string]int{"Feedly": 120}}, "f2": {Direct: 40000, Full: true}, "f/edits": {Stated: map[string]int{"Inoreader": 1}}}
	for _, err := range []error{s.SaveReaders(t.Context(), day, map[news.FeedName]news.Readers{"f": {Direct: 1}}), s.SaveReaders(t.Context(), day, want), s.SaveReaders(t.Context(), "2026-11-24", nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	same := func(when string) {
		t.Helper()
		view(t, s, func(l *Ledger) {
			if got := fmt.Sprint(l.Readers(day)); got != fmt.Sprint(want) {
				t.Errorf("%s: %s, want %v", when, got, want)
			}
			if next := l.Readers("2026-11-2"); len(next) > 0 {
				t.Errorf("%s: a part of a day has %v", when, next)
			}
		})
	}
	s = reopen(t, s, dir)
	same("opened again")
	file := filepath.Join(t.TempDir(), "copy.tar")
	if _, err := KeepBackup(t.Context(), file, func(w io.Writer) error { return s.Backup(t.Context(), w, nil) }); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Restore(t.Context(), file, dir, true, Options{}); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, dir)
	same("restored")
	verify(t, s)
}
