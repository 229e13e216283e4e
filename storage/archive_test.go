package storage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// ruled records a ruling.
func ruled(t *testing.T, s *Store, r news.Ruling) uint64 {
	t.Helper()
	rc, err := s.Rule(context.Background(), func(*Ledger) news.Decision { return news.Decision{Ruling: r} })
	if err != nil {
		t.Fatal(err)
	}
	return rc.RulingPos
}

// entering puts a story into the feed f.
func entering(n int, as news.As, seq uint64) news.Entering {
	return news.Entering{Feed: "f", Story: storyN(n), Seq: seq, As: as, Lead: itemN(n), Published: time.Date(2026, 11, 1, 0, n, 0, 0, time.UTC)}
}

// many is a record of so many stories, of which feed f has none yet.
func many(t *testing.T, n int) (*Store, string) {
	s, dir := create(t)
	b := news.Batch{ID: news.BatchID{1}, Source: "a", Kind: news.TaskListing}
	for i := range n {
		b.Entries = append(b.Entries, news.Entry{ID: fmt.Sprint("id-", i), Title: fmt.Sprint("Title ", i), Summary: fmt.Sprint("A summary, ", i)})
	}
	_, err := s.Accept(context.Background(), b, func(l *Ledger, b news.Batch) (d news.Decision) {
		d = firstAll(l, b)
		d.Ruling.Enter, d.Ruling.Fill = nil, nil
		return d
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func goes(n int, why string) news.Ruling {
	return news.Ruling{Leave: []news.Leaving{{Feed: "f", Story: storyN(n), Why: why}}}
}

// leaves are all pages of the feed f: "generation: places".
func leaves(t *testing.T, s *Store) (list []string) {
	t.Helper()
	view(t, s, func(l *Ledger) {
		newest, _ := l.NewestArchive("f")
		for n := 1; n <= newest.Number; n++ {
			p, ok := l.ArchivePage("f", n)
			if !ok || p.Number != n || p.At.IsZero() {
				t.Errorf("page %d is %+v, %v", n, p, ok)
			}
			line := fmt.Sprint(p.Gen, ":")
			for _, m := range l.Archived("f", n) {
				line += fmt.Sprint(" ", m.Place)
			}
			list = append(list, line)
		}
		if p, ok := l.ArchivePage("f", newest.Number+1); ok || newest.Number > 0 && p.Gen > 0 {
			t.Errorf("there is a page after the newest: %+v", p)
		}
	})
	return list
}

func gens(t *testing.T, s *Store) (list []uint64) {
	for _, line := range leaves(t, s) {
		var g uint64
		fmt.Sscan(line, &g)
		list = append(list, g)
	}
	return list
}

func TestArchivePages(t *testing.T) {
	s, dir := many(t, 130)
	var r news.Ruling
	for n := range 120 {
		as := news.AsNews
		if n%3 == 0 {
			as = news.AsHistory
		}
		r.Enter = append(r.Enter, entering(n, as, uint64(n+1)))
	}
	first := ruled(t, s, r)
	want := []uint64{first, first, first}
	check := func(what string) {
		t.Helper()
		if got := gens(t, s); !slices.Equal(got, want) {
			t.Errorf("%s: generations %v, want %v", what, got, want)
		}
	}
	check("entered")
	want[2] = ruled(t, s, news.Ruling{Enter: []news.Entering{entering(121, news.AsNews, 121)}})
	check("one more")
	last := ruled(t, s, goes(60, news.LeftRule))
	want[1], want[2] = last, last
	check("one of the second page left")
	want[2] = ruled(t, s, news.Ruling{Enter: []news.Entering{entering(60, news.AsNews, 122)}})
	check("it is back, in a place of its own")
	last = ruled(t, s, goes(61, news.LeftWithdrawn))
	want[1], want[2] = last, last
	check("one is withdrawn")
	if list := leaves(t, s)[1]; list != fmt.Sprint(last, ": 51 52 53 54 55 56 57 58 59 60 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 100") {
		t.Errorf("the second page is %s", list)
	}
	last = must(t, s, news.Editing{Scope: news.Scope{Story: storyN(1)}, Act: news.ActNote, Args: news.Args{Text: "a note"}}, news.Ruling{}).Pos
	want = []uint64{last, last, last}
	check("a note on the first page")
	ruled(t, s, news.Ruling{Pins: []news.PinRuling{{Feed: "f", Story: storyN(2), Until: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}}})
	check("a pin")
	before := leaves(t, s)
	if _, err := s.Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, dir)
	if got := leaves(t, s); !slices.Equal(got, before) {
		t.Errorf("rebuilt pages are %v, were %v", got, before)
	}
	verify(t, s)
}

// Whatever enters and leaves: the pages together have what the feed has and the
// stubs, once; places are never given twice; a page that changed, and every one
// after it, has another generation, and no other; what a rebuild makes is the
// same.
func TestAnyArchive(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 7))
		s, _ := many(t, 140)
		in, seq := make(map[int]bool), uint64(0)
		given := make(map[uint64]news.StoryID)
		before := leaves(t, s)
		for range 60 {
			var r news.Ruling
			for _, n := range rng.Perm(140)[:1+rng.IntN(12)] {
				switch {
				case !in[n] && rng.IntN(5) > 0:
					seq++
					r.Enter = append(r.Enter, entering(n, []news.As{news.AsNews, news.AsHistory}[rng.IntN(2)], seq))
				case in[n] && rng.IntN(4) == 0:
					r.Leave = append(r.Leave, news.Leaving{Feed: "f", Story: storyN(n), Why: []string{news.LeftRule, news.LeftRemoved, news.LeftMerged}[rng.IntN(3)]})
				case in[n]:
					r.Updated = append(r.Updated, news.Update{Feed: "f", Story: storyN(n)})
					continue
				default:
					continue
				}
				in[n] = !in[n]
			}
			if r.Empty() {
				continue
			}
			pos := ruled(t, s, r)
			now := leaves(t, s)
			follows(t, before, now, pos)
			before = now
			complete(t, s, in, given)
			if t.Failed() {
				t.Fatalf("seed %d, after record %d", seed, pos)
			}
		}
		if report, err := s.Rebuild(context.Background()); err != nil || len(report.Differs) > 0 {
			t.Errorf("rebuild: %v %v", report.Differs, err)
		}
	}
}

