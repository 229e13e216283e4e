package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
)

// cluster looks at the other nodes: by what this node's daemon says, and by who
// listens where they should.
func (d *doctor) cluster() {
	if d.broken || !d.cfg.Cluster.On() {
		return
	}
	d.nodeCertificate()
	d.peers()
	if d.running {
		d.membership()
	}
}

// nodeCertificate looks at what this node shows the others.
func (d *doctor) nodeCertificate() {
	const what = "cluster.tls"
	c := d.cfg.Cluster
	if c.TLS == (news.ClusterTLS{}) {
		return
	}
	if _, err := clusterTLS(c, d.now); err != nil {
		d.tell(doctorBad, what, "docs/operator.md, Several nodes, has the commands that make one", "%v", err)
		return
	}
	cert := nodeCertificate(c.TLS)
	if cert == nil {
		return
	}
	if left := cert.NotAfter.Sub(d.now); left < soonEnds {
		d.tell(doctorWarn, what, "make another, and start this node anew", "%s ends in %s: the other nodes do not let this one in after that", c.TLS.Certificate, span(left))
		return
	}
	d.ok(what, "%s is of %s, belongs to its key, and ends %s", c.TLS.Certificate, c.TLS.Authority, d.stamp(cert.NotAfter))
}

// peers asks who listens where nodes should.
func (d *doctor) peers() {
	const what = "cluster.peers"
	c := d.cfg.Cluster
	if c.Engine != news.EngineEmbedded {
		return // the daemon knows whether its servers are there
	}
	secure, err := clusterTLS(c, d.now)
	if err != nil {
		return // that was said
	}
	others := otherPeers(c)
	var silent []string
	for _, p := range jetstream.Peers(d.t, others, secure) {
		switch {
		case p.Err != nil:
			silent = append(silent, fmt.Sprintf("%s (%v)", p.Address, p.Err))
		case p.Node == c.Node:
			d.tell(doctorBad, what, ownName, "the node at %s is %s, as this one is", p.Address, p.Node)
		}
	}
	const do = "is its daemon up, its port open to this host, and its certificate of the same authority?"
	all, away := len(c.Peers), len(silent)
	switch {
	case away > 0 && 2*(all-away) <= all:
		d.tell(doctorBad, what, do, "%s cannot be reached, and without most of %d nothing is recorded: %s", things(away, "node", "nodes"), all, strings.Join(silent, "; "))
	case away > 0:
		d.tell(doctorWarn, what, do, "%s cannot be reached: %s", things(away, "node", "nodes"), strings.Join(silent, "; "))
	case len(others) == 0:
		d.tell(doctorWarn, what, "name the other nodes there", "it has this node alone")
	default:
		d.ok(what, "%s and this one are there", things(len(others), "other node", "other nodes"))
	}
}

// membership looks at what the daemon knows of the others.
func (d *doctor) membership() {
	const what = "cluster"
	if d.over.Cluster != nil && d.over.Cluster.Waits != "" {
		d.tell(doctorBad, what, "see that most nodes run and reach one another, and that `chinanewsd cluster init` was run on one", "%s takes no part yet: %s", d.over.Cluster.Node, d.over.Cluster.Waits)
		return
	}
	var o clusterOverview
	if answered, err := d.t.ask(d.cfg, "GET", "/cluster", &o); err != nil || !answered {
		d.tell(doctorBad, what, "restart the daemon if that lasts", "the daemon does not say how the nodes are: %v", err)
		return
	}
	for _, trouble := range o.Trouble {
		d.tell(doctorBad, what, "", "%s", trouble)
	}
	d.clocks(o)
	d.lag(o)
	if len(o.Trouble) == 0 {
		d.ok(what, "%s is one of %s, founded as %s; %s rules", o.Node, things(len(o.Nodes), "node", "nodes"), o.Incarnation, o.Rules)
	}
}

// lag says who is behind.
func (d *doctor) lag(o clusterOverview) {
	for _, n := range o.Nodes {
		if n.Lag > mostBehind {
			d.tell(doctorWarn, "cluster", "its disk or its network is too slow, or it was away; look again in a minute", "%s has %d records less than others", n.Node, n.Lag)
		}
	}
}

// apartClocks is by how much the clocks of nodes may differ: entries have the
// times of whichever node read them.
const apartClocks = 5 * time.Second

// clocks holds the nodes' clocks against this one's.
func (d *doctor) clocks(o clusterOverview) {
	most := standing{}
	for _, n := range o.Nodes {
		if n.Ahead.Abs() >= most.Ahead.Abs() && !n.Clock.IsZero() {
			most = n
		}
	}
	known := slices.DeleteFunc(slices.Clone(o.Nodes), func(n standing) bool { return n.Clock.IsZero() || n.Node == o.Node })
	switch ahead := most.Ahead; {
	case len(known) == 0:
	case ahead.Abs() > apartClocks:
		d.tell(doctorWarn, "cluster clocks", "have the system of each keep it right: timedatectl set-ntp true", "that of %s is %s against this node's", most.Node, offset(ahead))
	default:
		d.ok("cluster clocks", "those of %s agree with this one's to %s", things(len(known), "other node", "other nodes"), ahead.Abs().Round(time.Millisecond))
	}
}

func offset(ahead time.Duration) string {
	if ahead < 0 {
		return (-ahead).Round(time.Second).String() + " behind"
	}
	return ahead.Round(time.Second).String() + " ahead"
}
