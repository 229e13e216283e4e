package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/storage"
)

// siteWithNews is a site with some releases.
func siteWithNews(t *testing.T) *siteFile {
	t.Helper()
	o, s := newOrigin(t), newSite(t)
	o.set("/feed.xml", rssOf("A", 0, 5))
	s.write(feedRow("a", o.URL+"/feed.xml"), allFeed)
	s.create()
	s.do(0, "poll")
	return s
}

func TestBackupAndRestoreCommands(t *testing.T) {
	s := siteWithNews(t)
	before := s.documents()
	stop := runDaemon(t, s)
	out, _ := s.do(0, "backup")
	if !strings.Contains(out, "backups") || !strings.Contains(out, "a good backup of") {
		t.Errorf("backup of a daemon's record says %s", out)
	}
	named := filepath.Join(t.TempDir(), "b.tar")
	s.do(0, "backup", named)
	if _, stderr := s.do(1, "backup", named); !strings.Contains(stderr, "never written over a file") {
		t.Errorf("backup over a file says %s", stderr)
	}
	if o := statusJSON(t, s, ""); o.Backup.Last == nil || o.Backup.Last.Pos != o.Record.Pos || o.Backup.At != "03:30" {
		t.Errorf("status has %+v", o.Backup)
	}
	if _, stderr := s.do(1, "restore", named, "--instead"); !strings.Contains(stderr, "in use by pid") {
		t.Errorf("restore under a daemon says %s", stderr)
	}
	stop()
	if out, _ := s.do(0, "verify", named); !strings.Contains(out, "a good backup of") {
		t.Errorf("verify says %s", out)
	}
	if _, stderr := s.do(1, "restore", named); !strings.Contains(stderr, "--instead") || !strings.Contains(stderr, "--beside") {
		t.Errorf("restore over a record says %s", stderr)
	}
	s.do(2, "restore", named, "--instead", "--beside", "x")
	if out, _ := s.do(0, "restore", named, "--instead"); !strings.Contains(out, "before-restore-") || !strings.Contains(out, "config.yaml.restored") {
		t.Errorf("restore says %s", out)
	}
	s.do(0, "verify")
	if !mapsEqual(before, s.documents()) {
		t.Error("restored feeds are not byte-equal")
	}
	beside := filepath.Join(t.TempDir(), "other")
	if out, _ := s.do(0, "restore", named, "--beside", beside); !strings.Contains(out, beside) {
		t.Errorf("restore beside says %s", out)
	}
	if out, _ := s.do(0, "compact"); !strings.Contains(out, "MiB") {
		t.Errorf("compact says %s", out)
	}
	s.do(0, "verify")
}

