package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// bbolt's file format, little-endian: fixed pages, of which the first two are
// heads (metas), written in turn. A page is id u64, flags u16, count u16,
// overflow u32 (how many pages it goes on for), its elements of 16 bytes, and
// what they point to: of a leaf flags u32, position u32 from the element's own
// beginning, key length u32, value length u32; of a branch position u32, key
// length u32, page u64. A bucket is a leaf's value: root page u64, sequence
// u64; when the root is 0, its one page follows.
const (
	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10

	elementLength = 16
	bucketFlag    = 1
	bucketLength  = 16
	longFreelist  = 0xFFFF // as a count: the count is the first id
	mostDepth     = 64
)

// head is one of the two heads; zero when it is not sound.
type head struct {
	pageSize       uint32
	root, freelist uint64 // pages
	end            uint64 // no page from here on is used
	tx             uint64
}

// pageTree follows the pages of a file as bbolt will and stops where one would
// lead that astray: into a circle, a loop of billions, a memory fault, or past a
// key. It reads every value.
type pageTree struct {
	file io.ReaderAt
	head head
	skip func(bucket []byte) bool // these are not followed; nil: all are

	unsealed error // the first value that does not have its checksum

	seen   []bool
	free   uint64   // pages that nothing is in
	memory [][]byte // of the pages that are being followed, by their depth
	deep   int      // buckets that are being followed
	bucket []byte   // the last of these
}

func (t *pageTree) check() error {
	t.seen = make([]bool, t.head.end)
	if err := t.freelist(); err != nil {
		return err
	}
	if err := t.follow(t.head.root, 0, nil, nil); err != nil {
		return err
	}
	if lost := slices.Index(t.seen[min(2, len(t.seen)):], false); lost >= 0 && t.skip == nil {
		return fmt.Errorf("page %d is neither used nor free", lost+2)
	}
	return nil
}

// name notes that a page stands somewhere. No page is part of two.
func (t *pageTree) name(id uint64) error {
	switch {
	case id < 2 || id >= t.head.end:
		return fmt.Errorf("a page %d is named, of %d", id, t.head.end)
	case t.seen[id]:
		return fmt.Errorf("page %d stands in two places", id)
	}
	t.seen[id] = true
	return nil
}

// page reads a page with what it goes on for, which lasts until another is read
// at that depth.
func (t *pageTree) page(id uint64, depth int) ([]byte, error) {
	if err := t.name(id); err != nil {
		return nil, err
	}
	for len(t.memory) <= depth {
		t.memory = append(t.memory, make([]byte, pageSize))
	}
	page := t.memory[depth][:pageSize]
	if _, err := t.file.ReadAt(page, int64(id)*pageSize); err != nil {
		return nil, err
	}
	more := uint64(binary.LittleEndian.Uint32(page[12:]))
	if binary.LittleEndian.Uint64(page) != id || id+more >= t.head.end {
		return nil, fmt.Errorf("page %d is not what it should be", id)
	}
	if more == 0 {
		return page, nil
	}
	for n := id + 1; n <= id+more; n++ {
		if err := t.name(n); err != nil {
			return nil, err
		}
	}
	page = slices.Grow(page, int(more)*pageSize)[:(more+1)*pageSize]
	t.memory[depth] = page
	_, err := t.file.ReadAt(page[pageSize:], int64(id+1)*pageSize)
	return page, err
}

func (t *pageTree) freelist() error {
	page, err := t.page(t.head.freelist, 0)
	if err != nil {
		return err
	}
	flags, count := binary.LittleEndian.Uint16(page[8:]), uint64(binary.LittleEndian.Uint16(page[10:]))
	ids := page[pageHeader:]
	if count == longFreelist {
		count, ids = binary.LittleEndian.Uint64(ids), ids[8:]
	}
	if flags != freelistPage || count > uint64(len(ids)/8) {
		return errors.New("the list of free pages is not one")
	}
	for n := range count {
		id := binary.LittleEndian.Uint64(ids[8*n:])
		if t.name(id) != nil {
			return fmt.Errorf("page %d cannot be free", id)
		}
	}
	t.free = count
	return nil
}

