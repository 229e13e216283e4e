package storage

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

func (g *sharedLog) dir(n int) string { return filepath.Dir(g.nodes[n].db.Path()) }

// withdrawal is an act that erases the story of item n.
func withdrawal(n int) news.Editing {
	e := news.Editing{Who: "the editor", Scope: news.Scope{Story: news.StoryID(itemNumbered(fmt.Sprint(n)))}, Act: news.ActWithdraw, Args: news.Args{Reason: "not ours", Erase: true}}
	e.ID[0], e.ID[1] = 9, byte(n)
	return e
}

// actJudge rules as paper does, and on a withdrawal.
var actJudge = Judge{Batch: paper, Edit: func(l *Ledger, e news.Editing) news.Decision { return leaveAll(e.Scope.Story)(l, e) }}

func (g *sharedLog) act(s *Store, e news.Editing) news.Editing {
	g.t.Helper()
	m, filled, err := s.DraftEdit(g.t.Context(), e)
	if err != nil {
		g.t.Fatal(err)
	}
	g.say(m)
	return filled
}

// An erasure reaches the captures of every node, and what was under way when it
// was said.
func TestAnErasureReachesEveryNode(t *testing.T) {
	g := found(t, 3)
	a, b := g.nodes[0], g.nodes[1]
	list := answeredBatch(1, "list: Release 1 of the ministry /id-1 and /id-2", 1, 2)
	d, err := b.Draft(t.Context(), list, paper)
	if err != nil {
		t.Fatal(err)
	}
	g.say(d.Message)
	captures := func(id news.BatchID) []news.Capture {
		if id == list.ID {
			return list.Captures
		}
		return nil
	}
	if _, err := b.Follow(t.Context(), g.list, captures); err != nil {
		t.Fatal(err)
	}
	g.rule(a, actJudge)
	g.catchUp(b, 10)
	if where := everywhere(t, b, g.dir(1), "Release 1 of"); len(where) != 2 { // text and capture
		t.Fatalf("before, it is in %v", where)
	}
	late := changedBatch(2, 1) // by a node that has not heard of the act
	d, err = b.Draft(t.Context(), late, paper)
	if err != nil {
		t.Fatal(err)
	}
	if filled := g.act(a, withdrawal(1)); filled.Rev != 1 {
		t.Errorf("the act is filled in as %+v", filled)
	}
	g.say(d.Message)
	g.rule(a, actJudge)
	g.same()
	for n, s := range g.nodes {
		if where := everywhere(t, s, g.dir(n), "Release 1 of"); len(where) != 0 {
			t.Errorf("node %d has it still in %v", n, where)
		}
		if where := everywhere(t, s, g.dir(n), "Release 2 of"); len(where) == 0 {
			t.Errorf("node %d has lost another story", n)
		}
		if _, err := s.Capture(list.Capture); !errors.Is(err, ErrNotKept) {
			t.Errorf("node %d: the capture: %v", n, err)
		}
	}
	m, err := b.Draft(t.Context(), changedBatch(3, 1, 2), paper)
	if err != nil {
		t.Fatal(err)
	}
	said, err := decodeMessage(m.Message)
	if err != nil || strings.Contains(string(said.Batch)+fmt.Sprint(said.Texts), "Release 1 of the ministry") {
		t.Errorf("what was erased is told again: %v", err)
	}
	g.say(m.Message)
	g.rule(a, actJudge)
	g.same()
	if again := verifyRebuilt(t, b); len(again.Differs) > 0 {
		t.Errorf("rebuilt, it differs at %s", again.Differs[0])
	}
}

