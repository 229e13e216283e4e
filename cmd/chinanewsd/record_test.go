package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A start that finds damage in what follows from the record names the command
// that mends it.
func TestRebuildMendsWhatFollows(t *testing.T) {
	s := siteWithNews(t)
	before := s.documents()
	s.do(0, "compact") // no page is there twice
	path := filepath.Join(s.data, "news.db")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file[bytes.LastIndex(file, []byte(`"first_seen"`))] ^= 1
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"run", "verify", "poll", "compact", "backup"} {
		if _, stderr := s.do(1, command); !strings.Contains(stderr, "`chinanewsd rebuild`") || strings.Contains(stderr, "restore") {
			t.Errorf("%s says %s", command, stderr)
		}
	}
	if out, stderr := s.do(0, "rebuild"); !strings.Contains(stderr, "was made anew") || !strings.Contains(out, "rebuilt: ") {
		t.Errorf("rebuild says %s %s", out, stderr)
	}
	s.do(0, "verify")
	if !mapsEqual(before, s.documents()) {
		t.Error("mended feeds are not byte-equal")
	}
}
