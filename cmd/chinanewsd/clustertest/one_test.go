package clustertest

import (
	"maps"
	"os"
	"slices"
	"testing"
)

// One node, which is no cluster, does all of this too: what is held to be true
// of several is true of one.
func TestOneNode(t *testing.T) {
	r := newRig(t, 1, sized(), alone)
	r.start(r.nodes...)
	r.during(func() {
		r.nodes[0].stop(t)
		r.start(r.nodes...)
	})
	approved(r, r.nodes[0])
	r.check()
	if os.Getenv("CHINANEWS_LONG") == "" {
		return
	}
	r.during(func() {
		r.kill(r.nodes...)
		r.start(r.nodes...)
	})
	r.check()
}

// Two nodes that know nothing of one another are what no check may let pass.
func TestStrangersAreSeen(t *testing.T) {
	r := newRig(t, 2, small(), alone)
	r.start(r.nodes...)
	until(t, "both publish what they read", r.patience, func() bool {
		return r.nodes[0].documents(t)["all.json"].notices() >= 100 && r.nodes[1].documents(t)["all.json"].notices() >= 100
	})
	asked := r.web.requests()
	if n := len(overlaps(asked, r.interval, nil)); n < r.sources/2 {
		t.Errorf("%d sources are seen to be asked by both", n)
	}
	if len(crowds(asked, r.delay)) == 0 {
		t.Error("no host is seen to be asked by both")
	}
	if _, same := r.tips(); same {
		t.Error("their records end at the same entry")
	}
	docs := []map[string]document{r.nodes[0].documents(t), r.nodes[1].documents(t)}
	if names := differing(docs); len(names) == 0 {
		t.Errorf("they give the same %v", slices.Sorted(maps.Keys(docs[0])))
	}
}
