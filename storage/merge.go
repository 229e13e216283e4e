package storage

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// merged makes one segment of several, without the rows that are not live.
// The numbers of each follow those of the one before.
func merged(parts []*bbolt.Bucket, live func(row) bool) segment {
	var out segment
	var reels []*reel
	kept := uint32(0)
	for _, b := range parts {
		h := &reel{cursor: b.Cursor()}
		rows := find(b, keyRows)
		for n := range uint32(len(rows) / rowLength) {
			h.moved = append(h.moved, gone)
			if r := rowAt(rows, n); live(r) {
				h.moved[n] = kept
				out.rows = append(out.rows, r...)
				kept++
			}
		}
		h.seek()
		reels = append(reels, h)
	}
	var w blocks
	for key := least(reels); key != nil; key = least(reels) {
		key = bytes.Clone(key)
		var list []uint32
		for _, h := range reels {
			if bytes.Equal(h.key, key) {
				list = h.take(list)
			}
		}
		if len(list) > 0 {
			w.add(key, appendList(nil, list))
		}
	}
	out.blocks = w.done()
	return out
}

const gone = ^uint32(0)

// reel goes through a segment's terms in their order.
type reel struct {
	cursor *bbolt.Cursor
	moved  []uint32 // what becomes of each number
	field  byte
	key    []byte // field and term; nil at the end

	postings // of the block
}

// seek goes to the first term.
func (h *reel) seek() {
	k, v := h.cursor.Seek([]byte{keyRows[0] + 1})
	h.enter(k, v)
}

// enter takes the first term of a block.
func (h *reel) enter(k, v []byte) {
	if k == nil {
		h.key = nil
		return
	}
	h.field, h.postings = k[0], postingsOf(bare(k, v))
	h.step()
}

// step takes the next term.
func (h *reel) step() {
	if !h.next() {
		h.enter(h.cursor.Next())
		return
	}
	h.key = append(append(h.key[:0], h.field), h.term...)
}

// take adds the term's numbers, as they are now, and goes on.
func (h *reel) take(list []uint32) []uint32 {
	for n := range numbers(h.list) {
		if int(n) >= len(h.moved) {
			panic(fault{errSegment})
		}
		if to := h.moved[n]; to != gone {
			list = append(list, to)
		}
	}
	h.step()
	return list
}

// least is the first of the terms at which reels stand; nil: all have ended.
func least(reels []*reel) (key []byte) {
	for _, h := range reels {
		if h.key != nil && (key == nil || bytes.Compare(h.key, key) < 0) {
			key = h.key
		}
	}
	return key
}
