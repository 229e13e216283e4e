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

// A site that others are to see needs more, each on its own line.
func TestCheckPublic(t *testing.T) {
	s := newSite(t)
	s.write("  - {id: a, url: \"http://127.0.0.1:9/feed.xml\", publisher: A}\n", allFeed)
	s.do(0, "check", "--public")
	s.set("contact: c, base_url: \"http://news.example\"", "title: T")
	s.do(0, "check")
	_, said := s.do(2, "check", "--public")
	if lines := strings.Split(strings.TrimSpace(said), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[0], s.file+":1:7: site.contact is empty") || !strings.HasPrefix(lines[1], s.file+":1:7: site.base_url is empty") {
		t.Errorf("it says %q", said)
	}
}
