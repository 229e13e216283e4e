package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"iter"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// A segment is a part of the search index that is written once: items,
// numbered from 0 by their rows, and for each term the numbers of the items
// that have it. Terms stand in blocks in their order, so that one is found by
// its block's key, the first term in it.
//
//	rows             n * (at u32 | seen u32 | stamp u64 | item [16])
//	field|first term 0 (term length list)...
//
// Of a term stands what it does not share with the one before in its block,
// behind a byte: how much it shares, up to 15, and above that in four bits how
// long the rest is; from 15 on a uvarint has how much longer. A list is uvarints,
// each the distance from the number before. A block that an earlier program
// wrote has no 0, and its terms whole, each behind its length.
type segment struct {
	rows   []byte
	blocks []block
}

type block struct{ key, value []byte }

// The fields of a term. In any field are title, summary and text; what an item
// is filtered by stands there too.
const (
	inTitle = 't'
	inAny   = 'a'

	markOrigin = "\x01" // no word begins so
	markLang   = "\x02"
)

const (
	blockSize = 3 << 9 // so that little is left of a page
	rowLength = 4 + 4 + 8 + 16
)

var keyRows = []byte("R") // before all fields

var errSegment = errors.New("a part of the search index cannot be read; run `chinanewsd rebuild`")

// row is what a segment has of an item itself.
type row []byte

func appendRow(rows []byte, p news.Place, stamp uint64) []byte {
	rows = binary.BigEndian.AppendUint32(rows, p.At)
	rows = binary.BigEndian.AppendUint32(rows, p.Seen)
	rows = binary.BigEndian.AppendUint64(rows, stamp)
	return append(rows, p.Item[:]...)
}

func rowAt(rows []byte, n uint32) row { return rows[int(n)*rowLength : (int(n)+1)*rowLength] }

// when orders rows by their date, then by when they were first seen.
func (r row) when() uint64 { return binary.BigEndian.Uint64(r) }

func (r row) at() uint32    { return binary.BigEndian.Uint32(r) }
func (r row) stamp() []byte { return r[8:16] }
func (r row) item() []byte  { return r[16:] }

// drafted is a segment as it is gathered in memory.
type drafted struct {
	rows  []byte
	lists []termList
	which map[string]int // of the lists is that of a field and term
	key   []byte         // room for one
}

// termList is a field and term, and the list of the items that have it.
type termList struct {
	key  string
	last uint32 // of the list
	list []byte
}

func newDrafted(rows []byte) drafted { return drafted{rows: rows, which: make(map[string]int)} }

// file puts an item into a list. Items come in the order of their numbers.
func (d *drafted) file(field byte, term string, n uint32) {
	d.key = append(append(d.key[:0], field), term...)
	at, known := d.which[string(d.key)]
	if !known {
		at = len(d.lists)
		d.lists = append(d.lists, termList{key: string(d.key)})
		d.which[d.lists[at].key] = at
	}
	if f := &d.lists[at]; len(f.list) == 0 || f.last != n {
		f.list = binary.AppendUvarint(f.list, uint64(n-f.last))
		f.last = n
	}
}

// segment writes the lists in the order of their terms. Nothing may be filed
// afterwards.
func (d *drafted) segment() segment {
	d.which = nil
	slices.SortFunc(d.lists, func(a, b termList) int { return strings.Compare(a.key, b.key) })
	w := blocks{}
	for _, f := range d.lists {
		w.add([]byte(f.key), f.list)
	}
	return segment{d.rows, w.done()}
}

// without is the segment with some of its items filed nowhere.
func (d *drafted) without(some []uint32) segment {
	rest := newDrafted(d.rows)
	for _, f := range d.lists {
		for n := range numbers(f.list) {
			if !slices.Contains(some, n) {
				rest.file(f.key[0], f.key[1:], n)
			}
		}
	}
	return rest.segment()
}

func appendList(b []byte, list []uint32) []byte {
	last := uint32(0)
	for _, n := range list {
		b = binary.AppendUvarint(b, uint64(n-last))
		last = n
	}
	return b
}

// blocks gathers terms, in their order, into blocks.
type blocks struct {
	full  []block
	key   []byte
	last  []byte // term
	value []byte
}

func (w *blocks) add(key, list []byte) {
	if len(w.value) >= blockSize || len(w.key) > 0 && w.key[0] != key[0] {
		w.flush()
	}
	if len(w.value) == 0 {
		w.key, w.value = bytes.Clone(key), append(w.value, shortened)
	}
	w.value = appendTerm(w.value, w.last, key[1:])
	w.last = append(w.last[:0], key[1:]...)
	w.value = binary.AppendUvarint(w.value, uint64(len(list)))
	w.value = append(w.value, list...)
}

