package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// sharedLog is what nodes follow, and the nodes.
type sharedLog struct {
	t     *testing.T
	list  []Said
	nodes []*Store
}

// found makes a log and as many records that follow it, all copies of one that
// has had some answers on its own.
func found(t *testing.T, nodes int, alone ...news.Batch) *sharedLog {
	t.Helper()
	g := &sharedLog{t: t}
	o := Options{Now: ticking(), Site: "site-1", Scratch: true}
	first, err := Create(t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { first.Close() })
	for _, b := range alone {
		accept(t, first, b)
	}
	g.nodes = append(g.nodes, first)
	for range nodes - 1 {
		g.nodes = append(g.nodes, adopted(t, first, o))
	}
	for _, s := range g.nodes {
		tip, err := s.Tip()
		if err == nil {
			err = s.Join(context.Background(), Cursor{Incarnation: "log-1", Base: tip.Pos})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return g
}

// say appends a message to the log.
func (g *sharedLog) say(m []byte) uint64 {
	g.t.Helper()
	if m == nil {
		g.t.Fatal("there is no message")
	}
	seq := uint64(len(g.list) + 1)
	g.list = append(g.list, Said{Seq: seq, At: noon.Add(time.Minute + time.Duration(seq)*time.Second + 123456), Data: m})
	return seq
}

// catchUp has a node follow the log to its end, so many messages at once.
func (g *sharedLog) catchUp(s *Store, atOnce int) (all []Followed) {
	g.t.Helper()
	c, err := s.Cursor()
	if err != nil {
		g.t.Fatal(err)
	}
	for from := int(c.Seq); from < len(g.list); from = int(c.Seq) {
		done, err := s.Follow(context.Background(), g.list[from:min(from+atOnce, len(g.list))], nil)
		if err != nil {
			g.t.Fatal(err)
		}
		all = append(all, done...)
		if c, err = s.Cursor(); err != nil {
			g.t.Fatal(err)
		}
	}
	return all
}

// draft has a node draft an answer and say it.
func (g *sharedLog) draft(s *Store, b news.Batch) {
	g.t.Helper()
	d, err := s.Draft(context.Background(), b, firstAll)
	if err != nil {
		g.t.Fatal(err)
	}
	g.say(d.Message)
}

var firstJudge = Judge{Batch: firstAll, Edit: func(*Ledger, news.Editing) news.Decision { return news.Decision{} }}

// rule has a node rule on all that waits, at most three at once.
func (g *sharedLog) rule(s *Store, j Judge) {
	g.t.Helper()
	g.ruleBy(s, j, 3)
}

func (g *sharedLog) ruleBy(s *Store, j Judge, most int) {
	g.t.Helper()
	for after := uint64(0); ; {
		g.catchUp(s, 100)
		list, err := s.ConsiderAll(context.Background(), after, most, j)
		if err != nil {
			g.t.Fatal(err)
		}
		if len(list) == 0 {
			return
		}
		for _, v := range list {
			after = v.Pos
			if v.Prune != nil {
				g.say(v.Prune)
			}
			if v.Message != nil {
				g.say(v.Message)
			}
		}
	}
}

// same fails unless all nodes have one record, sound, and one thing derived.
func (g *sharedLog) same() {
	g.t.Helper()
	var first Tip
	for n, s := range g.nodes {
		g.catchUp(s, 1+3*n)
		r := verify(g.t, s)
		if n == 0 {
			first = r.Tip
		}
		if r.Tip != first {
			g.t.Errorf("node %d ends at record %d %x, the first at %d %x", n, r.Tip.Pos, r.Tip.Link, first.Pos, first.Link)
		}
		for _, name := range [][]byte{bucketDerived, bucketTexts, bucketUnruled, bucketNear} {
			if differs := differ(g.nodes[0], s, name); len(differs) > 0 {
				g.t.Errorf("node %d differs from the first at %s", n, differs[0])
			}
		}
	}
}

func differ(a, b *Store, name []byte) (differs []string) {
	a.db.View(func(one *bbolt.Tx) error {
		return b.db.View(func(other *bbolt.Tx) error {
			x, y := one.Bucket(name), other.Bucket(name)
			if x == nil || y == nil {
				if x != y && (x == nil) != (y == nil) {
					differs = []string{string(name)}
				}
				return nil
			}
			differs = compare(string(name), x, y, nil)
			return nil
		})
	})
	return differs
}

func TestNodesHaveOneRecord(t *testing.T) {
	g := found(t, 3, batch(1, 1, 2), batch(2, 3))
	a, b, c := g.nodes[0], g.nodes[1], g.nodes[2]
	g.draft(a, batch(10, 10, 11))
	g.draft(b, batch(11, 12)) // neither has followed the other
	g.rule(a, firstJudge)
	g.draft(c, batch(12, 13)) // it has followed nothing yet
	g.catchUp(b, 2)
	g.draft(b, batch(13, 14, 15))
	g.rule(a, firstJudge)
	g.same()
	view(t, c, func(l *Ledger) {
		for n := range 15 {
			if _, ok := l.Find("a", news.ByID, fmt.Sprint("id-", n+1)); ok != (n < 3 || n >= 9) {
				t.Errorf("item %d is there: %v", n+1, ok)
			}
		}
	})
	again := verifyRebuilt(t, b)
	if len(again.Differs) > 0 {
		t.Errorf("rebuilt, it differs at %s", again.Differs[0])
	}
	g.same()
}

func verifyRebuilt(t *testing.T, s *Store) Report {
	t.Helper()
	r, err := s.Rebuild(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMessagesThatDoNotFollow(t *testing.T) {
	g := found(t, 1)
	s := g.nodes[0]
	g.draft(s, batch(10, 10))
	g.draft(s, batch(11, 11))
	before := verify(t, s).Tip
	newer := g.list[0]
	newer.Data = append([]byte{messageVersion + 1}, newer.Data[1:]...)
	broken := g.list[0]
	broken.Data = broken.Data[:len(broken.Data)/2]
	for name, c := range map[string]struct {
		list []Said
		want error
	}{
		"hole":    {g.list[1:], ErrGap},
		"twice":   {[]Said{g.list[0], g.list[0]}, ErrGap},
		"newer":   {[]Said{newer}, ErrNewer},
		"broken":  {[]Said{broken}, ErrDamaged},
		"nothing": {[]Said{{Seq: 1}}, ErrDamaged},
	} {
		if _, err := s.Follow(context.Background(), c.list, nil); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if now := verify(t, s).Tip; now != before {
		t.Errorf("a refused message was applied: the record ends at %d, not %d", now.Pos, before.Pos)
	}
	g.catchUp(s, 10)
	if now := verify(t, s).Tip; now.Pos != before.Pos+2 {
		t.Errorf("the record ends at %d, want %d", now.Pos, before.Pos+2)
	}
}

// adopted is a copy of another node's record.
func adopted(t testing.TB, from *Store, o Options) *Store {
	t.Helper()
	s, err := Open(adoptedDir(t, from), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func adoptedDir(t testing.TB, from *Store) string {
	t.Helper()
	ctx, folder, dir := context.Background(), t.TempDir(), t.TempDir()
	c, err := KeepBackup(ctx, folder, func(w io.Writer) error { return from.Backup(ctx, w, nil) })
	if err == nil {
		_, err = Adopt(ctx, c.File, dir, false, Options{Now: ticking()})
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
