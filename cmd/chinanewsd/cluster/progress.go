package cluster

import (
	"context"
	"sync"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// progress is how far a node has followed, and what it waits for on the way.
type progress struct {
	mu    sync.Mutex
	moved chan struct{} // closed and replaced with every change
	position
	loose []*wait   // that ended before it was known what became of them, oldest first
	last  time.Time // when something came
}

// position is where a node is. It is read under progress.mu.
type position struct {
	ready      bool // the others are known
	base       uint64
	seq, state uint64                    // followed
	lines      map[jetstream.Line]uint64 // last sequence followed, by line
	ruled      uint64                    // everything up to there was ruled on, as far as it asked for it
	waits      map[*wait]bool            // some may be for one id
	over       error                     // nothing comes any more
}

// wait is a message of this node's on its way. It is read under progress.mu.
type wait struct {
	id        news.BatchID
	captures  []news.Capture
	loose     bool             // nobody waits any more
	followed  storage.Followed // Pos is 0 until it was
	rulingPos uint64
	ruling    news.Ruling
}

// loosest is how many captures are kept for messages of which nobody knows
// whether they were appended.
const loosest = 64

func newProgress() *progress {
	return &progress{moved: make(chan struct{}), position: position{lines: make(map[jetstream.Line]uint64), waits: make(map[*wait]bool)}}
}

// change changes the position and wakes who waits.
func (p *progress) change(do func(*position)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do(&p.position)
	close(p.moved)
	p.moved = make(chan struct{})
}

func (p *progress) begin(at storage.Cursor) {
	p.change(func(p *position) { p.ready, p.base, p.seq, p.state = true, at.Base, at.Seq, at.State })
}

// end has nothing waited for any more. The first reason stands.
func (p *progress) end(err error) {
	p.change(func(p *position) {
		if p.over == nil {
			p.over = err
		}
	})
}

func (p *progress) over() error { return p.snapshot().over }

// snapshot is how far a node has come.
type snapshot struct {
	seq, state uint64
	last       time.Time
	over       error
}

func (p *progress) snapshot() snapshot {
	p.mu.Lock()
	defer p.mu.Unlock()
	return snapshot{p.seq, p.state, p.last, p.position.over}
}

// moving is closed with the next change.
func (p *progress) moving() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.moved
}

// until waits until something is so.
func (p *progress) until(ctx context.Context, so func(*position) bool) error {
	for {
		p.mu.Lock()
		over, is, moved := p.position.over, p.ready && so(&p.position), p.moved
		p.mu.Unlock()
		switch {
		case is:
			return nil
		case over != nil:
			return over
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-moved:
		}
	}
}

// reach waits until a message was followed.
func (p *progress) reach(ctx context.Context, seq uint64) error {
	return p.until(ctx, func(p *position) bool { return p.seq >= seq })
}

// expect waits for a message before it is appended, so that it is not missed.
// end is called when nobody waits any more; unsure says that it may come still.
func (p *progress) expect(id news.BatchID, captures []news.Capture) (w *wait, end func(unsure bool)) {
	w = &wait{id: id, captures: captures}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waits[w] = true
	return w, func(unsure bool) { p.forget(w, unsure) }
}

func (p *progress) forget(w *wait, unsure bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !unsure || w.followed.Pos > 0 || len(w.captures) == 0 {
		delete(p.waits, w)
		return
	}
	w.loose = true
	if p.loose = append(p.loose, w); len(p.loose) > loosest {
		delete(p.waits, p.loose[0])
		p.loose = p.loose[1:]
	}
}

// captures are those of a batch that this node appended.
func (p *progress) captures(id news.BatchID) []news.Capture {
	p.mu.Lock()
	defer p.mu.Unlock()
	for w := range p.waits {
		if w.id == id && len(w.captures) > 0 {
			return w.captures
		}
	}
	return nil
}

// read is a wait as it is now, and whether it was ruled on.
func (p *progress) read(w *wait) (seen wait, ruled bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return *w, p.covers(w)
}

// covers reports whether what w waits for has been answered.
func (p *position) covers(w *wait) bool {
	return w.followed.Pos > 0 && (w.followed.Duplicate || p.ruled >= w.followed.Pos)
}

// followed notes what was followed.
func (p *progress) followed(messages []jetstream.Message, done []storage.Followed) {
	p.mu.Lock()
	p.last = time.Now()
	p.mu.Unlock()
	p.change(func(p *position) {
		for i, m := range messages {
			p.seq, p.lines[m.Line] = m.Seq, m.Seq
			p.note(news.BatchID(m.ID), done[i])
		}
	})
}

// note tells who waits for a message, or for a ruling on one, that it is there.
func (p *position) note(id news.BatchID, f storage.Followed) {
	on := f.Ruling != nil && f.Through > 0
	if on {
		p.ruled = max(p.ruled, f.Through)
	}
	for w := range p.waits {
		switch {
		case w.id == id && w.followed.Pos == 0:
			if w.followed = f; w.loose {
				delete(p.waits, w)
			}
		case on && w.followed.Pos == f.Through && !w.followed.Duplicate:
			w.rulingPos, w.ruling = f.Pos, *f.Ruling
		}
	}
}

// learn notes where a line ends for the engine, when all that was said on it up
// to now was followed.
func (p *progress) learn(line jetstream.Line, seq uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines[line] = seq
}
