package storage

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"sort"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// The index of items that may be one release, or versions of one: which share
// features. It has those that were first seen of late, by what is shown of
// them now. All of it follows from the record and its texts. It follows the
// record in the transaction that appends to it; where that could not be, it
// knows from where on.
var (
	bucketNear = []byte("akin")  // derived: dropped by Rebuild, filled by follow
	bucketRows = []byte("near")  // what it was before there were runs: dropped
	bucketLong = []byte("alike") // what it was when a run named the item in each row: dropped

	nearRuns  = []byte("runs")  // generation u16 | u64 -> run
	nearItems = []byte("items") // number -> traits
	keyFrom   = []byte("from")  // position from which on rulings are not in it; not there: all are

	nearBuckets = [][]byte{nearRuns, nearItems}
)

// Items are in generations, by when they were first seen; the rows of one go
// when all its items are no longer to be found.
const (
	findable     = 30 * 24 * time.Hour // after an item was first seen
	generation   = findable / 2        // three of them have what is findable
	readAtMost   = 16                  // rows of a feature in a generation: one that thousands share tells nothing
	followAtOnce = 64                  // items in a transaction, about

	expireItems = 2 // for each new one
)

// makeNear makes the index anew: what is to be findable is yet to be filled in.
func makeNear(tx *bbolt.Tx) error {
	for _, name := range [][]byte{bucketNear, bucketRows, bucketLong} {
		if tx.Bucket(name) == nil {
			continue
		}
		if err := tx.DeleteBucket(name); err != nil {
			return err
		}
	}
	root, err := tx.CreateBucket(bucketNear)
	if err != nil {
		return err
	}
	for _, name := range nearBuckets {
		if _, err := root.CreateBucket(name); err != nil {
			return err
		}
	}
	tip, at, err := readTipAt(tx)
	if err != nil {
		return err
	}
	from := sort.Search(int(tip.Pos), func(n int) bool {
		r, e := readRecord(tx, uint64(n)+1)
		if e != nil {
			err = e
		}
		return seconds(r.At) >= seconds(at.Add(-findable))
	})
	if err != nil {
		return err
	}
	return put(root, keyFrom, posKey(uint64(from)+1))
}

// haveNear brings the index of a record up to its end: of one that was made
// before there was one, or was written to by a program that has no features.
func haveNear(db *bbolt.DB, features func(news.Entry) []uint64) error {
	missing, lags := false, false
	err := db.View(func(tx *bbolt.Tx) error {
		missing = tx.Bucket(bucketNear) == nil
		lags = !missing && features != nil && lagsFrom(tx) > 0
		return nil
	})
	if err == nil && missing {
		err = db.Update(func(tx *bbolt.Tx) error { return guarded(func() error { return makeNear(tx) }) })
		lags = features != nil
	}
	for err == nil && lags {
		err = db.Update(func(tx *bbolt.Tx) error {
			return guarded(func() error {
				err := follow(tx, features)
				lags = lagsFrom(tx) > 0
				return err
			})
		})
	}
	return err
}

