package jetstream

import (
	"context"
	"sync"
	"time"
)

// margin is how long before its session may run out a node lets go.
const margin = 500 * time.Millisecond

// tenure is which partitions this node holds, and until when.
type tenure struct {
	mu    sync.Mutex
	term  context.Context // ends when the session may have run out; nil: no session
	end   context.CancelFunc
	began time.Time // of the term
	until time.Time // end of the term, as the last renewal has it
	timer *time.Timer
	held  map[uint16]*tenancy
	fresh []*tenancy    // claimed, and not told of yet
	news  chan struct{} // signalled when there are fresh ones
	lost  chan struct{} // signalled when leases ended
}

// tenancy is a partition that this node claimed.
type tenancy struct {
	part   uint16
	epoch  uint64
	seq    uint64 // of the claim
	open   bool   // what it needs is there: it may be leased
	lease  context.Context
	cancel context.CancelFunc
}

func (t *tenure) init() {
	t.held = make(map[uint16]*tenancy)
	t.news, t.lost = make(chan struct{}, 1), make(chan struct{}, 1)
}

// Lease returns the lease of a partition that this node holds, and its epoch,
// which grows with each owner. It ends when the partition is lost, or may be: half
// a second before the session can run out, by this machine's monotonic and wall
// clocks. It asks nobody.
func (r *Relay) Lease(part uint16) (lease context.Context, epoch uint64, ok bool) {
	return r.tenure.leaseOf(part, time.Now())
}

// Lost is signalled when leases ended. It holds one signal.
func (r *Relay) Lost() <-chan struct{} { return r.tenure.lost }

func (t *tenure) leaseOf(part uint16, now time.Time) (context.Context, uint64, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h, ok := t.held[part]
	if !ok || !h.open || !t.runs(now) {
		return nil, 0, false
	}
	return h.lease, h.epoch, true
}

// runs reports whether the term has not ended. The monotonic clock stands still
// while a virtual machine is suspended, the wall clock can be set: both must say
// so.
func (t *tenure) runs(now time.Time) bool {
	return t.term != nil && now.Before(t.until) && now.Round(0).Before(t.until.Round(0))
}

// extend lets the term last until the time given; it begins one when there is
// none.
func (t *tenure) extend(until time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if t.term != nil && !t.runs(now) {
		t.lapse()
	}
	if !now.Before(until) {
		return
	}
	if t.term == nil {
		t.term, t.end = context.WithCancel(context.Background())
		t.began = now
	}
	t.until = until
	if t.timer == nil {
		t.timer = time.AfterFunc(until.Sub(now), t.expire)
	} else {
		t.timer.Reset(until.Sub(now))
	}
}

// expire ends the term if its time has come.
func (t *tenure) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.term != nil && !t.runs(time.Now()) {
		t.lapse()
	}
}

// stop ends the term now.
func (t *tenure) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
	t.lapse()
}

// lapse ends all leases. The caller holds the mutex.
func (t *tenure) lapse() {
	if t.term == nil {
		return
	}
	t.end()
	t.term = nil
	t.fresh = nil
	if len(t.held) > 0 {
		clear(t.held)
		signal(t.lost)
	}
}

func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// current returns the term, if one runs, and when it began.
func (t *tenure) current() (term context.Context, began time.Time, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.term, t.began, t.runs(time.Now())
}

// claimed notes partitions that were claimed in a term. Those of a term that
// ended meanwhile are not held.
func (t *tenure) claimed(term context.Context, all []*tenancy) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if term != t.term || len(all) == 0 {
		return
	}
	for _, h := range all {
		h.lease, h.cancel = context.WithCancel(term)
		t.held[h.part] = h
	}
	t.fresh = append(t.fresh, all...)
	signal(t.news)
}

// takeFresh returns what was claimed and not told of yet.
func (t *tenure) takeFresh() (term context.Context, fresh []*tenancy) {
	t.mu.Lock()
	defer t.mu.Unlock()
	term, fresh = t.term, t.fresh
	t.fresh = nil
	return term, fresh
}

// open lets partitions be leased, if they are held still.
func (t *tenure) open(all []*tenancy) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, h := range all {
		h.open = t.held[h.part] == h
	}
}

// drop ends leases of single partitions.
func (t *tenure) drop(parts []uint16) (dropped int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range parts {
		if h, ok := t.held[p]; ok {
			h.cancel()
			delete(t.held, p)
			dropped++
		}
	}
	if dropped > 0 {
		signal(t.lost)
	}
	return dropped
}

// claim returns the sequence of the claim of a partition that is held; 0: it is
// not.
func (t *tenure) claim(part uint16) uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if h, ok := t.held[part]; ok {
		return h.seq
	}
	return 0
}
