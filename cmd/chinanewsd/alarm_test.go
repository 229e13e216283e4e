package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chinanews/news"
	"chinanews/storage"
)

var atNoon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// Whatever is found in whatever order, also over restarts and with writes that
// are lost: a subject's times alternate, and none is told twice under another id.
func TestAlarmsAreToldOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := subject{news.AlarmSource, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "about")}
		kept, bad, told := []news.Alarm(nil), false, map[string]int{}
		a := newAlarms(nil)
		for n := range rapid.IntRange(1, 60).Draw(t, "looks") {
			now := atNoon.Add(time.Duration(n) * time.Minute)
			switch rapid.SampledFrom([]string{"bad", "well", "unknown", "restart"}).Draw(t, "found") {
			case "restart":
				a = newAlarms(kept)
				continue
			case "bad":
				turned := a.take(now, []symptom{{subject: s, bad: true, title: "it is bad"}})
				if len(turned) != 0 == bad {
					t.Fatalf("it was bad: %v; it is bad: told %v", bad, turned)
				}
				bad = true
				kept = recorded(kept, turned, told)
			case "well":
				turned := a.take(now, []symptom{well(s, "it is well")})
				if len(turned) != 0 != bad {
					t.Fatalf("it was bad: %v; it is well: told %v", bad, turned)
				}
				bad = false
				kept = recorded(kept, turned, told)
			case "unknown":
				if turned := a.take(now, nil); turned != nil {
					t.Fatalf("nothing was found and told is %v", turned)
				}
			}
		}
		for id, times := range told {
			if times != 1 {
				t.Fatalf("%s was told %d times", id, times)
			}
		}
		if len(a[s]) > storage.AlarmTimes {
			t.Fatalf("%d times are held", len(a[s]))
		}
	})
}

// recorded is what a record has after what turned.
func recorded(kept, turned []news.Alarm, told map[string]int) []news.Alarm {
	for _, a := range turned {
		told[news.AlarmURN("s", a, !a.Stands())]++
		kept = slices.DeleteFunc(kept, func(k news.Alarm) bool { return k.N == a.N })
		kept = append(kept, a)
	}
	return kept
}

// What could not be written down before a kill is noticed again under the id that
// it was told by.
func TestLostAlarmsHaveTheirIDs(t *testing.T) {
	full := symptom{subject: subject{kind: news.AlarmDisk}, bad: true, title: "full"}
	first := newAlarms(nil).take(atNoon, []symptom{full})
	again := newAlarms(nil).take(atNoon.Add(time.Hour), []symptom{full})
	if news.AlarmURN("s", first[0], false) != news.AlarmURN("s", again[0], false) {
		t.Error("told again, it has another id")
	}
	next := newAlarms([]news.Alarm{{Kind: news.AlarmDisk, N: 1, Since: atNoon, Over: atNoon}}).take(atNoon, []symptom{full})
	if next[0].N != 2 {
		t.Errorf("the second time is %+v", next[0])
	}
}

