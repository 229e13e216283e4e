package cluster

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
)

// sea is what some nodes share, in memory, and everything that can befall it.
type sea struct {
	mu       sync.Mutex
	moved    chan struct{} // closed and replaced with every change
	charter  jetstream.Charter
	messages []jetstream.Message // in order, from sequence first
	first    uint64
	cells    []cellAt // one a key, in order
	stated   uint64
	held     map[uint16]holding
	there    map[string]bool // nodes that own

	delay  time.Duration                                    // before a message reaches a follower
	append func(node string, line jetstream.Line) appending // what becomes of an append; nil: all goes well
}

type cellAt struct {
	seq  uint64
	cell news.Cell
}

// holding is a partition in somebody's hands.
type holding struct {
	jetstream.Owner
	lease context.Context // nil: its holder has not caught up yet
	end   context.CancelFunc
}

// appending is what becomes of an append.
type appending struct {
	refuse error // it is not made
	lose   error // it is made, and this is answered
	then   func()
}

func newSea() *sea {
	return &sea{moved: make(chan struct{}), first: 1, held: make(map[uint16]holding), there: make(map[string]bool)}
}

// change changes the sea and wakes who waits for that.
func (s *sea) change(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
	close(s.moved)
	s.moved = make(chan struct{})
}

// port is a node's way to the sea.
type port struct {
	*sea
	node string
	lost chan struct{}

	cut    chan struct{}   // closed by sever; guarded by sea.mu
	undead context.Context // a lease that the node thinks it has of everything; likewise
}

func (s *sea) port(node string) *port {
	return &port{sea: s, node: node, lost: make(chan struct{}, 1), cut: make(chan struct{})}
}

// sever has a node neither hear nor be heard, until mend.
func (p *port) sever() { p.change(func() { close(p.cut); delete(p.there, p.node) }) }
func (p *port) mend()  { p.change(func() { p.cut = make(chan struct{}); p.there[p.node] = true }) }

// reach is an error while the node is cut off.
func (p *port) reach(ctx context.Context) error {
	p.mu.Lock()
	cut := p.cut
	p.mu.Unlock()
	select {
	case <-cut:
		pause(ctx, 100*time.Millisecond) // nobody answers at once that nobody answers
		return jetstream.ErrUnavailable
	default:
		return ctx.Err()
	}
}

func (s *sea) lastOf(line jetstream.Line) (seq uint64, id [16]byte) {
	for _, m := range slices.Backward(s.messages) {
		if m.Line == line {
			return m.Seq, m.ID
		}
	}
	return 0, id
}

func (s *sea) head() uint64 { return s.first + uint64(len(s.messages)) - 1 }

func (p *port) Append(ctx context.Context, line jetstream.Line, id [16]byte, data []byte, after uint64) (seq uint64, err error) {
	return p.AppendAll(ctx, line, []jetstream.Entry{{ID: id, Data: data}}, after)
}

func (p *port) AppendAll(ctx context.Context, line jetstream.Line, list []jetstream.Entry, after uint64) (seq uint64, err error) {
	if err := p.reach(ctx); err != nil {
		return 0, err
	}
	var fate appending
	p.mu.Lock()
	decide := p.append
	p.mu.Unlock()
	if decide != nil {
		fate = decide(p.node, line)
	}
	if fate.refuse != nil {
		return 0, fate.refuse
	}
	p.change(func() {
		if last, _ := p.lastOf(line); last != after {
			err = jetstream.ErrFenced
			return
		}
		for _, e := range list {
			seq = p.head() + 1
			p.messages = append(p.messages, jetstream.Message{Seq: seq, At: time.Now(), Line: line, ID: e.ID, Data: bytes.Clone(e.Data)})
		}
	})
	if err == nil && fate.then != nil {
		fate.then()
	}
	if err == nil && fate.lose != nil {
		return 0, fate.lose
	}
	return seq, err
}

