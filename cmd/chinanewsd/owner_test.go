package main

import (
	"os"
	"strings"
	"testing"
)

// Root does not make files in a record of the daemon's user.
func TestRootLeavesOthersRecords(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a directory to somebody")
	}
	s := siteWithNews(t)
	backup, _ := s.do(0, "backup")
	file, _, _ := strings.Cut(backup, ": ")
	if err := os.Chown(s.data, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"status"}, {"compact"}, {"poll"}, {"rebuild"}, {"restore", file, "--instead"}, {"run"}} {
		if _, said := s.do(2, args...); !strings.Contains(said, "runuser -u ") {
			t.Errorf("%s: %s", args, said)
		}
	}
	s.do(0, "restore", file, "--beside", t.TempDir()+"/new")
}
