package storage

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// attemptRows are what is remembered of all addresses, and of each when it is
// asked for alone.
func attemptRows(t *testing.T, s *Store) (rows []string) {
	t.Helper()
	err := s.View(t.Context(), func(l *Ledger) error {
		for p := range l.Polls() {
			one, known := l.Poll(p.Source, p.URL)
			if !known || fmt.Sprint(one) != fmt.Sprint(p) {
				t.Errorf("alone %+v (%t), among all %+v", one, known, p)
			}
			rows = append(rows, fmt.Sprintf("%s %s tag=%s tried=%s failed=%d next=%s", p.Source, p.URL, p.ETag, p.LastTry.Format("04:05"), p.Failures, p.Next.Format("04:05")))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// An attempt is seen as soon as it is begun, also after a crash, over what was
// remembered and without: and no more when there is an answer.
func TestAttemptStandsUntilItIsAnswered(t *testing.T) {
	s, dir := create(t)
	at := func(m int) time.Time { return noon.Add(time.Duration(m) * time.Minute) }
	poll := func(origin news.Origin, tried, failures int, tag news.Octets) news.FetchState {
		return news.FetchState{Source: origin, URL: "u", LastTry: at(tried), Failures: failures, Next: at(tried + 10), ETag: tag}
	}
	for _, p := range []news.FetchState{poll("b", 1, 0, "1"), poll("d", 1, 2, "2")} {
		if err := s.SavePoll(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	begin := func(p news.FetchState) {
		t.Helper()
		if err := s.Begin(t.Context(), 0, p); err != nil {
			t.Fatal(err)
		}
	}
	begin(poll("c", 2, 1, "")) // one that was never asked
	begin(poll("d", 3, 3, "another tag is not kept"))
	begin(poll("e", 4, 1, ""))
	want := []string{"b u tag=1 tried=01:00 failed=0 next=11:00", "c u tag= tried=02:00 failed=1 next=12:00", "d u tag=2 tried=03:00 failed=3 next=13:00", "e u tag= tried=04:00 failed=1 next=14:00"}
	if got := attemptRows(t, s); !slices.Equal(got, want) {
		t.Errorf("under way %q\nwant %q", got, want)
	}
	s = reopen(t, s, dir)
	if got := attemptRows(t, s); !slices.Equal(got, want) {
		t.Errorf("opened again %q\nwant %q", got, want)
	}
	answer := batch(1)
	answer.Source, answer.State = "d", poll("d", 5, 0, "3")
	if _, err := s.Accept(t.Context(), answer, func(*Ledger, news.Batch) news.Decision { return news.Decision{} }); err != nil {
		t.Fatal(err)
	}
	quiet := batch(2)
	quiet.Source, quiet.State, quiet.Unchanged = "c", poll("c", 6, 0, "4"), true
	if err := s.Settle(t.Context(), news.FetchState{}, quiet, 0); err != nil {
		t.Fatal(err)
	}
	if err := s.SavePoll(t.Context(), poll("e", 7, 0, "5")); err != nil {
		t.Fatal(err)
	}
	want = []string{want[0], "c u tag=4 tried=06:00 failed=0 next=16:00", "d u tag=3 tried=05:00 failed=0 next=15:00", "e u tag=5 tried=07:00 failed=0 next=17:00"}
	if got := attemptRows(t, s); !slices.Equal(got, want) {
		t.Errorf("answered %q\nwant %q", got, want)
	}
	s.db.View(func(tx *bbolt.Tx) error {
		if k, _ := tx.Bucket(bucketAsked).Cursor().First(); k != nil {
			t.Errorf("an attempt at %q is left", k)
		}
		return nil
	})
	if report, err := s.Verify(t.Context()); err != nil || len(report.Differs) > 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

// What a node hears of an address from another ends the attempt that it knew of.
func TestAttemptOfAnother(t *testing.T) {
	s, _ := create(t)
	if err := s.Begin(t.Context(), 0, news.FetchState{Source: "a", URL: "u", LastTry: noon, Failures: 4}); err != nil {
		t.Fatal(err)
	}
	err := s.commit(t.Context(), func(tx *bbolt.Tx, _ time.Time) error {
		return absorb(tx, news.Cell{Bucket: "polls", Key: pollKey("a", "u"), Value: []byte(`{"source":"a","url":"u","etag":"9"}`)})
	})
	if got := attemptRows(t, s); err != nil || !slices.Equal(got, []string{"a u tag=9 tried=00:00 failed=0 next=00:00"}) {
		t.Errorf("%q, %v", got, err)
	}
}

// What settles is counted and remembered, and is no record.
func TestSettle(t *testing.T) {
	s, _ := create(t)
	before, err := s.Tip()
	if err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		b := batch(byte(n))
		b.Unchanged = true
		if err := s.Settle(t.Context(), news.FetchState{}, b, 0); err != nil {
			t.Fatal(err)
		}
	}
	if after, err := s.Tip(); err != nil || after != before {
		t.Errorf("the record ends at %+v, %v; want %+v", after, err, before)
	}
	s.View(t.Context(), func(l *Ledger) error {
		if o := l.Outcomes(news.BeijingDay(l.At())); o.Unchanged != 3 || o.Good != 0 || o.Failed != nil {
			t.Errorf("counted %+v", o)
		}
		if p, _ := l.Poll("a", batch(0).State.URL); p.ETag != `"2"` {
			t.Errorf("remembers %+v", p)
		}
		return nil
	})
	s.member.Store(true)
	if err := s.Settle(t.Context(), news.FetchState{}, batch(9), 0); err == nil {
		t.Error("one of several nodes settles alone")
	}
}

// patient hands in requests that would wait for an hour. The committer has them
// when it returns.
func patient(s *Store, numbers ...int) (all []*request) {
	for _, n := range numbers {
		r := &request{patience: time.Hour, done: make(chan struct{}), do: func(tx *bbolt.Tx, _ time.Time) error {
			return writePoll(tx, news.FetchState{Source: "a", URL: fmt.Sprint(n)})
		}}
		s.queue <- r
		all = append(all, r)
	}
	return all
}

// Who is in no hurry shares a transaction with whoever comes after.
func TestPatienceSharesATransaction(t *testing.T) {
	s, _ := create(t)
	before := s.Work()
	all := patient(s, 1, 2, 3)
	if now := s.Work(); now.Commits != before.Commits {
		t.Fatalf("%d transactions while all wait", now.Commits-before.Commits)
	}
	if err := s.SavePoll(t.Context(), news.FetchState{Source: "a", URL: "hurried"}); err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if <-r.done; r.err != nil {
			t.Error(r.err)
		}
	}
	if now := s.Work(); now.Commits != before.Commits+1 || now.Changes != before.Changes+4 {
		t.Errorf("%d changes in %d transactions", now.Changes-before.Changes, now.Commits-before.Commits)
	}
	if err := s.Begin(t.Context(), time.Millisecond, news.FetchState{Source: "a", URL: "1"}); err != nil { // nobody else comes
		t.Error(err)
	}
}

// A full group waits no longer.
func TestPatienceEndsWhenAGroupIsFull(t *testing.T) {
	s, _ := create(t)
	var numbers []int
	for n := range maxGroup {
		numbers = append(numbers, n)
	}
	for _, r := range patient(s, numbers...) {
		if <-r.done; r.err != nil {
			t.Fatal(r.err)
		}
	}
}

// What waits when a store is closed is written: it was taken.
func TestPatienceEndsWithTheStore(t *testing.T) {
	s, dir := create(t)
	all := patient(s, 1, 2)
	s = reopen(t, s, dir)
	for _, r := range all {
		if <-r.done; r.err != nil {
			t.Error(r.err)
		}
	}
	if got := attemptRows(t, s); len(got) != 2 {
		t.Errorf("%q are left", got)
	}
}

// A record of an older program may have an attempt under way.
func TestAttemptOfAnOlderProgram(t *testing.T) {
	s, _ := create(t)
	good := news.FetchState{Source: "a", URL: "u", ETag: "1", LastGood: noon, Next: noon}
	if err := s.SavePoll(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	err := s.commit(t.Context(), func(tx *bbolt.Tx, _ time.Time) error {
		b, err := tx.CreateBucketIfNotExists(bucketAsked)
		if err != nil {
			return err
		}
		return put(b, pollKey("a", "u"), []byte(`{"last_try":"2026-11-26T12:07:00Z","failures":2,"next":"2026-11-26T12:17:00Z"}`))
	})
	if got := attemptRows(t, s); err != nil || !slices.Equal(got, []string{"a u tag=1 tried=07:00 failed=2 next=17:00"}) {
		t.Errorf("%q, %v", got, err)
	}
	s.View(t.Context(), func(l *Ledger) error {
		if p, _ := l.Poll("a", "u"); !p.LastGood.Equal(noon) {
			t.Errorf("last read well at %s", p.LastGood)
		}
		return nil
	})
}

// What a poll that brought nothing leaves is read back whole, however much of it
// had to be written, also after the next attempt and a start. Only when more has
// changed than an attempt says, the state is written anew.
func TestSettleWritesWhatChanged(t *testing.T) {
	first := news.FetchState{Source: "a", URL: "u", ETag: "1", Reader: "r", Condition: news.OK, Status: 304, Items: 7, LastTry: noon, LastGood: noon, Next: noon.Add(time.Hour),
		Warnings: []string{"two dates"}, Advice: news.Advice{Fresh: noon.Add(time.Minute), Every: news.Duration(time.Hour)}, Lately: []news.Turn{{At: noon, Condition: news.OK}}}
	for name, c := range map[string]struct {
		change func(*news.FetchState)
		short  bool
	}{
		"nothing else":          {func(*news.FetchState) {}, true},
		"no longer fresh":       {func(p *news.FetchState) { p.Advice.Fresh = time.Time{} }, true},
		"another validator":     {func(p *news.FetchState) { p.ETag = "2" }, false},
		"another status":        {func(p *news.FetchState) { p.Status = 200 }, false},
		"a certificate":         {func(p *news.FetchState) { p.Certificate = news.TLSCertificate{Host: "a", Until: noon} }, false},
		"moved":                 {func(p *news.FetchState) { p.Moved = news.Moved{To: "v", Since: noon} }, false},
		"warns no more":         {func(p *news.FetchState) { p.Warnings = nil }, false},
		"never well":            {func(p *news.FetchState) { p.LastGood = time.Time{} }, false},
		"asked to be let alone": {func(p *news.FetchState) { p.RetryAfter = noon.Add(time.Hour) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, dir := create(t)
			if err := s.SavePoll(t.Context(), first); err != nil {
				t.Fatal(err)
			}
			row := pollRow(t, s)
			begun := first
			begun.LastTry, begun.Failures, begun.Next = noon.Add(time.Hour), 1, noon.Add(3*time.Hour)
			after := first
			after.LastTry, after.LastGood, after.Next, after.Advice.Fresh = begun.LastTry, begun.LastTry, noon.Add(2*time.Hour), noon.Add(61*time.Minute)
			c.change(&after)
			b := batch(1)
			b.Source, b.State, b.Unchanged = "a", after, true
			if err := errors.Join(s.Begin(t.Context(), 0, begun), s.Settle(t.Context(), first, b, 0)); err != nil {
				t.Fatal(err)
			}
			if short := pollRow(t, s) == row; short != c.short {
				t.Errorf("the state was left as it was: %t", short)
			}
			again := after
			again.LastTry, again.Failures, again.Next = noon.Add(2*time.Hour), 1, noon.Add(4*time.Hour)
			for step, want := range []news.FetchState{after, after, again} {
				switch step {
				case 1:
					s = reopen(t, s, dir)
				case 2:
					if err := s.Begin(t.Context(), 0, again); err != nil {
						t.Fatal(err)
					}
				}
				s.View(t.Context(), func(l *Ledger) error {
					if got, _ := l.Poll("a", "u"); !reflect.DeepEqual(got, want) {
						t.Errorf("step %d remembers %+v\nwant %+v", step, got, want)
					}
					return nil
				})
			}
		})
	}
}

// pollRow is the stored state of the only address.
func pollRow(t *testing.T, s *Store) (row string) {
	t.Helper()
	err := s.db.View(func(tx *bbolt.Tx) error {
		_, v := tx.Bucket(bucketPolls).Cursor().First()
		row = string(v)
		return nil
	})
	if err != nil || row == "" {
		t.Fatalf("%q, %v", row, err)
	}
	return row
}

// Where nothing was remembered, what a poll that brought nothing leaves is written
// whole.
func TestSettleOfAnAddressThatIsNotRemembered(t *testing.T) {
	s, _ := create(t)
	p := news.FetchState{Source: "a", URL: "u", ETag: "1", LastGood: noon, LastTry: noon}
	b := batch(1)
	b.Source, b.State, b.Unchanged = "a", p, true
	if err := s.Settle(t.Context(), p, b, 0); err != nil {
		t.Fatal(err)
	}
	if got := attemptRows(t, s); !slices.Equal(got, []string{"a u tag=1 tried=00:00 failed=0 next=00:00"}) {
		t.Errorf("%q", got)
	}
}
