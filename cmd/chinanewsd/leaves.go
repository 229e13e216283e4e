package main

import (
	"net/http"
	"sync"
)

// mostLeaves bounds the documents of archives that are held, in bytes as they
// are uncompressed.
const mostLeaves = 16 << 20

// leaves are documents of archives that were asked for lately: an address has
// the same bytes for ever. They are safe for concurrent use.
type leaves struct {
	turn chan struct{} // of whoever makes one

	mu   sync.Mutex
	made map[shelfmark]leaf

	most, size int // bytes, uncompressed
}

type leaf struct {
	http.Handler
	size int
}

func newLeaves() *leaves {
	return &leaves{turn: make(chan struct{}, 1), made: make(map[shelfmark]leaf), most: cached(mostLeaves, ordered)}
}

// held is a document, nil when it has to be made.
func (l *leaves) held(m shelfmark) http.Handler {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.made[m].Handler
}

// keep holds a document; all others go when there are too many.
func (l *leaves) keep(m shelfmark, h http.Handler, size int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size += size - l.made[m].size; l.size > l.most {
		clear(l.made)
		l.size = size
	}
	l.made[m] = leaf{h, size}
}

// drop forgets a document that is not today's.
func (l *leaves) drop(m shelfmark) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.size -= l.made[m].size
	delete(l.made, m)
}
