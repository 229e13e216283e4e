package storage

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"chinanews/news"
)

// digested rules on a digest of feed f.
func digested(t *testing.T, s *Store, d news.Digested) {
	t.Helper()
	d.Feed = "f"
	_, err := s.Rule(context.Background(), func(*Ledger) news.Decision {
		return news.Decision{Ruling: news.Ruling{Curator: "t", Digests: []news.Digested{d}}}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// has says what the digests of feed f have, newest first, by number of item.
func has(t *testing.T, s *Store) (out []string) {
	t.Helper()
	view(t, s, func(l *Ledger) {
		for d := range l.Digests("f") {
			line := fmt.Sprint(d.Seq, ":")
			for m := range l.Within(d) {
				n := 0
				for storyN(n) != m.Story {
					n++
				}
				line += fmt.Sprint(" ", n)
			}
			if one, ok := l.Digest("f", d.Seq); !ok || one != d || d.At.IsZero() {
				t.Errorf("digest %d is %+v, found %+v", d.Seq, d, one)
			}
			out = append(out, line)
		}
	})
	return out
}

func configured(t *testing.T, s *Store, digest string) {
	t.Helper()
	p := news.Publication{Site: news.Site{ID: "site-1"}, Feeds: []news.Feed{{ID: "f", Name: "f", Digest: digest}}}
	if _, err := s.Configure(context.Background(), p, "t", nil); err != nil {
		t.Fatal(err)
	}
}

func TestDigests(t *testing.T) {
	s, dir := create(t)
	configured(t, s, "07:00")
	accept(t, s, batch(1, 1, 2, 3))
	hide := func(n int) Receipt {
		return must(t, s, news.Editing{Scope: news.Scope{Story: storyN(n)}, Act: news.ActHide},
			news.Ruling{Leave: []news.Leaving{{Feed: "f", Story: storyN(n), Why: news.LeftHidden}}})
	}
	back := func(n int, hidden Receipt, seq uint64) {
		var e news.Entering
		view(t, s, func(l *Ledger) { m, _ := l.Membership("f", storyN(n)); e = m.Entering })
		e.Seq = seq
		must(t, s, news.Editing{Scope: news.Scope{Story: storyN(n)}, Undoes: hidden.Pos}, news.Ruling{Enter: []news.Entering{e}})
	}
	check := func(when string, want ...string) {
		t.Helper()
		if got := has(t, s); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}
	two := hide(2)
	check("before the first")
	digested(t, s, news.Digested{Seq: 1, Day: "2026-11-23", Through: 3})
	check("what is hidden is in none", "1: 3 1")
	three := hide(3)
	check("what is hidden later leaves it", "1: 1")
	back(3, three, 4)
	back(2, two, 5)
	check("and comes back into it", "1: 3 1")
	digested(t, s, news.Digested{Seq: 2, Day: "2026-11-24", After: 3, Through: 5})
	check("what is in one already is in no other", "2: 2", "1: 3 1")
	view(t, s, func(l *Ledger) {
		if f := l.Feed("f"); f.Digests != 2 || f.Through != 5 || f.Moved != l.Next()-1 || !f.Digest {
			t.Errorf("the feed is %+v at %d", f, l.Next())
		}
	})
	verify(t, s)
	before := has(t, s)
	s = reopen(t, s, dir)
	if _, err := s.Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	if after := has(t, s); !slices.Equal(before, after) {
		t.Errorf("rebuilt %q, live %q", after, before)
	}
}

// What entered while a feed had no digest was told then.
func TestDigestsBeginAndEnd(t *testing.T) {
	s, _ := create(t)
	configured(t, s, "")
	accept(t, s, batch(1, 1, 2))
	for _, tt := range []struct {
		digest  string
		digests bool
		through uint64
	}{{"07:00", true, 2}, {"18:00", true, 2}, {"", false, 2}} {
		configured(t, s, tt.digest)
		view(t, s, func(l *Ledger) {
			if f := l.Feed("f"); f.Digest != tt.digests || f.Through != tt.through || f.News != 2 {
				t.Errorf("with digest %q the feed is %+v", tt.digest, f)
			}
		})
	}
	accept(t, s, batch(2, 3, 4))
	configured(t, s, "07:00")
	view(t, s, func(l *Ledger) {
		if f := l.Feed("f"); f.Through != 4 {
			t.Errorf("digests that begin again would have what came between: %+v", f)
		}
	})
}

// In a feed that has digests nothing moves but by them.
func TestOnlyDigestsMoveTheirFeed(t *testing.T) {
	s, _ := create(t)
	configured(t, s, "07:00")
	moved := func() (pos uint64) {
		view(t, s, func(l *Ledger) { pos = l.Feed("f").Moved })
		return pos
	}
	accept(t, s, batch(1, 1, 2))
	if moved() != 0 {
		t.Errorf("what entered moved the feed at %d", moved())
	}
	digested(t, s, news.Digested{Seq: 1, Day: "2026-11-23", Through: 2})
	made := moved()
	must(t, s, news.Editing{Scope: news.Scope{Story: storyN(1)}, Act: news.ActNote, Args: news.Args{Text: "x"}},
		news.Ruling{Updated: []news.Update{{Feed: "f", Story: storyN(1)}}})
	must(t, s, news.Editing{Scope: news.Scope{Story: storyN(2)}, Act: news.ActHide},
		news.Ruling{Leave: []news.Leaving{{Feed: "f", Story: storyN(2), Why: news.LeftHidden}}})
	if made == 0 || moved() != made {
		t.Errorf("the digest moved the feed at %d, then something at %d", made, moved())
	}
}
