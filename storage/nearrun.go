package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"
)

// A run is rows of a generation, sorted: it is written once, and merged with
// the one before when that is not much longer. So a transaction that takes many
// items in writes in one place, a row is written again a few times in all, and
// there are few runs to look into.
//
// A row may be of an earlier reading of its item: what the item has now stands
// in its traits.
type run struct {
	items []byte // dated u32 | number u64 of each, sorted
	rows  []byte // feature u32 | which of the items u16 of each, sorted
}

const (
	runHead      = 4 // bytes: how many items it has
	runItem      = 4 + 8
	runRow       = 4 + 2
	mostRunItems = 1 << 16
	longestRun   = 4 << 20 // bytes of rows
)

// nearRow is a row by itself.
type nearRow struct {
	feature, dated uint32
	number         uint64
}

func (r nearRow) compare(other nearRow) int {
	return cmp.Or(cmp.Compare(r.feature, other.feature), r.compareItem(other))
}

func (r nearRow) compareItem(other nearRow) int {
	return cmp.Or(cmp.Compare(r.dated, other.dated), cmp.Compare(r.number, other.number))
}

// readRun reads a run as it is stored.
func readRun(b []byte) (r run, err error) {
	if len(b) < runHead {
		return r, fmt.Errorf("%w: it has %d bytes", ErrDamaged, len(b))
	}
	items := int(binary.BigEndian.Uint32(b)) * runItem
	b = b[runHead:]
	if items > len(b) || (len(b)-items)%runRow != 0 {
		return r, fmt.Errorf("%w: it has %d bytes", ErrDamaged, runHead+len(b))
	}
	return run{b[:items], b[items:]}, nil
}

func (r run) encode() []byte {
	b := make([]byte, 0, runHead+len(r.items)+len(r.rows))
	b = binary.BigEndian.AppendUint32(b, uint32(r.count()))
	return append(append(b, r.items...), r.rows...)
}

// count is how many items it has, len how many rows.
func (r run) count() int { return len(r.items) / runItem }
func (r run) len() int   { return len(r.rows) / runRow }

func (r run) feature(n int) uint32 { return binary.BigEndian.Uint32(r.rows[n*runRow:]) }
func (r run) which(n int) int      { return int(binary.BigEndian.Uint16(r.rows[n*runRow+4:])) }

// item is which item a row is of: of one that is damaged, perhaps none.
func (r run) item(n int) (dated uint32, number uint64) {
	at := r.which(n) * runItem
	if at >= len(r.items) {
		return 0, 0
	}
	return binary.BigEndian.Uint32(r.items[at:]), binary.BigEndian.Uint64(r.items[at+4:])
}

func (r run) row(n int) nearRow {
	dated, number := r.item(n)
	return nearRow{r.feature(n), dated, number}
}

// seek is where the rows begin that are not less than a feature on a date.
func (r run) seek(feature, dated uint32) int {
	return r.search(nearRow{feature: feature, dated: dated})
}

func (r run) search(row nearRow) int {
	return sort.Search(r.len(), func(n int) bool {
		if f := r.feature(n); f != row.feature {
			return f > row.feature
		}
		return r.row(n).compareItem(row) >= 0
	})
}

func (r run) has(row nearRow) bool {
	n := r.search(row)
	return n < r.len() && r.row(n) == row
}

// without is a run without the rows of an item.
func (r run) without(number uint64) run {
	var rest []nearRow
	for n := range r.len() {
		if row := r.row(n); row.number != number {
			rest = append(rest, row)
		}
	}
	return runOf(rest)
}

// runOf is a run of rows in any order, of not too many items.
func runOf(rows []nearRow) (r run) {
	slices.SortFunc(rows, nearRow.compareItem)
	which := make(map[nearRow]uint16)
	for _, row := range rows {
		row.feature = 0
		if _, known := which[row]; !known {
			which[row] = uint16(len(which))
			r.items = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(r.items, row.dated), row.number)
		}
	}
	slices.SortFunc(rows, nearRow.compare)
	for _, row := range slices.Compact(rows) {
		of := which[nearRow{0, row.dated, row.number}]
		r.rows = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(r.rows, row.feature), of)
	}
	return r
}

