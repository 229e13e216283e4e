package clustertest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// clusterStatus is what `chinanewsd cluster status --json` says, as far as it
// matters here.
type clusterStatus struct {
	Rules string `json:"rules"` // who rules; empty: nobody
	Nodes []struct {
		Node  string `json:"node"`
		Parts int    `json:"parts"`
	} `json:"nodes"`
	Engine struct {
		Assets []struct {
			Name   string `json:"name"`
			Leader string `json:"leader"`
		} `json:"assets"`
	} `json:"engine"`
}

// cluster asks a node how all of them are; false: it does not know. One that
// finds something wrong says so by its status, and prints it.
func (n *node) cluster(t *testing.T) (s clusterStatus, ok bool) {
	t.Helper()
	out, _ := attempt(t, "cluster", "status", "--json", "-c", n.config)
	return s, json.Unmarshal([]byte(out), &s) == nil
}

// ruler is the node that rules, and workers are the others. All that run agree
// on it, and poll.
func (r *rig) ruler() (ruler *node, workers []*node) {
	r.Helper()
	until(r.T, "the nodes agree on who rules, and share the work", r.patience, func() bool {
		s, ok := r.nodes[0].cluster(r.T)
		if !ok || len(s.Nodes) != len(r.nodes) {
			return false
		}
		ruler, workers = nil, nil
		for _, n := range r.nodes {
			if n.name() == s.Rules {
				ruler = n
			} else {
				workers = append(workers, n)
			}
		}
		for _, n := range s.Nodes {
			if n.Parts == 0 {
				return false
			}
		}
		for _, n := range r.nodes[1:] {
			if other, ok := n.cluster(r.T); !ok || other.Rules != s.Rules {
				return false
			}
		}
		return ruler != nil
	})
	return ruler, workers
}

// leader is the node that leads the stream whose name begins so, when all work.
func (r *rig) leader(stream string) (leader *node) {
	r.Helper()
	r.ruler()
	until(r.T, "it is known who leads "+stream, r.patience, func() bool {
		s, _ := r.nodes[0].cluster(r.T)
		for _, a := range s.Engine.Assets {
			for _, n := range r.nodes {
				if strings.HasPrefix(a.Name, stream) && n.name() == a.Leader {
					leader = n
				}
			}
		}
		return leader != nil
	})
	return leader
}

// well waits until every node says that nothing is wrong.
func (r *rig) well() {
	r.Helper()
	for _, n := range r.nodes {
		until(r.T, n.name()+" says that all is well", r.patience, func() bool {
			_, err := attempt(r.T, "cluster", "status", "-c", n.config)
			return err == nil
		})
	}
}

// asking waits until nodes have asked for a listing of every host since now. One
// that somebody was asking for when it died is asked for a minute later.
func (r *rig) asking(nodes ...*node) {
	r.Helper()
	begun := len(r.web.requests())
	until(r.T, "a listing of every host is asked for by who is left", r.patience, func() bool {
		seen := make(map[string]bool)
		for _, q := range r.web.requests()[begun:] {
			if q.source != "" && slices.ContainsFunc(nodes, func(n *node) bool { return n.number == q.node }) {
				seen[q.host] = true
			}
		}
		return len(seen) == r.hosts
	})
}
