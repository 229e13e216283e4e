package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// cellShelf is where cells are shared: the last of each key.
type cellShelf struct {
	mu     sync.Mutex
	calls  int
	broken error
	last   map[string]news.Cell
	order  []string
}

func (s *cellShelf) share(_ context.Context, list []news.Cell) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.broken != nil {
		return s.broken
	}
	now := make(map[string]bool)
	for _, c := range list {
		key := c.Bucket + "\x00" + string(c.Key)
		if now[key] {
			return fmt.Errorf("%q is shared twice at once", key)
		}
		now[key] = true
		s.last[key] = c
		s.order = append(s.order, key)
	}
	return nil
}

// all are the last cells, in the order in which their keys came last, and some twice.
func (s *cellShelf) all() (list []news.Cell) {
	for _, key := range s.order {
		list = append(list, s.last[key])
	}
	return list
}

// sharer is a record that shares, and another that may absorb.
func sharer(t *testing.T) (s, other *Store, on *cellShelf) {
	t.Helper()
	on = &cellShelf{last: make(map[string]news.Cell)}
	var both []*Store
	for _, o := range []Options{{Now: ticking(), Share: on.share}, {Now: ticking()}} {
		one, err := Create(t.TempDir(), o)
		if err == nil {
			err = one.Join(t.Context(), Cursor{Incarnation: "log-1", Base: 1})
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { one.Close() })
		both = append(both, one)
	}
	return both[0], both[1], on
}

// changeState changes state of each bucket in each way that there is.
func changeState(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	task := func(n int) news.Task {
		return news.Task{Kind: news.TaskArticle, Source: "a", Item: itemNumbered(fmt.Sprint(n)), URL: "https://a.example/", Due: noon.Add(time.Duration(n) * time.Minute)}
	}
	answer := batch(7)
	answer.Hosts = []news.HostState{{Host: "https://a.example", Robots: "User-agent: *", Status: 200}}
	later := task(2)
	later.Due = noon.Add(time.Hour)
	hosted := func(n int) news.Subscription { return subscription("f", "reader.example", n) }
	over := hosted(3)
	over.Until = noon.Add(-unheard)
	for n, err := range []error{
		s.SavePoll(ctx, news.FetchState{Source: "a", URL: "https://a.example/list", ETag: "\xff\"1\""}),
		s.SavePoll(ctx, news.FetchState{Source: "b", URL: "https://b.example/list", Failures: 3}),
		s.SaveTasks(ctx, []news.Task{task(1), task(2), task(3)}, nil),
		s.SaveTasks(ctx, []news.Task{later}, []news.Task{task(1), task(2)}),
		s.Remember(ctx, answer, news.Decision{Tasks: []news.Task{task(4)}, Done: []news.Task{task(3)}}),
		s.Subscribe(ctx, hosted(1)), s.Subscribe(ctx, hosted(2)), s.Subscribe(ctx, over),
		s.Unsubscribe(ctx, hosted(1).Topic, hosted(1).Callback),
		s.SaveDeliveries(ctx, told()), s.DropDeliveries(ctx, these(told()[0].To)),
		s.ChangePeople(ctx, news.PeopleChange{Begin: &news.Session{Key: "k1", User: "u", Since: noon, Seen: noon, Expires: noon.Add(time.Hour)}, SignIn: &news.SignIn{User: "u", At: noon}}),
		s.ChangePeople(ctx, news.PeopleChange{Begin: &news.Session{Key: "k2", User: "v", Since: noon, Seen: noon, Expires: noon.Add(time.Hour)}}),
		s.ChangePeople(ctx, news.PeopleChange{End: func(one news.Session) bool { return one.User == "u" }}),
		s.ChangePeople(ctx, news.PeopleChange{Touch: &news.Session{Key: "k2", User: "v", Since: noon, Seen: noon.Add(time.Minute), Expires: noon.Add(time.Hour)}}),
		s.ChangePeople(ctx, news.PeopleChange{Of: "v", Person: func(p news.Person) news.Person { p.Lang = "zh"; return p }, SignIn: &news.SignIn{User: "v", At: noon, Failed: 2}}),
	} {
		if err != nil {
			t.Fatalf("change %d: %v", n, err)
		}
	}
	if n, err := s.Expire(ctx, func(news.Topic) bool { return true }); n != 1 || err != nil {
		t.Fatalf("%d leases are over: %v", n, err)
	}
}

