package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"chinanews/storage"
)

func (s *siteFile) rehearsed(args ...string) (all []rehearsed) {
	s.t.Helper()
	out, _ := s.do(0, append([]string{"rehearse", "--json"}, args...)...)
	lines := json.NewDecoder(strings.NewReader(out))
	for {
		var r rehearsed
		switch err := lines.Decode(&r); err {
		case nil:
			all = append(all, r)
		case io.EOF:
			return all
		default:
			s.t.Fatal(err, out)
		}
	}
}

// inFeeds are the stories that each feed has, without a start.
func (s *siteFile) inFeeds() map[string]bool {
	s.t.Helper()
	in := make(map[string]bool)
	store, err := storage.Open(s.data, storage.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer store.Close()
	err = store.View(context.Background(), func(l *storage.Ledger) error {
		p, _ := l.Publication()
		for _, f := range p.Feeds {
			for id := range inFeed(l, f.Name) {
				in[f.ID+" "+l.Address(id)] = true
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return in
}

// start starts a daemon, as far as the record goes.
func (s *siteFile) start() {
	s.t.Helper()
	h := s.open()
	defer h.close()
	if err := h.flow.fill(context.Background()); err != nil {
		s.t.Fatal(err)
	}
}

// What a rehearsal says of a changed file is what the next start does, also
// when the daemon is asked that works by the old one; and it changes nothing.
func TestRehearsalEqualsStart(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", rssOf("A", 0, 30))
	o.set("/b.xml", rssOf("B", 20, 20))
	rows := []string{feedRow("a", o.URL+"/a.xml"), feedRow("b", o.URL+"/b.xml")}
	s.write(rows[0]+rows[1], allFeed+"  - {id: other, title: Other, languages: all}\n")
	s.create()
	s.do(0, "poll")
	s.start()
	rules := []string{"", `has(title, "1*")`, `has(title, "2*") or "b" in carriers`, `not has(title, "A")`, `source == "b"`}
	r := rand.New(rand.NewPCG(1, 6))
	moves := 0
	for n := range 8 {
		before := s.inFeeds()
		stop := func() {}
		if n%2 == 0 {
			stop = runDaemon(t, s)
		}
		feeds := fmt.Sprintf("  - {id: all, title: All, languages: all, hold: %v, where: '%s'}\n  - {id: other, title: Other, languages: all, limit: %d, where: '%s'}\n",
			r.IntN(3) == 0, rules[r.IntN(len(rules))], 1+r.IntN(10), rules[r.IntN(len(rules))])
		if n > 3 {
			feeds += fmt.Sprintf("  - {id: new-%d, title: New, languages: all, limit: 5, where: '%s'}\n", n/2, rules[r.IntN(len(rules))])
		}
		s.write([]string{rows[0], rows[1], rows[0] + rows[1], rows[0] + rows[1]}[r.IntN(4)], feeds)
		said := s.rehearsed()
		stop()
		length := s.length()
		if again := s.rehearsed(); fmt.Sprint(said) != fmt.Sprint(again) || length != s.length() {
			t.Errorf("asked twice:\n%v\n%v", said, again)
		}
		s.start()
		want := maps.Clone(before)
		for _, f := range said {
			for _, m := range f.Gains {
				want[f.Feed+" "+m.Story] = true
			}
			for _, m := range f.Losses {
				delete(want, f.Feed+" "+m.Story)
			}
			if moves += len(f.Gains) + len(f.Losses); f.Change == changeGone && f.Feed != "" {
				maps.DeleteFunc(want, func(key string, _ bool) bool { return strings.HasPrefix(key, f.Feed+" ") })
			}
		}
		if now := s.inFeeds(); !maps.Equal(now, want) {
			t.Fatalf("change %d: %d stories, said %d: %v", n, len(now), len(want), said)
		}
		for _, f := range s.rehearsed() {
			if len(f.Gains)+len(f.Losses)+len(f.Waits) > 0 || f.Change != "" {
				t.Errorf("after the start: %+v", f)
			}
		}
	}
	if moves < 20 {
		t.Errorf("%d moves", moves)
	}
}

// length is how many records there are, without a start.
func (s *siteFile) length() (n uint64) {
	s.t.Helper()
	store, err := storage.Open(s.data, storage.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer store.Close()
	err = store.View(context.Background(), func(l *storage.Ledger) error { n = l.Next(); return nil })
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// What is said of a file beside the one that is live.
func TestRehearse(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", rssOf("A", 0, 30))
	o.set("/b.xml", rssOf("B", 20, 2))
	a, b := feedRow("a", o.URL+"/a.xml"), feedRow("b", o.URL+"/b.xml")
	s.write(a+b, allFeed+"  - {id: other, title: Other, languages: all}\n")
	s.create()
	s.do(0, "poll")
	s.start()
	live := *s
	stop := runDaemon(t, &live)
	defer stop()
	s.file = filepath.Join(filepath.Dir(s.file), "next.yaml")
	s.write(a+feedRow("c", o.URL+"/c.xml"), "  - {id: all, title: All, languages: all, where: 'has(title, \"release 7\")'}\n  - {id: held, title: Held, languages: all, hold: true}\n")
	before := s.rehearsed()
	if len(before) != 5 || before[0].Source != "c" || before[0].Change != changeNew || before[1].Source != "b" || before[1].Change != changeGone || before[1].Items != 2 ||
		before[2].Feed != "other" || before[2].Change != changeGone || before[2].Stays == 0 || before[3].Feed != "all" || before[4].Feed != "held" || before[4].Change != changeNew {
		t.Fatalf("%+v", before)
	}
	all := before[3]
	if all.Stays != 3 || len(all.Losses) < 25 || !strings.Contains(all.Losses[0].Why, `has(title, "release 7") is false: `) || all.Losses[0].Title == "" || all.Losses[0].Story == "" || all.Losses[0].As == "" {
		t.Errorf("all: %+v", all)
	}
	if len(before[4].Waits) == 0 || len(before[4].Gains) != 0 {
		t.Errorf("held: %+v", before[4])
	}
	text, _ := s.do(0, "rehearse")
	for _, part := range []string{"c: a new source", "b: the source goes", "other: the feed goes, with ", "all: 0 stories enter, ", " and ", " more; --all shows them", "held: a new feed: 0 stories are its first contents, ", "begin to wait for an approval", "Nothing was changed."} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
	if n := strings.Count(text, "\n  - "); n != shownMoves+1 {
		t.Errorf("%d lines of losses:\n%s", n, text)
	}
	if text, _ := s.do(0, "rehearse", "--all"); strings.Count(text, "\n  - ") != len(all.Losses) {
		t.Errorf("all of them:\n%s", text)
	}
	if one := s.rehearsed("--feed", "held"); len(one) != 1 || one[0].Feed != "held" {
		t.Errorf("one feed: %+v", one)
	}
	if gone := s.rehearsed("--feed", "other"); len(gone) != 1 || gone[0].Change != changeGone {
		t.Errorf("a feed that goes: %+v", gone)
	}
	badRehearsals(t, s, a, o.URL+"/b.xml")
}

// badRehearsals are told what is wrong, as at a start.
func badRehearsals(t *testing.T, s *siteFile, a, moved string) {
	t.Helper()
	if _, stderr := s.do(2, "rehearse", "--feed", "hed"); !strings.Contains(stderr, `no feed "hed"`) {
		t.Errorf("no such feed: %s", stderr)
	}
	for rows, want := range map[string]string{
		a + feedRow("bee", moved): "write `was: [b]`",
		a + a:                     "stands twice",
		a + "  - {id: x}\n":       "url",
	} {
		s.write(rows, allFeed)
		if _, stderr := s.do(2, "rehearse"); !strings.Contains(stderr, want) {
			t.Errorf("no %q in %s", want, stderr)
		}
	}
	s.write(a, "  - {id: all, title: All, where: 'has(title)'}\n")
	if _, stderr := s.do(2, "rehearse"); !strings.Contains(stderr, s.file+":") {
		t.Errorf("a bad rule: %s", stderr)
	}
}
