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
	if waits := m.waitsFor(); waits != "" {
		s = symptom{s.subject, true, "This node waits to follow the others", "What is there is served. " + news.Line(waits), "see who is there: `chinanewsd cluster status`", ""}
	}
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
	if at.Stopped != nil {
		return findStopped(about, at.Stopped)
	}
	if now.Sub(at.Looked) <= clusterGrace {
		if s := findFailing(about, at); s.bad {
			return s
		}
	}
	waits := unruledFor(at, now)
	switch {
	case now.Sub(at.Looked) > clusterGrace, polls && at.Parts == 0:
		return symptom{about, true, "What nodes share cannot be reached", fmt.Sprintf("Nothing new is recorded here; what is there is served on. %s", news.Line(at.Trouble)),
			"see that most of the nodes with the role engine run and reach one another: `chinanewsd cluster status`", ""}
	case at.Ruler == "":
		return symptom{about, true, "No node rules", "Answers are recorded and nothing is published", "see that nodes with the role poll run: `chinanewsd cluster status`", ""}
	case waits > clusterGrace:
		return symptom{about, true, "Nothing is ruled on", unruledWords(at.Ruler, at.Unruled), fmt.Sprintf("see the log of %s; another rules when that ends or is started anew", at.Ruler), ""}
	case differs:
		return symptom{about, true, "This node's configuration is not what the cluster publishes", "It goes by what is published", "make config.yaml equal on all nodes, then run `chinanewsd reload` on the node that rules: " + at.Ruler, ""}
	}
	return well(about, clusterWell)
}

// findStopped judges what a node has stopped for.
func findStopped(about subject, why error) symptom {
	words := news.Line(why.Error())
	switch {
	case errors.Is(why, storage.ErrForked):
		return symptom{about, true, "This node's record is another than the cluster's", "It follows and polls no more; what is there is served on. It may have records that were confirmed and that the others have not. " + words,
			"stop the daemon, move news.db away and start it: it copies another node's record; if it is this one that is right, `chinanewsd cluster reseed` with --force founds the cluster anew with it", ""}
	case errors.Is(why, jetstream.ErrRewound):
		return symptom{about, true, "What nodes share has lost records", "Records that were confirmed are not there any more; this node has them, and follows and polls no more. Nodes that go on may not have them. " + words,
			"stop polling on all nodes; `chinanewsd cluster status` names the nodes that follow no more: run `chinanewsd cluster reseed` on that of them with the longest record", ""}
	case errors.Is(why, storage.ErrNewer):
		return symptom{about, true, "This node's chinanewsd is older than what others say", "It follows and polls no more; what is there is served on. " + words,
			"install the newer chinanewsd here, and start it", ""}
	}
	return symptom{about, true, "This node follows the others no more", words, "look at its log, and start the daemon anew", ""}
}

// findFailing judges a node that reaches the others and cannot do its part: one
// that leaves what it polls to them says here why.
func findFailing(about subject, at cluster.Status) symptom {
	switch {
	case errors.Is(at.Refused, storage.ErrDisk):
		return symptom{about, true, "This node's record cannot be written", "It leaves what it polls to others; what is there is served on. " + news.Line(at.Refused.Error()),
			"make room on its disk: the alarm about that says more. It goes on by itself", ""}
	case at.Refused != nil:
		return symptom{about, true, "This node's record cannot take what others say", "It leaves what it polls to others; what is there is served on. " + news.Line(at.Refused.Error()),
			"look at its log; if that lasts stop the daemon, move news.db away and start it: it copies another node's record", ""}
	case at.Unable != nil:
		return symptom{about, true, "This node cannot do its part", "It leaves what it polls, and ruling, to others again and again. " + news.Line(at.Unable.Error()),
			"look at its log, and whether another node does it: `chinanewsd cluster status`", ""}
	case at.Lag() > mostBehind:
		return symptom{about, true, "This node lags", fmt.Sprintf("Others have %d records more", at.Lag()), "its disk or its network is too slow, or it was away: `chinanewsd cluster status` shows whether it catches up", ""}
	}
	return well(about, clusterWell)
}

// unruledFor is for how long what was recorded waits for a ruling, by this node's
// clock; 0 where it cannot know: the ruling may be in what it has yet to follow.
func unruledFor(at cluster.Status, now time.Time) time.Duration {
	if at.Unruled.IsZero() || at.Lag() > 0 || now.Sub(at.Looked) > clusterGrace {
		return 0
	}
	return max(now.Sub(at.Unruled), 0)
}

func unruledWords(ruler string, since time.Time) string {
	return fmt.Sprintf("answers and acts are recorded, and %s, which is to rule, has ruled on none since %s: they have no effect yet", ruler, since.UTC().Format(time.DateTime))
}

// figures are how this node stands, for metrics.
func (m *member) figures() *meter.Cluster {
	at, err := m.node.Status()
	if err != nil {
		return nil
	}
	return &meter.Cluster{Rules: at.Rules, Following: at.Stopped == nil && m.follows.Load(), Parts: at.Parts, Lag: at.Lag(), StateLag: at.StateLag(), Faults: int(m.faults.Load()), Seen: at.Looked}
}
