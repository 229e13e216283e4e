package cluster

import (
	"testing"
	"time"

	"chinanews/cmd/chinanewsd/cluster/recordertest"
)

// TestContract holds nodes over a relay in memory to what callers rely on: one
// node, and three of which the first rules.
func TestContract(t *testing.T) {
	for name, nodes := range map[string][]string{"one node": {"a"}, "three nodes": {"a", "b", "c"}} {
		t.Run(name, func(t *testing.T) {
			recordertest.Run(t, func(t *testing.T) (seats []recordertest.Seat) {
				w := flood(t)
				for n, name := range nodes {
					m := w.join(name)
					if n == 0 {
						m.give(0)
					}
					for n == 0 && !m.Rules() {
						time.Sleep(time.Millisecond)
					}
					seats = append(seats, recordertest.Seat{Recorder: m.Node, Store: m.store})
				}
				return seats
			})
		})
	}
}