// catchUp brings the index up to the end of the record.
func (s *Store) catchUp(ctx context.Context) error {
	for lags := s.features != nil; lags; {
		err := s.commit(ctx, func(tx *bbolt.Tx, _ time.Time) error {
			lags = lagsFrom(tx) > 0
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// lag notes that a ruling is not in the index.
func lag(tx *bbolt.Tx, pos uint64) error {
	if lagsFrom(tx) > 0 {
		return nil
	}
	return put(tx.Bucket(bucketNear), keyFrom, posKey(pos))
}

// lagsFrom is the position from which on rulings are not in the index; 0: all
// are.
func lagsFrom(tx *bbolt.Tx) uint64 {
	v := find(tx.Bucket(bucketNear), keyFrom)
	if len(v) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

// follow takes rulings into the index that are not in it, as many as one
// transaction should. Without features it leaves them.
func follow(tx *bbolt.Tx, features func(news.Entry) []uint64) error {
	pos := lagsFrom(tx)
	if pos == 0 || features == nil {
		return nil
	}
	tip, at, err := readTipAt(tx)
	if err != nil {
		return err
	}
	x, size, noted := nearOf(tx, at), 0, 0
	for ; pos <= tip.Pos && size < foldAtOnce && noted < followAtOnce; pos++ {
		r, err := readRecord(tx, pos)
		if err != nil {
			return err
		}
		n, err := x.ruling(r, features)
		if err != nil {
			return err
		}
		size, noted = size+len(r.Body), noted+n
	}
	if err := x.flush(); err != nil {
		return err
	}
	if pos > tip.Pos {
		return x.root.Delete(keyFrom)
	}
	return put(x.root, keyFrom, posKey(pos))
}

// near is the index as it is inside a transaction. What is put is in it from
// flush on.
type near struct {
	tx                *bbolt.Tx
	root, runs, items *bbolt.Bucket
	since             uint32 // what was first seen before is not to be found

	stretches map[uint16][]stored  // by generation: runs that were looked up
	fresh     map[uint16][]nearRow // likewise: rows that wait for flush
	room      []uint32             // for features
}

func nearOf(tx *bbolt.Tx, at time.Time) *near {
	root := tx.Bucket(bucketNear)
	return &near{tx: tx, root: root, runs: root.Bucket(nearRuns), items: root.Bucket(nearItems), since: seconds(at.Add(-findable)),
		stretches: make(map[uint16][]stored), fresh: make(map[uint16][]nearRow)}
}

// ruling takes the items in that a record gives a shown reading, as they are
// now, and says how many.
func (x *near) ruling(rec Record, features func(news.Entry) []uint64) (n int, err error) {
	var r struct{ Items []news.ItemRuling }
	if rec.kind != kindRuling {
		return 0, nil
	}
	if err := json.Unmarshal(rec.Body, &r); err != nil {
		return 0, err
	}
	for _, ruled := range r.Items {
		i, ok := get[news.Item](derived(x.tx).Bucket(derivedItems), ruled.Item[:])
		if !ok || ruled.Class == news.Reread || seconds(i.FirstSeen) < x.since {
			continue
		}
		if err := x.note(i, features); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// note has an item found by what is shown of it now. A new one makes some go
// that are no longer to be found.
func (x *near) note(i news.Item, features func(news.Entry) []uint64) error {
	was, known := x.traits(number(i))
	if known && was.rev == uint32(i.ShownRev) {
		return nil
	}
	now := traits{item: i.ID, seen: seconds(i.FirstSeen), dated: seconds(i.Dated().Time), rev: uint32(i.ShownRev), lang: i.Shown.Lang}
	if e, ok := x.entry(i); ok {
		now.features = brief(features(e))
	}
	if err := x.put(number(i), now); err != nil || known {
		return err
	}
	return x.expire()
}

// entry is what is shown of an item, with its texts. It is false when a text
// is not to be had: it was thrown away, or is damaged, which verify names.
func (x *near) entry(i news.Item) (e news.Entry, ok bool) {
	e = i.Shown
	if erased(x.tx, i) {
		return e, false
	}
	for _, ref := range e.Refs {
		text, err := readText(x.tx, i.ShownPos(), ref)
		if err != nil {
			return e, false
		}
		if ref.Part == news.PartSummary {
			e.Summary = text
		} else {
			e.HTML = text
		}
	}
	return e, true
}

// erased reports whether what was said in an item was erased.
func erased(tx *bbolt.Tx, i news.Item) bool {
	b := derived(tx).Bucket(derivedErased)
	return b != nil && find(b, joined(string(i.Source), string(i.ID[:]))) != nil
}

// bereft reports whether not all is there that is shown of an item.
func bereft(tx *bbolt.Tx, i news.Item) bool {
	l := &Ledger{tx: tx, derived: derived(tx)}
	gone := func(ref news.Ref) bool { return !l.there(news.TextAt{Pos: i.ShownPos(), N: ref.N}) }
	return erased(tx, i) || slices.ContainsFunc(i.Shown.Refs, gone)
}

// bereave has an item not found any more of which a text was thrown away that
// is shown. Its rows lead to nothing.
func bereave(tx *bbolt.Tx, i news.Item) error {
	x := nearOf(tx, time.Time{})
	t, ok := x.traits(number(i))
	if !ok || !bereft(tx, i) {
		return nil
	}
	t.features = nil
	return x.put(number(i), t)
}

// unknow leaves nothing of an item but what is shown of it and still there.
// Every run that has more of it is written again.
func unknow(tx *bbolt.Tx, i news.Item) error {
	x := nearOf(tx, time.Time{})
	t, ok := x.traits(number(i))
	if err := x.purge(generationOf(seconds(i.FirstSeen)), number(i)); err != nil || !ok {
		return err
	}
	if err := x.items.Delete(posKey(number(i))); err != nil {
		return err
	}
	if bereft(tx, i) {
		t.features = nil
	}
	return errors.Join(x.put(number(i), t), x.flush())
}

// brief are features as the index has them, sorted, each once: half as long, and
// odd if they were. Two are taken for one so rarely that what is found by them,
// which is compared, is none the worse.
func brief(features []uint64) []uint32 {
	list := make([]uint32, len(features))
	for n, f := range features {
		list[n] = uint32(f*0x9E3779B97F4A7C15>>32)&^1 | uint32(f&1)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
