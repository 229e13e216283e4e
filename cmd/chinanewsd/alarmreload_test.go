package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"chinanews/news"
)

// alarmed are the alarms, a line each, by when they were noticed.
func (s *reloadSite) alarmed() (lines []string) {
	for range 2 {
		s.now().watch.look(s.t.Context())
	}
	for _, a := range s.now().watch.all() {
		line := string(a.Kind) + " " + a.About
		if !a.Stands() {
			line += " over"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

func (s *reloadSite) wantsAlarms(when string, want ...string) {
	s.t.Helper()
	if got := s.alarmed(); !slices.Equal(got, want) {
		s.t.Errorf("%s: %q, want %q", when, got, want)
	}
}

// A reload that is refused is told once; one that is done repeats no alarm that
// stands and ends none that is not over, but that of a source whose row has gone.
func TestAlarmsOverReloads(t *testing.T) {
	kept, ill := feedRow("a", "ORIGIN/a.xml"), feedRow("ill", "ORIGIN/none.xml")
	s := newReloadSite(t, kept+ill, allFeed)
	s.until("asked for", func() bool {
		ill := s.poll("ill", "/none.xml") // an attempt counts as a failure before it is made
		return ill.Failures == 1 && ill.Condition != "" && !s.poll("a", "/a.xml").LastGood.IsZero()
	})
	s.wantsAlarms("after a failure")
	backups := filepath.Join(s.data, backupFolder)
	if err := os.WriteFile(backups, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.set("listen: 127.0.0.1:0\n", "listen: 127.0.0.1:0\nbackup: {at: \"03:30\"}\n")
	state := s.poll("ill", "/none.xml")
	state.Failures = graveFailures
	if err := s.h.store.SavePoll(t.Context(), state); err != nil {
		t.Fatal(err)
	}
	s.reload(true)
	s.now().keep.backup(t.Context())
	s.wantsAlarms("with faults", "backup ", "source ill")
	s.set("title: All", "titel: All")
	for range 2 {
		s.reload(false)
		s.wantsAlarms("with a bad file", "backup ", "reload ", "source ill")
	}
	s.set("titel: All", "title: All")
	for range 2 {
		s.reload(true)
		s.wantsAlarms("with a good file", "backup ", "reload  over", "source ill")
	}
	if s.now().keep.status().Failed == "" {
		t.Error("status has forgotten the backup that failed")
	}
	s.rows(kept, allFeed)
	s.set("listen: 127.0.0.1:0\n", "listen: 127.0.0.1:0\nbackup: {at: \"03:30\"}\n")
	s.reload(true)
	s.wantsAlarms("without the row", "backup ", "reload  over", "source ill over")
	if err := os.Remove(backups); err != nil {
		t.Fatal(err)
	}
	failed, _ := s.now().watch.standing(news.AlarmBackup)
	s.until("later than the failure", func() bool { return time.Since(failed.Since) > time.Second }) // backups are named by seconds
	s.now().keep.backup(t.Context())
	s.wantsAlarms("at the end", "backup  over", "reload  over", "source ill over")
}
