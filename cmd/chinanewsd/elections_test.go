package main

import (
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

// Most of what tests of several nodes wait for is an election: they have the times
// of the engine's own tests. A node that did not rule first does not know when all
// sources were asked, and gives a feed its first contents after a pause: a short one.
func init() {
	hbInterval, minElectionTimeout, maxElectionTimeout = 200*time.Millisecond, 1500*time.Millisecond, 3500*time.Millisecond
	fillAfter = time.Second
}
