package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

func alarms(t *testing.T, s *Store) (list []news.Alarm) {
	t.Helper()
	view(t, s, func(l *Ledger) { list = l.Alarms() })
	return list
}

func saveAlarms(t *testing.T, s *Store, list ...news.Alarm) {
	t.Helper()
	if err := s.SaveAlarms(t.Context(), list); err != nil {
		t.Fatal(err)
	}
}

func TestAlarmsAreKept(t *testing.T) {
	s, dir := create(t)
	if list := alarms(t, s); list != nil {
		t.Errorf("a new record has alarms: %v", list)
	}
	ill := news.Alarm{Kind: news.AlarmSource, About: "office", N: 1, Since: atDesk, Title: "办公厅 is not well", Words: "no answer"}
	full := news.Alarm{Kind: news.AlarmDisk, N: 1, Since: atDesk.Add(-time.Hour), Title: "little space"}
	saveAlarms(t, s, ill, full)
	ill.Over, ill.Back = atDesk.Add(time.Hour), "well again"
	saveAlarms(t, s, ill)
	tip, _ := s.Tip()
	if tip.Pos != 1 {
		t.Errorf("alarms made records: tip %d", tip.Pos)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if list := alarms(t, again); !slices.Equal(list, []news.Alarm{full, ill}) {
		t.Errorf("kept are %+v", list)
	}
}

// What comes and goes for ever fills no disk, and takes nothing from others
// whose names begin alike.
func TestAlarmsAreForgotten(t *testing.T) {
	s, _ := create(t)
	saveAlarms(t, s, news.Alarm{Kind: news.AlarmSource, About: "office", N: 1, Since: atDesk})
	for n := range 3 * AlarmTimes {
		saveAlarms(t, s, news.Alarm{Kind: news.AlarmSource, About: "offi", N: n + 1, Since: atDesk.Add(time.Duration(n) * time.Hour)})
	}
	list := alarms(t, s)
	if len(list) != AlarmTimes+1 || list[0].About != "office" || list[1].N != 2*AlarmTimes+1 || list[AlarmTimes].N != 3*AlarmTimes {
		t.Errorf("%d are kept, from %+v to %+v", len(list), list[0], list[len(list)-1])
	}
}

// A clock that cannot be believed stops every change but the alarm that says so,
// also one that waits beside it.
func TestAlarmsWhileTheClockIsOdd(t *testing.T) {
	odd := false
	var mu sync.Mutex
	dir := t.TempDir()
	s, err := Create(dir, Options{Now: func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		if odd {
			return atDesk.Add(-24 * time.Hour)
		}
		return atDesk
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Clock(t.Context()); err != nil {
		t.Errorf("a good clock: %v", err)
	}
	mu.Lock()
	odd = true
	mu.Unlock()
	before := s.Work()
	if err := s.Clock(t.Context()); !errors.Is(err, ErrClock) {
		t.Errorf("an odd clock: %v", err)
	}
	if after := s.Work(); after.Commits != before.Commits || after.Failed != before.Failed {
		t.Errorf("to look at the clock wrote: %+v, then %+v", before, after)
	}
	var wait sync.WaitGroup
	for n := range 40 {
		wait.Go(func() {
			if n%2 == 0 {
				if err := s.SaveAlarms(context.Background(), []news.Alarm{{Kind: news.AlarmClock, About: fmt.Sprint(n), N: 1}}); err != nil {
					t.Errorf("an alarm was refused: %v", err)
				}
				return
			}
			err := s.commit(context.Background(), func(tx *bbolt.Tx, _ time.Time) error {
				return putJSON(tx.Bucket(bucketMeta), []byte("a change"), n)
			})
			if !errors.Is(err, ErrClock) || errors.Is(err, ErrDisk) {
				t.Errorf("a change was taken: %v", err)
			}
		})
	}
	wait.Wait()
	if list := alarms(t, s); len(list) != 20 {
		t.Errorf("%d alarms are kept", len(list))
	}
	if s.db.View(func(tx *bbolt.Tx) error {
		_, err := lookup(tx.Bucket(bucketMeta), []byte("a change"))
		return err
	}) == nil {
		t.Error("something that was refused is there")
	}
}

func TestWork(t *testing.T) {
	var w work
	w.count(time.Second, 3, 1, errOwn)
	w.count(3*time.Millisecond, 3, -1, nil)
	w.count(time.Minute, 2, -1, nil)
	w.count(time.Second, 2, -1, errors.New("no space left"))
	got := w.Work
	if got.Commits != 2 || got.Changes != 5 || got.Failed != 1 || got.Failing != "no space left" || got.Took != time.Minute+3*time.Millisecond {
		t.Errorf("%+v", got)
	}
	if got.Within[1] != 0 || got.Within[2] != 1 || got.Within[len(CommitBounds)-1] != 1 {
		t.Errorf("within %v", got.Within)
	}
	w.count(time.Millisecond, 1, -1, nil)
	if w.Failing != "" {
		t.Error("a disk that is well again is not")
	}
	s, _ := create(t)
	saveAlarms(t, s, news.Alarm{Kind: news.AlarmDisk, N: 1})
	if now := s.Work(); now.Commits == 0 || now.Changes == 0 || now.Took <= 0 || now.Free < 0 {
		t.Errorf("a store that has written says %+v", now)
	}
}
