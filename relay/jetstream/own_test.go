package jetstream_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

// owning lets nodes own until they are stopped.
type owning struct {
	t      *testing.T
	c      *jetstreamtest.Cluster
	cancel []context.CancelFunc
	group  sync.WaitGroup
	mu     sync.Mutex
	gained map[int]int // partitions a node was told of
}

func own(t *testing.T, c *jetstreamtest.Cluster) *owning {
	o := &owning{t: t, c: c, cancel: make([]context.CancelFunc, len(c.Relays)), gained: make(map[int]int)}
	for i := range c.Relays {
		o.start(i)
	}
	t.Cleanup(func() {
		for i := range o.cancel {
			c.Kill(i)
			o.cancel[i]()
		}
		o.group.Wait()
	})
	return o
}

func (o *owning) start(i int) {
	ctx, cancel := context.WithCancel(context.Background())
	o.cancel[i] = cancel
	r := o.c.Relays[i]
	o.group.Go(func() {
		err := r.Own(ctx, func(_ context.Context, gained []uint16) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.gained[i] += len(gained)
		})
		if err != nil {
			o.t.Error(err)
		}
	})
}

// held are how many partitions each node leases; no partition is leased by two.
func (o *owning) held() (counts []int, all int) {
	o.t.Helper()
	by := make(map[uint16]int)
	counts = make([]int, len(o.c.Relays))
	for i, r := range o.c.Relays {
		if r == nil {
			continue
		}
		for p := range uint16(jetstream.Parts) {
			if _, _, ok := r.Lease(p); ok {
				if other, twice := by[p]; twice {
					o.t.Fatalf("partition %d is leased by %d and %d", p, other, i)
				}
				by[p] = i
				counts[i]++
				all++
			}
		}
	}
	return counts, all
}

// settle waits until all partitions are leased, and each of the nodes given has a
// fair share.
func (o *owning) settle(nodes ...int) time.Duration {
	o.t.Helper()
	began := time.Now()
	jetstreamtest.Eventually(o.t, func() error {
		counts, all := o.held()
		if all != jetstream.Parts {
			return fmt.Errorf("%d partitions are leased: %v", all, counts)
		}
		for _, n := range nodes {
			if fair := jetstream.Parts / len(nodes); counts[n] < fair*7/10 || counts[n] > fair*13/10 {
				return fmt.Errorf("shares are %v", counts)
			}
		}
		return nil
	})
	return time.Since(began)
}

func TestOwn(t *testing.T) {
	c := jetstreamtest.Founded(t, 3, nil)
	o := own(t, c)
	t.Log("first", o.settle(0, 1, 2))
	c.Kill(2)
	t.Log("taken over", o.settle(0, 1))
	c.Restart(2)
	o.start(2)
	t.Log("handed over", o.settle(0, 1, 2))
	o.cancel[1]()
	t.Log("given back", o.settle(0, 2))
}

// Nodes without an engine poll; the engine has no leader for longer than a
// session lasts. All leases end, and then the partitions are where they were.
func TestEngineWithoutLeader(t *testing.T) {
	c := jetstreamtest.Founded(t, 5, func(i int, o *jetstream.Options) {
		o.Engine.Peers = o.Engine.Peers[:3]
		o.Engine.Store, o.Poll, o.Replicas = i < 3, i >= 3, 3
	})
	o := own(t, c)
	o.settle(3, 4)
	before := owners(t, c.Relays[3])
	held, _ := o.held()
	for i := range 2 {
		o.cancelKilled(i)
	}
	jetstreamtest.Eventually(t, func() error {
		if counts, all := o.held(); all > 0 {
			return fmt.Errorf("leases are held still: %v", counts)
		}
		return nil
	})
	<-c.Relays[3].Lost()
	time.Sleep(2 * c.Options[0].SessionTTL)
	for i := range 2 {
		c.Restart(i)
		o.start(i)
	}
	t.Log("held again", o.settle(3, 4))
	after := owners(t, c.Relays[4])
	for p, was := range before {
		if after[p].Node != was.Node || after[p].Epoch <= was.Epoch {
			t.Errorf("partition %d was %v and is %v", p, was, after[p])
		}
	}
	if now, _ := o.held(); now[3] != held[3] || now[4] != held[4] {
		t.Errorf("shares were %v and are %v", held, now)
	}
}

// cancelKilled kills a node and waits for nothing of it.
func (o *owning) cancelKilled(i int) {
	o.c.Kill(i)
	o.cancel[i]()
}

func owners(t *testing.T, r *jetstream.Relay) map[uint16]jetstream.Owner {
	t.Helper()
	all, err := r.Owners(t.Context())
	if err != nil || len(all) != jetstream.Parts {
		t.Fatal(len(all), err)
	}
	return all
}

// What was claimed is leased only after the node caught up, and at once not when
// it is lost meanwhile.
func TestCatchUpBeforeLease(t *testing.T) {
	c := jetstreamtest.Founded(t, 1, func(_ int, o *jetstream.Options) { o.SessionTTL = 20 * time.Second })
	r := c.Relays[0]
	told, goOn := make(chan int, jetstream.Parts), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- r.Own(ctx, func(_ context.Context, gained []uint16) {
			told <- len(gained)
			<-goOn
		})
	}()
	if <-told == 0 { // all of them, where the engine is not kept from answering
		t.Error("no partition is gained")
	}
	if _, _, ok := r.Lease(7); ok {
		t.Error("a partition is leased before the node caught up")
	}
	close(goOn)
	var lease context.Context
	jetstreamtest.Eventually(t, func() error {
		l, epoch, ok := r.Lease(7)
		if !ok || epoch != 1 {
			return fmt.Errorf("partition 7 is leased: %v, of epoch %d", ok, epoch)
		}
		lease = l
		return nil
	})
	if r.LeaseAt(7, time.Now().Add(time.Minute)) || r.LeaseAt(7, time.Now().Add(time.Minute).Round(0)) {
		t.Error("a lease outlives its session")
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	<-lease.Done()
	if _, _, ok := r.Lease(7); ok {
		t.Error("a partition is leased after the end")
	}
	all := owners(t, r)
	if all[7] != (jetstream.Owner{Epoch: 2}) {
		t.Errorf("partition 7 was left to %v", all[7])
	}
	if sessions, err := r.Sessions(t.Context()); len(sessions) != 0 || err != nil {
		t.Errorf("sessions are left: %v, %v", sessions, err)
	}
}

// Each node has a fair share, and one that goes moves only its own.
func TestWanted(t *testing.T) {
	nodes := []string{"news-1", "news-2", "news-3", "news-4"}
	counts := make(map[string]int)
	for p := range uint16(jetstream.Parts) {
		was, is := jetstream.Wanted(nodes, p), jetstream.Wanted(nodes[:3], p)
		counts[was]++
		if was != "news-4" && was != is {
			t.Errorf("partition %d goes from %s to %s when news-4 goes", p, was, is)
		}
	}
	for _, n := range nodes {
		if counts[n] < 200 || counts[n] > 312 {
			t.Errorf("%s has %d partitions", n, counts[n])
		}
	}
	if got := jetstream.Wanted(nil, 1); got != "" {
		t.Errorf("without nodes %q is wanted", got)
	}
}