func TestASourceIsJudged(t *testing.T) {
	listing := func(c news.Condition, failures int) listingStatus {
		return listingStatus{URL: "http://a.example/" + string(c), Health: news.Health{State: c, Words: "words of " + string(c)}, Failures: failures}
	}
	for _, tt := range []struct {
		name     string
		listings []listingStatus
		want     string // bad, well, or nothing
		words    string
	}{
		{"well", []listingStatus{listing(news.OK, 0)}, "well", ""},
		{"quiet", []listingStatus{listing(news.Quiet, 0)}, "well", ""},
		{"paused", []listingStatus{listing(news.Paused, 9)}, "well", ""},
		{"not read yet", []listingStatus{listing(news.Waiting, 0)}, "", ""},
		{"failed once", []listingStatus{listing(news.Unreachable, 1)}, "", ""},
		{"failed twice", []listingStatus{listing(news.Redesigned, 2)}, "", ""},
		{"failed three times", []listingStatus{listing(news.Unreachable, 3)}, "bad", "words of unreachable"},
		{"overdue", []listingStatus{listing(news.Overdue, 0)}, "bad", "words of overdue"},
		{"one of two", []listingStatus{listing(news.OK, 0), listing(news.Gone, 4)}, "bad", "http://a.example/gone"},
		{"a little and gravely", []listingStatus{listing(news.Unreachable, 1), listing(news.Challenged, 4)}, "bad", "challenged"},
	} {
		s := sourceStatus{ID: "office", Listings: tt.listings}
		for n, l := range tt.listings {
			if n == 0 || l.State.Alarming() && !s.State.Alarming() {
				s.listingStatus = l
			}
		}
		f, ok := findSource("office", s)
		got := map[bool]string{true: "bad", false: "well"}[f.bad]
		if !ok {
			got = ""
		}
		if got != tt.want || !strings.Contains(f.words, tt.words) || f.bad && f.hint == "" {
			t.Errorf("%s: %s, %+v", tt.name, got, f)
		}
	}
	textless := sourceStatus{ID: "office", Listings: []listingStatus{listing(news.OK, 0)}, listingStatus: listing(news.OK, 0)}
	textless.Health = news.Health{State: news.Redesigned, Words: "no text could be read", Hint: "look"}
	if f, ok := findSource("office", textless); !ok || !f.bad || !strings.Contains(f.title, "redesigned") || !strings.Contains(f.words, "no text") {
		t.Errorf("without texts: %+v", f)
	}
}

// A disk at the border does not come and go.
func TestADiskIsJudged(t *testing.T) {
	const gib = 1 << 30
	for _, tt := range []struct {
		s       space
		failing string
		low     bool
		bad     bool
	}{
		{space{100 * gib, 1000 * gib}, "", false, false}, {space{2*gib - 1, 1000 * gib}, "", false, true}, {space{2 * gib, 1000 * gib}, "", false, false},
		{space{2 * gib, 1000 * gib}, "", true, true}, {space{3*gib - 1, 1000 * gib}, "", true, true}, {space{3 * gib, 1000 * gib}, "", true, false},
		{space{gib / 2, 8 * gib}, "", false, false}, {space{gib / 4, 8 * gib}, "", false, true}, {space{0, 8 << 20}, "", false, true},
		{space{100 * gib, 1000 * gib}, "input/output error", false, true},
	} {
		f := findDisk("/data", tt.s, tt.failing, tt.low)
		if f.bad != tt.bad || tt.bad && (f.words == "" || f.hint == "") || !strings.Contains(f.words, tt.failing) {
			t.Errorf("%+v: %+v", tt, f)
		}
	}
}

func TestTheRestIsJudged(t *testing.T) {
	if f, ok := findClock(errors.New("the store is closed")); ok {
		t.Errorf("what says nothing of the clock: %+v", f)
	}
	good := &storage.Copy{At: atNoon}
	for _, tt := range []struct {
		name   string
		b      backupStatus
		since  time.Time
		ok, is bool
	}{
		{"none yet", backupStatus{At: "03:30"}, time.Time{}, false, false},
		{"failed", backupStatus{At: "03:30", Failed: "no space", Last: good}, time.Time{}, true, true},
		{"failed before the start", backupStatus{At: "03:30", Last: good}, atNoon.Add(time.Hour), false, false},
		{"made since", backupStatus{At: "03:30", Last: good}, atNoon.Add(-time.Hour), true, false},
		{"wanted no more", backupStatus{}, atNoon, true, false},
	} {
		if f, ok := findBackup(tt.b, tt.since, "/data"); ok != tt.ok || f.bad != tt.is {
			t.Errorf("backup %s: %v, %+v", tt.name, ok, f)
		}
	}
	f := findReload(errors.New("config.yaml:3:1: no such key\nconfig.yaml:9:1: another\x1b[2J"), "config.yaml")
	if !f.bad || strings.ContainsAny(f.words, "\n\x1b") || !strings.Contains(f.words, "3:1") || !strings.Contains(f.words, "9:1") {
		t.Errorf("a reload: %+v", f)
	}
}
