package cluster

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/cmd/chinanewsd/cluster/recordertest"
	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// TestRewound: the log has lost what was acknowledged. Nothing is followed or
// polled, and everything is there to be read.
func TestRewound(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, a, b, _ := three(t)
		b.give(7)
		if _, err := b.accept(t, recordertest.Listing("harbours", 1, 1)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		before := b.tip(t)
		w.change(func() { w.messages = w.messages[:1] })
		time.Sleep(5 * time.Second)
		for _, m := range []*member{a, b} {
			s, err := m.Status()
			if err != nil || !errors.Is(s.Stopped, jetstream.ErrRewound) || s.Parts != 0 || s.Rules {
				t.Errorf("the status of %s is %+v, %v", m.port.node, s, err)
			}
		}
		if _, err := b.accept(t, recordertest.Listing("harbours", 2, 2)); !errors.Is(err, ErrStopped) {
			t.Errorf("an answer gave %v", err)
		}
		if b.tip(t) != before || b.items(t, "harbours") != 1 {
			t.Error("the record has changed")
		}
		select {
		case <-b.ended:
			t.Errorf("it ended with %v; it is to serve on", b.ran)
		default:
		}
		w.change(func() { w.charter.Incarnation = "second" })
		<-b.ended
		if !errors.Is(b.ran, ErrReplaced) {
			t.Errorf("once the cluster is founded anew it ends with %v", b.ran)
		}
	})
}

// TestHole: a node that was away for too long needs a snapshot.
func TestHole(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, _, b, c := three(t)
		c.leave()
		for n := range 5 {
			if _, err := b.accept(t, recordertest.Listing("harbours", n, n)); err != nil {
				t.Fatal(err)
			}
		}
		w.change(func() { w.first, w.messages = 4, w.messages[3:] })
		late := w.joinWith("c", c.dir)
		<-late.ended
		if !errors.Is(late.ran, jetstream.ErrHole) {
			t.Errorf("it ended with %v", late.ran)
		}
		snapshot := w.joinWith("c", b.dir)
		agree(t, b, snapshot)
	})
}

// TestForked: a record that says another thing than the ruler's follows no
// more, and the others go on without it.
func TestForked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, a, b, _ := three(t)
		strange := w.joinWith("d", founded(t)) // it began otherwise
		if _, err := b.accept(t, recordertest.Listing("harbours", 1, 1)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		if s, err := strange.Status(); err != nil || !errors.Is(s.Stopped, storage.ErrForked) {
			t.Errorf("its status is %+v, %v", s, err)
		}
		if _, err := b.accept(t, recordertest.Listing("harbours", 2, 2)); err != nil {
			t.Error(err)
		}
		agree(t, a, b)
	})
}

// TestTookAfterCatchingUp: what was gained is polled once everything said
// before is in the record.
func TestTookAfterCatchingUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, a, b, c := three(t)
		if _, err := b.accept(t, recordertest.Listing("harbours", 1, 1)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		w.change(func() { w.delay = 10 * time.Second })
		ctx, cancel := context.WithCancel(t.Context())
		go b.Accept(ctx, recordertest.Listing("harbours", 2, 2), recordertest.Judge(t).Batch)
		time.Sleep(time.Second)
		c.give(5)
		time.Sleep(8 * time.Second)
		if _, took := c.told(); len(took) > 0 {
			t.Error("a partition is told of before the record has what was said before")
		}
		if _, ok := c.Lease(5); ok {
			t.Error("a partition is polled before the record has what was said before")
		}
		time.Sleep(2 * time.Second)
		_, took := c.told()
		if _, ok := c.Lease(5); !ok || !slices.Equal(took, []uint16{5}) {
			t.Errorf("it is not polled when the record has it: %v", took)
		}
		cancel()
		agree(t, a, b, c)
	})
}

// TestNotRuler: moments and publications are the ruler's, and who that is is
// said.
func TestNotRuler(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, _, b, _ := three(t)
		_, err := b.Rule(t.Context(), func(*storage.Ledger) news.Decision { return news.Decision{} })
		if !errors.Is(err, ErrNotRuler) || !strings.Contains(err.Error(), "a does") {
			t.Errorf("a moment gave %v", err)
		}
		p := recordertest.Publication()
		p.Feeds[0].Title = "Other"
		_, err = b.Configure(t.Context(), p, "config.yaml", nil)
		if !errors.Is(err, ErrOther) || !strings.Contains(err.Error(), "on a first") {
			t.Errorf("another publication gave %v", err)
		}
	})
}

