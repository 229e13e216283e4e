package storage

import (
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
// lead that astray: into a circle, a loop of billions, a memory fault.
type pageTree struct {
	file io.ReaderAt
	head head
	skip func(bucket []byte) bool // these are not followed; nil: all are
	seen []bool
	deep int // buckets that are being followed
}

func (t *pageTree) check() error {
	t.seen = make([]bool, t.head.end)
	if err := t.freelist(); err != nil {
		return err
	}
	return t.follow(t.head.root, 0)
}

// page reads a page with what it goes on for. No page is part of two.
func (t *pageTree) page(id uint64) ([]byte, error) {
	var b [pageHeader]byte
	if id < 2 || id >= t.head.end {
		return nil, fmt.Errorf("a page %d is named, of %d", id, t.head.end)
	}
	if _, err := t.file.ReadAt(b[:], int64(id)*pageSize); err != nil {
		return nil, err
	}
	more := uint64(binary.LittleEndian.Uint32(b[12:]))
	if binary.LittleEndian.Uint64(b[:]) != id || id+more >= t.head.end {
		return nil, fmt.Errorf("page %d is not what it should be", id)
	}
	for n := id; n <= id+more; n++ {
		if t.seen[n] {
			return nil, fmt.Errorf("page %d stands in two places", n)
		}
		t.seen[n] = true
	}
	page := make([]byte, (more+1)*pageSize)
	_, err := t.file.ReadAt(page, int64(id)*pageSize)
	return page, err
}

func (t *pageTree) freelist() error {
	page, err := t.page(t.head.freelist)
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
		if id < 2 || id >= t.head.end || t.seen[id] {
			return fmt.Errorf("page %d cannot be free", id)
		}
		t.seen[id] = true
	}
	return nil
}

func (t *pageTree) follow(id uint64, depth int) error {
	page, err := t.page(id)
	if err != nil {
		return err
	}
	if err := t.elements(page, depth); err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	return nil
}

// elements checks what stands in a page, or in a bucket small enough to have
// its page within a value.
func (t *pageTree) elements(page []byte, depth int) error {
	flags, count := binary.LittleEndian.Uint16(page[8:]), int(binary.LittleEndian.Uint16(page[10:]))
	switch {
	case flags != branchPage && flags != leafPage:
		return fmt.Errorf("it is of kind %#x", flags)
	case count > (len(page)-pageHeader)/elementLength:
		return fmt.Errorf("it cannot have %d elements", count)
	case depth > mostDepth:
		return errors.New("it is too deep")
	}
	end := pageHeader + count*elementLength
	for n := range count {
		at := pageHeader + n*elementLength
		e := element{page: page, at: at, branch: flags == branchPage}
		if err := e.within(&end); err != nil {
			return err
		}
		var err error
		if e.branch {
			err = t.follow(binary.LittleEndian.Uint64(page[at+8:]), depth+1)
		} else {
			err = t.leaf(e, depth)
		}
		if err != nil {
			return err
		}
	}
	if count == 0 && slices.ContainsFunc(page[pageHeader:], func(b byte) bool { return b != 0 }) {
		return errors.New("it should be empty")
	}
	return nil
}

func (t *pageTree) leaf(e element, depth int) error {
	bucket := e.value
	if binary.LittleEndian.Uint32(e.page[e.at:])&bucketFlag == 0 || t.deep == 0 && t.skip != nil && t.skip(e.key) {
		return nil
	}
	if len(bucket) < bucketLength {
		return errors.New("a bucket in it is cut off")
	}
	t.deep++
	defer func() { t.deep-- }()
	if root := binary.LittleEndian.Uint64(bucket); root != 0 {
		return t.follow(root, depth+1)
	}
	if bucket = bucket[bucketLength:]; len(bucket) < pageHeader {
		return errors.New("a bucket in it is cut off")
	}
	return t.elements(bucket, depth+1)
}

// element is one of a page's elements, and what it points to.
type element struct {
	page       []byte
	at         int
	branch     bool
	key, value []byte
}

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
