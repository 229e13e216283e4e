package cluster

import (
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/cmd/chinanewsd/cluster/recordertest"
	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// The failures of the design's table, each over a relay in memory, where time
// passes only when nobody has anything to do.

// three are nodes of which a rules.
func three(t *testing.T) (w *waters, a, b, c *member) {
	w = flood(t)
	a, b, c = w.join("a"), w.join("b"), w.join("c")
	a.give(0)
	time.Sleep(time.Second)
	return w, a, b, c
}

// messages counts what the log has on a line.
func (s *sea) messagesOn(line jetstream.Line) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if m.Line == line {
			n++
		}
	}
	return n
}

// fate sets what becomes of appends.
func (s *sea) fate(f func(node string, line jetstream.Line) appending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.append = f
}

// onceOf gives the first append of a node to a line another fate.
func onceOf(node string, line jetstream.Line, f appending) func(string, jetstream.Line) appending {
	done := false
	return func(n string, l jetstream.Line) appending {
		if done || n != node || l != line {
			return appending{}
		}
		done = true
		return f
	}
}

// TestWorkerDies: before the append, after it and before the acknowledgement,
// and after that. The next owner asks again, and the release is there once.
func TestWorkerDies(t *testing.T) {
	for name, fate := range map[string]func(dies func()) appending{
		"before the append": func(dies func()) appending { dies(); return appending{refuse: jetstream.ErrUnavailable} },
		"after the append":  func(dies func()) appending { return appending{lose: jetstream.ErrUnavailable, then: dies} },
		"after its answer":  func(func()) appending { return appending{} },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w, a, b, c := three(t)
				first := recordertest.Listing("harbours", 1, 1, 2)
				line := batchLine(first.Part)
				b.give(first.Part)
				died := false
				w.fate(func(node string, l jetstream.Line) appending {
					if died || node != "b" || l != line {
						return appending{}
					}
					died = true
					return fate(b.sever)
				})
				_, err := b.accept(t, first)
				if (name == "after its answer") != (err == nil) {
					t.Fatalf("the answer was accepted with %v", err)
				}
				if err == nil {
					b.sever()
				}
				c.give(first.Part)
				synctest.Wait()
				rc, err := c.accept(t, recordertest.Listing("harbours", 2, 1, 2))
				if err != nil || (len(rc.Ruling.Items) == 2) != (name == "before the append") {
					t.Errorf("the next owner's answer gave %+v, %v", rc, err)
				}
				again := w.joinWith("b", b.dir) // as its disk has it
				agree(t, a, c, again)
				if n := again.items(t, "harbours"); n != 2 || again.readings(t) != 2 {
					t.Errorf("there are %d items of %d entries, want 2", n, again.readings(t))
				}
			})
		})
	}
}

// TestZombie: a node that thinks it still has a partition, and lags, appends
// nothing out of turn.
func TestZombie(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, a, b, c := three(t)
		first := recordertest.Listing("harbours", 1, 1)
		w.change(func() { b.undead = t.Context() })
		c.give(first.Part)
		w.change(func() { w.delay = 3 * time.Second })
		if _, err := c.accept(t, first); err != nil {
			t.Fatal(err)
		}
		if rc, err := b.accept(t, recordertest.Listing("harbours", 2, 1)); err != nil || !rc.Ruling.Empty() {
			t.Errorf("the zombie's answer gave %+v, %v", rc, err)
		}
		agree(t, a, b, c)
		if n := b.items(t, "harbours"); n != 1 {
			t.Errorf("there are %d items, want 1", n)
		}
	})
}

// TestTwoRulers: one that thinks it still rules is fenced off. Every answer has
// one ruling.
func TestTwoRulers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, a, b, c := three(t)
		w.change(func() { w.delay = 50 * time.Millisecond })
		w.change(func() { a.undead = t.Context() })
		judge := recordertest.Judge(t).Batch
		a.rig(func(l *storage.Ledger, b news.Batch) news.Decision {
			time.Sleep(1020 * time.Millisecond) // rulings of the other are followed meanwhile, and none is on its way in the end
			return judge(l, b)
		})
		b.give(0)
		for n := range 20 {
			if rc, err := c.accept(t, recordertest.Listing("harbours", n, n)); err != nil || len(rc.Ruling.Items) != 1 {
				t.Fatalf("answer %d gave %+v, %v", n, rc, err)
			}
		}
		agree(t, a, b, c)
		answered := make(map[uint64]int)
		c.store.View(t.Context(), func(l *storage.Ledger) error {
			for pos := uint64(1); pos < l.Next(); pos++ {
				if f, _ := l.Fact(pos); f.Ruling != nil && f.Ruling.Through > 0 {
					answered[f.Ruling.Through]++
				}
			}
			return nil
		})
		for pos, n := range answered {
			if n != 1 {
				t.Errorf("record %d has %d rulings", pos, n)
			}
		}
		if len(answered) != 20 {
			t.Errorf("%d answers have a ruling, want 20", len(answered))
		}
	})
}

