package main

import (
	"os"
	"time"
	_ "unsafe" // for go:linkname

	_ "github.com/nats-io/nats-server/v2/server"
)

// How long the engine's nodes wait for one that leads them, and how often that one
// says that it is there. Nobody but the engine's own tests can choose it.

//go:linkname hbInterval github.com/nats-io/nats-server/v2/server.hbInterval
var hbInterval time.Duration

//go:linkname minElectionTimeout github.com/nats-io/nats-server/v2/server.minElectionTimeout
var minElectionTimeout time.Duration

//go:linkname maxElectionTimeout github.com/nats-io/nats-server/v2/server.maxElectionTimeout
var maxElectionTimeout time.Duration

// nodeEnv says to a child that it is one of several nodes.
const nodeEnv = "CHINANEWS_TEST_NODE"

// Most of what tests of several nodes wait for is an election: they have the times
// of the engine's own tests. It is done before any init, which may be a node.
var _ = func() struct{} {
	hbInterval, minElectionTimeout, maxElectionTimeout = 200*time.Millisecond, 1500*time.Millisecond, 3500*time.Millisecond
	if os.Getenv(nodeEnv) != "" {
		fillAfter = time.Second // as in laidSeats
	}
	return struct{}{}
}()
