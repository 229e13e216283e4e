package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chinanews/news"
)

// paper rules as a curator does: what is new enters, as history when the
// listing was never asked before; what has another text is an edit; the rest
// says nothing new.
func paper(l *Ledger, b news.Batch) (d news.Decision) {
	as := news.AsNews
	if _, asked := l.Poll(b.Source, b.URL); !asked {
		as = news.AsHistory
	}
	seq := map[news.As]uint64{news.AsNews: l.Feed("f").News, news.AsHistory: l.Feed("f").History}
	for n, e := range b.Entries {
		id := news.NewItemID(b.Source, news.ByID, e.ID)
		r := news.ItemRuling{N: len(d.Keep), Item: id, How: news.ByID, Key: e.ID, Rev: 1, Class: news.First, As: as, State: news.Read}
		i, known := l.Item(id)
		switch {
		case known && i.Shown.Digest == e.Digest:
			continue
		case known:
			r.Rev, r.Class, r.Key, r.As = len(i.Revisions)+1, news.Edit, "", ""
			d.Ruling.Updated = append(d.Ruling.Updated, news.Update{Feed: "f", Story: i.Story})
			d.Ruling.Notices = append(d.Ruling.Notices, news.Notice{Of: news.FeedEdits, Seq: l.Feed(news.FeedEdits).News + 1 + uint64(len(d.Ruling.Notices)),
				Item: id, Rev: r.Rev, Story: i.Story, Feeds: []news.FeedName{"f"}, Words: news.Telling{Title: "Changed: " + e.Title}})
		default:
			seq[as]++
			s := news.StoryID(id)
			d.Ruling.Stories = append(d.Ruling.Stories, news.StoryRuling{Item: id, Story: s, Address: s.Address(news.AddressLength)})
			d.Ruling.Enter = append(d.Ruling.Enter, news.Entering{Feed: "f", Story: s, Seq: seq[as], As: as, Published: noon, Lead: id})
			d.Tasks = append(d.Tasks, news.Task{Kind: news.TaskLook, Source: b.Source, Item: id, Due: noon})
		}
		d.Ruling.Items, d.Keep = append(d.Ruling.Items, r), append(d.Keep, n)
	}
	return d
}