// with is one run of two.
func (r run) with(other run) run {
	items, mine, theirs := mergedItems(r.items, other.items)
	all := run{items, make([]byte, 0, len(r.rows)+len(other.rows))}
	add := func(feature uint32, which uint16) {
		all.rows = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(all.rows, feature), which)
	}
	a, b := 0, 0
	for a < r.len() || b < other.len() {
		switch c := r.order(a, mine, other, b, theirs); {
		case c == 0:
			add(r.feature(a), mine[r.which(a)])
			a, b = a+1, b+1
		case c < 0:
			add(r.feature(a), mine[r.which(a)])
			a++
		default:
			add(other.feature(b), theirs[other.which(b)])
			b++
		}
	}
	return all
}

// order compares the next rows of two runs, by the places that their items get;
// what is at its end comes last.
func (r run) order(a int, mine []uint16, other run, b int, theirs []uint16) int {
	switch {
	case b == other.len():
		return -1
	case a == r.len():
		return 1
	}
	return cmp.Or(cmp.Compare(r.feature(a), other.feature(b)), cmp.Compare(mine[r.which(a)], theirs[other.which(b)]))
}

// mergedItems are the items of two runs, and which of them those of each are.
func mergedItems(a, b []byte) (all []byte, mine, theirs []uint16) {
	for len(a) > 0 || len(b) > 0 {
		c := bytes.Compare(a[:min(len(a), runItem)], b[:min(len(b), runItem)])
		if takes := len(b) == 0 || len(a) > 0 && c <= 0; takes {
			mine = append(mine, uint16(len(all)/runItem))
			if c == 0 {
				theirs, b = append(theirs, uint16(len(all)/runItem)), b[runItem:]
			}
			all, a = append(all, a[:runItem]...), a[runItem:]
			continue
		}
		theirs = append(theirs, uint16(len(all)/runItem))
		all, b = append(all, b[:runItem]...), b[runItem:]
	}
	return all, mine, theirs
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
		r, _ := readRun(unchecked(x.runs.Bucket(name), keyRows)) // of one that is damaged nothing
		all = append(all, stored{bytes.Clone(name), r})
	}
	x.stretches[generation] = all
	return all
}

// flush writes the rows that came since the last time.
func (x *near) flush() error {
	for generation, rows := range x.fresh {
		for part := range slices.Chunk(rows, mostRunItems) {
			if err := x.write(generation, runOf(part)); err != nil {
				return err
			}
		}
	}
	clear(x.fresh)
	return nil
}

// write adds a run to a generation, merged with those before it that are not
// much longer.
func (x *near) write(generation uint16, r run) error {
	if r.len() == 0 {
		return nil
	}
	before := x.stretch(generation)
	for len(before) > 0 {
		last := before[len(before)-1]
		if last.len() >= 4*r.len() || len(last.rows)+len(r.rows) > longestRun || last.count()+r.count() > mostRunItems {
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

// checked is a run that has its checksum, and items for its rows.
func (x *near) checked(name []byte) (run, error) {
	b := x.runs.Bucket(name)
	if b == nil {
		return run{}, errAbsent
	}
	rows, err := lookup(b, keyRows)
	if err != nil {
		return run{}, err
	}
	r, err := readRun(rows)
	for n := range r.len() {
		if r.which(n) >= r.count() {
			return r, fmt.Errorf("%w: row %d is of no item", ErrDamaged, n)
		}
	}
	return r, err
}

func (x *near) store(name []byte, r run) error {
	b, err := x.runs.CreateBucketIfNotExists(name)
	if err != nil {
		return err
	}
	return put(b, keyRows, r.encode())
}

// purge takes all rows of an item out of a generation, also those of readings
// before the one that is shown.
func (x *near) purge(generation uint16, number uint64) error {
	for _, s := range x.stretch(generation) {
		rest := s.without(number)
		if rest.len() == s.len() {
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
