package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// errPruned says that a text was thrown away.
var errPruned = errors.New("thrown away")

// Bounds of one transaction that prunes, for which others wait, and of one
// view that looks for what to prune.
const (
	prunedAtOnce = 200  // items
	lookedAtOnce = 2000 // items
)

// PruneTexts throws away the texts of items first seen before a moment, except
// of those that are no longer at their addresses, and of those that standing
// names: it is asked again in every transaction. Each
// transaction appends a record of what it took. It returns how many texts went.
func (s *Store) PruneTexts(ctx context.Context, before time.Time, standing func(*Ledger) map[news.ItemID]bool, who string) (n int, err error) {
	if err := s.alone(); err != nil {
		return 0, err
	}
	var after []byte // key in time up to which all was seen to
	for {
		var old []news.ItemID
		err := s.View(ctx, func(l *Ledger) error {
			old, after = l.withTexts(before, after, standing(l))
			return nil
		})
		if err != nil {
			return n, err
		}
		if len(old) > 0 {
			taken, err := s.pruneItems(ctx, old, standing, who)
			n += taken
			if err != nil {
				return n, err
			}
		}
		if after == nil {
			return n, nil
		}
	}
}

// pruneItems prunes some items, of which each may have come into use since.
func (s *Store) pruneItems(ctx context.Context, old []news.ItemID, standing func(*Ledger) map[news.ItemID]bool, who string) (n int, err error) {
	err = s.commit(ctx, func(tx *bbolt.Tx, at time.Time) error {
		l, err := ledgerAt(tx, at)
		if err != nil {
			return err
		}
		texts := l.pruned(old, standing(l))
		n = len(texts)
		return prune(tx, at, news.Prune{Texts: texts, Why: news.ByRetention, Who: who})
	})
	return n, err
}

// pruned are the texts of items that are not in use.
func (l *Ledger) pruned(old []news.ItemID, used map[news.ItemID]bool) (texts []news.TextAt) {
	list := newInventory(l)
	for _, id := range old {
		if i, ok := l.Item(id); ok && !used[id] && !missed(i) {
			texts = append(texts, list.of(i)...)
		}
	}
	return texts
}

// withTexts looks through items, from a key of the time index on, for those
// that are old, not in use and have texts. next is nil at the end.
func (l *Ledger) withTexts(before time.Time, after []byte, used map[news.ItemID]bool) (old []news.ItemID, next []byte) {
	c := l.derived.Bucket(derivedTime).Cursor()
	k, v := c.Seek(after)
	for looked := 0; k != nil; k, v = c.Next() {
		if looked++; looked > lookedAtOnce || len(old) == prunedAtOnce {
			return old, bytes.Clone(k)
		}
		var id news.ItemID
		copy(id[:], bare(k, v))
		i, ok := l.Item(id)
		if ok && i.FirstSeen.Before(before) && !used[id] && !missed(i) && l.hasTexts(i) {
			old = append(old, id)
		}
	}
	return old, nil
}

// missed reports whether an item is not at its address, as far as is known:
// then its text may be nowhere else.
func missed(i news.Item) bool { return i.Presence == news.Missing || i.Presence == news.Removed }

// hasTexts reports whether any text of an item is there. Mostly its shown
// reading tells, without a look into the record.
func (l *Ledger) hasTexts(i news.Item) bool {
	for _, ref := range i.Shown.Refs {
		if l.there(news.TextAt{Pos: i.ShownPos(), N: ref.N}) {
			return true
		}
	}
	if len(i.Shown.Refs) > 0 && i.ShownRev == len(i.Revisions) {
		return false
	}
	return len(newInventory(l).of(i)) > 0
}

func (l *Ledger) there(t news.TextAt) bool {
	v := find(l.tx.Bucket(bucketTexts), textKey(t.Pos, t.N))
	return len(v) > 0 && v[0] != packedGone
}

// inventory lists texts. It reads each batch once: many items come in one.
type inventory struct {
	l       *Ledger
	batches map[uint64][]news.Entry
}

func newInventory(l *Ledger) *inventory {
	return &inventory{l, make(map[uint64][]news.Entry)}
}

func (v *inventory) entries(pos uint64) []news.Entry {
	entries, ok := v.batches[pos]
	if !ok {
		var b news.Batch
		r, err := readRecord(v.l.tx, pos)
		if err == nil {
			err = json.Unmarshal(r.Body, &b)
		}
		if err != nil {
			panic(fault{err})
		}
		entries = b.Entries
		v.batches[pos] = entries
	}
	return entries
}

// of are the texts that are there of any reading of an item.
func (v *inventory) of(i news.Item) (texts []news.TextAt) {
	for _, r := range i.Revisions {
		for _, ref := range v.entries(r.Pos)[r.N].Refs {
			if at := (news.TextAt{Pos: r.Pos, N: ref.N}); v.l.there(at) {
				texts = append(texts, at)
			}
		}
	}
	return texts
}

