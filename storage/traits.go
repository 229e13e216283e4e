package storage

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// traits are what the index has of an item.
type traits struct {
	item        news.ItemID
	seen, dated uint32   // as seconds has them
	rev         uint32   // of the reading
	lang        string   // likewise
	features    []uint32 // brief
}

// number orders items by the records that first had them: as the index names
// them.
func number(i news.Item) uint64 { return numberAt(i.Pos, uint32(i.Revisions[0].N)) }

// numberAt is the number of the item that was first read in an entry of a
// batch. A record has no room for 2^24 entries.
func numberAt(pos uint64, n uint32) uint64 { return pos<<24 | uint64(n) }

func (t traits) encode() []byte {
	b := make([]byte, 0, traitsLength+len(t.lang)+4*len(t.features))
	b = append(b, t.item[:]...)
	for _, v := range []uint32{t.seen, t.dated, t.rev} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	lang := t.lang[:min(len(t.lang), longestLang)]
	b = append(append(b, byte(len(lang))), lang...)
	for _, f := range t.features {
		b = binary.BigEndian.AppendUint32(b, f)
	}
	return b
}

const (
	traitsLength = 16 + 4 + 4 + 4 + 1
	longestLang  = 255
	timeTail     = 8 + 8 + 4 // of a key in derivedTime: what follows the source
)

// traits is what the index has of an item; false when it has nothing.
func (x *near) traits(number uint64) (t traits, ok bool) {
	return x.traitsWithin(number, nil)
}

// glance is traits of which the features last until the next glance.
func (x *near) glance(number uint64) (t traits, ok bool) {
	if t, ok = x.traitsWithin(number, x.room[:0]); ok {
		x.room = t.features
	}
	return t, ok
}

// traitsWithin has the features in room, where that has room for them.
func (x *near) traitsWithin(number uint64, room []uint32) (t traits, ok bool) {
	v := find(x.items, posKey(number))
	if len(v) < traitsLength || len(v) < traitsLength+int(v[traitsLength-1]) {
		return t, false
	}
	copy(t.item[:], v)
	t.seen, t.dated, t.rev = binary.BigEndian.Uint32(v[16:]), binary.BigEndian.Uint32(v[20:]), binary.BigEndian.Uint32(v[24:])
	rest := traitsLength + int(v[traitsLength-1])
	t.lang = string(v[traitsLength:rest])
	t.features = slices.Grow(room, (len(v)-rest)/4)
	for v = v[rest:]; len(v) >= 4; v = v[4:] {
		t.features = append(t.features, binary.BigEndian.Uint32(v))
	}
	return t, true
}

func uint64At(b []byte) uint64 { return binary.BigEndian.Uint64(b) }

// generationOf is that of what was first seen at a moment.
func generationOf(seen uint32) uint16 { return uint16(seen / uint32(generation/time.Second)) }

// rows are those of an item.
func (t traits) rows(number uint64) (rows []nearRow) {
	for _, f := range t.features {
		rows = append(rows, nearRow{f, t.dated, number})
	}
	return rows
}

// put has the index have of an item what is given. Rows that it has already
// are not written again, and those that it no longer has stay: they lead to
// nothing.
func (x *near) put(number uint64, t traits) error {
	rows := t.rows(number)
	if was, ok := x.traits(number); ok && was.dated == t.dated {
		has := was.rows(number)
		rows = slices.DeleteFunc(rows, func(r nearRow) bool { return slices.Contains(has, r) })
	}
	g := generationOf(t.seen)
	x.fresh[g] = append(x.fresh[g], rows...)
	x.items.FillPercent = 1 // new ones come in order
	return put(x.items, posKey(number), t.encode())
}

// expire takes some out of what is of generations in which nothing is to be
// found.
func (x *near) expire() error {
	alive := generationOf(x.since)
	if err := x.expireRun(alive); err != nil {
		return err
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
		case !ok || t.item != i.ID || t.rev != uint32(i.ShownRev) || t.dated != seconds(i.Dated().Time) || t.lang != i.Shown.Lang:
			return fmt.Errorf("%w: item %s is not in the index of what is alike; run `chinanewsd rebuild`", ErrDamaged, i.ID)
		case len(t.features) > 0 && bereft(x.tx, i):
			return fmt.Errorf("%w: item %s is in the index of what is alike by a text that was thrown away; run `chinanewsd rebuild`", ErrDamaged, i.ID)
		}
	}
	return nil
}

// sound checks that each item that is there has its rows, and that there are
// none of others. Generations that are going need not be whole.
func (x *near) sound() error {
	alive := generationOf(x.since)
	known := make(map[uint64]bool)
	c := x.items.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		n := uint64At(k)
		t, ok := x.traits(n)
		if !ok {
			return fmt.Errorf("%w: key %x in the index of what is alike cannot be read; run `chinanewsd rebuild`", ErrDamaged, k)
		}
		known[n] = true
		g := generationOf(t.seen)
		if g < alive {
			continue
		}
		for _, r := range t.rows(n) {
			if !slices.ContainsFunc(x.stretch(g), func(s stored) bool { return s.has(r) }) {
				return fmt.Errorf("%w: item %s lacks a row in the index of what is alike; run `chinanewsd rebuild`", ErrDamaged, t.item)
			}
		}
	}
	c = x.runs.Cursor()
	for name, _ := c.Seek(binary.BigEndian.AppendUint16(nil, alive)); name != nil; name, _ = c.Next() {
		if err := x.orderly(name, known); err != nil {
			return fmt.Errorf("%w: run %x of the index of what is alike: %w; run `chinanewsd rebuild`", ErrDamaged, name, err)
		}
	}
	return nil
}

// orderly checks that a run has rows of known items, each once and sorted.
func (x *near) orderly(name []byte, known map[uint64]bool) error {
	r, err := x.checked(name)
	if err != nil {
		return err
	}
	for n := range r.len() {
		switch row := r.row(n); {
		case n > 0 && r.row(n-1).compare(row) >= 0:
			return fmt.Errorf("row %d is not in order", n)
		case !known[row.number]:
			return fmt.Errorf("row %d is of an item that is not there", n)
		}
	}
	return nil
}
