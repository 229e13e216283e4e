package main

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// examined are the lines that the doctor says of a node, its network not asked.
func (s *reloadSite) examined(look func(*doctor)) string {
	s.t.Helper()
	d := &doctor{t: &terminal{Context: s.t.Context(), config: s.file, out: io.Discard, err: io.Discard}, now: time.Now(), cfg: mustLoad(s.t, s.file)}
	look(d)
	var b strings.Builder
	for _, sign := range d.signs {
		b.WriteString(sign.State + " " + sign.What + ": " + sign.Found + "; " + sign.Do + "\n")
	}
	return b.String()
}

func (s *reloadSite) examinedAsNode() string {
	s.t.Helper()
	return s.examined(func(d *doctor) {
		d.record()
		d.cluster()
	})
}

// Of nodes the doctor says who is there, who rules, and whether this one is in.
func TestDoctorOfNodes(t *testing.T) {
	t.Parallel()
	all := newSeats(t, 3)
	all.show("A release 2")
	ruler, others := all.ruler()
	well := []string{"ok cluster.peers: 2 other nodes and this one are there", "ok cluster clocks: those of 2 other nodes agree", "is one of 3 nodes, founded as ", ruler.h.cfg.Cluster.Node + " rules"}
	all[0].until("is well by the doctor", func() bool { return lacksOf(others[0].examinedAsNode(), well) == "" })
	others[1].end()
	ill := []string{"warn cluster.peers: 1 node cannot be reached: " + others[1].h.cfg.Cluster.Listen, "bad cluster: "}
	all[0].until("misses a node", func() bool { return lacksOf(others[0].examinedAsNode(), ill) == "" })
	if said := others[1].examinedAsNode(); strings.Contains(said, "one of") || !strings.Contains(said, "ok cluster.peers: 2 other nodes") {
		t.Errorf("of one that has ended: %s", said)
	}
}

// lacksOf is the first of some words that a text lacks.
func lacksOf(text string, words []string) string {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return w
		}
	}
	return ""
}

// Clocks and lag are told of when they are much apart.
func TestDoctorHoldsNodesApart(t *testing.T) {
	at := func(node string, ahead time.Duration, lag uint64) standing {
		return standing{Node: node, Clock: atNoon, Ahead: ahead, Lag: lag}
	}
	for want, nodes := range map[string][]standing{
		"ok cluster clocks: those of 1 other node agree with this one's to 20ms": {at("a", 0, 0), at("b", 20*time.Millisecond, 999)},
		"warn cluster clocks: that of b is 1m0s behind against this node's":      {at("a", 0, 0), at("b", -time.Minute, 0), at("c", time.Second, 0)},
		"warn cluster: b has 5000 records less than others":                      {at("a", 0, 0), at("b", 0, 5000)},
		"": {at("a", 0, 0), {Node: "b"}},
	} {
		d := &doctor{now: atNoon}
		text, err := json.Marshal(clusterOverview{Node: "a", Nodes: nodes})
		var o clusterOverview
		if err := errors.Join(err, json.Unmarshal(text, &o)); err != nil { // as the daemon sends it
			t.Fatal(err)
		}
		d.clocks(o)
		d.lag(o)
		var b strings.Builder
		for _, sign := range d.signs {
			b.WriteString(sign.State + " " + sign.What + ": " + sign.Found + "\n")
		}
		if !strings.Contains(b.String(), want) || want == "" && b.Len() > 0 {
			t.Errorf("%q, want %q", b.String(), want)
		}
	}
}

// A certificate that ends soon, or is not fit, is a line.
func TestDoctorOfNodeCertificates(t *testing.T) {
	c := secured(t)
	for want, after := range map[string]time.Duration{"ok cluster.tls: ": 0, "warn cluster.tls: ": 780 * 24 * time.Hour, "bad cluster.tls: ": 900 * 24 * time.Hour} {
		d := &doctor{now: time.Now().Add(after), cfg: news.Config{Cluster: c}}
		d.nodeCertificate()
		if len(d.signs) != 1 || !strings.HasPrefix(d.signs[0].State+" "+d.signs[0].What+": ", want) || !strings.Contains(d.signs[0].Found, c.TLS.Certificate) {
			t.Errorf("after %s: %+v, want %s", after, d.signs, want)
		}
	}
}
