package cluster

import (
	"context"
	"errors"
	"sync"
	"time"

	"chinanews/news"
)

// Status is how a node stands among the others, as of the last look at them.
type Status struct {
	Node  string
	Ruler string // that is to; empty: none that is there
	Rules bool   // this node rules, has caught up, and goes by what is published
	Parts int    // that it polls

	Tip              uint64    // position of its last record
	Seq, Head        uint64    // of the log: followed, and where it ends
	State, StateHead uint64    // likewise, of what is remembered
	Heard, Looked    time.Time // when something last came; when the others were last seen
	Trouble          string    // what last failed, and when
	Troubled         time.Time
	Stopped          error     // it follows and polls no more; errors.Is tells why
	Refused          error     // likewise, why its record takes nothing; it is tried again
	Unable           error     // why it cannot do what its partitions ask for, ruling above all; likewise
	Unruled          time.Time // when the first record came that waits for a ruling; zero: none does
}

// Lag is how many messages of the log were not followed yet.
func (s Status) Lag() uint64 { return behind(s.Seq, s.Head) }

// StateLag is how many cells were not.
func (s Status) StateLag() uint64 { return behind(s.State, s.StateHead) }

func behind(at, head uint64) uint64 { return max(at, head) - at }

// sight is what was last seen of the others.
type sight struct {
	mu sync.Mutex
	Status
	asked  time.Time            // who rules
	logged map[string]time.Time // trouble, by what it was
}

func (s *sight) note(head, state uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Head, s.StateHead, s.Looked = head, state, time.Now()
}

// ruled notes who rules.
func (s *sight) ruled(node string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Ruler, s.asked = node, time.Now()
}

// stale reports whether it is to be asked anew who rules.
func (s *sight) stale() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.asked) >= 5*time.Second
}

// trouble notes what failed and will be tried again. The log hears of one kind of
// it once a minute.
func (n *Node) trouble(what string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	if n.seen.trouble(what, err) {
		n.Log.Warn("something that nodes share failed, and is tried again", "what", what, "err", err)
	}
}

// trouble reports whether it is news.
func (s *sight) trouble(what string, err error) (fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if fresh = now.Sub(s.logged[what]) >= time.Minute; fresh {
		s.logged[what] = now
	}
	s.Trouble, s.Troubled = what+": "+err.Error(), now
	return fresh
}

// Status is how this node stands. It asks nobody; the error is a broken store.
func (n *Node) Status() (Status, error) {
	n.seen.mu.Lock()
	s := n.seen.Status
	n.seen.mu.Unlock()
	at := n.along.snapshot()
	s.Node, s.Rules = n.Node, n.Rules()
	s.Seq, s.State, s.Heard, s.Stopped = at.seq, at.state, at.last, at.over
	s.Refused, s.Unable = n.refused.why(), n.unable.why()
	for part := range news.Parts {
		if _, ok := n.Lease(uint16(part)); ok {
			s.Parts++
		}
	}
	tip, err := n.Store.Tip()
	if s.Tip = tip.Pos; err == nil {
		s.Unruled, err = n.Store.Unruled()
	}
	return s, err
}
