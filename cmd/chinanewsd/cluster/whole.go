package cluster

import (
	"context"
	"time"
)

// wholeEvery is how often a record notes that it has all that is remembered: it is
// for a restart to tell how long the node was away, which matters after hours.
const wholeEvery = 10 * time.Minute

// sounding is how far what is remembered went at a moment, at least.
type sounding struct {
	at   time.Time
	head uint64
}

// whole notes that the record has all that was remembered at a moment, once it has:
// up to head, which was asked for after the moment at. It is measured by one
// sounding until that is reached: by the newest a record that others keep busy
// would never be whole.
func (n *Node) whole(ctx context.Context, at time.Time, head uint64) {
	if at.Sub(n.noted) < wholeEvery {
		return
	}
	if n.sounded.at.IsZero() {
		n.sounded = sounding{at, head}
	}
	if n.along.snapshot().state < n.sounded.head {
		return
	}
	if err := n.Store.Complete(ctx, n.sounded.at); err != nil {
		n.trouble("noting that what is remembered is here", err)
		return
	}
	n.noted, n.sounded = n.sounded.at, sounding{}
}