func (p *port) Last(ctx context.Context, line jetstream.Line) (seq uint64, id [16]byte, err error) {
	if err := p.reach(ctx); err != nil {
		return 0, id, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	seq, id = p.lastOf(line)
	return seq, id, nil
}

func (p *port) Head(ctx context.Context) (first, last uint64, err error) {
	if err := p.reach(ctx); err != nil {
		return 0, 0, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.first, p.head(), nil
}

func (p *port) Charter(ctx context.Context) (jetstream.Charter, error) {
	err := p.reach(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.charter, err
}

func (p *port) Follow(ctx context.Context, from uint64, do func([]jetstream.Message) error) error {
	for {
		p.mu.Lock()
		moved, first, head, delay := p.moved, p.first, p.head(), p.delay
		var next []jetstream.Message
		if from+1 >= first && from < head {
			next = slices.Clone(p.messages[from+1-first:])
		}
		p.mu.Unlock()
		switch {
		case first > from+1:
			return jetstream.ErrHole
		case head < from:
			return jetstream.ErrRewound
		case len(next) == 0:
			select {
			case <-ctx.Done():
				return nil
			case <-moved:
			}
			continue
		}
		pause(ctx, time.Until(next[0].At.Add(delay)))
		if err := p.reach(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			continue // it waits for better times
		}
		next = next[:min(len(next), 1+int(next[0].Seq%7))] // groups of several sizes
		if err := do(next); err != nil {
			return err
		}
		from = next[len(next)-1].Seq
	}
}

// Share keeps cells, one after the other.
func (p *port) Share(ctx context.Context, cells []news.Cell) error {
	if err := p.reach(ctx); err != nil {
		return err
	}
	p.change(func() {
		for _, c := range cells {
			p.cells = slices.DeleteFunc(p.cells, func(o cellAt) bool { return o.cell.Bucket == c.Bucket && bytes.Equal(o.cell.Key, c.Key) })
			p.stated++
			p.cells = append(p.cells, cellAt{p.stated, c})
		}
	})
	return nil
}

func (p *port) StateHead(ctx context.Context) (uint64, error) {
	if err := p.reach(ctx); err != nil {
		return 0, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stated, nil
}

func (p *port) FollowState(ctx context.Context, from uint64, do func(cells []news.Cell, upto uint64) error) error {
	for {
		p.mu.Lock()
		moved, upto := p.moved, p.stated
		var next []news.Cell
		for _, c := range p.cells {
			if c.seq > from {
				next = append(next, c.cell)
			}
		}
		p.mu.Unlock()
		switch err := p.reach(ctx); {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			continue
		case upto < from:
			return jetstream.ErrRewound
		case upto == from:
			select {
			case <-ctx.Done():
				return nil
			case <-moved:
			}
			continue
		}
		if err := do(next, upto); err != nil {
			return err
		}
		from = upto
	}
}

// Own has what the test gives to the node be its own once on has returned.
func (p *port) Own(ctx context.Context, on func(context.Context, []uint16)) error {
	defer p.change(func() { p.drop(func(uint16) bool { return true }); delete(p.there, p.node) })
	p.change(func() { p.there[p.node] = true })
	for {
		p.mu.Lock()
		moved := p.moved
		var gained []uint16
		for part, h := range p.held {
			if h.Node == p.node && h.lease == nil {
				gained = append(gained, part)
			}
		}
		p.mu.Unlock()
		if len(gained) == 0 || ctx.Err() != nil {
			select {
			case <-ctx.Done():
				return nil
			case <-moved:
			}
			continue
		}
		on(ctx, gained)
		p.change(func() { p.hold(ctx, gained) })
	}
}

// hold makes partitions that were given to the node held.
func (p *port) hold(ctx context.Context, parts []uint16) {
	for _, part := range parts {
		if h, ok := p.held[part]; ok && h.Node == p.node && ctx.Err() == nil {
			h.lease, h.end = context.WithCancel(context.Background())
			p.held[part] = h
		}
	}
}

// drop ends leases of the node.
func (p *port) drop(which func(uint16) bool) {
	for part, h := range p.held {
		if h.Node == p.node && which(part) {
			if h.end != nil {
				h.end()
			}
			delete(p.held, part)
		}
	}
	select {
	case p.lost <- struct{}{}:
	default:
	}
}

func (p *port) Lease(part uint16) (context.Context, uint64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.undead != nil {
		return p.undead, 1, true
	}
	h, ok := p.held[part]
	if !ok || h.Node != p.node || h.lease == nil {
		return nil, 0, false
	}
	return h.lease, h.Epoch, true
}

func (p *port) Lost() <-chan struct{} { return p.lost }

func (p *port) Owners(ctx context.Context) (map[uint16]jetstream.Owner, error) {
	if err := p.reach(ctx); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	owners := make(map[uint16]jetstream.Owner)
	for part, h := range maps.All(p.held) {
		owners[part] = h.Owner
	}
	return owners, nil
}

func (p *port) Sessions(ctx context.Context) (all []jetstream.Session, err error) {
	if err := p.reach(ctx); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for node := range p.there {
		all = append(all, jetstream.Session{Node: node})
	}
	return all, nil
}

// give gives a partition to a node, and takes it from who has it.
func (p *port) give(parts ...uint16) {
	p.change(func() {
		for _, part := range parts {
			before := p.held[part]
			if before.end != nil {
				before.end()
			}
			p.held[part] = holding{Owner: jetstream.Owner{Node: p.node, Epoch: before.Epoch + 1}}
		}
	})
}
