// Package jetstream lets nodes share one ordered, fenced log, the last values
// of state, and the partitions that each of them polls. It does so by NATS
// JetStream: embedded in the daemon, or an operator's own servers.
//
// It knows bytes, lines, cells, partitions and sessions, and nothing of what
// they mean. It never repairs, deletes or shrinks anything by itself: a log that
// went back, or has a hole, is an error that says what a person can do.
//
// The traps: a message that nobody acknowledged may be recorded nonetheless,
// which Append finds out; a lease ends by this machine's clocks, whether or not
// the engine can be reached, so ask Lease before each request, and let the lease
// end what runs.
package jetstream

import "errors"

// Parts is the number of partitions, fixed for the life of a cluster.
const Parts = 1024

// Errors that callers tell apart. What is wrapped around them says what
// happened and what to do.
var (
	// ErrNoCharter: nothing was founded here.
	ErrNoCharter = errors.New("the cluster has no charter: found it, on one node, with `chinanewsd cluster init`")
	// ErrUnavailable: less than a quorum of the engine's nodes answer. What was
	// asked for may have happened nonetheless.
	ErrUnavailable = errors.New("the cluster's engine does not answer: see that most of its nodes run and reach one another")
	// ErrFenced: somebody appended to the line after what the caller has applied.
	ErrFenced = errors.New("the line has moved on")
	// ErrTooLarge: the message is larger than the engine takes.
	ErrTooLarge = errors.New("the message is larger than the engine takes")
	// ErrHole: messages that the caller has not seen are gone.
	ErrHole = errors.New("the log no longer has what this node lacks: take a snapshot of another node")
	// ErrRewound: the log is not, or no longer, the one that the caller followed.
	ErrRewound = errors.New("the log is older than this node's record: the engine lost or replaced it; look at `chinanewsd cluster status`, then `chinanewsd cluster reseed` on the node with the longest record")
)
