package cluster

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"chinanews/cmd/chinanewsd/cluster/recordertest"
	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// storm is a time in which everything happens to nodes that work on.
type storm struct {
	*waters
	t     *testing.T
	rand  *rand.Rand
	nodes []*member
	work  sync.WaitGroup

	mu    sync.Mutex
	acked []int          // numbers of releases
	acts  []news.BatchID // that were acknowledged
	said  int
}

// TestStorm: whatever befalls nodes, once it is over they have one record, in
// which everything acknowledged is, and each release once.
func TestStorm(t *testing.T) {
	seeds := 8
	switch {
	case os.Getenv("CHINANEWS_LONG") != "":
		seeds = 60
	case testing.Short():
		seeds = 2
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := &storm{waters: flood(t), t: t, rand: rand.New(rand.NewPCG(uint64(seed), 10))}
				for _, name := range []string{"a", "b", "c"} {
					s.nodes = append(s.nodes, s.join(name))
				}
				s.nodes[0].give(0)
				for range 150 {
					s.step()
					time.Sleep(time.Duration(s.rand.IntN(600)) * time.Millisecond)
				}
				s.calm()
				s.check()
			})
		})
	}
}

func (s *storm) any() *member { return s.nodes[s.rand.IntN(len(s.nodes))] }

// step has one thing happen.
func (s *storm) step() {
	m := s.any()
	switch s.rand.IntN(16) {
	case 0, 1, 2, 3, 4, 5, 6, 7:
		s.listing(m, s.rand.IntN(60))
	case 8, 9:
		s.edit(m)
	case 10:
		s.zombie(m)
	case 11:
		m.give(uint16(s.rand.IntN(3)) * 500) // 0 is to rule
	case 12:
		s.cutOff(m)
	case 13:
		delay := time.Duration(s.rand.IntN(800)) * time.Millisecond
		s.change(func() { s.delay = delay })
	case 14:
		s.unlucky()
	case 15:
		s.restart(s.rand.IntN(len(s.nodes)))
	}
}

// listing has a node accept an answer with some releases, which others may have
// accepted, or do at the same time.
func (s *storm) listing(m *member, first int) {
	s.said++
	b := recordertest.Listing("harbours", s.said, first, first+1, first+2)
	b.Part = uint16(s.rand.IntN(3)) * 500 // as if a source moved between hosts
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
		defer cancel()
		if _, err := m.Accept(ctx, b, recordertest.Judge(s.t).Batch); err == nil {
			s.mu.Lock()
			s.acked = append(s.acked, first, first+1, first+2)
			s.mu.Unlock()
		}
	})
}

// edit has an editor note something on a release that was acknowledged.
func (s *storm) edit(m *member) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.acked) == 0 {
		return
	}
	s.said++
	n := s.acked[s.rand.IntN(len(s.acked))]
	e := news.Editing{Who: "mei", Act: news.ActNote, Args: news.Args{Text: fmt.Sprint("note ", s.said)},
		Scope: news.Scope{Story: news.StoryID(news.NewItemID("harbours", news.ByID, fmt.Sprintf("id-%d", n)))}}
	copy(e.ID[:], fmt.Sprint("act ", s.said))
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
		defer cancel()
		if rc, err := m.Edit(ctx, e, nil); err == nil || rc.Pos > 0 {
			s.mu.Lock()
			s.acts = append(s.acts, e.ID)
			s.mu.Unlock()
		}
	})
}

// zombie has a node think that it has every partition, or know that it has not.
func (s *storm) zombie(m *member) {
	s.change(func() {
		if m.undead == nil {
			m.undead = context.Background()
		} else {
			m.undead = nil
		}
	})
}

// cutOff has a node alone for a while.
func (s *storm) cutOff(m *member) {
	if m.isCut() {
		m.mend()
		return
	}
	m.sever()
}

func (p *port) isCut() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.cut:
		return true
	default:
		return false
	}
}

// unlucky has one of the next appends refused, or its answer lost.
func (s *storm) unlucky() {
	left, fate := s.rand.IntN(4), appending{lose: jetstream.ErrFenced}
	switch s.rand.IntN(3) {
	case 0:
		fate = appending{lose: jetstream.ErrUnavailable}
	case 1:
		fate = appending{refuse: jetstream.ErrUnavailable}
	}
	var mu sync.Mutex
	s.fate(func(string, jetstream.Line) appending {
		mu.Lock()
		defer mu.Unlock()
		if left--; left == -1 {
			return fate
		}
		return appending{}
	})
}

// restart ends a node, politely or as a crash would, and begins it again with
// what its disk has.
func (s *storm) restart(i int) {
	old := s.nodes[i]
	if s.rand.IntN(2) == 0 {
		old.leave()
	} else if !old.isCut() {
		old.sever()
	}
	if s.rand.IntN(2) == 0 {
		time.Sleep(time.Duration(s.rand.IntN(5000)) * time.Millisecond)
	}
	old.leave()
	s.nodes[i] = s.joinWith(old.port.node, old.dir)
}

// calm has everything go well from now on, and waits for what is under way.
func (s *storm) calm() {
	s.fate(nil)
	s.change(func() {
		s.delay = 0
		for _, m := range s.nodes {
			m.undead = nil
		}
	})
	for _, m := range s.nodes {
		if m.isCut() {
			m.mend()
		}
	}
	s.nodes[0].give(0)
	s.work.Wait()
	time.Sleep(lame + aside) // one that could not rule has left that to others, of whom the sea has none
	s.nodes[0].give(0)
}

func (s *storm) check() {
	agree(s.t, s.nodes...)
	for _, m := range s.nodes {
		if st, err := m.Status(); err != nil || st.Stopped != nil {
			s.t.Fatalf("%s: %+v, %v", m.port.node, st, err)
		}
		err := m.store.View(context.Background(), func(l *storage.Ledger) error {
			s.releases(l)
			return s.rulings(l)
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// releases fails unless each that was acknowledged is there once.
func (s *storm) releases(l *storage.Ledger) {
	there := make(map[news.ItemID]int)
	for i := range l.Items("harbours", time.Time{}) {
		there[i.ID]++
		if len(i.Revisions) != 1 {
			s.t.Errorf("item %s has %d readings of one text", i.Key, len(i.Revisions))
		}
	}
	for _, n := range s.acked {
		if id := news.NewItemID("harbours", news.ByID, fmt.Sprintf("id-%d", n)); there[id] != 1 {
			s.t.Errorf("release %d was acknowledged and is there %d times", n, there[id])
		}
	}
}

// rulings fails unless each answer with news and each act has one.
func (s *storm) rulings(l *storage.Ledger) error {
	answered, asks, acts := make(map[uint64]int), make(map[uint64]bool), make(map[news.BatchID]bool)
	for pos := uint64(1); pos < l.Next(); pos++ {
		f, err := l.Fact(pos)
		if err != nil {
			return err
		}
		switch {
		case f.Ruling != nil && f.Ruling.Through > 0:
			answered[f.Ruling.Through]++
		case f.Batch != nil:
			asks[pos] = len(f.Batch.Entries) > 0
		case f.Editing != nil:
			asks[pos], acts[f.Editing.ID] = true, true
		}
	}
	for pos, needs := range asks {
		if n := answered[pos]; n > 1 || needs && n != 1 {
			s.t.Errorf("record %d has %d rulings", pos, n)
		}
	}
	for _, id := range s.acts {
		if !acts[id] {
			s.t.Errorf("the act %s was acknowledged and is not there", id)
		}
	}
	return nil
}
