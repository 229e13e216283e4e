package jetstream

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strconv"
	"sync"
	"time"
)

// Owner is the node that has a partition, by the engine's record. It may have
// died since.
type Owner struct {
	Node  string `json:"node"` // empty: given back to nobody
	Epoch uint64 `json:"epoch"`
}

// deed is an Owner and the sequence of its message, which the next one names.
type deed struct {
	Owner
	seq uint64
}

const (
	claimsAtOnce = 64
	handOver     = 300 * time.Millisecond // from the end of leases to the new owner, for what runs to end
	leaveWithin  = 5 * time.Second
)

// Owners returns who has which partition.
func (r *Relay) Owners(ctx context.Context) (map[uint16]Owner, error) {
	d := deeds{}
	if _, err := r.readDeeds(ctx, d, 0); err != nil {
		return nil, err
	}
	owners := make(map[uint16]Owner, len(d))
	for p, o := range d {
		owners[p] = o.Owner
	}
	return owners, nil
}

type deeds map[uint16]deed

// readDeeds adds what was written after the sequence from, and returns the last
// sequence.
func (r *Relay) readDeeds(ctx context.Context, d deeds, from uint64) (uint64, error) {
	all, err := r.pullAll(ctx, streamOwn, from+1)
	if err != nil {
		return from, err
	}
	for _, m := range all {
		var o Owner
		if err := json.Unmarshal(m.data, &o); err != nil {
			return from, fmt.Errorf("reading the owner in %s: %w", m.subject, err)
		}
		if p, ok := partOf(m.subject); ok && m.seq > d[p].seq {
			d[p] = deed{o, m.seq}
		}
		from = m.seq
	}
	return from, nil
}

// write puts an owner in place of a deed. The epoch grows by one.
func (r *Relay) write(ctx context.Context, part uint16, was deed, node string) (deed, error) {
	o := Owner{Node: node, Epoch: was.Epoch + 1}
	data, err := json.Marshal(o)
	if err != nil {
		return was, err
	}
	seq, err := r.publish(ctx, message(keyOwn+strconv.Itoa(int(part)), data, was.seq))
	return deed{o, seq}, err
}

// wanted is the node that is to have a partition: the one with the greatest hash
// of both, so that a node that comes or goes moves only its own share.
func wanted(nodes []string, part uint16) (best string) {
	var most uint64
	for _, n := range nodes {
		h := fnv.New64a()
		fmt.Fprintf(h, "%s/%d", n, part)
		if w := mix(h.Sum64()); w > most || best == "" {
			most, best = w, n
		}
	}
	return best
}

// mix spreads what differs in the low bits over all (the finalizer of
// splitmix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Own keeps this node's session and, with Options.Poll, its share of the
// partitions until ctx ends; then it gives all back, and returns nil. Partitions of a node
// whose session ran out are claimed, those that a joining node is to have are
// handed to it, after their leases ended.
//
// on is called with partitions that were claimed, by one goroutine, and may take
// its time: they are leased once it returned. Its ctx ends when they are lost.
func (r *Relay) Own(ctx context.Context, on func(ctx context.Context, gained []uint16)) error {
	if !r.enter() {
		return nil
	}
	defer r.work.Done()
	ctx, cancel := r.lives(ctx)
	defer cancel()
	s := &session{r: r, boot: rand.Text(), at: time.Now()}
	w := &steward{r: r, deeds: deeds{}}
	var group sync.WaitGroup
	group.Go(func() { s.keep(ctx) })
	group.Go(func() { w.rule(ctx) })
	group.Go(func() { r.tell(ctx, on) })
	group.Wait()
	defer r.tenure.stop()
	if r.crashed.Load() {
		return nil
	}
	last, done := context.WithTimeout(context.WithoutCancel(ctx), leaveWithin)
	defer done()
	if err := w.giveAll(last); err != nil {
		r.log.Warn("partitions are not given back; others take them when this node's session runs out", "err", err)
	}
	if err := s.leave(last); err != nil {
		r.log.Warn("this node's session is left to run out", "err", err)
	}
	return nil
}

// tell calls on with what was claimed, and then lets it be leased.
func (r *Relay) tell(ctx context.Context, on func(ctx context.Context, gained []uint16)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.tenure.news:
		}
		term, fresh := r.tenure.takeFresh()
		if len(fresh) == 0 {
			continue
		}
		gained := make([]uint16, len(fresh))
		for i, h := range fresh {
			gained[i] = h.part
		}
		if on != nil {
			both, done := context.WithCancel(ctx)
			stop := context.AfterFunc(term, done)
			on(both, gained)
			stop()
			done()
		}
		r.tenure.open(fresh)
	}
}
