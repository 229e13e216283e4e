package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
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
	seen []bool
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
	for n := range count {
		at := pageHeader + n*elementLength
		var err error
		if flags == branchPage {
			err = t.branch(page, at, depth)
		} else {
			err = t.leaf(page, at, depth)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *pageTree) branch(page []byte, at, depth int) error {
	e := page[at : at+elementLength]
	if _, err := within(page, at, binary.LittleEndian.Uint32(e), binary.LittleEndian.Uint32(e[4:])); err != nil {
		return err
	}
	return t.follow(binary.LittleEndian.Uint64(e[8:]), depth+1)
}

func (t *pageTree) leaf(page []byte, at, depth int) error {
	e := page[at : at+elementLength]
	pos, key, size := binary.LittleEndian.Uint32(e[4:]), binary.LittleEndian.Uint32(e[8:]), binary.LittleEndian.Uint32(e[12:])
	both, err := within(page, at, pos, key, size)
	if err != nil || binary.LittleEndian.Uint32(e)&bucketFlag == 0 {
		return err
	}
	bucket := both[key:]
	if len(bucket) < bucketLength {
		return errors.New("a bucket in it is cut off")
	}
	if root := binary.LittleEndian.Uint64(bucket); root != 0 {
		return t.follow(root, depth+1)
	}
	if bucket = bucket[bucketLength:]; len(bucket) < pageHeader {
		return errors.New("a bucket in it is cut off")
	}
	return t.elements(bucket, depth+1)
}

// within is what an element points to.
func within(page []byte, at int, pos uint32, lengths ...uint32) ([]byte, error) {
	begin := uint64(at) + uint64(pos)
	end := begin
	for _, n := range lengths {
		end += uint64(n)
	}
	if end > uint64(len(page)) {
		return nil, errors.New("an element in it points beyond it")
	}
	return page[begin:end], nil
}
