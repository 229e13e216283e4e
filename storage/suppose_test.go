package storage

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chinanews/news"
)

func init() { supposeFor = time.Minute }

// TestSomeAtOnceAreRuledAsOneByOne: whatever waits, and however many are ruled on
// at once, the decisions are the same.
func TestSomeAtOnceAreRuledAsOneByOne(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var answers []news.Batch
		for id := range byte(rapid.IntRange(1, 9).Draw(r, "answers")) {
			numbers := rapid.SliceOfNDistinct(rapid.IntRange(1, 6), 1, 4, rapid.ID).Draw(r, "entries")
			make := batch
			if rapid.Bool().Draw(r, "changed") {
				make = changedBatch
			}
			answers = append(answers, make(id+1, numbers...))
		}
		together := rapid.IntRange(2, 10).Draw(r, "together")
		var prints [][]string
		for _, most := range []int{1, together} {
			g := found(t, 2)
			for _, b := range answers {
				g.draft(g.nodes[0], b)
			}
			g.ruleBy(g.nodes[0], Judge{Batch: paper}, most)
			g.same()
			prints = append(prints, printed(t, g.nodes[1]))
		}
		if !slices.Equal(prints[0], prints[1]) {
			r.Errorf("%d at once are ruled\n%q\none by one\n%q", together, prints[1], prints[0])
		}
	})
}

// TestSupposingLeavesNothing: what is supposed is not in the record.
func TestSupposingLeavesNothing(t *testing.T) {
	g := found(t, 2)
	a := g.nodes[0]
	for _, b := range []news.Batch{batch(1, 1, 2), batch(2, 3), changedBatch(3, 1)} {
		g.draft(a, b)
	}
	g.catchUp(a, 10)
	g.catchUp(g.nodes[1], 10)
	list, err := a.ConsiderAll(t.Context(), 0, 10, Judge{Batch: paper})
	if err != nil || len(list) != 3 {
		t.Fatalf("%d are ruled on, %v", len(list), err)
	}
	if r := list[2].Decision.Ruling.Items; len(r) != 1 || r[0].Rev != 2 || r[0].Class != news.Edit {
		t.Errorf("the third is judged without what the first decides: %+v", r)
	}
	g.same()
	if two, err := a.ConsiderAll(t.Context(), 0, 2, Judge{Batch: paper}); err != nil || len(two) != 2 {
		t.Errorf("%d are ruled on, want 2; %v", len(two), err)
	}
	if rest, err := a.ConsiderAll(t.Context(), list[1].Pos, 10, Judge{Batch: paper}); err != nil || len(rest) != 1 || rest[0].Pos != list[2].Pos {
		t.Errorf("after the second wait %+v, %v", rest, err)
	}
}

// TestWhatCannotBeRuledOnEndsTheRow: what comes before it is ruled on, and then it
// is an error by itself.
func TestWhatCannotBeRuledOnEndsTheRow(t *testing.T) {
	g := found(t, 1)
	a := g.nodes[0]
	for id := range byte(4) {
		g.draft(a, batch(id+1, int(id)+1))
	}
	g.catchUp(a, 10)
	j := Judge{Batch: func(l *Ledger, b news.Batch) news.Decision {
		if b.ID == batch(3).ID {
			panic("the third")
		}
		return paper(l, b)
	}}
	list, err := a.ConsiderAll(t.Context(), 0, 10, j)
	if len(list) != 2 || err != nil {
		t.Fatalf("%d are ruled on, %v", len(list), err)
	}
	if none, err := a.ConsiderAll(t.Context(), list[1].Pos, 10, j); len(none) > 0 || err == nil {
		t.Errorf("the third is ruled on: %+v, %v", none, err)
	}
	g.draft(a, batch(9, 9)) // nothing is locked
	g.catchUp(a, 10)
	a.Close()
	if _, err := a.ConsiderAll(t.Context(), 0, 10, j); !errors.Is(err, ErrClosed) {
		t.Errorf("of a closed record: %v", err)
	}
}
