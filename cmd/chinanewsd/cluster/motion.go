package cluster

import (
	"context"
	"errors"
	"fmt"

	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// motion is something to be said on the ruler's line that answers no record.
type motion struct {
	draft  func(context.Context) (storage.Draft, error)
	config bool // it is a configuration, and is ruled on itself
	refold func(*storage.Ledger) news.Decision
	done   chan struct{} // closed when the others are set
	rc     storage.Receipt
	err    error
}

// Rule records what a moment decides, as storage.Rule does. Only the node that
// rules does it; ErrNotRuler names who does. What was decided of tasks is in
// the receipt, and shared.
func (n *Node) Rule(ctx context.Context, rule func(*storage.Ledger) news.Decision) (storage.Receipt, error) {
	return n.move(ctx, &motion{draft: func(ctx context.Context) (storage.Draft, error) { return n.Store.DraftRuling(ctx, rule) }})
}

// Configure records what is published, with what rule makes of the change; rule has
// Judge go by it, and may be asked twice. On the ruler only: on another node it finds
// that the record says the same, or returns ErrOther with the name of the node to
// reload first.
func (n *Node) Configure(ctx context.Context, p news.Publication, who string, rule func(*storage.Ledger) news.Decision) (rc storage.Receipt, err error) {
	same := false
	if err := n.Store.View(ctx, func(l *storage.Ledger) error { same = l.Publishes(p); return nil }); err != nil || same {
		return rc, err
	}
	rc, err = n.move(ctx, &motion{config: true, refold: rule, draft: func(ctx context.Context) (d storage.Draft, err error) {
		d.Message, err = n.Store.DraftConfig(ctx, p, who)
		return d, err
	}})
	if errors.Is(err, ErrNotRuler) {
		err = fmt.Errorf("%w: reload it on %s first", ErrOther, n.rulerName(ctx))
	}
	return rc, err
}

// Record says on the ruler's line what draft makes of the record, as prunes
// are; a nil message is nothing to be said. As Rule it is for the ruler only.
func (n *Node) Record(ctx context.Context, draft func(context.Context) ([]byte, error)) (storage.Receipt, error) {
	return n.move(ctx, &motion{draft: func(ctx context.Context) (d storage.Draft, err error) {
		d.Message, err = draft(ctx)
		return d, err
	}})
}

// move puts a motion before the ruler, if this node is it, and waits for what
// came of it: once it was taken, to the end, so that what it calls is not
// called later.
func (n *Node) move(ctx context.Context, m *motion) (storage.Receipt, error) {
	if err := n.along.over(); err != nil {
		return storage.Receipt{}, err
	}
	lease, ok := n.Lease(0)
	if !ok {
		return storage.Receipt{}, n.notRuler(ctx)
	}
	m.done = make(chan struct{})
	select {
	case n.motions <- m:
		<-m.done
		return m.rc, m.err
	case <-lease.Done():
		return storage.Receipt{}, n.notRuler(ctx)
	case <-ctx.Done():
		return storage.Receipt{}, ctx.Err()
	}
}

func (n *Node) notRuler(ctx context.Context) error {
	return fmt.Errorf("%w: %s does", ErrNotRuler, n.rulerName(ctx))
}

// rulerName is the node that rules, for a person.
func (n *Node) rulerName(ctx context.Context) string {
	owners, err := n.Relay.Owners(ctx)
	if o, ok := owners[0]; ok && err == nil {
		return o.Node
	}
	return "the node that `chinanewsd cluster status` names, when there is one,"
}

// hear does a motion. An error is one that ends the reign, too. What a moment
// decides is refused by who is not abreast; another publication makes it so.
func (r *reign) hear(ctx context.Context, m *motion) (err error) {
	defer close(m.done)
	after, err := r.applied(ctx, ruleLine)
	if err != nil {
		m.err = ended(err)
		return err
	}
	outdated := !r.abreast()
	if outdated && !m.config {
		m.err = errOutdated
		return nil
	}
	d, err := m.draft(ctx)
	if err != nil {
		m.err = err
		return nil
	}
	m.rc.Decision = d.Decision
	if d.Message == nil {
		m.err = r.later(ctx, d.Decision)
		return m.err
	}
	f, err := r.enact(ctx, d, after)
	m.rc.At = f.At
	switch {
	case errors.Is(err, jetstream.ErrTooLarge):
		m.err, err = err, nil
	case err != nil:
		m.err = ended(err)
	case m.config:
		m.rc.Pos = f.Pos
		if outdated {
			err = r.catchOn(ctx, m)
		}
		if err == nil {
			err = r.refoldBy(ctx, m)
		}
	case f.Ruling != nil:
		m.rc.RulingPos, m.rc.Ruling = f.Pos, *f.Ruling
	default:
		m.rc.Pos = f.Pos
	}
	return err
}

// enact appends a draft, and has its tasks shared.
func (r *reign) enact(ctx context.Context, d storage.Draft, after uint64) (f storage.Followed, err error) {
	done, err := r.append(ctx, [][]byte{d.Message}, after)
	if err != nil {
		return f, err
	}
	return done[0], r.later(ctx, d.Decision)
}

// refoldBy rules on everything up to the configuration that was recorded, and on
// that by what came with it.
func (r *reign) refoldBy(ctx context.Context, m *motion) error {
	r.refold = m.refold
	defer func() { r.refold = nil }()
	for r.considered < m.rc.Pos {
		done, more, err := r.consider(ctx)
		if err != nil {
			m.err = fmt.Errorf("record %d: %w: %w", m.rc.Pos, ErrUnruled, err)
			return err
		}
		for _, f := range done {
			if f.Ruling != nil && f.Through == m.rc.Pos {
				m.rc.RulingPos, m.rc.Ruling = f.Pos, *f.Ruling
			}
		}
		if !more {
			return nil
		}
	}
	return nil
}

// catchOn has a ruler that was not abreast go by the configuration that was
// recorded, before anything is ruled on by the terms that it had: what waits is
// older, and is ruled on as by a ruler that comes after this one.
func (r *reign) catchOn(ctx context.Context, m *motion) error {
	err := r.Store.View(ctx, func(l *storage.Ledger) error { m.refold(l); return nil })
	if err != nil {
		m.err = fmt.Errorf("record %d: %w: %w", m.rc.Pos, ErrUnruled, err)
	}
	return err
}

// ended says what an error means to whom it ends a motion for.
func ended(err error) error {
	if errors.Is(err, jetstream.ErrFenced) || errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w any more: %w", ErrNotRuler, err)
	}
	return err
}