// TestFullDisk: a node whose record takes nothing leaves its partitions, and
// ruling, to others, and comes back when it does.
func TestFullDisk(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, a, b, c := three(t)
		a.full.Store(true)
		if rc, err := b.accept(t, recordertest.Listing("harbours", 1, 1)); err != nil || rc.RulingPos != 0 {
			t.Errorf("while the ruler's disk is full an answer gave %+v, %v", rc, err)
		}
		if _, ok := a.Lease(0); ok {
			t.Error("it still has its partitions")
		}
		if s, err := a.Status(); err != nil || !errors.Is(s.Refused, storage.ErrDisk) || s.Parts != 0 {
			t.Errorf("its status is %+v, %v", s, err)
		}
		b.give(0)
		if rc, err := c.accept(t, recordertest.Listing("harbours", 2, 2)); err != nil || rc.RulingPos == 0 {
			t.Errorf("when another rules an answer gave %+v, %v", rc, err)
		}
		a.full.Store(false)
		time.Sleep(10 * time.Second)
		a.give(3)
		agree(t, a, b, c)
		if _, ok := a.Lease(3); !ok {
			t.Error("it gets no partitions when its disk has room again")
		}
		if s, err := a.Status(); err != nil || s.Refused != nil {
			t.Errorf("then its status is %+v, %v", s, err)
		}
	})
}

// TestRulerThatCannot: a node that rules and whose rulings do not come through
// leaves that to another.
func TestRulerThatCannot(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, a, b, c := three(t)
		w.fate(func(node string, line jetstream.Line) appending {
			if node == "a" && line == ruleLine {
				return appending{refuse: jetstream.ErrUnavailable}
			}
			return appending{}
		})
		if rc, err := b.accept(t, recordertest.Listing("harbours", 1, 1)); err != nil || rc.RulingPos != 0 {
			t.Errorf("while nothing is ruled an answer gave %+v, %v", rc, err)
		}
		if s, err := a.Status(); err != nil || !errors.Is(s.Unable, jetstream.ErrUnavailable) {
			t.Errorf("its status is %+v, %v", s, err)
		}
		if _, ok := a.Lease(0); ok {
			t.Error("it still has its partitions")
		}
		b.give(0)
		if rc, err := c.accept(t, recordertest.Listing("harbours", 2, 2)); err != nil || rc.RulingPos == 0 {
			t.Errorf("when another rules an answer gave %+v, %v", rc, err)
		}
		time.Sleep(2 * aside)
		a.give(3)
		agree(t, a, b, c)
		if _, ok := a.Lease(3); !ok {
			t.Error("it gets no partitions any more")
		}
	})
}

// TestNotAbreast: nothing is ruled on by other terms than what is published.
func TestNotAbreast(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, a, b, c := three(t)
		a.behind.Store(true)
		done := make(chan storage.Receipt, 1)
		go func() {
			rc, err := b.accept(t, recordertest.Listing("harbours", 1, 1))
			if err != nil {
				t.Error(err)
			}
			done <- rc
		}()
		time.Sleep(10 * time.Second)
		if n := len(done); n > 0 {
			t.Error("it was ruled on")
		}
		a.behind.Store(false)
		if rc := <-done; rc.RulingPos == 0 {
			t.Errorf("then an answer gave %+v", rc)
		}
		agree(t, a, b, c)
	})
}

// TestNotAbreastHears: a ruler that is not abreast sends away who asks for a
// ruling, and hears of another publication.
func TestNotAbreastHears(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, a, b, c := three(t)
		a.behind.Store(true)
		a.rig(func(l *storage.Ledger, b news.Batch) news.Decision {
			if a.behind.Load() {
				t.Error("an answer was ruled on by what was published before")
			}
			return recordertest.Judge(t).Batch(l, b)
		})
		decided := func(*storage.Ledger) news.Decision { t.Error("a moment was decided"); return news.Decision{} }
		if _, err := a.Rule(t.Context(), decided); !errors.Is(err, ErrNotRuler) || !strings.Contains(err.Error(), "what is published") {
			t.Errorf("a moment gave %v", err)
		}
		go b.accept(t, recordertest.Listing("harbours", 1, 1))
		time.Sleep(time.Second)
		if _, err := a.Rule(t.Context(), decided); !errors.Is(err, ErrNotRuler) || a.Rules() {
			t.Errorf("while an answer waits a moment gave %v, and it says that it rules: %v", err, a.Rules())
		}
		p := recordertest.Publication()
		p.Site.ID = a.store.Site()
		p.Feeds[0].Title = "Everything"
		rc, err := a.Configure(t.Context(), p, "config.yaml", func(l *storage.Ledger) news.Decision {
			a.behind.Store(false)
			return recordertest.Judge(t).Config(l)
		})
		if err != nil || rc.RulingPos <= rc.Pos {
			t.Errorf("another publication gave %+v, %v", rc, err)
		}
		if rc, err := b.accept(t, recordertest.Listing("harbours", 2, 2)); err != nil || rc.RulingPos == 0 || !a.Rules() {
			t.Errorf("then an answer gave %+v, %v", rc, err)
		}
		agree(t, a, b, c)
		if n := c.items(t, "harbours"); n != 2 {
			t.Errorf("there are %d items, want 2", n)
		}
	})
}

