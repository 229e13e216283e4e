package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// Accept says what an answer has that is new, waits for the ruling on it, and
// then remembers what is state of it. rule makes the draft: what it decides is
// not recorded, and decides which entries are. Without anything new all of it
// is state, and the receipt has no position.
//
// A receipt with a position and no ruling means that nobody rules at the
// moment, or that the ruling decides nothing. Its Decision has no tasks: those
// that a ruling makes come to every node, this one too, by Heard.
//
// An error after the answer was appended loses nothing: it is in the record, or
// will be.
func (n *Node) Accept(ctx context.Context, b news.Batch, rule func(*storage.Ledger, news.Batch) news.Decision) (rc storage.Receipt, err error) {
	line := batchLine(b.Part)
	unlock, err := n.locks.lock(ctx, line)
	if err != nil {
		return rc, err
	}
	defer unlock()
	w, end := n.along.expect(b.ID, b.Captures)
	defer func() { end(err != nil) }()
	var d storage.Draft
	said, err := n.say(ctx, line, w, func() (m []byte, err error) {
		d, err = n.Store.Draft(ctx, b, rule)
		return d.Message, err
	})
	if err != nil {
		return rc, err
	}
	switch {
	case d.Duplicate:
		return storage.Receipt{Duplicate: true}, nil
	case !said:
		return storage.Receipt{Decision: d.Decision}, n.Store.Remember(ctx, b, d.Decision)
	}
	rc, err = n.await(ctx, w, patienceFor(d.Decision))
	rc.Decision.Keep = d.Decision.Keep
	if err != nil || rc.Duplicate {
		return rc, err
	}
	if rc.RulingPos == 0 && len(d.Decision.Keep) > 0 {
		n.Log.Warn("an answer is recorded, and nobody rules on it yet", "source", b.Source, "record", rc.Pos)
	}
	return rc, n.Store.Remember(ctx, b, news.Decision{Whole: d.Decision.Whole})
}

// patienceFor is how long the ruling on a batch is waited for. One that keeps
// no entry is answered only if it decides something, and that is not known
// here: what the draft decided is the best guess.
func patienceFor(d news.Decision) time.Duration {
	switch {
	case len(d.Keep) > 0:
		return patience
	case !d.Ruling.Empty():
		return patience / 10
	}
	return 0
}

// await waits until what was followed was ruled on, as long as there is
// patience.
func (n *Node) await(ctx context.Context, w *wait, most time.Duration) (rc storage.Receipt, err error) {
	within, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	err = n.along.until(within, func(p *position) bool { return p.covers(w) })
	seen, ruled := n.along.read(w)
	rc = storage.Receipt{Pos: seen.followed.Pos, At: seen.followed.At, Duplicate: seen.followed.Duplicate,
		RulingPos: seen.rulingPos, Ruling: seen.ruling, Decision: news.Decision{Ruling: seen.ruling}}
	if ruled || err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return rc, nil
	}
	return rc, fmt.Errorf("record %d waits for a ruling: %w", rc.Pos, err)
}
