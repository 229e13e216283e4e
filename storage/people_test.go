package storage

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"chinanews/news"
)

// sessionOf is a session that lasts a week from noon.
func sessionOf(key, user string) *news.Session {
	return &news.Session{Key: key, User: user, Agent: "Firefox on Linux", Since: atDesk, Seen: atDesk, Expires: atDesk.Add(7 * 24 * time.Hour), Under: "a digest"}
}

// atDesk is when users came.
var atDesk = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func remember(t *testing.T, s *Store, changes ...news.PeopleChange) {
	t.Helper()
	for _, c := range changes {
		if err := s.ChangePeople(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
}

// people is all that is remembered of them, in words.
func people(t *testing.T, s *Store) (sessions, persons, signIns []string) {
	t.Helper()
	view(t, s, func(l *Ledger) {
		for one := range l.Sessions() {
			sessions = append(sessions, one.Key+" "+one.User+" "+one.Seen.Format("15:04"))
		}
		for one := range l.People() {
			persons = append(persons, one.Name+" "+one.Lang+" "+one.Queue)
		}
		for _, one := range l.SignIns() {
			signIns = append(signIns, fmt.Sprintf("%s %q %d", one.At.Format("02 15:04"), one.User, one.Failed))
		}
	})
	return sessions, persons, signIns
}

func person(name string, do func(*news.Person)) news.PeopleChange {
	return news.PeopleChange{Of: name, Person: func(p news.Person) news.Person { do(&p); return p }}
}

func TestPeopleAreRemembered(t *testing.T) {
	s, dir := create(t)
	view(t, s, func(l *Ledger) {
		if _, ok := l.Session("a"); ok || l.Person("Li Wei") != (news.Person{Name: "Li Wei"}) || l.SignIns() != nil {
			t.Error("a new record knows people")
		}
	})
	remember(t, s,
		news.PeopleChange{Begin: sessionOf("a", "Li Wei"), SignIn: &news.SignIn{User: "Li Wei", At: atDesk}},
		news.PeopleChange{Begin: sessionOf("b", "Li Wei")}, news.PeopleChange{Begin: sessionOf("c", "Ann")},
		person("Li Wei", func(p *news.Person) { p.Lang = "zh" }), person("Li Wei", func(p *news.Person) { p.Queue = "digest" }),
	)
	seen := *sessionOf("b", "Li Wei")
	seen.Seen = atDesk.Add(time.Hour)
	gone := *sessionOf("gone", "Ann")
	remember(t, s, news.PeopleChange{Touch: &seen}, news.PeopleChange{Touch: &gone}, news.PeopleChange{End: func(s news.Session) bool { return s.Key == "a" || s.Key == "" }})
	s = reopen(t, s, dir)
	sessions, persons, signIns := people(t, s)
	if !slices.Equal(sessions, []string{"b Li Wei 13:00", "c Ann 12:00"}) || !slices.Equal(persons, []string{"Li Wei zh digest"}) || !slices.Equal(signIns, []string{`26 12:00 "Li Wei" 0`}) {
		t.Errorf("remembered: %q, %q, %q", sessions, persons, signIns)
	}
	verify(t, s)
}

// Whoever guesses fills no disk: an hour's failures of a user stand in one row.
// After 90 days they go, and so do sessions that are over.
func TestSignInsAreBounded(t *testing.T) {
	s, _ := create(t)
	now := atDesk
	s.now = func() time.Time { return now }
	for n := range 120 {
		at := atDesk.Add(time.Duration(n) * time.Minute)
		remember(t, s, news.PeopleChange{SignIn: &news.SignIn{User: []string{"", "Li Wei"}[n%2], At: at, Failed: 1}})
	}
	remember(t, s, news.PeopleChange{SignIn: &news.SignIn{User: "Li Wei", At: atDesk.Add(time.Hour)}, Begin: sessionOf("a", "Li Wei")})
	want := []string{`26 13:59 "Li Wei" 30`, `26 13:58 "" 30`, `26 13:00 "Li Wei" 0`, `26 12:59 "Li Wei" 30`, `26 12:58 "" 30`}
	if _, _, got := people(t, s); !slices.Equal(got, want) {
		t.Errorf("noted: %q, want %q", got, want)
	}
	now = atDesk.Add(news.SignInsKept + 90*time.Minute)
	if _, _, got := people(t, s); !slices.Equal(got, want[:2]) {
		t.Errorf("after 90 days: %q", got)
	}
	remember(t, s, news.PeopleChange{SignIn: &news.SignIn{User: "Ann", At: now}})
	sessions, _, _ := people(t, s)
	view(t, s, func(l *Ledger) {
		if n := l.tx.Bucket(bucketPeople).Stats().KeyN; n != 3 || len(sessions) != 0 {
			t.Errorf("%d rows are left, sessions %q", n, sessions)
		}
	})
}

// People are state: they survive what is done to the record. Only a restore
// signs everybody out and ends the addresses of the queue: they may have been
// ended since the backup was made.
func TestPeopleSurvive(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1))
	remember(t, s, news.PeopleChange{Begin: sessionOf("a", "Li Wei"), SignIn: &news.SignIn{User: "Li Wei", At: atDesk}},
		person("Li Wei", func(p *news.Person) { p.Lang, p.Queue, p.Made = "zh", "digest", atDesk }))
	check := func(after string, in bool) {
		t.Helper()
		verify(t, s)
		wantSessions, wantPersons := []string(nil), []string{"Li Wei zh "}
		if in {
			wantSessions, wantPersons = []string{"a Li Wei 12:00"}, []string{"Li Wei zh digest"}
		}
		sessions, persons, signIns := people(t, s)
		if !slices.Equal(sessions, wantSessions) || !slices.Equal(persons, wantPersons) || len(signIns) != 1 {
			t.Errorf("after %s: %q, %q, %q", after, sessions, persons, signIns)
		}
	}
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("a rebuild", true)
	s.Close()
	if _, _, err := Compact(dir, Options{}); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, dir)
	check("compaction", true)
	c := backedUp(t, s, dir)
	remember(t, s, news.PeopleChange{End: func(news.Session) bool { return true }}) // signed out everywhere
	s.Close()
	if _, err := Restore(t.Context(), c.File, dir, true, Options{Now: ticking()}); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, dir)
	check("a restore", false)
}

