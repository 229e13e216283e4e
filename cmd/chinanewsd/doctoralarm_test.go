package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// What the daemon's own alarm says is said by doctor, once for a fault, and only
// while a daemon runs.
func TestDoctorTellsAlarms(t *testing.T) {
	s := newDoctored(t, time.Now().AddDate(1, 0, 0))
	s.start(true)
	base := s.examine()
	if !base.running || base.count(doctorBad) > 0 {
		t.Fatalf("%q", base.faults())
	}
	small := space{free: 419 << 20, total: 10 << 30}
	of := func(kind news.AlarmKind) news.Alarm { return news.Alarm{Kind: kind, N: 1, Since: s.now} }
	from := func(f symptom) news.Alarm {
		a := of(f.kind)
		a.About, a.Title, a.Words, a.Hint = f.about, f.title, f.words, f.hint
		return a
	}
	odd := of(news.AlarmClock)
	odd.Title, odd.Words, odd.Hint = "The clock cannot be believed", "It jumped", "set it"
	for name, tt := range map[string]struct {
		alarms []news.Alarm
		want   string
		signs  int
	}{
		"none":    {nil, "", 0},
		"low":     {[]news.Alarm{from(findDisk(s.data, small, "", false))}, "warn disk: The disk is nearly full. " + s.data + " has 419.0 MiB free of 10 GiB", 1},
		"unwrit":  {[]news.Alarm{from(findDisk(s.data, small, "I/O error", false))}, "bad disk: The record cannot be written. ", 1},
		"clock":   {[]news.Alarm{odd}, "bad clock: The clock cannot be believed. It jumped; so it is since ", 1},
		"backup":  {[]news.Alarm{from(symptom{subject{kind: news.AlarmBackup}, true, "The record could not be backed up", "no space", "free space", ""})}, "bad backup: The record could not be backed up. no space", 1},
		"certs":   {[]news.Alarm{from(findCertificate("a.example", news.TLSCertificate{Host: "a.example", Until: s.now.Add(time.Hour)}, s.now))}, "warn certificate: The certificate of a.example ends on ", 1},
		"sources": {[]news.Alarm{of(news.AlarmSource)}, "", 0},
	} {
		for _, running := range []bool{true, false} {
			d := &doctor{t: &terminal{t.Context(), io.Discard, io.Discard, s.file}, now: s.now, cfg: base.cfg, running: running, recorded: true, over: base.over}
			d.over.Alarms = tt.alarms
			d.disk()
			d.clock()
			d.certificates()
			d.backups()
			got := d.faults()
			if want := tt.signs; !running && len(got) != 0 || running && (len(got) != want || want > 0 && !strings.HasPrefix(got[0], tt.want)) {
				t.Errorf("%s, running %v: %q", name, running, got)
			}
		}
	}
}

// A disk that the alarm calls low, doctor calls low before there is an alarm.
func TestDoctorOfALowDisk(t *testing.T) {
	for _, tt := range []struct {
		room space
		want string
	}{
		{space{419 << 20, 10 << 30}, "warn disk: DIR is nearly full: it has 419.0 MiB free of 10 GiB"},
		{space{600 << 20, 10 << 30}, ""},
		{space{3 << 30, 1 << 40}, ""},
		{space{1 << 30, 1 << 40}, "warn disk: DIR is nearly full: it has 1024.0 MiB free of 1024 GiB"},
		{space{100 << 20, 10 << 30}, "warn disk: DIR has 100.0 MiB free: the record"},
		{space{0, 10 << 30}, "bad disk: DIR is full"},
	} {
		d := &doctor{cfg: news.Config{Data: t.TempDir()}, room: func(string) (space, error) { return tt.room, nil }}
		d.over.Record.Size = 1 << 20
		d.disk()
		if got := strings.Join(d.faults(), "\n"); !strings.HasPrefix(got, strings.ReplaceAll(tt.want, "DIR", d.cfg.Data)) || tt.want == "" && got != "" {
			t.Errorf("%v: %q, want %q", tt.room, got, tt.want)
		}
	}
}

// Of a configuration that is broken doctor says so, and still how the daemon is
// that works on by the old one, wherever that listens.
func TestDoctorOfABrokenFileAndADaemon(t *testing.T) {
	s := newDoctored(t, time.Now().AddDate(1, 0, 0))
	s.start(true)
	s.set("contact: c", "contcat: c")
	out, _ := s.do(exitUsage, "doctor")
	for _, want := range []string{"bad   configuration: ", "ok    daemon: pid ", "works on by the configuration", "ok    disk: ", "ok    listen: " + s.listen + " answers", "ok    backup: "} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
