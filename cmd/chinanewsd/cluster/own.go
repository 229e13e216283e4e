package cluster

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
)

// lame is for how long a record may refuse what is followed, on a full disk
// perhaps, before this node leaves its partitions to others.
const lame = 15 * time.Second

// own keeps the session and claims partitions, until ctx ends or this node
// follows no more. A node whose record cannot be written has none meanwhile: it
// would keep others from polling, and, where it rules, from everything.
func (n *Node) own(ctx context.Context) error {
	n.persist(ctx, "catching up after the start", func() error { return n.catchUp(ctx) }) // before others leave partitions to this node
	for ctx.Err() == nil && n.along.over() == nil {
		if n.failing() == 0 {
			if err := n.serve(ctx); err != nil {
				n.trouble("claiming partitions", err)
			}
		}
		pause(ctx, again)
	}
	return nil
}

// serve is one time of owning.
func (n *Node) serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer cancel()
		return n.Relay.Own(ctx, n.took)
	})
	g.Go(func() error {
		n.attend(ctx)
		cancel()
		return nil
	})
	return g.Wait()
}

// attend tells of partitions that were lost, until all are to be given back.
func (n *Node) attend(ctx context.Context) {
	ticker := time.NewTicker(again)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.resign:
			return
		case <-ticker.C:
			if n.failing() > lame {
				return
			}
		case <-n.Relay.Lost():
			n.lost()
		}
	}
}

func (n *Node) lost() {
	if n.Lost != nil {
		n.Lost()
	}
}

// failing is for how long the record has refused what was followed; 0: it has
// not.
func (n *Node) failing() time.Duration {
	if since := n.refused.Load(); since != nil {
		return max(time.Since(*since), 1)
	}
	return 0
}

// refusedBy notes whether the record takes what is followed.
func (n *Node) refusedBy(err error) {
	switch {
	case err == nil:
		n.refused.Store(nil)
	case n.refused.Load() == nil:
		now := time.Now()
		n.refused.Store(&now)
	}
}

// took has partitions that were gained polled, once everything that was said
// before is in the record.
func (n *Node) took(ctx context.Context, parts []uint16) {
	n.persist(ctx, "catching up for partitions", func() error {
		if err := n.catchUp(ctx); err != nil || n.Took == nil {
			return err
		}
		return n.Took(parts)
	})
}