// printed is what readers and editors see of a record, whatever its positions.
func printed(t testing.TB, s *Store) (lines []string) {
	err := s.View(context.Background(), func(l *Ledger) error {
		for i := range each[news.Item](l.derived.Bucket(derivedItems)) {
			for _, r := range i.Revisions {
				e, err := l.Entry(r.Pos, r.N)
				if err != nil {
					return err
				}
				summary, html, err := l.Texts(r.Pos, e)
				if err != nil {
					return err
				}
				lines = append(lines, fmt.Sprintf("item %s rev %d %s of %d: %s | %s | %s", i.ID, r.Rev, r.Class, i.ShownRev, e.Title, summary, html))
			}
		}
		for _, as := range []news.As{news.AsNews, news.AsHistory} {
			for m := range l.Entries("f", as) {
				lines = append(lines, fmt.Sprintf("%s %d: %s %s place %d", as, m.Seq, m.Story, m.Lead, m.Place))
			}
		}
		for n := range l.Notices(news.FeedEdits) {
			words, err := l.Telling(n)
			if err != nil {
				return err
			}
			lines = append(lines, fmt.Sprintf("notice %d: %s %d %s", n.Seq, n.Item, n.Rev, words.Title))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// changedBatch is a batch in which each entry has another text than before.
func changedBatch(id byte, numbers ...int) news.Batch {
	b := batch(id, numbers...)
	for n := range b.Entries {
		e := &b.Entries[n]
		e.HTML += fmt.Sprintf("<p>Changed by %d.</p>", id)
		e.Digest = news.TextDigest(e.HTML)
	}
	return b
}

func TestNodesDecideAsOneDoes(t *testing.T) {
	one, _ := create(t)
	g := found(t, 2)
	answers := []news.Batch{batch(1, 1, 2, 3), batch(2, 4), changedBatch(3, 2, 5), batch(4, 1, 4, 6), changedBatch(5, 5, 6)}
	for n, b := range answers {
		if _, err := one.Accept(t.Context(), b, paper); err != nil {
			t.Fatal(err)
		}
		author, ruler := g.nodes[n%2], g.nodes[(n+n/2)%2]
		g.catchUp(author, 3)
		d, err := author.Draft(t.Context(), b, paper)
		if err != nil {
			t.Fatal(err)
		}
		g.say(d.Message)
		g.catchUp(ruler, 3)
		v, ok, err := ruler.Consider(t.Context(), 0, Judge{Batch: paper})
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		g.say(v.Message)
		for _, s := range g.nodes {
			if err := s.Remember(t.Context(), b, v.Decision); err != nil {
				t.Fatal(err)
			}
		}
	}
	g.same()
	want := printed(t, one)
	for n, s := range g.nodes {
		if got := printed(t, s); !slices.Equal(got, want) {
			t.Errorf("node %d has\n%q\nand one node alone\n%q", n, got, want)
		}
	}
	if len(want) < 15 {
		t.Errorf("only %d lines: %q", len(want), want)
	}
}

// The state of a poll that others share before its answer is ruled on does not
// change the ruling.
func TestTheRulerSeesThePollAsItWas(t *testing.T) {
	g := found(t, 2)
	a, b := g.nodes[0], g.nodes[1]
	d, err := a.Draft(t.Context(), batch(1, 1), paper)
	if err != nil {
		t.Fatal(err)
	}
	g.say(d.Message)
	if err := b.SavePoll(t.Context(), batch(1).State); err != nil {
		t.Fatal(err)
	}
	g.rule(b, Judge{Batch: paper})
	g.same()
	view(t, a, func(l *Ledger) {
		if f := l.Feed("f"); f.News != 0 || f.History != 1 {
			t.Errorf("the feed has %d news and %d of history, want the first answer's entry as history", f.News, f.History)
		}
	})
}

// Two nodes draft what is new to both: one has it first, and of the other's
// nothing is new any more.
func TestWhatTwoNodesSawIsOneItem(t *testing.T) {
	g := found(t, 2)
	a, b := g.nodes[0], g.nodes[1]
	for n, s := range g.nodes {
		d, err := s.Draft(t.Context(), batch(byte(1+n), 1, 2+n), paper)
		if err != nil {
			t.Fatal(err)
		}
		g.say(d.Message)
	}
	g.rule(b, Judge{Batch: paper})
	g.same()
	if r := verify(t, a); r.Texts != 6 || r.Pruned != 2 { // nobody's reading is kept
		t.Errorf("%d texts and %d thrown away", r.Texts, r.Pruned)
	}
	view(t, a, func(l *Ledger) {
		for n := range 3 {
			i, ok := l.Item(news.NewItemID("a", news.ByID, fmt.Sprint("id-", n+1)))
			if !ok || len(i.Revisions) != 1 {
				t.Errorf("item %d: %v, %d readings", n+1, ok, len(i.Revisions))
			}
		}
	})
}

// An entry that the ruler would keep and its node has not recorded is not ruled
// on, nor is what the listing named taken for gone.
func TestOnlyRecordedEntriesAreRuledOn(t *testing.T) {
	g := found(t, 1)
	s := g.nodes[0]
	g.draft(s, batch(1, 1))
	g.rule(s, Judge{Batch: paper})
	b := changedBatch(2, 2, 1, 3, 4)
	d, err := s.Draft(t.Context(), b, func(l *Ledger, b news.Batch) news.Decision {
		d := paper(l, b)
		d.Keep = []int{3}
		d.Ruling = news.Ruling{}
		return d
	})
	if err != nil {
		t.Fatal(err)
	}
	g.say(d.Message)
	g.catchUp(s, 1)
	var named []int
	v, ok, err := s.Consider(t.Context(), 0, Judge{Batch: func(l *Ledger, b news.Batch) news.Decision {
		named = append(named, len(b.Entries))
		return paper(l, b)
	}})
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if len(v.Decision.Ruling.Items) != 1 || v.Decision.Ruling.Items[0].N != 0 || v.Decision.Ruling.Items[0].Key != "id-4" {
		t.Errorf("ruled on %+v", v.Decision.Ruling.Items)
	}
	if len(v.Decision.Ruling.Enter) != 1 || len(v.Decision.Ruling.Notices) != 0 {
		t.Errorf("it enters %+v and tells %+v", v.Decision.Ruling.Enter, v.Decision.Ruling.Notices)
	}
	if last := named[len(named)-1]; last != 2 { // the known one stays in it
		t.Errorf("judged with %v entries, want 2 at last", named)
	}
	g.say(v.Message)
	g.same()
}

func TestAnAnswerThatComesTwice(t *testing.T) {
	g := found(t, 2)
	s := g.nodes[0]
	g.draft(s, batch(1, 1, 2))
	again := g.list[0].Data
	g.rule(s, Judge{Batch: paper})
	g.say(again)
	if done := g.catchUp(s, 1); !done[0].Duplicate || done[0].ID != batch(1).ID {
		t.Errorf("followed %+v", done)
	}
	if _, ok, err := s.Consider(t.Context(), 0, Judge{Batch: paper}); ok || err != nil {
		t.Errorf("something waits: %v, %v", ok, err)
	}
	if d, err := s.Draft(t.Context(), batch(1, 1, 9), paper); err != nil || d.Message != nil || !d.Duplicate {
		t.Errorf("drafted again: %+v, %v", d, err)
	}
	view(t, s, func(l *Ledger) {
		if f, err := l.Fact(l.Next() - 1); err != nil || f.Batch != nil {
			t.Errorf("a replay hears it twice: %+v, %v", f, err)
		}
	})
	g.same()
	verifyRebuilt(t, s)
	g.same()
}

func TestAForkedRecordStops(t *testing.T) {
	g := found(t, 2)
	a, b := g.nodes[0], g.nodes[1]
	g.draft(a, batch(1, 1))
	g.catchUp(a, 1)
	v, _, err := a.Consider(t.Context(), 0, firstJudge)
	if err != nil {
		t.Fatal(err)
	}
	g.say(v.Message)
	other := slices.Clone(g.list)
	d, err := b.Draft(t.Context(), batch(2, 2), firstAll)
	if err != nil {
		t.Fatal(err)
	}
	other[0].Data = d.Message
	before := verify(t, b)
	if _, err := b.Follow(t.Context(), other, nil); !errors.Is(err, ErrForked) {
		t.Errorf("a ruling of another record: %v", err)
	}
	if now := verify(t, b); now.Tip != before.Tip {
		t.Error("something of it was applied")
	}
	g.same()
}

func TestAMemberAppendsNothingItself(t *testing.T) {
	g := found(t, 1)
	s := g.nodes[0]
	ctx := t.Context()
	_, accepted := s.Accept(ctx, batch(1, 1), firstAll)
	_, ruled := s.Rule(ctx, func(*Ledger) news.Decision { return news.Decision{} })
	_, configured := s.Configure(ctx, news.Publication{}, "test", nil)
	_, _, edited := withdraw(t, s, 1, false)
	_, pruned := s.PruneTexts(ctx, noon, func(*Ledger) map[news.ItemID]bool { return nil }, "test")
	for name, err := range map[string]error{"accept": accepted, "rule": ruled, "configure": configured, "edit": edited, "prune": pruned} {
		if !errors.Is(err, ErrMember) {
			t.Errorf("%s: %v, want ErrMember", name, err)
		}
	}
	if err := s.Join(ctx, Cursor{Incarnation: "log-2", Base: 7}); !errors.Is(err, ErrGap) {
		t.Errorf("joined where the record does not end: %v", err)
	}
	alone, _ := create(t)
	if _, err := alone.Follow(ctx, []Said{{Seq: 1, Data: mustDraft(t, alone)}}, nil); !errors.Is(err, ErrAlone) {
		t.Errorf("a record that follows no log: %v", err)
	}
	if err := alone.Absorb(ctx, nil, 3); !errors.Is(err, ErrAlone) {
		t.Errorf("absorbed: %v", err)
	}
}

func mustDraft(t *testing.T, s *Store) []byte {
	t.Helper()
	d, err := s.Draft(t.Context(), batch(1, 1), firstAll)
	if err != nil {
		t.Fatal(err)
	}
	return d.Message
}

// Whoever drafts, follows in whatever portions, acts, prunes and rules, all nodes
// have one record, and none has what was erased.
func TestNodesAgreeProperty(t *testing.T) {
	runs := 0
	rapid.Check(t, func(rt *rapid.T) {
		if runs++; runs > 15 && !long() {
			return // each makes three files and verifies them
		}
		g := found(t, 3, batch(250, 1, 2))
		defer func() {
			for _, s := range g.nodes {
				s.Close()
			}
		}()
		erased := make(map[int]bool)
		for id := range rapid.IntRange(1, 16).Draw(rt, "steps") {
			s := g.nodes[rapid.IntRange(0, 2).Draw(rt, "node")]
			g.randomStep(rt, s, byte(id), erased)
		}
		g.rule(g.nodes[0], actJudge)
		g.same()
		for n := range erased {
			for k, s := range g.nodes {
				if where := everywhere(t, s, g.dir(k), fmt.Sprintf("Release %d of the", n)); len(where) > 0 {
					rt.Errorf("node %d has what was erased in %v", k, where)
				}
			}
		}
	})
}

// randomStep has a node do something.
func (g *sharedLog) randomStep(rt *rapid.T, s *Store, id byte, erased map[int]bool) {
	entry := rapid.IntRange(1, 6)
	switch rapid.IntRange(0, 6).Draw(rt, "what") {
	case 0, 1:
		b := batch(id, rapid.SliceOfNDistinct(entry, 0, 3, rapid.ID[int]).Draw(rt, "entries")...)
		g.sayDraft(rt, s, b)
	case 2:
		g.sayDraft(rt, s, changedBatch(id, entry.Draw(rt, "entry")))
	case 3:
		g.catchUp(s, rapid.IntRange(1, 5).Draw(rt, "at once"))
	case 4:
		g.rule(s, actJudge)
	case 5:
		n := entry.Draw(rt, "entry")
		m, _, err := s.DraftEdit(g.t.Context(), withdrawal(n))
		if errors.Is(err, ErrNoStory) || errors.Is(err, ErrWithdrawn) {
			return
		}
		if err != nil {
			rt.Fatal(err)
		}
		if m != nil {
			erased[n] = true
			g.say(m)
		}
	case 6:
		g.catchUp(s, 9)
		used := map[news.ItemID]bool{itemNumbered(fmt.Sprint(entry.Draw(rt, "used"))): true}
		p, err := s.DraftPrune(g.t.Context(), noon.Add(time.Hour), nil, func(*Ledger) map[news.ItemID]bool { return used }, "test")
		if err != nil {
			rt.Fatal(err)
		}
		if p.Message != nil {
			g.say(p.Message)
		}
	}
}

func (g *sharedLog) sayDraft(rt *rapid.T, s *Store, b news.Batch) {
	d, err := s.Draft(g.t.Context(), b, paper)
	if err != nil {
		rt.Fatal(err)
	}
	if d.Message != nil {
		g.say(d.Message)
	}
}
