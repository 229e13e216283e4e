package curator

import (
	"testing"
	"time"

	"chinanews/news"
)

// A story that a rule threw out and another lets in again is as its readers
// know it: the same text and the same link, though a source that should lead
// has it too by now, and though its address has moved.
func TestWhatRulesLetBackIsAsItWas(t *testing.T) {
	first, better := row("mer"), row("better")
	better.Rank = 1
	m, c := live(t, first, better)
	e := entry(2, 0)
	m.accept(c, listing(first, e))
	known := m.membership(t, e)
	again := e
	again.URL = "https://better.example/2.html"
	m.accept(c, listing(better, again))
	e.URL = "https://moved.example/2.html"
	m.accept(c, listing(first, e))
	p := publication(first, better)
	p.Feeds[0].Where = `has(title, "elsewhere")`
	m.rule(curate(t, p).Refold(m))
	if left := m.membership(t, e); left.Left != news.LeftRule {
		t.Fatalf("it is in still: %+v", left)
	}
	m.now = m.now.Add(time.Hour)
	m.rule(c.Refold(m))
	back := m.membership(t, e)
	if back.Left != "" || back.Lead != known.Lead || back.Link != known.Link || !back.Published.Equal(known.Published) {
		t.Errorf("was %+v, is %+v", known, back)
	}
}

// membership is the place of an entry's story in the feed.
func (m *memory) membership(t *testing.T, e news.Entry) news.Membership {
	t.Helper()
	id, ok := m.Find("mer", news.ByID, e.ID)
	if !ok {
		t.Fatal("no such item")
	}
	i, _ := m.Item(id)
	s, _ := m.Story(i.Story)
	p, ok := m.Membership("all", s.ID)
	if !ok {
		t.Fatal("it was never in the feed")
	}
	return p
}
