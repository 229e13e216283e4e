package cluster

import (
	"context"

	"chinanews/news"
	"chinanews/relay/jetstream"
)

// Relay is what nodes share.
type Relay interface {
	Log
	Shelf
	Owners
}

// Log is the one order of everything that is a record.
type Log interface {
	// Append appends a message when the last of its line has the sequence after.
	// ErrFenced means that it has another; ErrUnavailable that it may have been
	// appended, or not.
	Append(ctx context.Context, line jetstream.Line, id [16]byte, data []byte, after uint64) (seq uint64, err error)
	// AppendAll appends messages as Append does, with nothing of the line between
	// them, and returns the sequence of the last: all or none, or the first of them
	// where the log cannot do that.
	AppendAll(ctx context.Context, line jetstream.Line, list []jetstream.Entry, after uint64) (seq uint64, err error)
	Last(ctx context.Context, line jetstream.Line) (seq uint64, id [16]byte, err error)
	// Follow hands out what comes after a sequence, in order, until ctx ends
	// (nil). ErrHole means that some of it is gone, ErrRewound that the log ends
	// before.
	Follow(ctx context.Context, from uint64, do func([]jetstream.Message) error) error
	Head(ctx context.Context) (first, last uint64, err error)
	Charter(ctx context.Context) (jetstream.Charter, error)
}

// Shelf has the last value of every cell. What a store changes is shared by the
// store.
type Shelf interface {
	FollowState(ctx context.Context, from uint64, do func(cells []news.Cell, upto uint64) error) error
	StateHead(ctx context.Context) (last uint64, err error)
}

// Owners says which node has which partition.
type Owners interface {
	// Own keeps the session and claims partitions until ctx ends, then gives
	// them back. What was gained is held once on has returned.
	Own(ctx context.Context, on func(ctx context.Context, gained []uint16)) error
	// Lease is a lease of this node's; false when it does not hold it. No I/O.
	Lease(part uint16) (lease context.Context, epoch uint64, ok bool)
	Lost() <-chan struct{}
	// Owners are who has which partition by what was written down. They may have
	// died since: Sessions are the nodes that are there.
	Owners(ctx context.Context) (map[uint16]jetstream.Owner, error)
	Sessions(ctx context.Context) ([]jetstream.Session, error)
}
