package storage

import (
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// traits are what the index has of an item.
type traits struct {
	item        news.ItemID
	seen, dated uint32 // as seconds has them
	rev         uint32 // of the reading
	features    []uint64
}

// number orders items by the records that first had them: as the index names
// them.
func number(i news.Item) uint64 { return numberAt(i.Pos, uint32(i.Revisions[0].N)) }

// numberAt is the number of the item that was first read in an entry of a
// batch. A record has no room for 2^24 entries.
func numberAt(pos uint64, n uint32) uint64 { return pos<<24 | uint64(n) }

func (t traits) encode() []byte {
	b := append([]byte{}, t.item[:]...)
	for _, v := range []uint32{t.seen, t.dated, t.rev} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	for _, f := range t.features {
		b = binary.BigEndian.AppendUint64(b, f)
	}
	return b
}

const traitsLength = 16 + 4 + 4 + 4

// traits is what the index has of an item; false when it has nothing.
func (x *near) traits(number uint64) (t traits, ok bool) {
	v := find(x.items, posKey(number))
	if len(v) < traitsLength {
		return t, false
	}
	copy(t.item[:], v)
	t.seen, t.dated, t.rev = binary.BigEndian.Uint32(v[16:]), binary.BigEndian.Uint32(v[20:]), binary.BigEndian.Uint32(v[24:])
	t.features = make([]uint64, 0, (len(v)-traitsLength)/8)
	for v = v[traitsLength:]; len(v) >= 8; v = v[8:] {
		t.features = append(t.features, binary.BigEndian.Uint64(v))
	}
	return t, true
}

const (
	featureEnd    = 2 + 8 // of a key in rows: what all rows of a feature begin with
	nearKeyLength = featureEnd + 4 + 8
	timeTail      = 8 + 8 + 4 // of a key in derivedTime: what follows the source
)

func nearKey(generation uint16, feature uint64, dated uint32, number uint64) []byte {
	k := binary.BigEndian.AppendUint16(make([]byte, 0, nearKeyLength), generation)
	k = binary.BigEndian.AppendUint64(k, feature)
	k = binary.BigEndian.AppendUint32(k, dated)
	return binary.BigEndian.AppendUint64(k, number)
}

func uint64At(b []byte) uint64 { return binary.BigEndian.Uint64(b) }

// generationOf is that of what was first seen at a moment.
func generationOf(seen uint32) uint16 { return uint16(seen / uint32(generation/time.Second)) }

// keys are the item's rows.
func (t traits) keys(number uint64) (keys [][]byte) {
	for _, f := range t.features {
		keys = append(keys, nearKey(generationOf(t.seen), f, t.dated, number))
	}
	return keys
}

// put has the index have of an item what is given, and nothing else.
func (x *near) put(number uint64, t traits) error {
	if err := x.drop(number); err != nil {
		return err
	}
	for _, k := range t.keys(number) {
		if err := put(x.rows, k, nil); err != nil {
			return err
		}
	}
	return put(x.items, posKey(number), t.encode())
}

// drop takes an item out.
func (x *near) drop(number uint64) error {
	was, ok := x.traits(number)
	if !ok {
		return nil
	}
	for _, k := range was.keys(number) {
		if err := x.rows.Delete(k); err != nil {
			return err
		}
	}
	return x.items.Delete(posKey(number))
}

// expire takes some out of what is of generations in which nothing is to be
// found.
func (x *near) expire() error {
	alive := generationOf(x.since)
	for range expireRows {
		k, _ := x.rows.Cursor().First()
		if k == nil || binary.BigEndian.Uint16(k) >= alive {
			break
		}
		if err := x.rows.Delete(k); err != nil {
			return err
		}
	}
	for range expireItems {
		k, _ := x.items.Cursor().First()
		if k == nil {
			break
		}
		if t, _ := x.traits(uint64At(k)); generationOf(t.seen) >= alive {
			break
		}
		if err := x.items.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// verifyNear checks that each item that is to be found is in the index, with
// its rows and no others.
func verifyNear(tx *bbolt.Tx) error {
	return guarded(func() error {
		_, at, err := readTipAt(tx)
		if err != nil {
			return err
		}
		x := nearOf(tx, at)
		if err := x.complete(); err != nil {
			return err
		}
		return x.sound()
	})
}

// complete checks that the items that are to be found are there, and that
// those whose texts went have no rows.
func (x *near) complete() error {
	c := derived(x.tx).Bucket(derivedTime).Cursor()
	from := lagsFrom(x.tx)
	for k, v := c.First(); k != nil; k, v = c.Next() {
		seen := time.UnixMilli(int64(binary.BigEndian.Uint64(k[len(k)-timeTail:])))
		if seconds(seen) < x.since {
			continue
		}
		i, ok := get[news.Item](derived(x.tx).Bucket(derivedItems), bare(k, v))
		if !ok || from > 0 && i.ShownPos()+1 >= from {
			continue
		}
		t, ok := x.traits(number(i))
		switch {
		case !ok || t.item != i.ID || t.rev != uint32(i.ShownRev) || t.dated != seconds(i.Dated().Time):
			return fmt.Errorf("%w: item %s is not in the index of what is alike; run `chinanewsd rebuild`", ErrDamaged, i.ID)
		case len(t.features) > 0 && bereft(x.tx, i):
			return fmt.Errorf("%w: item %s is in the index of what is alike by a text that was thrown away; run `chinanewsd rebuild`", ErrDamaged, i.ID)
		}
	}
	return nil
}

// sound checks that each item that is there has its rows, and that there are
// no others. Generations that are going need not be whole.
func (x *near) sound() error {
	alive := generationOf(x.since)
	rows := 0
	c := x.items.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		n := uint64At(k)
		t, ok := x.traits(n)
		if !ok {
			return fmt.Errorf("%w: key %x in the index of what is alike cannot be read; run `chinanewsd rebuild`", ErrDamaged, k)
		}
		if generationOf(t.seen) < alive {
			continue
		}
		for _, key := range t.keys(n) {
			if _, err := lookup(x.rows, key); err != nil {
				return fmt.Errorf("%w: item %s lacks a row in the index of what is alike: %w; run `chinanewsd rebuild`", ErrDamaged, t.item, err)
			}
			rows++
		}
	}
	found := 0
	c = x.rows.Cursor()
	for k, _ := c.Seek(nearKey(alive, 0, 0, 0)); k != nil; k, _ = c.Next() {
		found++
	}
	if found != rows {
		return fmt.Errorf("%w: the index of what is alike has %d rows and should have %d; run `chinanewsd rebuild`", ErrDamaged, found, rows)
	}
	return nil
}