// owners are the items of whose readings texts are; texts of other records than
// batches are no item's.
func (v *inventory) owners(list []news.TextAt) map[news.ItemID]news.Item {
	named, from := make(map[news.TextAt]bool), make(map[uint64]bool)
	for _, t := range list {
		named[t], from[t.Pos] = true, true
	}
	items := make(map[news.ItemID]news.Item)
	for pos := range from {
		for _, r := range v.readings(pos) {
			has := func(ref news.Ref) bool { return named[news.TextAt{Pos: pos, N: ref.N}] }
			if !slices.ContainsFunc(v.entries(pos)[r.N].Refs, has) {
				continue
			}
			if i, ok := v.l.Item(r.Item); ok {
				items[i.ID] = i
			}
		}
	}
	return items
}

// readings are what was ruled on a batch's entries.
func (v *inventory) readings(pos uint64) []news.ItemRuling {
	rec, err := readRecord(v.l.tx, v.l.rulingPos(pos))
	var r news.Ruling
	if err != nil || rec.kind != kindRuling || json.Unmarshal(rec.Body, &r) != nil || r.Through != pos {
		return nil
	}
	return r.Items
}

// prune appends the record of what is thrown away and throws the texts in it
// away, in one transaction: only a tombstone stays, which names the record.
// Texts that stay and refer to one that goes get its bytes first.
func prune(tx *bbolt.Tx, at time.Time, p news.Prune) error {
	if len(p.Texts) == 0 && p.Captures == "" && p.Story.IsZero() {
		return nil
	}
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return pruneAs(tx, at, body, p)
}

// pruneAs does so by a record of which the body is given.
func pruneAs(tx *bbolt.Tx, at time.Time, body []byte, p news.Prune) error {
	v := newInventory(&Ledger{tx: tx, derived: derived(tx)})
	items := v.owners(p.Texts)
	if err := v.bequeath(items, p.Texts); err != nil {
		return err
	}
	pos, err := appendBody(tx, kindPrune, at, body)
	if err != nil {
		return err
	}
	for _, t := range p.Texts {
		if err := put(tx.Bucket(bucketTexts), textKey(t.Pos, t.N), append([]byte{packedGone}, posKey(pos)...)); err != nil {
			return err
		}
	}
	return repost(tx, items, p.Why)
}

// repost has the search index take the items anew whose texts went. After an
// erasure no row may be left of what it had of them; after a pruning the old
// rows lead to nothing and go with the next merge. The index of what is alike
// has nothing of them after either.
func repost(tx *bbolt.Tx, items map[news.ItemID]news.Item, why news.PruneReason) error {
	if why == news.ByErasure {
		return forget(tx, slices.Collect(maps.Keys(items))...)
	}
	for _, i := range items {
		if err := errors.Join(wait(tx.Bucket(bucketWords), i), bereave(tx, i)); err != nil {
			return err
		}
	}
	return nil
}

// bequeath gives the bytes of texts that go to those that refer to them and
// stay. Only later readings of the same item refer to a text.
func (v *inventory) bequeath(items map[news.ItemID]news.Item, list []news.TextAt) error {
	going := make(map[string]bool)
	for _, t := range list {
		going[string(textKey(t.Pos, t.N))] = true
	}
	for _, i := range items {
		for _, heir := range v.of(i) {
			if err := inherit(v.l.tx, textKey(heir.Pos, heir.N), going); err != nil {
				return fmt.Errorf("text %d of record %d: %w", heir.N, heir.Pos, err)
			}
		}
	}
	return nil
}

// inherit makes of a text that stays and refers to one that goes one of its own.
func inherit(tx *bbolt.Tx, key []byte, going map[string]bool) error {
	texts := tx.Bucket(bucketTexts)
	v := find(texts, key)
	if going[string(key)] || v[0] != packedRef || !going[string(v[1:])] {
		return nil
	}
	text, err := readValue(tx, key)
	if err != nil {
		return err
	}
	own, err := pack(text)
	if err != nil {
		return err
	}
	return put(texts, key, own)
}

// prunes is what records say was thrown away, as verifying needs it.
type prunes struct {
	tx   *bbolt.Tx
	read map[uint64]map[news.TextAt]bool
}

// took reports whether a tombstone's record names its text.
func (p *prunes) took(t news.TextAt) bool {
	v, err := lookup(p.tx.Bucket(bucketTexts), textKey(t.Pos, t.N))
	if err != nil || len(v) != 1+8 || v[0] != packedGone {
		return false
	}
	pos := binary.BigEndian.Uint64(v[1:])
	if p.read[pos] == nil {
		p.read[pos] = make(map[news.TextAt]bool)
		rec, err := readRecord(p.tx, pos)
		var body news.Prune
		if err != nil || rec.kind != kindPrune || json.Unmarshal(rec.Body, &body) != nil {
			return false
		}
		for _, named := range body.Texts {
			p.read[pos][named] = true
		}
	}
	return pos > t.Pos && p.read[pos][t]
}
