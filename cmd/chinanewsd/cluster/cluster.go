// Package cluster joins a record with what nodes share: it has the record
// follow one log, says there what this node would record, and waits until that
// was ruled on. One node at a time rules: the one that has partition 0.
//
// A node that does not rule decides nothing. What it says is a draft, made of
// the record as it is here; what it means is in the ruling, which every node
// follows in the same order. So an answer may be appended twice by two nodes,
// and makes one item.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"chinanews/news"
	"chinanews/storage"
)

// Errors that callers ask for. Each comes wrapped in words that say what to do.
var (
	// ErrNotRuler is that another node rules, or none does.
	ErrNotRuler = errors.New("this node does not rule")
	// ErrOther is that the cluster's configuration is another than was asked
	// for, and cannot be changed here.
	ErrOther = errors.New("the configuration is another than the cluster's")
	// ErrUnruled is that an act is recorded and nobody has ruled on it yet. Its
	// effect follows by itself.
	ErrUnruled = errors.New("it is recorded, and has its effect when a node rules again")
	// ErrStopped is that the node follows the log no more.
	ErrStopped = errors.New("this node follows the log no more")
	// ErrWaits is that the node has not begun to follow.
	ErrWaits = errors.New("this node waits to follow the log, and records nothing yet")
	// ErrReplaced is that the cluster was founded anew: the record of this node
	// needs a snapshot of another's.
	ErrReplaced = errors.New("the cluster was founded anew")
)

// patience is how long a ruling is waited for: a ruler that died is replaced
// sooner.
const patience = 20 * time.Second

// again is the pause before something that failed is tried anew.
const again = time.Second

// Options are what a node works with.
type Options struct {
	Node  string
	Store *storage.Store
	Relay Relay
	// Judge decides where this node rules. It is pure, and must not wait for
	// what waits for this node: least of all for Configure.
	Judge storage.Judge
	// Abreast reports whether Judge goes by the last configuration that was
	// followed; as long as it does not, nothing is ruled on, and a node that was to
	// rule leaves that to another in the end. It is asked before each ruling. nil:
	// it always does.
	Abreast func() bool
	// Pending are the tasks that an item should have. Pure.
	Pending func(*storage.Ledger, news.Item) []news.Task
	// Took is called when partitions were gained and the record has what was
	// said of them before; they are polled once it has returned. An error has it
	// called again.
	Took func(parts []uint16) error
	// Lost is called when partitions were lost; what was asked under their
	// leases has ended with these.
	Lost func()
	// Heard is called after something was followed, its own too. It must not
	// block, nor call the node.
	Heard func(Heard)
	Log   *slog.Logger
}

// Heard is what has come in, and is in the record now.
type Heard struct {
	Ruled  bool // there is a ruling
	Config bool // the publication is another
	Tasks  []news.Task
	Done   []news.Task // what is known of them is their name, and what that has in it
	Polls  []news.FetchState
	Hosts  []news.HostState
	Hub    bool // subscriptions came or went
}

// Node is one node's part in a cluster. It is safe for concurrent use; what it
// is asked waits for Run, acts for no longer than patience.
type Node struct {
	Options
	made    time.Time
	along   *progress
	follow  func(context.Context, []storage.Said, func(news.BatchID) []news.Capture) ([]storage.Followed, error) // the store's; tests have it fail
	locks   locks
	motions chan *motion  // taken by the ruler
	rules   atomic.Bool   // this node rules, has caught up, and is abreast
	resign  chan struct{} // closed by halt
	halting sync.Once
	refused spell // the record takes nothing
	unable  spell // what partitions ask for, ruling above all, fails
	stuck   stuck // of ruling
	seen    sight
	noted   time.Time // when the record was whole, as it noted last; like sounded owned by watch
	sounded sounding  // that is to be reached for the next note; zero: none is
}

// New makes a node of a record and a relay. Run has it work.
func New(o Options) *Node {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Node{Options: o, made: time.Now(), along: newProgress(), follow: o.Store.Follow, locks: newLocks(), motions: make(chan *motion), resign: make(chan struct{}),
		seen: sight{logged: make(map[string]time.Time)}}
}

// Run follows, claims partitions and rules, until ctx ends (nil) or the record
// needs a snapshot of another node's: jetstream.ErrHole, storage.ErrGap,
// ErrReplaced. A log that was rewound, or says another thing than the record,
// ends following and polling only: what is there is served, and Status says
// why. Run waits for what it started.
func (n *Node) Run(ctx context.Context) error {
	at, err := n.Store.Cursor()
	if err != nil {
		return err
	}
	defer n.along.end(fmt.Errorf("%w: it was stopped", ErrStopped))
	if err := n.admit(ctx, at.Incarnation); err != nil {
		return err
	}
	n.along.begin(at)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return n.followLog(ctx) })
	g.Go(func() error { return n.followState(ctx) })
	g.Go(func() error { return n.own(ctx) })
	g.Go(func() error { return n.ruling(ctx) })
	g.Go(func() error { return n.watch(ctx, at.Incarnation) })
	return g.Wait()
}

// begun waits for Run to follow, which it soon does where nothing is wrong: who
// asks when that is over is refused at once.
func (n *Node) begun(ctx context.Context) error {
	within, cancel := context.WithDeadline(ctx, n.made.Add(patience))
	defer cancel()
	err := n.along.reach(within, 0)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return ErrWaits
	}
	return err
}

// admit waits until it is known that the log is the one that the record follows:
// the messages of another have the same numbers.
func (n *Node) admit(ctx context.Context, incarnation string) (err error) {
	n.persist(ctx, "asking which log the cluster has", func() error {
		c, unknown := n.Relay.Charter(ctx)
		if unknown == nil && c.Incarnation != incarnation {
			err = fmt.Errorf("%w, as %s, and the record is of %s", ErrReplaced, c.Incarnation, incarnation)
		}
		return unknown
	})
	return err
}

// persist does something until it succeeds or ctx ends.
func (n *Node) persist(ctx context.Context, what string, do func() error) error {
	for {
		err := do()
		if err == nil || ctx.Err() != nil {
			return nil
		}
		n.trouble(what, err)
		pause(ctx, again)
	}
}

// catchUp waits until log and state were followed to where they end now.
func (n *Node) catchUp(ctx context.Context) error {
	_, head, err := n.Relay.Head(ctx)
	if err != nil {
		return err
	}
	state, err := n.Relay.StateHead(ctx)
	if err != nil {
		return err
	}
	return n.along.until(ctx, func(p *position) bool { return p.seq >= head && p.state >= state })
}

// Lease is the lease of a partition that this node polls; false when another
// does, or none. What is asked under a lease ends with its context.
func (n *Node) Lease(part uint16) (lease context.Context, ok bool) {
	if n.along.over() != nil {
		return nil, false
	}
	lease, _, ok = n.Relay.Lease(part)
	return lease, ok
}

// Rules reports whether this node rules.
func (n *Node) Rules() bool { return n.rules.Load() }

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
