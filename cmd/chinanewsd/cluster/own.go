package cluster

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// lame is for how long a record may refuse what is followed, on a full disk
// perhaps, before this node leaves its partitions to others.
const lame = 15 * time.Second

// aside is for how long a node that could not rule leaves that to others.
const aside = 30 * time.Second

// own keeps the session and claims partitions, until ctx ends or this node
// follows no more. A node whose record cannot be written has none meanwhile, and
// one that cannot rule leaves them for a while: it would keep others from polling,
// or from everything.
func (n *Node) own(ctx context.Context) error {
	n.persist(ctx, "catching up after the start", func() error { return n.catchUp(ctx) }) // before others leave partitions to this node
	for ctx.Err() == nil && n.along.over() == nil {
		if n.refused.length() == 0 {
			if err := n.serve(ctx); err != nil {
				n.trouble("claiming partitions", err)
			}
		}
		if n.unable.length() > lame {
			n.Log.Error("this node cannot do what its partitions ask for, and leaves them to others for a while", "retry", aside)
			pause(ctx, aside)
			n.unable.note(nil)
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
			if max(n.refused.length(), n.unable.length()) > lame {
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

// spell is a time of failing. It is safe for concurrent use.
type spell struct {
	now atomic.Pointer[failing] // nil: nothing fails
}

type failing struct {
	since time.Time
	err   error // the last
}

// length is for how long it has failed; 0: it has not.
func (s *spell) length() time.Duration {
	if f := s.now.Load(); f != nil {
		return max(time.Since(f.since), 1)
	}
	return 0
}

// why is how it failed last; nil: it does not.
func (s *spell) why() error {
	if f := s.now.Load(); f != nil {
		return f.err
	}
	return nil
}

// note notes how it went.
func (s *spell) note(err error) {
	if err == nil {
		s.now.Store(nil)
		return
	}
	for {
		before, f := s.now.Load(), &failing{time.Now(), err}
		if before != nil {
			f.since = before.since
		}
		if s.now.CompareAndSwap(before, f) {
			return
		}
	}
}

// took has partitions that were gained polled, once everything that was said
// before is in the record.
func (n *Node) took(ctx context.Context, parts []uint16) {
	n.persist(ctx, "catching up for partitions", func() error {
		err := n.catchUp(ctx)
		if err == nil && n.Took != nil {
			err = n.Took(parts)
		}
		n.unable.note(err)
		return err
	})
}