// What cannot be kept is kept whole or not at all, and no name can be another's
// key.
func TestPeopleKeysAreApart(t *testing.T) {
	s, dir := create(t)
	remember(t, s, person("session", func(p *news.Person) { p.Lang = "en" }), person("a", func(p *news.Person) { p.Lang = "zh" }), person("a b", func(p *news.Person) { p.Lang = "en" }),
		news.PeopleChange{Begin: sessionOf("a", "a")}, news.PeopleChange{SignIn: &news.SignIn{User: "a", At: atDesk, Failed: 1}})
	sessions, persons, signIns := people(t, s)
	if len(sessions) != 1 || !slices.Equal(persons, []string{"a zh ", "a b en ", "session en "}) || len(signIns) != 1 {
		t.Errorf("%q, %q, %q", sessions, persons, signIns)
	}
	long := &news.Session{Key: string(bytes.Repeat([]byte("x"), 40_000)), Expires: atDesk.Add(time.Hour)}
	if err := s.ChangePeople(t.Context(), news.PeopleChange{Begin: long, SignIn: &news.SignIn{User: "a", At: atDesk}}); err == nil {
		t.Error("a key that is too long is taken")
	}
	if _, _, after := people(t, s); !slices.Equal(after, signIns) {
		t.Errorf("half a change was made: %q", after)
	}
	s.Close()
	if raw, err := os.ReadFile(filepath.Join(dir, fileName)); err != nil || !bytes.Contains(raw, []byte("person\x00a b")) {
		t.Errorf("the file is not read as it is written: %v", err)
	}
}
