package main

import (
	"strings"
	"testing"
)

// What check says at the end is what it said before.
func TestCheckCounts(t *testing.T) {
	s := newSite(t)
	row := "  - {id: a, url: \"http://127.0.0.1:9/feed.xml\", publisher: A}\n"
	s.write(row, allFeed)
	if out, said := s.do(0, "check"); !strings.HasSuffix(out, ": 1 source, 1 feed, no problems\n") || said != "" {
		t.Errorf("%s%s", said, out)
	}
	s.set(", publisher: A", "")
	if out, said := s.do(0, "check"); !strings.HasSuffix(out, ": 1 source, 1 feed, 1 warning\n") || !strings.Contains(said, "a has no publisher") {
		t.Errorf("%s%s", said, out)
	}
}