func (w *blocks) flush() {
	if len(w.value) > 0 {
		w.full = append(w.full, block{w.key, w.value})
	}
	w.key, w.value, w.last = nil, nil, w.last[:0]
}

func (w *blocks) done() []block {
	w.flush()
	return w.full
}

const (
	shortened = 0  // what a block begins with whose terms are
	mostShort = 15 // of a number in four bits
)

// appendTerm adds a term that follows another.
func appendTerm(b, last, term []byte) []byte {
	same := 0
	for same < min(len(last), len(term), mostShort) && last[same] == term[same] {
		same++
	}
	rest := term[same:]
	b = append(b, byte(same|min(len(rest), mostShort)<<4))
	if more := len(rest) - mostShort; more >= 0 {
		b = binary.AppendUvarint(b, uint64(more))
	}
	return append(b, rest...)
}

// write puts a segment into a bucket of its own.
func (s segment) write(parent *bbolt.Bucket) error {
	seq, err := parent.NextSequence()
	if err != nil {
		return err
	}
	b, err := parent.CreateBucket(posKey(seq))
	if err != nil {
		return err
	}
	b.FillPercent = 1
	if err := put(b, keyRows, s.rows); err != nil {
		return err
	}
	for _, part := range s.blocks {
		if err := put(b, part.key, part.value); err != nil {
			return err
		}
	}
	return nil
}

// postings goes through the terms of a block and their lists. What cannot be read
// ends the ledger's function with an error.
type postings struct {
	term, list []byte // that it is at; the term until the next

	rest  []byte
	whole bool // terms are not shortened
}

func postingsOf(block []byte) postings {
	if len(block) > 0 && block[0] == shortened {
		return postings{rest: block[1:]}
	}
	return postings{rest: block, whole: true}
}

// next goes to the next term, if there is one.
func (p *postings) next() bool {
	if len(p.rest) == 0 {
		return false
	}
	if p.whole {
		p.term, p.rest = cutBytes(p.rest)
	} else {
		p.lengthen()
	}
	p.list, p.rest = cutBytes(p.rest)
	return true
}

func (p *postings) lengthen() {
	same, length := int(p.rest[0]&mostShort), uint64(p.rest[0]>>4)
	p.rest = p.rest[1:]
	if length == mostShort {
		more, size := binary.Uvarint(p.rest)
		if size <= 0 || more > uint64(len(p.rest)) {
			panic(fault{errSegment})
		}
		length, p.rest = length+more, p.rest[size:]
	}
	if same > len(p.term) || length > uint64(len(p.rest)) {
		panic(fault{errSegment})
	}
	p.term = append(p.term[:same], p.rest[:length]...)
	p.rest = p.rest[length:]
}

// cutBytes cuts off bytes that stand behind their length.
func cutBytes(b []byte) (head, tail []byte) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		panic(fault{errSegment})
	}
	return b[size : size+int(n)], b[size+int(n):]
}

// numbers yields a list.
func numbers(list []byte) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		last := uint64(0)
		for len(list) > 0 {
			n, size := binary.Uvarint(list)
			if size <= 0 {
				panic(fault{errSegment})
			}
			last, list = last+n, list[size:]
			if !yield(uint32(last)) {
				return
			}
		}
	}
}

// from yields the blocks of a field in which a term and those after it stand.
func from(b *bbolt.Bucket, field byte, term string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		c := b.Cursor()
		want := append([]byte{field}, term...)
		k, v := c.Seek(want)
		if !bytes.Equal(k, want) {
			if k, v = c.Prev(); k == nil || k[0] != field {
				k, v = c.Seek(want)
			}
		}
		for ; k != nil && k[0] == field; k, v = c.Next() {
			if !yield(bare(k, v)) {
				return
			}
		}
	}
}

// list is a term's list in a segment; nil when no item has the term.
func list(b *bbolt.Bucket, field byte, term string) []byte {
	for value := range from(b, field, term) {
		for p := postingsOf(value); p.next(); {
			if string(p.term) >= term {
				if string(p.term) == term {
					return p.list
				}
				return nil
			}
		}
		return nil
	}
	return nil
}

// lists are those of all terms that begin with a prefix.
func lists(b *bbolt.Bucket, field byte, prefix string) (found [][]byte) {
	for value := range from(b, field, prefix) {
		for p := postingsOf(value); p.next(); {
			switch {
			case bytes.HasPrefix(p.term, []byte(prefix)):
				found = append(found, p.list)
			case string(p.term) > prefix:
				return found
			}
		}
	}
	return found
}