// A backup has the files that the configuration includes.
// Older backups of a directory go when that is asked for, and files of others
// do not.
func TestBackupKeeps(t *testing.T) {
	s := siteWithNews(t)
	dir := t.TempDir()
	others := filepath.Join(dir, "a person's.tar")
	var made []string
	for n := range 3 {
		old := filepath.Join(dir, fmt.Sprintf("2026-11-2%dT043000Z-%d-0123abcd.tar", n, n))
		made = append(made, old)
		for _, path := range []string{old, others} {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for keep, want := range map[string]string{"=-1": "at least 1", "=2": "is none"} {
		if _, said := s.do(2, "backup", "--keep"+keep, filepath.Join(dir, "b.tar")); !strings.Contains(said, want) {
			t.Errorf("--keep %s of a file: %s", keep, said)
		}
	}
	out, _ := s.do(0, "backup", "--keep", "2", dir)
	kept, _, _ := strings.Cut(out, ": ")
	left, _ := filepath.Glob(filepath.Join(dir, "*"))
	want := []string{made[2], kept, others}
	slices.Sort(left)
	slices.Sort(want)
	if !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
}

func TestABackupHasIncludedFiles(t *testing.T) {
	s := newSite(t)
	folder := filepath.Dir(s.file)
	if err := os.MkdirAll(filepath.Join(folder, "rows"), 0o700); err != nil {
		t.Fatal(err)
	}
	row := feedRow("z", "https://z.example/feed.xml")
	if err := os.WriteFile(filepath.Join(folder, "rows", "z.yaml"), []byte(row), 0o600); err != nil {
		t.Fatal(err)
	}
	s.write(feedRow("a", "https://a.example/feed.xml"), allFeed+"include: [rows/*.yaml, rows/z.yaml]\n")
	s.create()
	named := filepath.Join(t.TempDir(), "b.tar")
	s.do(0, "backup", named)
	for range 2 {
		if out, _ := s.do(0, "restore", named, "--instead"); !strings.Contains(out, "include.restored") {
			t.Errorf("restore says %s", out)
		}
		if text, err := os.ReadFile(filepath.Join(s.data, "include.restored", "rows", "z.yaml")); err != nil || string(text) != row {
			t.Errorf("the included file is %q, %v", text, err)
		}
	}
}

// After a restore of an older record nothing comes back as new: what it does
// not know is new to it, once.
func TestRestoredPollsOn(t *testing.T) {
	s := siteWithNews(t)
	named := filepath.Join(t.TempDir(), "b.tar")
	s.do(0, "backup", named)
	s.do(0, "restore", named, "--instead")
	before := s.members("all")
	s.do(0, "poll")
	if after := s.members("all"); len(after) != len(before) {
		t.Errorf("%d entries, %d before the restore", len(after), len(before))
	}
}

func TestMissingRecordIsNotBegunAnew(t *testing.T) {
	s := siteWithNews(t)
	s.do(0, "backup")
	if err := os.Remove(filepath.Join(s.data, "news.db")); err != nil {
		t.Fatal(err)
	}
	if _, stderr := s.do(1, "run"); !strings.Contains(stderr, "chinanewsd restore "+s.data) {
		t.Errorf("run without the record says %s", stderr)
	}
	backups, _ := filepath.Glob(filepath.Join(s.data, "backups", "*.tar"))
	s.do(0, "restore", backups[0])
	s.do(0, "verify")
}

func TestKeeper(t *testing.T) {
	s := siteWithNews(t)
	h := s.open()
	h.cfg.Backup.Keep = 2
	h.keep.cfg.Backup.Keep = 2
	dir := filepath.Join(s.data, backupFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"2026-01-01T033000Z-3-00000000.tar", "2026-01-02T033000Z-4-00000000.tar", "before-the-move.tar"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h.keep.backup(context.Background())
	files, _ := filepath.Glob(filepath.Join(dir, "*.tar"))
	if len(files) != 3 || len(storage.Copies(s.data)) != 2 || filepath.Base(files[2]) != "before-the-move.tar" {
		t.Errorf("left are %v, want two of the program's and a person's own", files)
	}
	if b := h.keep.status(); b.Failed != "" || b.Last == nil {
		t.Errorf("status %+v", b)
	}
	last := *h.keep.status().Last
	os.RemoveAll(dir)
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h.keep.backup(context.Background())
	if b := h.keep.status(); b.Failed == "" {
		t.Error("a backup that failed is not in the status")
	}
	if due := h.keep.due(last.At); due.Format("15:04") != "03:30" || !due.After(last.At) {
		t.Errorf("without a backup the next is due %v", due)
	}
}

func TestNextClock(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ now, clock, want string }{
		{"2026-11-25 01:00", "03:30", "2026-11-25 03:30"},
		{"2026-11-25 03:30", "03:30", "2026-11-26 03:30"},
		{"2026-12-31 23:59", "00:00", "2027-01-01 00:00"},
		{"2026-03-28 12:00", "02:30", "2026-03-29 03:30"}, // not there that night
		{"2026-10-24 12:00", "02:30", "2026-10-25 02:30"}, // there twice
	} {
		now, _ := time.ParseInLocation("2006-01-02 15:04", tt.now, zone)
		if got := nextClock(tt.clock, now).Format("2006-01-02 15:04"); got != tt.want {
			t.Errorf("%s after %s: %s, want %s", tt.clock, tt.now, got, tt.want)
		}
	}
}