// TestRulerDiesBeforeTasks: the ruling is there and its tasks are not; the next
// ruler makes them.
func TestRulerDiesBeforeTasks(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, a, b, c := three(t)
		w.fate(onceOf("a", ruleLine, appending{then: a.sever}))
		rc, err := c.accept(t, recordertest.Listing("orchards", 1, 1, 2))
		if err != nil || rc.RulingPos == 0 {
			t.Fatalf("%+v, %v", rc, err)
		}
		synctest.Wait()
		if n := len(b.tasks(t)); n != 0 {
			t.Fatalf("%d tasks were shared by a ruler that was cut off", n)
		}
		b.give(0)
		time.Sleep(time.Minute)
		for _, m := range []*member{b, c} {
			if n := len(m.tasks(t)); n < 2 {
				t.Errorf("%s has %d tasks, want those of two pages: %v", m.port.node, n, m.tasks(t))
			}
		}
		if heard, _ := c.told(); len(heard.Tasks) < 2 {
			t.Errorf("the timetable heard of %v", heard.Tasks)
		}
	})
}

// TestNobodyRules: answers and acts are recorded and have their effect later.
func TestNobodyRules(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, a, b, c := three(t)
		if _, err := b.accept(t, recordertest.Listing("harbours", 1, 1)); err != nil {
			t.Fatal(err)
		}
		w.change(func() { a.drop(func(uint16) bool { return true }) })
		began := time.Now()
		rc, err := b.accept(t, recordertest.Listing("harbours", 2, 2))
		if took := time.Since(began); err != nil || rc.Pos == 0 || rc.RulingPos != 0 || took < patience || took > patience+time.Second {
			t.Errorf("an answer gave %+v, %v after %v", rc, err, took)
		}
		e := news.Editing{Who: "mei", Scope: news.Scope{Story: news.StoryID(news.NewItemID("harbours", news.ByID, "id-1"))}, Act: news.ActNote, Args: news.Args{Text: "x"}}
		e.ID[0] = 1
		rc, err = c.Edit(t.Context(), e, nil)
		if !errors.Is(err, ErrUnruled) || rc.Pos == 0 {
			t.Errorf("an act gave %+v, %v", rc, err)
		}
		_, err = c.Rule(t.Context(), func(*storage.Ledger) news.Decision { t.Error("a moment was decided"); return news.Decision{} })
		if !errors.Is(err, ErrNotRuler) {
			t.Errorf("a moment gave %v", err)
		}
		for _, m := range []*member{a, b, c} {
			if s, err := m.Status(); err != nil || s.Ruler != "" || s.Unruled.Before(began) || s.Unruled.After(began.Add(time.Second)) {
				t.Errorf("%s says that %q rules, and what came at %v waits since %v, %v", m.port.node, s.Ruler, began, s.Unruled, err)
			}
		}
		b.give(0)
		agree(t, a, b, c)
		if n := a.items(t, "harbours"); n != 2 {
			t.Errorf("there are %d items once somebody rules, want 2", n)
		}
		if s, err := c.Status(); err != nil || s.Ruler != "b" || !s.Unruled.IsZero() {
			t.Errorf("then %q rules, and what waits does since %v, %v", s.Ruler, s.Unruled, err)
		}
	})
}

// TestDeadRuler: one that has died is not said to rule, though it was never
// written down that it does not.
func TestDeadRuler(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, a, b, c := three(t)
		time.Sleep(10 * time.Second)
		says := func(want string) {
			t.Helper()
			if s, err := c.Status(); err != nil || s.Ruler != want {
				t.Errorf("%q is said to rule, want %q (%v)", s.Ruler, want, err)
			}
		}
		says("a")
		a.sever()
		time.Sleep(10 * time.Second)
		says("")
		b.give(0)
		time.Sleep(10 * time.Second)
		says("b")
	})
}

