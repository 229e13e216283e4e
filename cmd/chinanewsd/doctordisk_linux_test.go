package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A disk that is full, too small or read-only is one fault, and what it does to
// the rest is not told beside it.
func TestDoctorOfADisk(t *testing.T) {
	const none = "bad daemon: none runs on this record"
	for _, tt := range []struct {
		name, size string
		fault      func(*doctored)
		want       string
	}{
		{"full", "16m", func(s *doctored) { fillDisk(s.t, filepath.Join(s.data, "filler")) }, "bad disk: DATA is full: nothing is recorded until there is room"},
		{"small", "64m", nil, "warn disk: DATA has "},
		{"too small for a backup", "16m", func(s *doctored) {
			s.must(os.WriteFile(filepath.Join(s.data, "captures", "kept-2026.warc.gz"), make([]byte, 1<<20), 0o600))
			fillBut(s, 3<<19)
		}, "bad disk: DATA has 1.5 MiB free, and writing and checking a backup takes "},
		{"read-only", "300m", func(s *doctored) {
			s.must(syscall.Mount("", s.data, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
		}, "bad data directory: DATA is on a file system that is mounted read-only"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newDoctored(t, time.Now().AddDate(1, 0, 0))
			s.must(os.RemoveAll(s.data))
			smallDisk(t, s.siteFile, tt.size)
			s.create()
			s.do(0, "poll")
			s.do(0, "backup")
			if tt.fault != nil {
				tt.fault(s)
			}
			d := s.examine()
			if tt.name == "read-only" { // it is looked at first
				s.found(d, tt.want, none)
				return
			}
			s.found(d, none, tt.want)
		})
	}
}

// fillBut fills a disk but for some bytes.
func fillBut(s *doctored, left int64) {
	s.t.Helper()
	f, err := os.Create(filepath.Join(s.data, "filler"))
	s.must(err)
	defer f.Close()
	for freeSpace(s.data) > left {
		if _, err := f.Write(make([]byte, 4<<10)); err != nil {
			s.t.Fatal(err)
		}
	}
}