// TestNotAbreastEnds: a node that is not abreast ends, and loses its lease, as any
// other does; one that stays so leaves ruling to another.
func TestNotAbreastEnds(t *testing.T) {
	for name, end := range map[string]func(a, b *member){
		"it is stopped":   func(a, b *member) { a.leave(); b.give(0) },
		"another rules":   func(_, b *member) { b.give(0) },
		"it stays behind": func(a, b *member) { time.Sleep(2 * lame) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				_, a, b, c := three(t)
				a.behind.Store(true)
				go b.accept(t, recordertest.Listing("harbours", 1, 1))
				time.Sleep(time.Second)
				end(a, b)
				if _, ok := a.Lease(0); ok {
					t.Fatal("it still is to rule")
				}
				b.give(0)
				if rc, err := c.accept(t, recordertest.Listing("harbours", 2, 2)); err != nil || rc.RulingPos == 0 {
					t.Errorf("an answer gave %+v, %v", rc, err)
				}
				agree(t, b, c)
			})
		})
	}
}

// TestStrangeCell: a cell that nobody can read does not keep others away.
func TestStrangeCell(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, a, b, c := three(t)
		strange := []news.Cell{{Bucket: "polls", Key: []byte("x"), Value: []byte("{")}, {Bucket: "tasks", Key: []byte("look 00"), Value: []byte(`{"kind":"look"}`)},
			{Bucket: "of a newer program", Key: []byte("x"), Value: []byte("1")}}
		if err := a.Share(t.Context(), strange); err != nil {
			t.Fatal(err)
		}
		task := news.Task{Kind: news.TaskLook, Item: news.ItemID{1}, Due: time.Now()}
		if err := b.store.SaveTasks(t.Context(), []news.Task{task}, nil); err != nil {
			t.Fatal(err)
		}
		agree(t, a, b, c)
		if _, ok := c.tasks(t)[task.Name()]; !ok || len(c.tasks(t)) != 1 {
			t.Errorf("the tasks are %v", c.tasks(t))
		}
		s, err := c.Status()
		if err != nil || s.StateLag() != 0 || s.Lag() != 0 || s.Trouble == "" || s.Node != "c" || s.Ruler != "a" || s.Looked.IsZero() {
			t.Errorf("the status is %+v, %v", s, err)
		}
		if s, _ := a.Status(); !s.Rules || s.Parts != 1 || s.Head != s.Seq {
			t.Errorf("the status of the ruler is %+v", s)
		}
	})
}

// TestActWhileNodeWaits: an act waits for a node that begins, and not for one that
// cannot: nor do those that come after it.
func TestActWhileNodeWaits(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, _, b, _ := three(t)
		e := news.Editing{Who: "mei", Scope: news.Scope{Story: news.StoryID(news.NewItemID("harbours", news.ByID, "none"))}, Act: news.ActNote, Args: news.Args{Text: "x"}}
		act := func(n *Node) (took time.Duration, err error) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*patience)
			defer cancel()
			began := time.Now()
			_, err = n.Edit(ctx, e, nil)
			return time.Since(began), err
		}
		waits := New(Options{Node: "d", Store: b.store, Relay: b.port})
		for n, most := range []time.Duration{patience, 0, 0} {
			if took, err := act(waits); !errors.Is(err, ErrWaits) || took > most {
				t.Errorf("act %d gave %v after %v, want %v after %v", n, err, took, ErrWaits, most)
			}
		}
		at, err := b.store.Cursor()
		if err != nil {
			t.Fatal(err)
		}
		begins := New(Options{Node: "d", Store: b.store, Relay: b.port})
		time.AfterFunc(time.Second, func() { begins.along.begin(at) })
		if took, err := act(begins); !errors.Is(err, storage.ErrNoStory) || took != time.Second {
			t.Errorf("on a node that begins it gave %v after %v, want %v", err, took, storage.ErrNoStory)
		}
	})
}
