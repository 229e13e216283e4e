package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

const (
	postAtOnce   = 512     // items in a transaction
	postBytes    = 4 << 20 // of their texts, about: what stops a bulk of long ones earlier
	mergeAtOnce  = 8       // segments of about one size that become one
	mostInMerged = 1 << 15 // items, about: segments that have as many stay
)

// Index posts the items that wait, in transactions of bounded size, and says
// how many. An item whose text cannot be read is posted with what can be, and
// the error names it. A crash leaves waiting what waited. One call runs at a
// time; others wait for it.
func (s *Store) Index(ctx context.Context) (n int, err error) {
	s.indexing.Lock()
	defer s.indexing.Unlock()
	var unread error
	for {
		posted, trouble, err := s.post(ctx)
		n += posted
		unread = errors.Join(unread, trouble)
		if err != nil || posted == 0 {
			return n, errors.Join(err, unread)
		}
		if err := s.merge(ctx); err != nil {
			return n, err
		}
	}
}

// gathered is a bulk of items that are to be posted: of each its note.
type gathered struct {
	drafted
	notes map[news.ItemID][]byte
	bytes int // of texts
}

// post posts a bulk of items. They are read beside the writer, which then
// leaves out of account those that were noted anew meanwhile.
func (s *Store) post(ctx context.Context) (n int, unread, err error) {
	var bulk gathered
	err = s.View(ctx, func(l *Ledger) error {
		bulk, unread = l.gather(ctx)
		return ctx.Err()
	})
	if err != nil || len(bulk.notes) == 0 {
		return 0, unread, err
	}
	part := bulk.segment()
	err = s.commit(ctx, func(tx *bbolt.Tx, _ time.Time) error { return bulk.put(tx.Bucket(bucketWords), part) })
	return len(bulk.notes), unread, err
}

// put puts the bulk's segment into the index, without the terms of what was
// noted anew: perhaps they had to be forgotten.
func (g *gathered) put(root *bbolt.Bucket, part segment) error {
	rows := bytes.Clone(part.rows)
	dead, err := g.settle(root, rows)
	if err != nil {
		return err
	}
	if len(dead) > 0 {
		part = g.without(dead)
	}
	part.rows = rows
	return part.write(root.Bucket(wordsSegments))
}

// gather folds a bulk of what waits.
func (l *Ledger) gather(ctx context.Context) (g gathered, unread error) {
	g.drafted, g.notes = newDrafted(nil), make(map[news.ItemID][]byte)
	c := l.tx.Bucket(bucketWords).Bucket(wordsWaiting).Cursor()
	for k, note := c.First(); k != nil && g.room() && ctx.Err() == nil; k, note = c.Next() {
		i, ok := l.Item(news.ItemID(k))
		if !ok {
			panic(fault{fmt.Errorf("item %x waits for the search index and is not there", k)})
		}
		if err := g.add(l, i); err != nil {
			unread = errors.Join(unread, fmt.Errorf("item %s: %w", i.ID, err))
		}
		g.notes[i.ID] = bytes.Clone(bare(k, note))
	}
	return g, unread
}

func (g *gathered) room() bool { return len(g.notes) < postAtOnce && g.bytes < postBytes }

// add files an item under its terms.
func (g *gathered) add(l *Ledger, i news.Item) error {
	n := uint32(len(g.notes))
	g.rows = appendRow(g.rows, placeOf(i), 0)
	title, summary, text, err := l.texts(i, news.Full)
	for term := range title.Terms() {
		g.file(inTitle, term, n)
	}
	for _, t := range []news.Searchable{title, summary, text} {
		g.bytes += len(t)
		for term := range t.Terms() {
			g.file(inAny, term, n)
		}
	}
	g.file(inAny, markOrigin+string(i.Source), n)
	g.file(inAny, markLang+i.Shown.Lang, n)
	return err
}

// settle stamps the rows and takes their items out of those that wait. The
// rows of those that were noted anew stay without a stamp, dead.
func (g *gathered) settle(root *bbolt.Bucket, rows []byte) (dead []uint32, err error) {
	waiting, posted := root.Bucket(wordsWaiting), root.Bucket(wordsPosted)
	for n := range uint32(len(rows) / rowLength) {
		r := rowAt(rows, n)
		if !bytes.Equal(find(waiting, r.item()), g.notes[news.ItemID(r.item())]) {
			dead = append(dead, n)
			continue
		}
		stamp, err := posted.NextSequence()
		if err != nil {
			return nil, err
		}
		binary.BigEndian.PutUint64(r.stamp(), stamp)
		if err := put(posted, r.item(), r.stamp()); err != nil {
			return nil, err
		}
		if err := waiting.Delete(r.item()); err != nil {
			return nil, err
		}
	}
	return dead, nil
}

// merge makes one of segments of about one size, until nowhere there are too
// many.
func (s *Store) merge(ctx context.Context) error {
	for {
		var names [][]byte
		var one segment
		err := s.View(ctx, func(l *Ledger) error {
			root := l.tx.Bucket(bucketWords)
			names = crowded(root.Bucket(wordsSegments))
			one = merged(segments(root, names), alive(root))
			return nil
		})
		if err != nil || len(names) == 0 {
			return err
		}
		err = s.commit(ctx, func(tx *bbolt.Tx, _ time.Time) error {
			return exchange(tx.Bucket(bucketWords).Bucket(wordsSegments), names, one)
		})
		if err != nil && !errors.Is(err, errMoved) {
			return err
		}
	}
}

// alive tells the row that an item has now from its earlier ones.
func alive(root *bbolt.Bucket) func(row) bool {
	posted := root.Bucket(wordsPosted)
	return func(r row) bool { return bytes.Equal(find(posted, r.item()), r.stamp()) }
}

func segments(root *bbolt.Bucket, names [][]byte) (all []*bbolt.Bucket) {
	for _, name := range names {
		all = append(all, root.Bucket(wordsSegments).Bucket(name))
	}
	return all
}

// crowded names segments of about one size, the smallest, of which there are
// too many.
func crowded(parent *bbolt.Bucket) [][]byte {
	var tiers [64][][]byte
	var items [64]int
	c := parent.Cursor()
	for name, _ := c.First(); name != nil; name, _ = c.Next() {
		n := len(find(parent.Bucket(name), keyRows)) / rowLength
		tier := bits.Len(uint(n)) / 3 // sizes within a factor of 8
		if n >= mostInMerged || items[tier] >= mostInMerged || len(tiers[tier]) == mergeAtOnce {
			continue
		}
		tiers[tier] = append(tiers[tier], bytes.Clone(name))
		items[tier] += n
	}
	for tier, names := range tiers {
		if len(names) == mergeAtOnce || len(names) > 1 && items[tier] >= mostInMerged {
			return names
		}
	}
	return nil
}

// errMoved says that segments were written anew by forget meanwhile.
var errMoved = errors.New("the search index was changed meanwhile")

// exchange puts one segment in the place of others.
func exchange(parent *bbolt.Bucket, names [][]byte, one segment) error {
	for _, name := range names {
		if parent.Bucket(name) == nil {
			return errMoved
		}
	}
	for _, name := range names {
		if err := parent.DeleteBucket(name); err != nil {
			return err
		}
	}
	if len(one.rows) == 0 {
		return nil
	}
	return one.write(parent)
}
