package fetcher

import (
	"testing"
)

// Each request of a long article is progress: robots.txt, and every page.
func TestProgressOfEachRequest(t *testing.T) {
	s := conference(t, 3, nil)
	src := articleRow(s.URL)
	begun := 0
	ctx := WithProgress(t.Context(), func() { begun++ })
	b, err := newFetcher(t).Fetch(ctx, src, article(src, s.URL+"/c/t1.html"), noon)
	if err != nil || b.Problem != nil {
		t.Fatal(err, b.Problem)
	}
	if asked := s.count("/robots.txt") + s.count("/c/t1.html") + s.count("/c/t1_2.html") + s.count("/c/t1_3.html"); asked != 4 || begun != asked {
		t.Errorf("%d requests are made, %d are told", asked, begun)
	}
}

// Requests of a pace that was followed take turns by the number of the newest.
func TestNewestPaceCounts(t *testing.T) {
	l := new(lane)
	first := l.room(0, 4)
	second := l.room(1, 1)
	if first == second || cap(second) != 1 || l.room(0, 4) != second || l.room(1, 1) != second {
		t.Error("an older pace brings its number back")
	}
	if cap(l.room(2, 3)) != 3 {
		t.Error("a newer pace has no number")
	}
}
