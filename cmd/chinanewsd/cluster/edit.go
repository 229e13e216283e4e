package cluster

import (
	"context"
	"fmt"

	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// Edit records an editor's act and waits for the ruling on it. It may be called
// on any node. It is refused as storage.Edit refuses it, by the record as it is
// once everything that was said of its scope was followed: of two acts that ask
// for one revision, one is stale. ErrUnruled, with a position in the receipt,
// means that nobody rules at the moment; ErrWaits that the node does not follow
// yet. The ruling is the ruler's own: rule is not called.
func (n *Node) Edit(ctx context.Context, e news.Editing, _ func(*storage.Ledger, news.Editing) news.Decision) (rc storage.Receipt, err error) {
	w, end := n.along.expect(e.ID, nil)
	defer end(false)
	said, err := n.act(ctx, w, e)
	if err != nil {
		return rc, err
	}
	if !said {
		return storage.Receipt{Duplicate: true}, nil
	}
	rc, err = n.await(ctx, w, patience)
	if err == nil && rc.RulingPos == 0 && !rc.Duplicate {
		err = fmt.Errorf("record %d: %w", rc.Pos, ErrUnruled)
	}
	return rc, err
}

// act appends an act to the line of its scope, which is known once the act was
// read against the record: a story may have become part of another.
func (n *Node) act(ctx context.Context, w *wait, e news.Editing) (said bool, err error) {
	if err := n.begun(ctx); err != nil {
		return false, err
	}
	_, filled, err := n.Store.DraftEdit(ctx, e)
	for moved := true; moved && err == nil; {
		line := editLine(filled.Scope)
		moved = false
		said, err = n.sayLocked(ctx, line, w, func() (m []byte, err error) {
			m, filled, err = n.Store.DraftEdit(ctx, e)
			if moved = err == nil && editLine(filled.Scope) != line; moved {
				return nil, nil
			}
			return m, err
		})
	}
	return said, err
}

// sayLocked is say by one at a time.
func (n *Node) sayLocked(ctx context.Context, line jetstream.Line, w *wait, draft func() ([]byte, error)) (bool, error) {
	unlock, err := n.locks.lock(ctx, line)
	if err != nil {
		return false, err
	}
	defer unlock()
	return n.say(ctx, line, w, draft)
}