// follows checks that the generations are those of before up to the first page
// that changed, and from there on the record's.
func follows(t *testing.T, before, now []string, pos uint64) {
	t.Helper()
	changed := false
	for n, line := range now {
		var gen uint64
		fmt.Sscan(line, &gen)
		changed = changed || gen == pos
		if changed && gen != pos || !changed && line != before[n] {
			t.Errorf("record %d made of page %d %q, which was %v", pos, n+1, line, before)
		}
	}
}

// complete checks that the archive has what is in the feed.
func complete(t *testing.T, s *Store, in map[int]bool, given map[uint64]news.StoryID) {
	t.Helper()
	view(t, s, func(l *Ledger) {
		got := make(map[news.StoryID]bool)
		newest, _ := l.NewestArchive("f")
		for n := 1; n <= newest.Number; n++ {
			for _, m := range l.Archived("f", n) {
				if old, ok := given[m.Place]; got[m.Story] || ok && old != m.Story {
					t.Errorf("place %d has %s, had %s, or it is there twice", m.Place, m.Story, old)
				}
				got[m.Story], given[m.Place] = true, m.Story
			}
		}
		dated := 0
		for m := range l.OnDay("f", time.Time{}, time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)) {
			if dated++; !got[m.Story] {
				t.Errorf("%s has a day, and is not in the archive", m.Story)
			}
		}
		for n, is := range in {
			if is != got[storyN(n)] {
				t.Errorf("story %d is in the feed: %v, in its archive: %v", n, is, got[storyN(n)])
			}
		}
		if dated != len(got) {
			t.Errorf("%d have a day, %d are in the archive", dated, len(got))
		}
	})
}

