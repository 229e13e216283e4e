package storage

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sort"
)

// A run is rows of a generation, sorted: it is written once, and merged with
// the one before when that is not much longer. So a transaction that takes many
// items in writes in one place, a row is written again a few times in all, and
// there are few runs to look into.
//
// A row is feature u64 | dated u32 | number of the item u64. It may be of an
// earlier reading of the item: what the item has now stands in its traits.
const (
	nearRowLength = featureEnd + 4 + 8
	featureEnd    = 8       // of a row: what all rows of a feature begin with
	longestRun    = 4 << 20 // bytes
)

func nearRow(feature uint64, dated uint32, number uint64) (r [nearRowLength]byte) {
	binary.BigEndian.PutUint64(r[:], feature)
	binary.BigEndian.PutUint32(r[featureEnd:], dated)
	binary.BigEndian.PutUint64(r[featureEnd+4:], number)
	return r
}

// run is rows one behind the other, as they are stored.
type run []byte

func (r run) len() int { return len(r) / nearRowLength }

func (r run) row(n int) []byte { return r[n*nearRowLength : (n+1)*nearRowLength] }

func (r run) feature(n int) uint64 { return binary.BigEndian.Uint64(r.row(n)) }

func (r run) dated(n int) uint32 { return binary.BigEndian.Uint32(r.row(n)[featureEnd:]) }

func (r run) number(n int) uint64 { return binary.BigEndian.Uint64(r.row(n)[featureEnd+4:]) }

// seek is where the rows begin that are not less than a feature on a date.
func (r run) seek(feature uint64, dated uint32) int {
	return sort.Search(r.len(), func(n int) bool {
		f := r.feature(n)
		return f > feature || f == feature && r.dated(n) >= dated
	})
}

func (r run) has(row []byte) bool {
	n := sort.Search(r.len(), func(n int) bool { return bytes.Compare(r.row(n), row) >= 0 })
	return n < r.len() && bytes.Equal(r.row(n), row)
}

// without is a run without the rows of an item.
func (r run) without(number uint64) run {
	rest := make(run, 0, len(r))
	for n := range r.len() {
		if r.number(n) != number {
			rest = append(rest, r.row(n)...)
		}
	}
	return rest
}

// runOf is a run of rows in any order.
func runOf(rows [][nearRowLength]byte) run {
	slices.SortFunc(rows, func(a, b [nearRowLength]byte) int { return bytes.Compare(a[:], b[:]) })
	r := make(run, 0, len(rows)*nearRowLength)
	for _, row := range slices.Compact(rows) {
		r = append(r, row[:]...)
	}
	return r
}

// with is one run of two.
func (r run) with(other run) run {
	a, b := r, other
	all := make(run, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		c := bytes.Compare(a.row(0), b.row(0))
		if c <= 0 {
			all, a = append(all, a.row(0)...), a[nearRowLength:]
		} else {
			all = append(all, b.row(0)...)
		}
		if c >= 0 {
			b = b[nearRowLength:]
		}
	}
	return append(append(all, a...), b...)
}

// stored is a run in the file.
type stored struct {
	name []byte // generation u16 | u64, in the order of writing
	run
}

// stretch are the runs of a generation, the oldest first. They are not checked
// at each look: what they lead to is compared.
func (x *near) stretch(generation uint16) []stored {
	if all, ok := x.stretches[generation]; ok {
		return all
	}
	var all []stored
	from := binary.BigEndian.AppendUint16(nil, generation)
	c := x.runs.Cursor()
	for name, _ := c.Seek(from); bytes.HasPrefix(name, from); name, _ = c.Next() {
		rows := run(unchecked(x.runs.Bucket(name), keyRows))
		all = append(all, stored{bytes.Clone(name), rows[:rows.len()*nearRowLength]})
	}
	x.stretches[generation] = all
	return all
}

// flush writes the rows that came since the last time.
func (x *near) flush() error {
	for generation, rows := range x.fresh {
		if err := x.write(generation, runOf(rows)); err != nil {
			return err
		}
	}
	clear(x.fresh)
	return nil
}

// write adds a run to a generation, merged with those before it that are not
// much longer.
func (x *near) write(generation uint16, r run) error {
	if len(r) == 0 {
		return nil
	}
	before := x.stretch(generation)
	for len(before) > 0 {
		last := before[len(before)-1]
		if len(last.run) >= 4*len(r) || len(last.run)+len(r) > longestRun {
			break
		}
		rows, err := x.checked(last.name)
		if err != nil { // verify names it; nothing new must wait for its mending
			break
		}
		r = rows.with(r)
		if err := x.runs.DeleteBucket(last.name); err != nil {
			return err
		}
		before = before[:len(before)-1]
	}
	delete(x.stretches, generation)
	n, err := x.runs.NextSequence()
	if err != nil {
		return err
	}
	return x.store(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint16(nil, generation), n), r)
}

// checked is a run that has its checksum.
func (x *near) checked(name []byte) (run, error) {
	b := x.runs.Bucket(name)
	if b == nil {
		return nil, errAbsent
	}
	rows, err := lookup(b, keyRows)
	return run(rows), err
}

func (x *near) store(name []byte, r run) error {
	b, err := x.runs.CreateBucketIfNotExists(name)
	if err != nil {
		return err
	}
	return put(b, keyRows, r)
}

// purge takes all rows of an item out of a generation, also those of readings
// before the one that is shown.
func (x *near) purge(generation uint16, number uint64) error {
	for _, s := range x.stretch(generation) {
		rest := s.without(number)
		if len(rest) == len(s.run) {
			continue
		}
		var err error
		if _, damaged := x.checked(s.name); damaged != nil {
			err = x.runs.DeleteBucket(s.name) // what else is in it is not to be trusted either
		} else {
			err = x.store(s.name, rest)
		}
		if err != nil {
			return err
		}
	}
	delete(x.stretches, generation)
	return nil
}

// expireRun drops a run of a generation in which nothing is to be found.
func (x *near) expireRun(alive uint16) error {
	name, _ := x.runs.Cursor().First()
	if name == nil || binary.BigEndian.Uint16(name) >= alive {
		return nil
	}
	delete(x.stretches, binary.BigEndian.Uint16(name))
	return x.runs.DeleteBucket(bytes.Clone(name))
}
