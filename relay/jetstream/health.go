package jetstream

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"chinanews/news"
)

// Health is what a person may want to know of the engine.
type Health struct {
	Embedded   bool     `json:"embedded"`
	Connected  bool     `json:"connected"`
	Server     string   `json:"server,omitempty"`  // that this node is connected to
	Version    string   `json:"version,omitempty"` // of it
	Servers    []string `json:"servers,omitempty"` // that keep replicas, as far as is known
	SyncAlways bool     `json:"sync_always"`       // what this node keeps of each message is on its disk before that is acknowledged; false of a node that keeps none, and of an operator's own servers, where it is not known
	Assets     []Asset  `json:"assets,omitempty"`
	Used       int64    `json:"used,omitempty"`  // bytes of this process's engine on its disk
	Most       int64    `json:"most,omitempty"`  // that it may use; 0: not known
	Wrong      []string `json:"wrong,omitempty"` // what is not as it should be, in words
}

// Asset is a stream that nodes share.
type Asset struct {
	Name      string        `json:"name"`
	Leader    string        `json:"leader"` // empty: none
	Replicas  []Replica     `json:"replicas,omitempty"`
	Messages  uint64        `json:"messages"`
	Bytes     uint64        `json:"bytes"`
	First     uint64        `json:"first"`
	Last      uint64        `json:"last"`
	Retention news.Duration `json:"retention,omitempty"` // 0: without end
}

// Replica is one of a stream, but the leader's.
type Replica struct {
	Node    string        `json:"node"`
	Current bool          `json:"current"` // has all
	Offline bool          `json:"offline,omitempty"`
	Lag     uint64        `json:"lag,omitempty"`    // messages that it has not yet
	Active  news.Duration `json:"active,omitempty"` // since it was heard of
}

// What a replica may be behind, and how long it may be silent, and be well.
const (
	fewBehind  = 100
	longSilent = 5 * time.Second
)

// fullAt is the share of the disk that the engine may use, in percent, from which
// a person is told.
const fullAt = 80

// Health looks at the engine. What does not answer is Wrong; it takes a few
// seconds at most.
func (r *Relay) Health(ctx context.Context) (h Health) {
	ctx, cancel := context.WithTimeout(ctx, 2*try)
	defer cancel()
	h = Health{
		Embedded: r.engine != nil, SyncAlways: r.syncs(), Connected: r.conn.IsConnected(),
		Server: r.conn.ConnectedServerName(), Version: r.conn.ConnectedServerVersion(),
	}
	h.disk(r)
	if err := r.cutOff(); err != nil {
		h.Wrong = append(h.Wrong, err.Error())
		return h
	}
	if !h.Connected {
		h.Wrong = append(h.Wrong, "the engine is not connected")
		return h
	}
	c, err := r.charter(ctx)
	if err != nil {
		h.Wrong = append(h.Wrong, err.Error())
		return h
	}
	for _, name := range []string{c.logStream(), c.stateStream(), streamOwn, streamSess, streamMeta} {
		info, err := r.info(ctx, name)
		if err != nil {
			h.Wrong = append(h.Wrong, fmt.Sprintf("%s: %v", name, err))
			continue
		}
		a := asset(info)
		h.Assets = append(h.Assets, a)
		h.Wrong = append(h.Wrong, a.wrong(info.Config.Replicas)...)
		if name == c.logStream() && a.Retention.Std() != r.options.Retention {
			h.Wrong = append(h.Wrong, fmt.Sprintf("the log is kept for %s, and cluster.log_retention of this node is %s: it counts when a cluster is founded", a.Retention, r.options.Retention))
		}
		h.Servers = append(h.Servers, a.nodes()...)
	}
	slices.Sort(h.Servers)
	h.Servers = slices.Compact(h.Servers)
	return h
}

// syncs asks the engine how it runs, whatever it was meant to be told.
func (r *Relay) syncs() bool {
	if r.engine == nil {
		return false
	}
	c := r.engine.JetStreamConfig()
	return c != nil && c.SyncAlways
}

func (r *Relay) info(ctx context.Context, name string) (*jetstream.StreamInfo, error) {
	s, err := r.js.Stream(ctx, name)
	if err != nil {
		return nil, err
	}
	return s.CachedInfo(), nil
}

// disk looks at what this process's engine uses.
func (h *Health) disk(r *Relay) {
	if r.engine == nil || !r.options.Engine.Store {
		return
	}
	j, err := r.engine.Jsz(nil)
	if err != nil {
		h.Wrong = append(h.Wrong, fmt.Sprintf("the engine's files in %s: %v", r.options.Engine.Dir, err))
		return
	}
	h.Used, h.Most = int64(j.Store), j.Config.MaxStore
	if h.Most > 0 && h.Used > h.Most/100*fullAt {
		h.Wrong = append(h.Wrong, fmt.Sprintf("the engine uses %d of the %d bytes that it may in %s: make room on that disk", h.Used, h.Most, r.options.Engine.Dir))
	}
}

func asset(info *jetstream.StreamInfo) Asset {
	s := info.State
	a := Asset{Name: info.Config.Name, Messages: s.Msgs, Bytes: s.Bytes, First: s.FirstSeq, Last: s.LastSeq, Retention: news.Duration(info.Config.MaxAge)}
	if info.Cluster == nil {
		a.Leader = "the only one"
		return a
	}
	a.Leader = info.Cluster.Leader
	for _, p := range info.Cluster.Replicas {
		a.Replicas = append(a.Replicas, Replica{Node: p.Name, Current: p.Current, Offline: p.Offline, Lag: p.Lag, Active: news.Duration(p.Active)})
	}
	return a
}

func (a Asset) nodes() (all []string) {
	if a.Leader != "" && len(a.Replicas) > 0 {
		all = append(all, a.Leader)
	}
	for _, p := range a.Replicas {
		all = append(all, p.Node)
	}
	return all
}

// wrong says which replicas are missing or behind.
func (a Asset) wrong(replicas int) (all []string) {
	if a.Leader == "" {
		all = append(all, a.Name+" has no leader")
	}
	var behind []string
	for _, p := range a.Replicas {
		switch {
		case p.Offline:
			behind = append(behind, p.Node+" is off")
		case !p.Current && (p.Lag > fewBehind || p.Active.Std() > longSilent):
			behind = append(behind, fmt.Sprintf("%s is %d messages behind", p.Node, p.Lag))
		}
	}
	if missing := replicas - 1 - len(a.Replicas); missing > 0 && replicas > 1 {
		behind = append(behind, fmt.Sprintf("%d of %d replicas have no node", missing, replicas))
	}
	if len(behind) > 0 {
		all = append(all, a.Name+": "+strings.Join(behind, ", "))
	}
	return all
}
