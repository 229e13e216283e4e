//go:build unix

package clustertest

import (
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// scenario is something that happens to machines.
type scenario struct {
	name  string
	quick bool // it is in the small run, too
	do    func(r *rig)
}

var scenarios = []scenario{
	{"a worker is killed", false, func(r *rig) {
		_, workers := r.ruler()
		killed(r, workers[0])
	}},
	{"who rules is killed", false, func(r *rig) {
		ruler, _ := r.ruler()
		killed(r, ruler)
	}},
	{"who leads the log is killed", false, func(r *rig) { killed(r, r.leader("CN_LOG_")) }},
	{"who leads what is remembered is killed", false, func(r *rig) { killed(r, r.leader("CN_STATE_")) }},
	{"who leads the owners is killed", false, func(r *rig) { killed(r, r.leader("KV_CN_OWN")) }},
	{"who leads the sessions is killed", false, func(r *rig) { killed(r, r.leader("KV_CN_SESS")) }},
	{"who leads the charter is killed", false, func(r *rig) { killed(r, r.leader("KV_CN_META")) }},
	{"two are killed at once", false, twoKilled},
	{"a worker stands still", false, func(r *rig) {
		_, workers := r.ruler()
		paused(r, workers[0])
	}},
	{"who rules stands still", false, func(r *rig) {
		ruler, _ := r.ruler()
		paused(r, ruler)
	}},
	{"a worker is stopped and started", false, func(r *rig) {
		_, workers := r.ruler()
		restarted(r, func() {}, workers[0])
	}},
	{"all are stopped and started", false, func(r *rig) { restarted(r, func() {}, r.nodes...) }},
	{"the power fails", false, func(r *rig) {
		r.during(func() {
			r.kill(r.nodes...)
			r.start(r.nodes...)
		})
	}},
	{"a worker loses its record", true, func(r *rig) {
		_, workers := r.ruler()
		restarted(r, func() { r.empty(workers[0].data(), engineFolder) }, workers[0])
	}},
	{"who rules loses its record", false, func(r *rig) {
		ruler, _ := r.ruler()
		restarted(r, func() { r.empty(ruler.data(), engineFolder) }, ruler)
	}},
	{"a worker loses its engine's files", false, func(r *rig) {
		_, workers := r.ruler()
		restarted(r, func() { r.empty(filepath.Join(workers[0].data(), engineFolder)) }, workers[0])
	}},
	{"a worker dies after an approval", false, func(r *rig) {
		_, workers := r.ruler()
		r.during(func() { approved(r, workers[0]) })
	}},
	{"who rules dies after an approval", true, func(r *rig) {
		ruler, _ := r.ruler()
		r.during(func() { approved(r, ruler) })
	}},
}

var every = flag.Bool("every", false, "have every scenario happen in the small run, too")

// engineFolder is where the engine has its files, in the data directory.
const engineFolder = "engine"

// Whatever happens to nodes: what is listed is recorded once, nobody is asked
// twice, and all nodes say the same.
func TestCluster(t *testing.T) {
	r := newRig(t, 3, sized(), together)
	command(t, "cluster", "init", "-c", r.nodes[0].config)
	r.start(r.nodes...)
	for _, s := range scenarios {
		if s.quick || *every || os.Getenv("CHINANEWS_LONG") != "" {
			t.Run(s.name, func(t *testing.T) {
				of := *r
				of.T = t
				s.do(&of)
				of.check()
				of.well()
				r.falls, r.allowed = of.falls, of.allowed
			})
		}
		if t.Failed() {
			return
		}
	}
}

// killed has a node die while the web grows: the others do its work, and it
// comes back to what they have done.
func killed(r *rig, n *node) {
	r.Helper()
	r.during(func() {
		r.kill(n)
		r.asking(r.others(n)...)
		r.start(n)
	})
}

// twoKilled leaves one of three, which serves what it has and decides nothing;
// with another they are a majority.
func twoKilled(r *rig) {
	r.Helper()
	ruler, workers := r.ruler()
	r.during(func() {
		r.kill(ruler, workers[0])
		for range 10 {
			if code, _, body := get("http://" + workers[1].public + "/feeds/all.json"); code != http.StatusOK || !strings.Contains(body, "notice s") {
				r.Errorf("%s, which is left, answers %d %.200s", workers[1].name(), code, body)
			}
			time.Sleep(r.session / 5)
		}
		r.start(ruler)
		r.asking(ruler, workers[1])
		r.start(workers[0])
	})
}

// paused has a node stand still until others do its work, and then go on as if
// nothing had been.
func paused(r *rig, n *node) {
	r.Helper()
	r.during(func() {
		r.falls = append(r.falls, fall{n.number, time.Now()})
		if err := n.child.Process.Signal(syscall.SIGSTOP); err != nil {
			r.Fatal(err)
		}
		end := time.Now().Add(3 * r.session)
		r.asking(r.others(n)...)
		time.Sleep(time.Until(end))
		r.falls = append(r.falls, fall{n.number, time.Now()})
		if err := n.child.Process.Signal(syscall.SIGCONT); err != nil {
			r.Fatal(err)
		}
	})
}

// restarted has nodes stop, something happen to them, and start again.
func restarted(r *rig, meanwhile func(), nodes ...*node) {
	r.Helper()
	r.during(func() {
		for _, n := range nodes {
			n.stop(r.T)
		}
		meanwhile()
		r.start(nodes...)
	})
}

// others are all nodes but one.
func (r *rig) others(n *node) (out []*node) {
	for _, other := range r.nodes {
		if other != n {
			out = append(out, other)
		}
	}
	return out
}

// empty takes away all that is in a folder, but for some names.
func (r *rig) empty(folder string, but ...string) {
	r.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) == 0 {
		r.Fatalf("%s has nothing to lose: %v", folder, err)
	}
	for _, e := range entries {
		if len(but) > 0 && e.Name() == but[0] {
			continue
		}
		if err := os.RemoveAll(filepath.Join(folder, e.Name())); err != nil {
			r.Fatal(err)
		}
	}
}
