package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"chinanews/cmd/chinanewsd/cluster"
	"chinanews/cmd/chinanewsd/meter"
	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// Bounds of what is no alarm yet: while another node begins to rule, or a disk
// is slow, everybody waits a little.
const (
	clusterGrace = 30 * time.Second
	mostBehind   = 1000 // records
)

// ailing is since when something about the nodes is not well; zero: all is.
type ailing struct{ since time.Time }

// symptom judges how this node stands among the others.
func (m *member) symptom(now time.Time) symptom {
	if other := m.rival.Load(); other != nil {
		return symptom{subject{kind: news.AlarmCluster}, true, "Another process has this node's name", fmt.Sprintf("%s is %s too", *other, m.cfg.Node), ownName + ", and start it anew", ""}
	}
	at, err := m.node.Status()
	if err != nil {
		return well(subject{kind: news.AlarmCluster}, "") // the record's own alarm says why
	}
	ctx, cancel := context.WithTimeout(context.Background(), clusterGrace/6)
	defer cancel()
	s := findCluster(at, m.cfg.Does(news.RolePoll), m.differs.Load(), now)
	health := m.relay.Health(ctx)
	m.faults.Store(int32(len(health.Wrong)))
	if !s.bad && len(health.Wrong) > 0 {
		s = symptom{s.subject, true, "What nodes share is not kept as it should be", news.Line(strings.Join(health.Wrong, "; ")), "see which node is away, or has no room: `chinanewsd cluster status`", ""}
	}
	if names := m.strays(ctx, now); !s.bad && len(names) > 0 {
		s = symptom{s.subject, true, "Nodes have other configurations", strayWords(names, m.cfg.Node), "`chinanewsd cluster status` says when they are equal", ""}
	}
	switch {
	case !s.bad:
		m.ill.since = time.Time{}
	case m.ill.since.IsZero():
		m.ill.since = now
	}
	if s.bad && at.Stopped == nil && now.Sub(m.ill.since) < clusterGrace {
		return well(s.subject, clusterWell)
	}
	return s
}

const clusterWell = "This node is one of the cluster again"

// findCluster judges a node's standing.
func findCluster(at cluster.Status, polls, differs bool, now time.Time) symptom {
	about := subject{kind: news.AlarmCluster}
	switch {
	case errors.Is(at.Stopped, storage.ErrForked):
		return symptom{about, true, "This node's record is another than the cluster's", "It follows and polls no more; what is there is served on. " + news.Line(at.Stopped.Error()),
			"stop the daemon, move news.db away and start it: it copies another node's record; if it is this one that is right, `chinanewsd cluster reseed` founds the cluster anew with it", ""}
	case errors.Is(at.Stopped, jetstream.ErrRewound):
		return symptom{about, true, "What nodes share has lost records", "Records that were confirmed are not there any more; this node has them, and follows and polls no more. " + news.Line(at.Stopped.Error()),
			"stop polling on all nodes, look with `chinanewsd cluster status` which has the longest record, and run `chinanewsd cluster reseed` there", ""}
	case at.Stopped != nil:
		return symptom{about, true, "This node follows the others no more", news.Line(at.Stopped.Error()), "look at its log, and start the daemon anew", ""}
	case now.Sub(at.Looked) > clusterGrace, polls && at.Parts == 0:
		return symptom{about, true, "What nodes share cannot be reached", fmt.Sprintf("Nothing new is recorded here; what is there is served on. %s", news.Line(at.Trouble)),
			"see that most of the nodes with the role engine run and reach one another: `chinanewsd cluster status`", ""}
	case at.Ruler == "":
		return symptom{about, true, "No node rules", "Answers are recorded and nothing is published", "see that nodes with the role poll run: `chinanewsd cluster status`", ""}
	case at.Lag() > mostBehind:
		return symptom{about, true, "This node lags", fmt.Sprintf("Others have %d records more", at.Lag()), "its disk or its network is too slow, or it was away: `chinanewsd cluster status` shows whether it catches up", ""}
	case differs:
		return symptom{about, true, "This node's configuration is not what the cluster publishes", "It goes by what is published", "make config.yaml equal on all nodes, then run `chinanewsd reload` on the node that rules: " + at.Ruler, ""}
	}
	return well(about, clusterWell)
}

// figures are how this node stands, for metrics.
func (m *member) figures() *meter.Cluster {
	at, err := m.node.Status()
	if err != nil {
		return nil
	}
	return &meter.Cluster{Rules: at.Rules, Following: at.Stopped == nil, Parts: at.Parts, Lag: at.Lag(), StateLag: at.StateLag(), Faults: int(m.faults.Load()), Seen: at.Looked}
}
