package storage

import (
	"testing"
	"time"

	"chinanews/news"
)

// What waits for a ruling is known by when it came, on every node alike: from the
// first that must get one on, until it has it.
func TestUnruled(t *testing.T) {
	g := found(t, 2, batch(1, 1))
	a, b := g.nodes[0], g.nodes[1]
	waits := func(what string, seq int) {
		t.Helper()
		var want time.Time
		if seq > 0 {
			want = g.list[seq-1].At.Truncate(time.Millisecond)
		}
		for n, s := range g.nodes {
			g.catchUp(s, 100)
			if at, err := s.Unruled(); err != nil || !at.Equal(want) {
				t.Errorf("%s, node %d has waited since %v, want %v (%v)", what, n, at, want, err)
			}
		}
	}
	waits("at first", 0)
	quiet := batch(10)
	quiet.Condition, quiet.State.Condition = news.Challenged, news.Challenged
	g.draft(a, quiet)
	waits("an answer without entries", 0)
	g.draft(a, batch(11, 11))
	g.draft(b, batch(12, 12))
	waits("two answers", 2)
	if v, ok, err := a.Consider(t.Context(), 0, firstJudge); !ok || err != nil || v.Message != nil {
		t.Errorf("an answer without entries gives %+v, %v", v, err)
	}
	g.rule(a, firstJudge)
	waits("when they are ruled on", 0)
}
