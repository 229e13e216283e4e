package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
)

// askFirst is how long is tried to find out whether a cluster was founded.
const askFirst = 10 * time.Second

// first refuses to make a record that a cluster begins with where there is a
// cluster, or another node has such a record. Nodes that do not run cannot be
// asked.
func (c clusterInitCmd) first(t *terminal, cfg news.Config) error {
	var o clusterOverview
	if answered, err := t.ask(cfg, "GET", "/cluster", &o); answered && err == nil {
		var all []attendant
		for _, n := range o.Nodes {
			all = append(all, attendant{Node: n.Node, Incarnation: n.Incarnation})
		}
		return begun(cfg, o.Incarnation, all)
	}
	relay, err := lookIn(t, cfg)
	if relay == nil {
		return err
	}
	defer relay.Close()
	ctx, cancel := context.WithTimeout(t, askFirst)
	defer cancel()
	var why error
	for ctx.Err() == nil {
		charter, err := relay.Charter(ctx)
		why = err
		if no := begun(cfg, charter.Incarnation, present(ctx, relay)); no != nil || errors.Is(err, jetstream.ErrNoCharter) {
			return no
		}
		waited(ctx, callFor)
	}
	t.note(fmt.Sprintf("whether there is a cluster already could not be asked (%v); should there be one, this node says so when it starts", why))
	return t.Err()
}

// lookIn opens what nodes share for a moment; nil: there is nobody to share it
// with.
func lookIn(ctx context.Context, cfg news.Config) (*jetstream.Relay, error) {
	o, err := relayOptions(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, usageError{err}
	}
	if err := vacant(ctx, cfg.Cluster, routesTLS(o)); err != nil {
		return nil, err
	}
	if o.Engine != nil {
		all := jetstream.Peers(ctx, otherPeers(cfg.Cluster), o.Engine.TLS)
		if !slices.ContainsFunc(all, func(p jetstream.Peer) bool { return p.Err == nil }) {
			return nil, nil
		}
	}
	return jetstream.Open(ctx, o)
}

// begun says that there is a cluster, or a record that one is to begin with.
func begun(cfg news.Config, incarnation string, all []attendant) error {
	const instead = "start `chinanewsd run` here without `cluster init`, and this node copies the record that is there"
	if incarnation != "" {
		return usageError{fmt.Errorf("the cluster was founded already (%s): %s; to found it anew with another record see `chinanewsd cluster reseed`", incarnation, instead)}
	}
	for _, a := range all {
		if a.Incarnation != "" && a.Node != cfg.Cluster.Node {
			return usageError{fmt.Errorf("the cluster begins with the record of %s, which waits for more nodes: %s", a.Node, instead)}
		}
	}
	return nil
}