// follow checks a page, the keys of which are to be from one on and before
// another; none: whatever they are.
func (t *pageTree) follow(id uint64, depth int, from, to []byte) error {
	page, err := t.page(id, depth)
	if err != nil {
		return err
	}
	if err := t.elements(page, depth, from, to); err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	return nil
}

// elements checks what stands in a page, or in a bucket small enough to have
// its page within a value.
func (t *pageTree) elements(page []byte, depth int, from, to []byte) error {
	flags, count := binary.LittleEndian.Uint16(page[8:]), int(binary.LittleEndian.Uint16(page[10:]))
	switch {
	case flags != branchPage && flags != leafPage:
		return fmt.Errorf("it is of kind %#x", flags)
	case count > (len(page)-pageHeader)/elementLength:
		return fmt.Errorf("it cannot have %d elements", count)
	case depth > mostDepth:
		return errors.New("it is too deep")
	}
	end, last := pageHeader+count*elementLength, from
	var branches []element
	for n := range count {
		e := element{page: page, at: pageHeader + n*elementLength, branch: flags == branchPage}
		if err := e.within(&end); err != nil {
			return err
		}
		if order := bytes.Compare(last, e.key); order > 0 || order == 0 && n > 0 || to != nil && bytes.Compare(e.key, to) >= 0 {
			return errors.New("its keys are not in order")
		}
		last = e.key
		if e.branch {
			branches = append(branches, e)
		} else if err := t.leaf(e, depth); err != nil {
			return err
		}
	}
	if count == 0 && slices.ContainsFunc(page[pageHeader:], func(b byte) bool { return b != 0 }) {
		return errors.New("it should be empty")
	}
	return t.branches(branches, depth, to)
}

// branches follows what a page leads to.
func (t *pageTree) branches(list []element, depth int, to []byte) error {
	for n, e := range list {
		end := to
		if n+1 < len(list) {
			end = list[n+1].key
		}
		if err := t.follow(e.child(), depth+1, e.key, end); err != nil {
			return err
		}
	}
	return nil
}

func (t *pageTree) leaf(e element, depth int) error {
	skipped := t.deep == 0 && t.skip != nil && t.skip(e.key)
	switch {
	case skipped:
		return nil
	case binary.LittleEndian.Uint32(e.page[e.at:])&bucketFlag != 0:
		return t.within(e, depth)
	case t.unsealed == nil:
		if _, err := unseal(e.key, e.value); err != nil {
			t.unsealed = fmt.Errorf("%s: %w", place(t.bucket, e.key), err)
		}
	}
	return nil
}

// within checks a bucket.
func (t *pageTree) within(e element, depth int) error {
	bucket := e.value
	if len(bucket) < bucketLength {
		return errors.New("a bucket in it is cut off")
	}
	defer func(name []byte) { t.bucket, t.deep = name, t.deep-1 }(t.bucket)
	t.deep++
	t.bucket = e.key
	if root := binary.LittleEndian.Uint64(bucket); root != 0 {
		return t.follow(root, depth+1, nil, nil)
	}
	if bucket = bucket[bucketLength:]; len(bucket) < pageHeader {
		return errors.New("a bucket in it is cut off")
	}
	return t.elements(bucket, depth+1, nil, nil)
}

// element is one of a page's elements, and what it points to.
type element struct {
	page       []byte
	at         int
	branch     bool
	key, value []byte
}

// child is the page that an element of a branch leads to.
func (e *element) child() uint64 { return binary.LittleEndian.Uint64(e.page[e.at+8:]) }

// within finds what an element points to. All of that lies in a row, from
// after the last element on, so that none is missing and none too many.
func (e *element) within(end *int) error {
	field := func(n int) uint64 { return uint64(binary.LittleEndian.Uint32(e.page[e.at+4*n:])) }
	pos, key, size := field(1), field(2), field(3)
	if e.branch {
		pos, key, size = field(0), field(1), 0
	}
	begin := uint64(e.at) + pos
	switch {
	case begin+key+size > uint64(len(e.page)):
		return errors.New("an element in it points beyond it")
	case begin != uint64(*end):
		return errors.New("its elements are not in a row")
	}
	*end = int(begin + key + size)
	e.key, e.value = e.page[begin:begin+key], e.page[begin+key:*end]
	return nil
}