// TestNoQuorum: nothing is accepted, what is there is served, and it goes on
// when the others are back.
func TestNoQuorum(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, a, b, c := three(t)
		for _, m := range []*member{a, b, c} {
			m.sever()
		}
		if _, err := b.accept(t, recordertest.Listing("harbours", 1, 1)); !errors.Is(err, jetstream.ErrUnavailable) {
			t.Errorf("an answer gave %v", err)
		}
		time.Sleep(10 * time.Second)
		if s, err := b.Status(); err != nil || s.Trouble == "" || s.Stopped != nil {
			t.Errorf("the status is %+v, %v", s, err)
		}
		for _, m := range []*member{a, b, c} {
			m.mend()
		}
		if _, err := b.accept(t, recordertest.Listing("harbours", 1, 1)); err != nil {
			t.Errorf("the same answer later gave %v", err)
		}
		agree(t, a, b, c)
	})
}

// TestLostAcknowledgement: an append of which the relay says that it was fenced
// off was made all the same.
func TestLostAcknowledgement(t *testing.T) {
	for _, lost := range []error{jetstream.ErrFenced, jetstream.ErrUnavailable} {
		bubble(t, func(t *testing.T) {
			w, a, b, c := three(t)
			b1 := recordertest.Listing("harbours", 1, 1)
			w.fate(onceOf("b", batchLine(b1.Part), appending{lose: lost}))
			rc, err := b.accept(t, b1)
			if lost == jetstream.ErrFenced && (err != nil || rc.RulingPos == 0) {
				t.Errorf("an answer that the log has gave %+v, %v", rc, err)
			}
			w.fate(onceOf("a", ruleLine, appending{lose: lost}))
			if rc, err := b.accept(t, recordertest.Listing("orchards", 2, 2)); err != nil || rc.RulingPos == 0 {
				t.Errorf("an answer on which the ruling was unsure gave %+v, %v", rc, err)
			}
			agree(t, a, b, c)
			if n := w.messagesOn(batchLine(b1.Part)); n != 1 {
				t.Errorf("the answer was appended %d times", n)
			}
			if n := len(c.tasks(t)); n == 0 {
				t.Error("the tasks of the ruling are missing")
			}
		})
	}
}

// TestStuck: a record that cannot be ruled on holds the others up for a while
// only.
func TestStuck(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, a, b, c := three(t)
		bad := recordertest.Listing("harbours", 1, 1)
		judge := recordertest.Judge(t).Batch
		a.rig(func(l *storage.Ledger, x news.Batch) news.Decision {
			if x.ID == bad.ID {
				panic("a rule that nobody foresaw")
			}
			return judge(l, x)
		})
		if rc, err := b.accept(t, bad); err != nil || !rc.Ruling.Empty() || rc.RulingPos == 0 {
			t.Errorf("the answer that is not ruled on gave %+v, %v", rc, err)
		}
		if rc, err := c.accept(t, recordertest.Listing("orchards", 2, 2)); err != nil || len(rc.Ruling.Items) != 1 {
			t.Errorf("the next gave %+v, %v", rc, err)
		}
		if rc, err := b.accept(t, recordertest.Listing("harbours", 3, 1)); err != nil || len(rc.Ruling.Items) != 1 {
			t.Errorf("asked again, its source gave %+v, %v", rc, err)
		}
		agree(t, a, b, c)
	})
}

// TestSameActTwice: an act that is asked for twice at once is done once, and both
// who asked are told so.
func TestSameActTwice(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, a, b, c := three(t)
		if _, err := b.accept(t, recordertest.Listing("harbours", 1, 1)); err != nil {
			t.Fatal(err)
		}
		agree(t, a, b, c) // so that all know the story
		w.change(func() { w.delay = 100 * time.Millisecond })
		e := news.Editing{Who: "mei", Scope: news.Scope{Story: news.StoryID(news.NewItemID("harbours", news.ByID, "id-1"))}, Act: news.ActNote, Args: news.Args{Text: "x"}}
		e.ID[0] = 1
		var all sync.WaitGroup
		for n := range 6 {
			all.Go(func() {
				time.Sleep(time.Duration(n*30) * time.Millisecond)
				if rc, err := []*member{b, c}[n%2].Edit(t.Context(), e, nil); err != nil || rc.Pos == 0 && !rc.Duplicate {
					t.Errorf("time %d gave %+v, %v", n, rc, err)
				}
			})
		}
		all.Wait()
		agree(t, a, b, c)
		a.store.View(t.Context(), func(l *storage.Ledger) error {
			if d := l.Decisions(e.Scope); len(d.Acts) != 1 {
				t.Errorf("it was done %d times", len(d.Acts))
			}
			return nil
		})
	})
}