func TestMoves(t *testing.T) {
	s, _ := many(t, 5)
	enter := ruled(t, s, news.Ruling{Enter: []news.Entering{entering(1, news.AsNews, 1), entering(2, news.AsHistory, 1), entering(3, news.AsNews, 2)},
		Updated: []news.Update{{Feed: "f", Story: storyN(3)}}})
	update := ruled(t, s, news.Ruling{Updated: []news.Update{{Feed: "f", Story: storyN(1)}, {Feed: "f", Story: storyN(2)}}})
	ruled(t, s, news.Ruling{Alias: []news.AliasRuling{{From: storyN(3), To: storyN(1)}}, Leave: []news.Leaving{{Feed: "f", Story: storyN(3), Why: news.LeftMerged}}})
	leave := ruled(t, s, goes(1, news.LeftWithdrawn))
	ruled(t, s, goes(1, news.LeftForGood))
	ruled(t, s, goes(2, news.LeftRule))
	want := []news.Move{{Pos: enter, Story: storyN(1), What: news.MovedIn}, {Pos: enter, Story: storyN(3), What: news.MovedIn},
		{Pos: update, Story: storyN(1), What: news.MovedUpdated}, {Pos: leave, Story: storyN(1), What: news.MovedOut}}
	slices.SortFunc(want[:2], func(a, b news.Move) int { return slices.Compare(a.Story[:], b.Story[:]) })
	view(t, s, func(l *Ledger) {
		if got := slices.Collect(l.Moves("f", 0)); !slices.Equal(got, want) {
			t.Errorf("moves are %v, want %v", got, want)
		}
		if got := slices.Collect(l.Moves("f", enter)); !slices.Equal(got, want[2:]) {
			t.Errorf("moves after %d are %v", enter, got)
		}
		if got := l.Feed("f").Moved; got != leave {
			t.Errorf("the last move is at %d, want %d", got, leave)
		}
	})
}

func TestDays(t *testing.T) {
	s, _ := many(t, 5)
	day := func(n int) time.Time { return time.Date(1969, 12, 30+n, 12, 0, 0, 0, time.UTC) } // across the epoch
	var r news.Ruling
	for n := 1; n <= 4; n++ {
		e := entering(n, news.AsNews, uint64(n))
		e.Published = day(n)
		r.Enter = append(r.Enter, e)
	}
	ruled(t, s, r)
	ruled(t, s, goes(2, news.LeftRule))
	view(t, s, func(l *Ledger) {
		var got []news.StoryID
		for m := range l.OnDay("f", day(1), day(4)) {
			got = append(got, m.Story)
		}
		if want := []news.StoryID{storyN(3), storyN(1)}; !slices.Equal(got, want) {
			t.Errorf("on those days are %v, want %v", got, want)
		}
		for _, c := range []struct {
			at           time.Time
			before, from int // of which story; 0: of none
		}{{time.Time{}, 0, 1}, {day(1), 0, 1}, {day(2), 1, 3}, {day(3), 1, 3}, {day(4), 3, 4}, {day(5), 4, 0}} {
			check := func(what string, got time.Time, ok bool, want int) {
				if ok != (want > 0) || ok && !got.Equal(day(want)) {
					t.Errorf("%s %s is %s, %v, want that of %d", what, c.at, got, ok, want)
				}
			}
			got, ok := l.LastBefore("f", c.at)
			check("the last before", got, ok, c.before)
			got, ok = l.FirstFrom("f", c.at)
			check("the first from", got, ok, c.from)
		}
		if _, ok := l.FirstFrom("none", time.Time{}); ok || len(slices.Collect(l.OnDay("none", day(0), day(9)))) > 0 {
			t.Error("a feed that is not there has days")
		}
	})
}

// A record that an earlier program folded, without archives, gets them at open.
func TestOlderRecordsGetArchives(t *testing.T) {
	s, dir := many(t, 60)
	var r news.Ruling
	for n := range 60 {
		r.Enter = append(r.Enter, entering(n, news.AsNews, uint64(n+1)))
	}
	ruled(t, s, r)
	want := leaves(t, s)
	err := s.db.Update(func(tx *bbolt.Tx) error {
		for _, part := range []string{"archive", "pages", "moves", "dates"} {
			if err := derived(tx).DeleteBucket(feedBucket("f", part)); err != nil {
				return err
			}
		}
		return putJSON(tx.Bucket(bucketMeta), keyFolding, 2)
	})
	if err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, dir)
	if got := leaves(t, s); !slices.Equal(got, want) {
		t.Errorf("pages are %v, want %v", got, want)
	}
	view(t, s, func(l *Ledger) {
		if n := len(slices.Collect(l.Moves("f", 0))); n != 60 {
			t.Errorf("%d moves, want 60", n)
		}
	})
}
