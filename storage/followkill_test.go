package storage

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"chinanews/news"
)

// A process that ends while it follows has followed to the end of a transaction,
// and goes on from there: what follows is what a node has that never ended.
func TestFollowingSurvivesAnyEnd(t *testing.T) {
	want, _ := create(t)
	if err := joinLog(want); err != nil {
		t.Fatal(err)
	}
	last, err := followOn(want)
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; ; n++ {
		dir := t.TempDir()
		finished := crashAt(t, n, "follow", dir)
		s, err := Open(dir, Options{Now: ticking()})
		if err != nil {
			t.Fatalf("step %d: %v", n, err)
		}
		verify(t, s)
		c, err := s.Cursor()
		if err != nil {
			t.Fatal(err)
		}
		if tip, err := s.Tip(); err != nil || tip.Pos != c.Base+c.Seq {
			t.Errorf("step %d: the record ends at %d and follows from %d: %v", n, tip.Pos, c.Base+c.Seq, err)
		}
		if tip, err := followOn(s); err != nil || tip.Pos != last.Pos {
			t.Errorf("step %d: it ends at %d, want %d: %v", n, tip.Pos, last.Pos, err)
		}
		verify(t, s)
		if r := differ(s, want, bucketDerived); len(r) > 0 {
			t.Errorf("step %d: it differs at %s", n, r[0])
		}
		s.Close()
		if finished {
			t.Logf("%d steps", n-1)
			if n < 4 {
				t.Error("it has no steps to end at")
			}
			return
		}
	}
}

func init() {
	deeds["follow"] = func(dir string) error {
		counting := step
		step = func() {}
		s, err := Create(dir, Options{Now: ticking(), Site: "site-1"})
		if err != nil {
			return err
		}
		if err := joinLog(s); err != nil {
			return err
		}
		step = counting
		_, err = followOn(s)
		return errors.Join(err, s.Close())
	}
}

func joinLog(s *Store) error {
	tip, err := s.Tip()
	if err != nil {
		return err
	}
	return s.Join(context.Background(), Cursor{Incarnation: "log-1", Base: tip.Pos})
}

// followOn follows a log of answers, each with a capture, and of rulings on
// them, one message at once. It steps between two.
func followOn(s *Store) (Tip, error) {
	ctx := context.Background()
	list, captures, err := killLog()
	if err != nil {
		return Tip{}, err
	}
	c, err := s.Cursor()
	if err != nil {
		return Tip{}, err
	}
	for _, said := range list[c.Seq:] {
		if _, err := s.Follow(ctx, []Said{said}, func(id news.BatchID) []news.Capture { return captures[id] }); err != nil {
			return Tip{}, err
		}
		step()
	}
	return s.Tip()
}

// killLog is the same log each time.
func killLog() (list []Said, captures map[news.BatchID][]news.Capture, err error) {
	captures = make(map[news.BatchID][]news.Capture)
	say := func(m message) {
		data, e := m.encode()
		err = errors.Join(err, e)
		list = append(list, Said{Seq: uint64(len(list) + 1), At: noon, Data: data})
	}
	for id := byte(1); id <= 3; id++ {
		b := answeredBatch(id, "<p>One.</p>", int(id))
		captures[b.ID] = b.Captures
		e := b.Entries[0]
		h := heard{Batch: b, Keep: []int{0}}
		h.Batch.Captures = nil
		texts := refer(b.Entries)
		body, e1 := json.Marshal(b)
		whole, e2 := encodeGob(h)
		err = errors.Join(err, e1, e2)
		say(message{Kind: kindBatch, Body: body, Texts: texts, Batch: whole})
		r := news.Ruling{Through: uint64(len(list) + 1), Items: []news.ItemRuling{{Item: news.NewItemID("a", news.ByID, e.ID), How: news.ByID, Key: e.ID, Rev: 1, Class: news.First, As: news.AsNews, State: news.Read}}}
		body, e1 = json.Marshal(r)
		err = errors.Join(err, e1)
		say(message{Kind: kindRuling, Body: body})
	}
	return list, captures, err
}