// The ruler may end between an act and the ruling on it: whoever rules next goes
// on, and an act that was heard twice counts once.
func TestAnActIsRuledOnOnce(t *testing.T) {
	g := found(t, 2, batch(1, 1))
	a, b := g.nodes[0], g.nodes[1]
	e := news.Editing{Who: "the editor", Scope: news.Scope{Story: news.StoryID(itemNumbered("1"))}, Act: news.ActNote, Args: news.Args{Text: "seen"}}
	e.ID[0] = 9
	g.act(a, e)
	g.say(g.list[0].Data)
	g.catchUp(a, 10)
	ruled := 0
	j := Judge{Batch: paper, Edit: func(l *Ledger, e news.Editing) (d news.Decision) {
		ruled++
		d.Ruling.Updated = []news.Update{{Feed: "f", Story: e.Scope.Story}}
		return d
	}}
	if _, ok, err := a.Consider(t.Context(), 0, j); !ok || err != nil {
		t.Fatal(ok, err)
	}
	g.rule(b, j)
	if ruled != 2 { // by the one that ended, and the other
		t.Errorf("judged %d times, want 2", ruled)
	}
	g.same()
	view(t, a, func(l *Ledger) {
		d := l.Decisions(e.Scope)
		if len(d.Acts) != 1 || d.Rev != 1 {
			t.Errorf("acts %+v", d)
		}
		if at := l.RulingOf(d.Acts[0].Pos); at != d.Acts[0].Pos+2 {
			t.Errorf("the ruling on %d is at %d", d.Acts[0].Pos, at)
		}
	})
	if m, _, err := b.DraftEdit(t.Context(), e); m != nil || err != nil {
		t.Errorf("drafted again: %v", err)
	}
	e.ID[0], e.Rev = 10, 1
	if _, _, err := b.DraftEdit(t.Context(), e); !errors.Is(err, ErrStale) {
		t.Errorf("an act on what was changed meanwhile: %v", err)
	}
}

func TestAConfigurationIsRuledOn(t *testing.T) {
	g := found(t, 2)
	a, b := g.nodes[0], g.nodes[1]
	p := news.Publication{Feeds: []news.Feed{{ID: "f", Name: "f"}}}
	m, err := a.DraftConfig(t.Context(), p, "start")
	if err != nil {
		t.Fatal(err)
	}
	g.say(m)
	quiet := Judge{Batch: paper}
	g.catchUp(a, 1)
	if v, ok, err := a.Consider(t.Context(), 0, quiet); !ok || err != nil || v.Message != nil {
		t.Errorf("nothing follows from a configuration: %+v %v %v", v, ok, err)
	}
	g.rule(a, Judge{Batch: paper, Config: func(l *Ledger) (d news.Decision) {
		d.Ruling.Fill = []news.FillRuling{{Feed: "f"}}
		return d
	}})
	g.same()
	if m, err := b.DraftConfig(t.Context(), p, "start"); m != nil || err != nil {
		t.Errorf("the same again: %v", err)
	}
	if len(g.list) != 2 {
		t.Errorf("%d messages, want the configuration and its ruling", len(g.list))
	}
	d, err := b.DraftRuling(t.Context(), func(*Ledger) news.Decision { return news.Decision{} })
	if d.Message != nil || err != nil {
		t.Errorf("a moment that decides nothing: %v", err)
	}
}

// Texts that were kept by reference before a record followed a log are pruned
// as on one node, on all nodes alike.
func TestTextsArePrunedOnEveryNode(t *testing.T) {
	g := found(t, 2, batch(1, 0, 1, 2, 3))
	a := g.nodes[0]
	g.draft(a, batch(2, 4, 5))
	g.rule(a, firstJudge)
	standing := func(*Ledger) map[news.ItemID]bool { return map[news.ItemID]bool{itemNumbered("4"): true} }
	taken := 0
	for next := []byte(nil); ; {
		p, err := a.DraftPrune(t.Context(), noon.Add(time.Hour), next, standing, "test")
		if err != nil {
			t.Fatal(err)
		}
		if taken += p.Texts; p.Message != nil {
			g.say(p.Message)
			g.catchUp(a, 1)
		}
		if next = p.Next; next == nil {
			break
		}
	}
	g.same()
	if r := verify(t, g.nodes[1]); taken != 10 || r.Pruned != 10 || r.Texts != 2 {
		t.Errorf("%d taken; %d pruned and %d there", taken, r.Pruned, r.Texts)
	}
}

// Captures are each node's own: what retention takes of them is no record.
func TestCapturesOfAMemberArePruned(t *testing.T) {
	g := found(t, 2)
	a := g.nodes[0]
	b := answeredBatch(1, "<p>One.</p>", 1)
	d, err := a.Draft(t.Context(), b, paper)
	if err != nil {
		t.Fatal(err)
	}
	g.say(d.Message)
	if _, err := a.Follow(t.Context(), g.list, func(news.BatchID) []news.Capture { return b.Captures }); err != nil {
		t.Fatal(err)
	}
	g.rule(a, actJudge)
	if c, err := a.Capture(b.Capture); err != nil || string(c.Body) != "<p>One.</p>" {
		t.Errorf("its capture: %q, %v", c.Body, err)
	}
	if _, err := g.nodes[1].Capture(b.Capture); !errors.Is(err, ErrNotKept) {
		t.Errorf("another node's: %v", err)
	}
	before := verify(t, a).Tip
	done, err := a.PruneCaptures(t.Context(), noon.Add(48*time.Hour), "test")
	if err != nil || len(done.Files) != 1 {
		t.Errorf("%+v, %v", done, err)
	}
	if now := verify(t, a).Tip; now != before {
		t.Errorf("it is in the record: %d after %d", now.Pos, before.Pos)
	}
	g.same()
}

