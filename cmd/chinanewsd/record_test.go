package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
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
	file[bytes.LastIndex(file, []byte(`{"news":`))] ^= 1
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

// Whoever wrote down number and digest from /about finds them in the record, and in
// a backup of it, after more was written.
func TestVerifyAt(t *testing.T) {
	s, story, _ := editSite(t)
	digest := func(args ...string) string {
		out, _ := s.do(0, append([]string{"verify"}, args...)...)
		_, link, found := strings.Cut(out, "\nentry "+args[len(args)-1]+": ")
		if !found || len(link) != 64+1 || !strings.Contains(out, "tip ") {
			t.Fatalf("verify %q says %q", args, out)
		}
		return strings.TrimSpace(link)
	}
	tip := func() recordStatus { return statusJSON(t, s, "").Record }
	before := tip()
	at := strconv.FormatUint(before.Pos, 10)
	if got := digest("--at", at); got != before.Link {
		t.Errorf("the record's end is %s, want %s", got, before.Link)
	}
	for n := range 3 {
		s.do(0, "edit", story, "note", strings.Repeat("word ", n+1), "--who", "eve")
	}
	file := filepath.Join(t.TempDir(), "copy.tar")
	s.do(0, "backup", file)
	if now := tip(); now.Pos <= before.Pos || digest("--at", at) != before.Link || digest(file, "--at", at) != before.Link || digest(file, "--at", "1") == before.Link {
		t.Errorf("after %d records more: %s in the record, %s in the backup, want %s", now.Pos-before.Pos, digest("--at", at), digest(file, "--at", at), before.Link)
	}
	for _, args := range [][]string{{"--at", "99999"}, {file, "--at", "99999"}} {
		if _, stderr := s.do(1, append([]string{"verify"}, args...)...); !strings.Contains(stderr, "there is no record 99999: they are numbered from 1 to ") {
			t.Errorf("verify %q says %s", args, stderr)
		}
	}
}
