package cluster

import (
	"context"
	"time"
)

// wholeEvery is how often a record notes that it has all that is remembered: it is
// for a restart to tell how long the node was away, which matters after hours.
const wholeEvery = 10 * time.Minute

// whole notes that the record has all that is remembered, when it has: up to head,
// which was asked for after the moment at.
func (n *Node) whole(ctx context.Context, at time.Time, head uint64) {
	if n.along.snapshot().state < head || at.Sub(n.noted) < wholeEvery {
		return
	}
	if err := n.Store.Complete(ctx, at); err != nil {
		n.trouble("noting that what is remembered is here", err)
		return
	}
	n.noted = at
}