// What one node has renewed is not taken away by another that has not heard of it,
// and what one has ended does not begin again because another says that it was used.
func TestWhatIsOnItsWayIsAllowedFor(t *testing.T) {
	now := noon
	on := &cellShelf{last: make(map[string]news.Cell)}
	s, err := Create(t.TempDir(), Options{Now: func() time.Time { return now }, Share: on.share})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sub := subscription("a", "reader.example", 1)
	sub.Until = now.Add(time.Second)
	subscribe(t, s, sub)
	for _, c := range []struct {
		later time.Duration
		want  int
	}{{unheard, 0}, {time.Second, 1}} {
		now = now.Add(c.later)
		if n, err := s.Expire(t.Context(), func(news.Topic) bool { return true }); n != c.want || err != nil {
			t.Errorf("%v after its beginning %d leases are over, want %d; %v", now.Sub(noon), n, c.want, err)
		}
	}
	begun := news.Session{Key: "k", User: "u", Since: now, Seen: now, Expires: now.Add(time.Hour)}
	used := begun
	used.Seen = now.Add(time.Minute)
	change := func(c news.PeopleChange) {
		t.Helper()
		if err := s.ChangePeople(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	change(news.PeopleChange{Begin: &begun})
	change(news.PeopleChange{Touch: &used})
	touched := on.last[string(bucketPeople)+"\x00"+string(joined(peopleSession, "k"))]
	change(news.PeopleChange{End: func(one news.Session) bool { return one.Key == "k" }})
	if err := s.commitTimeless(t.Context(), func(tx *bbolt.Tx) error { return absorb(tx, touched) }); err != nil {
		t.Fatal(err)
	}
	view(t, s, func(l *Ledger) {
		if _, there := l.Session("k"); there {
			t.Error("a session that was ended holds again")
		}
		for one := range l.Sessions() {
			t.Errorf("there is a session %+v", one)
		}
	})
	now = begun.Expires.Add(news.SignInsKept)
	change(news.PeopleChange{})
	if err := s.db.View(func(tx *bbolt.Tx) error {
		if k, _ := tx.Bucket(bucketPeople).Cursor().First(); k != nil {
			t.Errorf("%q is remembered for ever", k)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

var sharedBuckets = [][]byte{bucketPolls, bucketTasks, bucketNames, bucketHosts, bucketHub, bucketOutbox, bucketPeople}

func TestCellsGoRound(t *testing.T) {
	s, other, on := sharer(t)
	changeState(t, s)
	cells := on.all()
	for range 2 { // the second time changes nothing
		if err := other.Absorb(t.Context(), cells, uint64(len(cells))); err != nil {
			t.Fatal(err)
		}
		for _, name := range sharedBuckets {
			if differs := differ(s, other, name); len(differs) > 0 {
				t.Errorf("it differs at %s", differs[0])
			}
		}
	}
	c, err := other.Cursor()
	if err != nil || c != (Cursor{Incarnation: "log-1", Base: 1, State: uint64(len(cells))}) {
		t.Errorf("cursor %+v, %v", c, err)
	}
	if err := other.Absorb(t.Context(), nil, 1); err != nil {
		t.Fatal(err)
	}
	if again, _ := other.Cursor(); again != c {
		t.Errorf("it went back to %+v", again)
	}
	seen := make(map[string]bool)
	for _, c := range cells {
		seen[c.Bucket] = true
	}
	if len(seen) != len(sharedBuckets)-1 { // names are not shared by themselves
		t.Errorf("shared are %v", seen)
	}
	view(t, other, func(l *Ledger) {
		if tasks := slices.Collect(l.Tasks()); len(tasks) != 2 || tasks[0].Item != itemNumbered("4") {
			t.Errorf("tasks %+v", tasks)
		}
		if p, ok := l.Poll("a", "https://a.example/list"); !ok || p.ETag != "\xff\"1\"" {
			t.Errorf("poll %+v", p)
		}
	})
}

// What is absorbed is not shared again: it would go round for ever.
func TestAbsorbingSharesNothing(t *testing.T) {
	s, _, on := sharer(t)
	if err := s.SavePoll(t.Context(), news.FetchState{Source: "a", URL: "u"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Absorb(t.Context(), on.all(), 1); err != nil || on.calls != 1 {
		t.Errorf("shared %d times: %v", on.calls, err)
	}
}

func TestCellsThatAreNone(t *testing.T) {
	_, other, _ := sharer(t)
	good := news.Cell{Bucket: "polls", Key: pollKey("a", "u"), Value: []byte(`{"source":"a","url":"u"}`)}
	for name, c := range map[string]struct {
		cell  news.Cell
		words string // of the error; empty: it is left out
	}{
		"a newer program's": {news.Cell{Bucket: "phases", Key: []byte("k"), Value: []byte("v")}, ""},
		"no shared bucket":  {news.Cell{Bucket: "log", Key: posKey(1), Value: []byte("{}")}, ""},
		"derived":           {news.Cell{Bucket: "derived", Key: []byte("k")}, ""},
		"meta":              {news.Cell{Bucket: "meta", Key: keyCursor, Value: []byte("{}")}, ""},
		"no JSON":           {news.Cell{Bucket: "polls", Key: []byte("a\x00u"), Value: []byte("{")}, `polls "a\x00u"`},
		"another type":      {news.Cell{Bucket: "hosts", Key: []byte("h"), Value: []byte(`[1]`)}, `hosts "h"`},
		"no task":           {news.Cell{Bucket: "tasks", Key: []byte("article"), Value: []byte(`7`)}, `tasks "article"`},
		"another task":      {news.Cell{Bucket: "tasks", Key: []byte("article"), Value: []byte(`{"kind":"listing"}`)}, `tasks "article"`},
		"a secret":          {news.Cell{Bucket: "hub", Key: []byte("https://r.example/token"), Value: []byte(`7`)}, "hub, key of digest"},
		"a session":         {news.Cell{Bucket: "people", Key: []byte("session\x00secret"), Value: []byte(`7`)}, "people, key of digest"},
		"no key":            {news.Cell{Bucket: "hosts", Value: []byte(`{}`)}, `hosts ""`},
	} {
		err := other.Absorb(t.Context(), []news.Cell{good, c.cell}, 5)
		switch {
		case c.words == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.words != "" && (err == nil || !strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), "token") || strings.Contains(err.Error(), "secret")):
			t.Errorf("%s: %v, want it to name %s", name, err, c.words)
		}
		verify(t, other)
	}
}

// State that could not be shared is kept here all the same, and its caller
// hears of it.
func TestSharingThatFails(t *testing.T) {
	s, _, on := sharer(t)
	on.broken = errors.New("nobody answers")
	ctx := t.Context()
	for name, err := range map[string]error{
		"poll":     s.SavePoll(ctx, news.FetchState{Source: "a", URL: "u"}),
		"tasks":    s.SaveTasks(ctx, []news.Task{{Kind: news.TaskListing, Source: "a", URL: "u"}}, nil),
		"remember": s.Remember(ctx, batch(1), news.Decision{}),
		"hub":      s.Subscribe(ctx, subscription("f", "reader.example", 1)),
		"outbox":   s.SaveDeliveries(ctx, told()),
		"people":   s.ChangePeople(ctx, news.PeopleChange{Begin: sessionOf("k", "u")}),
	} {
		if !errors.Is(err, on.broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	view(t, s, func(l *Ledger) {
		if _, ok := l.Poll("a", "u"); !ok {
			t.Error("the poll is not kept")
		}
	})
}

func BenchmarkState(b *testing.B) {
	for _, what := range []string{"poll", "tasks", "rule"} {
		b.Run(what, func(b *testing.B) {
			s, err := Create(b.TempDir(), Options{Scratch: true})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			ctx, task := context.Background(), news.Task{Kind: news.TaskListing, Source: "a", URL: "u", Due: noon}
			do := map[string]func() error{
				"poll":  func() error { return s.SavePoll(ctx, batch(1).State) },
				"tasks": func() error { return s.SaveTasks(ctx, []news.Task{task}, nil) },
				"rule": func() error {
					_, err := s.Rule(ctx, func(*Ledger) news.Decision {
						return news.Decision{Ruling: news.Ruling{Fill: []news.FillRuling{{Feed: "f"}}}}
					})
					return err
				},
			}[what]
			b.ReportAllocs()
			for range b.N {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
