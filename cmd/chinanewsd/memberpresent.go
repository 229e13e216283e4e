package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
)

// askPresent is the roll call: what all nodes are asked at once.
const askPresent = "present"

// attendant is a process that is a node, as it says itself in a roll call.
type attendant struct {
	Node     string        `json:"node"`
	Instance string        `json:"instance"` // of the process
	Host     string        `json:"host"`
	PID      int           `json:"pid"`
	Age      news.Duration `json:"age"` // clocks of hosts differ

	Site        string `json:"site"`
	Incarnation string `json:"incarnation"` // of its record; empty: it has none
	Waits       string `json:"waits"`       // for what; empty: it does not
}

func (a attendant) String() string { return fmt.Sprintf("pid %d on %s", a.PID, a.Host) }

const callFor = 500 * time.Millisecond // how long answers to a roll call are waited for

// attend answers the roll call.
func (m *member) attend() error {
	host, _ := os.Hostname()
	return m.relay.AnswerAll(askPresent, func() []byte {
		a := attendant{Node: m.cfg.Node, Instance: m.instance, Host: host, PID: os.Getpid(), Age: news.Duration(time.Since(m.begun))}
		if store := m.lends.Load(); store != nil {
			at, err := store.Cursor()
			if a.Site = store.Site(); err == nil {
				a.Incarnation = at.Incarnation
			}
		}
		if w := m.waiting.Load(); w != nil {
			a.Waits = w.what
		}
		text, err := json.Marshal(a)
		if err != nil {
			return nil // words and numbers cannot fail
		}
		return text
	})
}

// present are the processes that can be reached, by their nodes.
func present(ctx context.Context, relay *jetstream.Relay) (all []attendant) {
	answers, err := relay.AskAll(ctx, askPresent, callFor)
	if err != nil {
		return nil
	}
	for _, text := range answers {
		var a attendant
		if json.Unmarshal(text, &a) == nil {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b attendant) int {
		return slices.Compare([]string{a.Node, a.Instance}, []string{b.Node, b.Instance})
	})
	return all
}

// rival is another process that has the name of one; elder: it had it before.
func rival(instance string, all []attendant) (other attendant, elder, is bool) {
	i := slices.IndexFunc(all, func(a attendant) bool { return a.Instance == instance })
	if i < 0 {
		return other, false, false
	}
	own := all[i]
	for _, a := range all {
		if a.Node == own.Node && a.Instance != own.Instance {
			return a, a.Age > own.Age || a.Age == own.Age && a.Instance < own.Instance, true
		}
	}
	return other, false, false
}

// ownName is what to do about two processes with one name.
const ownName = "give each node its own cluster.node"

// vacant looks whether nobody listens for the others who has this node's name. A
// process that was killed does not, though its session lives on for a while.
func vacant(ctx context.Context, c news.Cluster, secure *tls.Config) error {
	if p, is := namesake(ctx, c, secure, ""); is {
		return usageError{fmt.Errorf("the node at %s is %s already, and so is this one by its configuration: %s", p.Address, c.Node, ownName)}
	}
	return nil
}

// namesake is a node that listens where another should and has this one's name;
// own is this process's engine. Where the engine is an operator's own, the roll
// call tells.
func namesake(ctx context.Context, c news.Cluster, secure *tls.Config, own string) (p jetstream.Peer, is bool) {
	if c.Engine != news.EngineEmbedded {
		return p, false
	}
	for _, p := range jetstream.Peers(ctx, otherPeers(c), secure) {
		if p.Err == nil && p.Node == c.Node && p.ID != own {
			return p, true
		}
	}
	return p, false
}

// otherPeers are where other nodes listen.
func otherPeers(c news.Cluster) []string {
	return slices.DeleteFunc(slices.Clone(c.Peers), func(peer string) bool { return peer == c.Listen })
}

// How often is looked who else has this node's name: at the start it is most
// likely.
const (
	rivalSoon  = time.Second
	rivalLater = 15 * time.Second
	rivalStart = 20 * time.Second
	rivalTold  = 5 * time.Minute // of one that has ended, so that its operator is not alone with it
)

// guard looks until ctx ends whether another process has this node's name. Of
// two that know of each other the one that came later ends; the other says so.
func (m *member) guard(ctx context.Context, end context.CancelCauseFunc) {
	var seen time.Time
	for ctx.Err() == nil {
		other, elder, is := m.findRival(ctx)
		switch before := m.rival.Load(); {
		case is && elder:
			end(usageError{fmt.Errorf("another process is node %s: %s: %s", m.cfg.Node, other, ownName)})
			return
		case is:
			if seen = time.Now(); before == nil || *before != other {
				m.log.Error("another process has this node's name, and is to end; "+ownName, "other", other)
				m.rival.Store(&other)
			}
		case before != nil && time.Since(seen) > rivalTold:
			m.rival.Store(nil)
		}
		pause := rivalLater
		if time.Since(m.begun) < rivalStart {
			pause = rivalSoon
		}
		waited(ctx, pause)
	}
}

// findRival is another process with this node's name. Engines that refuse each
// other for that hear nothing of each other but who listens.
func (m *member) findRival(ctx context.Context) (other string, elder, is bool) {
	all := present(ctx, m.relay)
	for _, a := range all {
		m.hearOf(a.Node) // one that has no session yet, and may be asked
	}
	if a, elder, is := rival(m.instance, all); is {
		return a.String(), elder, true
	}
	own := m.relay.EngineID()
	p, is := namesake(ctx, m.cfg, m.secure, own)
	return "it listens at " + p.Address, p.ID < own, is
}