// A node that takes another's record follows from where that was; a restored
// one follows nothing.
func TestAdoptedAndRestored(t *testing.T) {
	g := found(t, 1, answeredBatch(1, "<p>One.</p>", 1))
	a := g.nodes[0]
	remember(t, a, news.PeopleChange{Begin: &news.Session{Key: "k", User: "u", Since: noon, Expires: noon.Add(time.Hour)}})
	g.draft(a, batch(2, 2))
	g.catchUp(a, 1)
	dir := adoptedDir(t, a)
	b, err := Open(dir, Options{Now: ticking()})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	g.nodes = append(g.nodes, b)
	c, err := b.Cursor()
	if want, _ := a.Cursor(); err != nil || c != want {
		t.Errorf("it follows from %+v, want %+v: %v", c, want, err)
	}
	if sessions, _, _ := people(t, b); len(sessions) != 1 {
		t.Errorf("signed in: %q", sessions)
	}
	if one, _ := a.About(); true {
		if other, err := b.About(); err != nil || other.Incarnation != one.Incarnation {
			t.Errorf("incarnation %q and %q: %v", other.Incarnation, one.Incarnation, err)
		}
	}
	if notes := verify(t, b).Notes; len(notes) != 0 {
		t.Errorf("notes %q", notes)
	}
	g.rule(b, actJudge)
	g.same()

	folder, beside := t.TempDir(), t.TempDir()
	copied, err := KeepBackup(t.Context(), folder, func(w io.Writer) error { return a.Backup(t.Context(), w, nil) })
	if err == nil {
		_, err = Restore(t.Context(), copied.File, beside, false, Options{Now: ticking()})
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(beside, Options{Now: ticking()})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if c, err := r.Cursor(); err != nil || c != (Cursor{}) {
		t.Errorf("restored, it follows %+v: %v", c, err)
	}
	if _, waits, err := r.Consider(t.Context(), 0, actJudge); waits || err != nil {
		t.Errorf("restored, something waits to be ruled on: %v", err)
	}
	accept(t, r, batch(9, 9))
	verify(t, r)
}

// Files of captures that lie where a record is adopted are another's.
func TestAdoptedBesideCaptures(t *testing.T) {
	g := found(t, 1, answeredBatch(1, "<p>One.</p>", 1))
	old, dir := create(t)
	accept(t, old, answeredBatch(5, strings.Repeat("<p>Of before.</p>", 9), 5))
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	copied, err := KeepBackup(t.Context(), t.TempDir(), func(w io.Writer) error { return g.nodes[0].Backup(t.Context(), w, nil) })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Adopt(t.Context(), copied.File, dir, false, Options{Now: ticking()}); !errors.Is(err, ErrExists) {
		t.Errorf("over a record: %v", err)
	}
	done, err := Adopt(t.Context(), copied.File, dir, true, Options{Now: ticking()})
	if err != nil || len(done.Kept) != 1 {
		t.Fatal(done, err)
	}
	s, err := Open(dir, Options{Now: ticking()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	g.nodes = append(g.nodes, s)
	b := answeredBatch(6, "<p>Of after.</p>", 6)
	d, err := s.Draft(t.Context(), b, paper)
	if err != nil {
		t.Fatal(err)
	}
	g.say(d.Message)
	if _, err := s.Follow(t.Context(), g.list, func(news.BatchID) []news.Capture { return b.Captures }); err != nil {
		t.Fatal(err)
	}
	g.rule(s, actJudge)
	g.same()
	left, err := s.Remnants()
	if err != nil || !slices.ContainsFunc(left, func(f string) bool { return strings.HasSuffix(f, warcExt) }) {
		t.Errorf("what is left of before: %q, %v", left, err)
	}
	if files, _ := os.ReadDir(filepath.Join(dir, captureDir)); len(files) != 2 {
		t.Errorf("%d files of captures, want that of before and that of after", len(files))
	}
}
