package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// followLog has the record follow the log, for as long as that is the one it
// began with.
func (n *Node) followLog(ctx context.Context) error {
	return n.keep(ctx, "following the log", func() error {
		return n.Relay.Follow(ctx, n.along.snapshot().seq, func(m []jetstream.Message) error { return n.apply(ctx, m) })
	})
}

func (n *Node) followState(ctx context.Context) error {
	return n.keep(ctx, "following what is remembered", func() error {
		return n.Relay.FollowState(ctx, n.along.snapshot().state, func(cells []news.Cell, upto uint64) error { return n.absorb(ctx, cells, upto) })
	})
}

// keep follows until ctx ends, the log turns out to be another, or some of it is
// not to be had any more (an error).
func (n *Node) keep(ctx context.Context, what string, follow func() error) error {
	for {
		err := follow()
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, jetstream.ErrHole), errors.Is(err, storage.ErrGap):
			return fmt.Errorf("%s: %w", what, err)
		case errors.Is(err, jetstream.ErrRewound), errors.Is(err, storage.ErrForked), errors.Is(err, storage.ErrNewer):
			n.halt(fmt.Errorf("%s: %w", what, err))
			return nil
		case err != nil:
			n.trouble(what, err)
		}
		pause(ctx, again)
		if ctx.Err() != nil || n.along.over() != nil {
			return nil
		}
	}
}

// halt ends following and polling. What is there is served on; nothing is
// repaired: the operator decides which record is the right one.
func (n *Node) halt(err error) {
	n.halting.Do(func() {
		n.along.end(fmt.Errorf("%w: %w", ErrStopped, err))
		n.Log.Error("this node follows and polls no more, and serves what it has", "err", err)
		close(n.resign)
	})
}

// apply has the record follow messages, all or none of them.
func (n *Node) apply(ctx context.Context, messages []jetstream.Message) error {
	if err := n.along.over(); err != nil {
		return err
	}
	said := make([]storage.Said, len(messages))
	for i, m := range messages {
		said[i] = storage.Said{Seq: m.Seq, At: m.At, Data: m.Data}
	}
	done, err := n.follow(ctx, said, n.along.captures)
	n.refused.note(err)
	if err != nil {
		return err
	}
	n.along.followed(messages, done)
	var h Heard
	for _, f := range done {
		h.Ruled = h.Ruled || f.Ruling != nil
		h.Config = h.Config || f.Kind == "config"
	}
	if h.Ruled || h.Config {
		n.tell(h)
	}
	return nil
}

// absorb keeps cells of others, and this node's own as they came back.
func (n *Node) absorb(ctx context.Context, cells []news.Cell, upto uint64) error {
	if err := n.along.over(); err != nil {
		return err
	}
	if err := n.keepCells(ctx, cells, upto); err != nil {
		return err
	}
	n.along.change(func(p *position) { p.state = upto })
	h, err := heardIn(cells)
	if err != nil {
		n.trouble("reading what is remembered", err)
	}
	if len(h.Tasks)+len(h.Done)+len(h.Polls)+len(h.Hosts) > 0 || h.Hub {
		n.tell(h)
	}
	return nil
}

// keepCells absorbs cells. One that is none, a newer program's perhaps, is left
// out: it must not keep those after it away.
func (n *Node) keepCells(ctx context.Context, cells []news.Cell, upto uint64) error {
	err := n.Store.Absorb(ctx, cells, upto)
	if err == nil || ctx.Err() != nil || errors.Is(err, storage.ErrDisk) || errors.Is(err, storage.ErrClosed) {
		return err
	}
	for _, c := range cells {
		if err := n.Store.Absorb(ctx, []news.Cell{c}, 0); err != nil {
			n.trouble("keeping what is remembered", err)
		}
	}
	return n.Store.Absorb(ctx, nil, upto)
}

func (n *Node) tell(h Heard) {
	if n.Heard != nil {
		n.Heard(h)
	}
}

// watchEvery is how often it is looked where log and state end.
const watchEvery = time.Second

// watch keeps what Status says of the others. Of a node that has stopped it
// looks whether the cluster was founded anew, and only then: what was asked of
// the relay before must not reach another log.
func (n *Node) watch(ctx context.Context, incarnation string) error {
	for ctx.Err() == nil {
		if n.along.over() != nil {
			if err := n.admit(ctx, incarnation); err != nil {
				return err
			}
		} else if err := n.look(ctx); err != nil && ctx.Err() == nil {
			n.trouble("looking where the log ends", err)
		}
		pause(ctx, watchEvery)
	}
	return nil
}

// look is one look at the others.
func (n *Node) look(ctx context.Context) error {
	at := time.Now()
	_, head, err := n.Relay.Head(ctx)
	if err != nil {
		return err
	}
	state, err := n.Relay.StateHead(ctx)
	if err != nil {
		return err
	}
	n.seen.note(head, state)
	n.whole(ctx, at, state)
	if !n.seen.stale() { // owners are many messages
		return nil
	}
	ruler, err := n.ruler(ctx)
	if err == nil {
		n.seen.ruled(ruler)
	}
	return err
}

// ruler is the node that is to rule; empty: nobody is, or one that is not there
// any more.
func (n *Node) ruler(ctx context.Context) (string, error) {
	owners, err := n.Relay.Owners(ctx)
	if err != nil {
		return "", err
	}
	there, err := n.Relay.Sessions(ctx)
	if err != nil {
		return "", err
	}
	ruler := owners[0].Node
	if !slices.ContainsFunc(there, func(s jetstream.Session) bool { return s.Node == ruler }) {
		return "", nil
	}
	return ruler, nil
}
