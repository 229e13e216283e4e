package clustertest

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news/porttest"
)

// rig is nodes that work for one site, and the web that they ask.
type rig struct {
	*testing.T
	scale
	web     *origin
	nodes   []*node
	falls   []fall
	allowed []string      // ids of what editors were told that it is approved
	growing chan struct{} // closed to end the growth; nil: there is none
	grew    chan struct{} // closed when it has ended
}

// newRig has n nodes configured, and runs none.
func newRig(t *testing.T, n int, s scale, section func(*rig) []string) *rig {
	t.Helper()
	r := &rig{T: t, scale: s, web: newOrigin(s.sources, s.hosts)}
	for number := range n {
		r.nodes = append(r.nodes, newNode(t, number, r.web))
	}
	sections := section(r)
	for number, node := range r.nodes {
		if err := os.WriteFile(node.config, []byte(r.configuration(node)+sections[number]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(r.rest)
	return r
}

// alone are nodes that know of no others.
func alone(r *rig) []string { return make([]string, len(r.nodes)) }

// together are those of a cluster.
func together(r *rig) (sections []string) {
	routes := make([]string, len(r.nodes))
	for number := range routes {
		routes[number] = porttest.Address(r.T)
	}
	for number, n := range r.nodes {
		sections = append(sections, fmt.Sprintf("cluster:\n  node: %s\n  listen: %s\n  peers: [%s]\n  session_ttl: %s\n", n.name(), routes[number], strings.Join(routes, ", "), r.session))
	}
	return sections
}

// configuration is what a node goes by. All but where it listens, and its way to
// the web, is the same on all nodes.
func (r *rig) configuration(n *node) string {
	var b strings.Builder
	fmt.Fprintf(&b, "site: {id: harbour, title: Harbour Wire, base_url: \"http://news.example\", contact: ops@news.example}\n")
	fmt.Fprintf(&b, "data: data\nlisten: %s\nadmin: {listen: %q}\nbackup: {at: \"\"}\n", n.public, n.admin)
	fmt.Fprintf(&b, "fetch: {allow: [127.0.0.0/8], proxy: %q, timeout: 5s, hosts: {\"*\": {connections: 1, delay: %s, retries: 0}}}\n", n.proxy.URL, r.delay)
	fmt.Fprintf(&b, "defaults: {interval: %s, min_interval: %[1]s, rights: government, body: feed, looks: [], language: en, wait_for_text: 0s}\nsources:\n", r.interval)
	for _, id := range slices.Sorted(maps.Keys(r.web.sources)) {
		s := r.web.sources[id]
		fmt.Fprintf(&b, "  - {id: %s, url: %q, kind: feed, publisher: Office %[1]s", id, s.feed())
		if s.paged {
			b.WriteString(", body: page, article: {body: [\"#text\"]}")
		}
		b.WriteString("}\n")
	}
	b.WriteString("feeds:\n  - {id: all, title: All notices}\n  - {id: held, title: Chosen notices, hold: true, sources: [s000]}\n")
	return b.String()
}

// start has nodes run, and waits until they serve.
func (r *rig) start(nodes ...*node) {
	r.Helper()
	for _, n := range nodes {
		n.start(r.T)
	}
	for _, n := range nodes {
		n.serving(r.T, r.patience)
	}
}

// kill has nodes end without a word.
func (r *rig) kill(nodes ...*node) {
	for _, n := range nodes {
		r.falls = append(r.falls, fall{n.number, time.Now()})
	}
	for _, n := range nodes {
		n.kill()
	}
}

// grow has the web publish until rest is called.
func (r *rig) grow() {
	r.growing, r.grew = make(chan struct{}), make(chan struct{})
	go func(end, ended chan struct{}) {
		defer close(ended)
		for {
			select {
			case <-end:
				return
			case <-time.After(r.growth):
				r.web.grow()
			}
		}
	}(r.growing, r.grew)
}

func (r *rig) rest() {
	if r.growing != nil {
		close(r.growing)
		<-r.grew
		r.growing = nil
	}
}

// during lets the web grow before, while and after something happens.
func (r *rig) during(happens func()) {
	r.Helper()
	r.grow()
	time.Sleep(r.grown)
	happens()
	time.Sleep(r.grown)
	r.rest()
}

// check waits until all nodes have what is listed, and then holds everything to
// what it should be. All nodes must run.
func (r *rig) check() {
	r.Helper()
	until(r.T, "every listing is read", r.patience, func() bool { return r.web.unread() == 0 })
	r.complete()
	r.alike()
	r.polled()
	for _, n := range r.nodes {
		for _, guid := range r.allowed {
			r.shows(n, guid)
		}
	}
}

// complete waits until every record has all that is listed, or that a node has
// said to have.
func (r *rig) complete() {
	r.Helper()
	for end := time.Now().Add(r.patience); ; {
		r.quiet()
		missing := r.missing()
		if len(missing) == 0 {
			return
		}
		if time.Now().After(end) {
			r.Fatalf("not recorded, after %s:\n%s", r.patience, strings.Join(missing, "\n"))
		}
	}
}

// quiet waits until all records end at the same entry, and stay there.
func (r *rig) quiet() {
	r.Helper()
	var last tip
	since := time.Now()
	until(r.T, "all records end at the same entry, and nothing more comes", r.patience, func() bool {
		now, same := r.tips()
		if !same || now != last {
			last, since = now, time.Now()
		}
		return time.Since(since) > r.settled()
	})
}

// settled is how long nothing happens when nothing will.
func (r *rig) settled() time.Duration { return min(2*time.Second, r.interval) }

// tips is where all records end; false: not all at the same.
func (r *rig) tips() (one tip, same bool) {
	for number, n := range r.nodes {
		has, ok := n.tip()
		if !ok || number > 0 && has != one {
			return one, false
		}
		one = has
	}
	return one, true
}

// missing is what records have not yet of what is owed, each with who asked for
// its listing last, and whether it was told that nothing is new. What one has
// twice is wrong at once.
func (r *rig) missing() (missing []string) {
	r.Helper()
	owed, last := r.web.owed(), make(map[string]request)
	for _, q := range r.web.requests() {
		last[q.source] = q
	}
	for _, n := range r.nodes {
		few, twice := unequal(owed, n.items(r.T))
		for _, what := range twice {
			r.Errorf("the record of %s: %s", n.name(), what)
		}
		for _, guid := range few {
			source, _, _ := strings.Cut(guid, "-")
			q := last[source]
			missing = append(missing, fmt.Sprintf("%s has no %s; node %d asked %s ago; as it was: %t", n.name(), guid, q.node+1, time.Since(q.at).Round(time.Millisecond), q.same))
		}
	}
	return missing
}

// polled holds the log of requests to what a host may expect.
func (r *rig) polled() {
	r.Helper()
	falls := r.falls
	if r.interval < r.session {
		falls = nil // who takes over does so after an interval
	}
	asked := r.web.requests()
	for _, what := range slices.Concat(overlaps(asked, r.interval-r.travel, falls), crowds(asked, r.delay)) {
		r.Error(what)
	}
}

// alike holds nodes that are quiet to one another.
func (r *rig) alike() {
	r.Helper()
	var docs []map[string]document
	until(r.T, "all nodes give the same feeds", r.patience, func() bool {
		docs = docs[:0]
		for _, n := range r.nodes {
			docs = append(docs, n.documents(r.T))
		}
		return len(differing(docs)) == 0
	})
	for name, d := range docs[0] {
		if d.tag == "" || strings.HasPrefix(name, "all.") && d.notices() < 100 {
			r.Errorf("%s is no feed: %q %s", name, d.tag, d.body)
		}
	}
}
