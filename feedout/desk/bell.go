package desk

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// What a Bell is rung for.
const (
	BellQueue  = "queue"  // a ruling or an act may have changed what waits
	BellSource = "source" // a source's condition is another
	BellPeople = "people" // somebody signed out
)

// Bell tells open pages that something changed. It is safe for concurrent use;
// of a nil one nobody hears.
type Bell struct {
	mu     sync.Mutex // guards what follows, and what ears have heard
	ears   map[*ear]bool
	users  map[string]int
	rung   map[string]bool // what for, since the last stroke
	struck uint64          // strokes so far
	closed chan struct{}
}

// ear is a page that listens.
type ear struct {
	rung  chan struct{}
	heard map[string]bool // guarded by the bell's mu
}

// NewBell makes a bell. It must be closed for its listeners to go.
func NewBell() *Bell {
	return &Bell{ears: make(map[*ear]bool), users: make(map[string]int), rung: make(map[string]bool), closed: make(chan struct{})}
}

// settle is how long a bell that is rung waits for more before it strikes.
const settle = 300 * time.Millisecond

// Ring tells who listens, all at the same moment, a little later. It does not
// wait for them: what was rung several times meanwhile they hear once.
func (b *Bell) Ring(what string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.rung) == 0 {
		time.AfterFunc(settle, b.strike)
	}
	b.rung[what] = true
}

// strike lets all hear what was rung for.
func (b *Bell) strike() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.struck++
	for e := range b.ears {
		maps.Copy(e.heard, b.rung)
		select {
		case e.rung <- struct{}{}:
		default:
		}
	}
	clear(b.rung)
}

// strokes are how often the bell has struck.
func (b *Bell) strokes() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.struck
}

// Close sends all listeners away, for good. It must be called once.
func (b *Bell) Close() { close(b.closed) }

// mostEars bounds how many pages of a user listen at once.
const mostEars = 20

// listen adds an ear; nil: the user has too many. leave takes it away.
func (b *Bell) listen(user string) *ear {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.users[user] >= mostEars {
		return nil
	}
	b.users[user]++
	e := &ear{make(chan struct{}, 1), make(map[string]bool)}
	b.ears[e] = true
	return e
}

func (b *Bell) leave(e *ear, user string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.ears, e)
	if b.users[user]--; b.users[user] == 0 {
		delete(b.users, user)
	}
}

// heard is what was rung since it was last asked.
func (b *Bell) heard(e *ear) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := slices.Sorted(maps.Keys(e.heard))
	clear(e.heard)
	return list
}
