package jetstream

import (
	"context"
	"errors"
	"slices"
	"time"
)

// steward looks after who has which partition. Its goroutine owns it.
type steward struct {
	r     *Relay
	deeds deeds  // as read so far
	upto  uint64 // the sequence up to which they are read
}

// rule looks around until ctx ends.
func (w *steward) rule(ctx context.Context) {
	const every = 250 * time.Millisecond
	warned := false
	for {
		err := w.round(ctx)
		if err != nil && !warned && ctx.Err() == nil {
			w.r.log.Warn("partitions are not looked after; trying again", "err", err)
		}
		warned = err != nil
		if !wait(ctx, every) {
			return
		}
	}
}

// round compares who has the partitions with who is to have them, and does what
// of it is this node's to do.
func (w *steward) round(ctx context.Context) error {
	term, began, ok := w.r.tenure.current()
	if !ok {
		return nil // without a session nothing can be claimed
	}
	sessions, err := w.r.Sessions(ctx)
	if err != nil {
		return err
	}
	if w.upto, err = w.r.readDeeds(ctx, w.deeds, w.upto); err != nil {
		return err
	}
	// After a time without a leader all sessions are gone, and come back within a
	// renewal: nobody is taken for dead before that.
	settled := time.Since(began) >= w.r.options.SessionTTL/2
	p := w.plan(sessions, settled)
	w.r.tenure.drop(p.stolen)
	claims, err := w.confirmed(ctx, p)
	if err != nil {
		return err
	}
	return errors.Join(w.claim(ctx, term, claims), w.give(ctx, p.give))
}

// plan is what a round is to do.
type plan struct {
	claim  []uint16            // free, or this node's already
	orphan map[string][]uint16 // of nodes that seem dead
	give   map[uint16]string   // to whom
	stolen []uint16            // others have them
}

func (w *steward) plan(sessions []Session, settled bool) plan {
	me := w.r.options.Node
	pollers, there := living(sessions, me, w.r.options.Poll)
	p := plan{orphan: make(map[string][]uint16), give: make(map[uint16]string)}
	for part := range uint16(Parts) {
		d, to, claim := w.deeds[part], wanted(pollers, part), w.r.tenure.claim(part)
		if claim != 0 && d.seq > claim {
			p.stolen = append(p.stolen, part)
			claim = 0
		}
		switch {
		case to == "" || claim > d.seq: // nobody polls; or the deed read is older than the claim
		case d.Node == me && to != me:
			p.give[part] = to
		case to != me || claim != 0:
		case d.Node == me:
			p.claim = append(p.claim, part)
		case !settled || there[d.Node]:
		case d.Node == "":
			p.claim = append(p.claim, part)
		default:
			p.orphan[d.Node] = append(p.orphan[d.Node], part)
		}
	}
	return p
}

// living are the nodes that poll and those that are there. This one is, whatever
// a replica that lags says of it.
func living(sessions []Session, me string, poll bool) (pollers []string, there map[string]bool) {
	there = map[string]bool{me: true}
	if poll {
		pollers = append(pollers, me)
	}
	for _, s := range sessions {
		if s.Node != me && s.Poll {
			pollers = append(pollers, s.Node)
		}
		there[s.Node] = true
	}
	slices.Sort(pollers)
	return pollers, there
}

// confirmed are the partitions to claim, those of nodes that are dead by the word
// of the leader among them.
func (w *steward) confirmed(ctx context.Context, p plan) ([]uint16, error) {
	claims := p.claim
	for node, parts := range p.orphan {
		gone, err := w.r.dead(ctx, node)
		if err != nil {
			return nil, unavailable("looking for the session of "+node, err)
		}
		if gone {
			w.r.log.Info("a node is gone; its partitions are taken over", "node", node, "partitions", len(parts))
			claims = append(claims, parts...)
		}
	}
	return claims, nil
}

// claim makes partitions this node's. One that somebody else wrote of meanwhile
// is looked at again in the next round.
func (w *steward) claim(ctx context.Context, term context.Context, parts []uint16) error {
	ctx, cancel := context.WithTimeout(ctx, w.r.options.SessionTTL)
	defer cancel()
	got, err := w.rewrite(ctx, parts, func(uint16) string { return w.r.options.Node })
	all := make([]*tenancy, 0, len(got))
	for _, part := range got {
		d := w.deeds[part]
		all = append(all, &tenancy{part: part, epoch: d.Epoch, seq: d.seq})
	}
	w.r.tenure.claimed(term, all)
	return err
}

// rewrite writes new owners of partitions, all at once, and returns those that
// were written.
func (w *steward) rewrite(ctx context.Context, parts []uint16, node func(uint16) string) (done []uint16, err error) {
	results := make([]deed, len(parts))
	err = each(len(parts), claimsAtOnce, func(i int) error {
		d, err := w.r.write(ctx, parts[i], w.deeds[parts[i]], node(parts[i]))
		if err == nil {
			results[i] = d
		}
		return err
	})
	for i, d := range results {
		if d.seq != 0 {
			w.deeds[parts[i]] = d
			done = append(done, parts[i])
		}
	}
	if err != nil {
		w.upto = 0 // read all anew
	}
	if refused(err, codeWrongLast) {
		err = nil
	}
	if err != nil {
		err = unavailable("writing owners", err)
	}
	return done, err
}

// give ends the leases of partitions, gives what runs a moment to end, and names
// the new owners.
func (w *steward) give(ctx context.Context, to map[uint16]string) error {
	if len(to) == 0 {
		return nil
	}
	parts := make([]uint16, 0, len(to))
	for part := range to {
		parts = append(parts, part)
	}
	if w.r.tenure.drop(parts) > 0 && !wait(ctx, handOver) {
		return ctx.Err()
	}
	_, err := w.rewrite(ctx, parts, func(part uint16) string { return to[part] })
	return err
}

// giveAll gives all that this node has to those that stay; to nobody when it is
// the last.
func (w *steward) giveAll(ctx context.Context) error {
	w.r.tenure.stop()
	if _, err := w.r.readDeeds(ctx, w.deeds, 0); err != nil {
		return err
	}
	sessions, err := w.r.Sessions(ctx)
	if err != nil {
		return err
	}
	pollers, _ := living(slices.DeleteFunc(sessions, func(s Session) bool { return s.Node == w.r.options.Node }), w.r.options.Node, false)
	to := make(map[uint16]string)
	for part, d := range w.deeds {
		if d.Node == w.r.options.Node {
			to[part] = wanted(pollers, part)
		}
	}
	if len(to) > 0 && !wait(ctx, handOver) {
		return ctx.Err()
	}
	return w.give(ctx, to)
}
