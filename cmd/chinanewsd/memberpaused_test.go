package main

import (
	"testing"
	"time"

	"chinanews/news"
)

// parts is how many partitions nodes poll together.
func (all seats) parts() (n int) {
	for _, s := range all {
		at, err := s.h.member.node.Status()
		if err != nil {
			s.t.Fatal(err)
		}
		n += at.Parts
	}
	return n
}

// A node that runs paused leaves its share to others, and never rules: what is due
// there would be done by nobody.
func TestPausedNode(t *testing.T) {
	t.Parallel()
	all := laidSeats(t, 3)
	if err := all[0].first(); err != nil {
		t.Fatal(err)
	}
	all[0].paused = true
	all.begin()
	paused, others := all[:1], all[1:]
	paused[0].until("leaves all partitions to the others", func() bool { return others.parts() == news.Parts && paused.parts() == 0 })
	all.show("A release 2")
	all.show("B release 2")
	paused[0].until("is well", func() bool {
		m := paused[0].h.member
		at, err := m.node.Status()
		return err == nil && !findCluster(at, m.cfg.Does(news.RolePoll), false, time.Now()).bad
	})
	paused[0].end()
	paused[0].paused = false
	paused[0].begin()
	paused[0].until("has a share again", func() bool { return paused.parts() > 0 })
}
