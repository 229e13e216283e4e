package storage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// pairKey names what is between two items, as seen from the first.
func pairKey(one, other news.ItemID) []byte { return append(one[:], other[:]...) }

// pairs is what is between an item and others; values are copies.
func pairs(b *bbolt.Bucket, one news.ItemID) map[news.ItemID][]byte {
	all := make(map[news.ItemID][]byte)
	c := b.Cursor()
	for k, v := c.Seek(one[:]); bytes.HasPrefix(k, one[:]); k, v = c.Next() {
		all[news.ItemID(k[len(one):])] = bytes.Clone(bare(k, v))
	}
	return all
}

func itemOrder(a, b news.ItemID) int { return bytes.Compare(a[:], b[:]) }

// Apart are items that an editor said to be other releases than one.
func (l *Ledger) Apart(one news.ItemID) []news.ItemID {
	return slices.SortedFunc(maps.Keys(pairs(l.derived.Bucket(derivedApart), one)), itemOrder)
}

// siblings folds which items are versions of one release.
func (f *folder) siblings(list []news.SiblingRuling) error {
	b := f.root.Bucket(derivedSiblings)
	for _, s := range list {
		s.At = f.rec.At
		if s.Off {
			if err := errors.Join(b.Delete(pairKey(s.Item, s.Of)), b.Delete(pairKey(s.Of, s.Item))); err != nil {
				return err
			}
			if err := f.mark([]news.ItemID{s.Item, s.Of}); err != nil {
				return err
			}
			continue
		}
		if err := putJSON(b, pairKey(s.Item, s.Of), s); err != nil {
			return err
		}
		s.Item, s.Of = s.Of, s.Item
		if err := putJSON(b, pairKey(s.Item, s.Of), s); err != nil {
			return err
		}
	}
	return nil
}

// Siblings are the links of an item to others, in the order of their ids.
func (l *Ledger) Siblings(one news.ItemID) (list []news.SiblingRuling) {
	all := pairs(l.derived.Bucket(derivedSiblings), one)
	for _, other := range slices.SortedFunc(maps.Keys(all), itemOrder) {
		var s news.SiblingRuling
		if err := json.Unmarshal(all[other], &s); err != nil {
			panic(fault{fmt.Errorf("key %x: %w", pairKey(one, other), err)})
		}
		list = append(list, s)
	}
	return list
}
