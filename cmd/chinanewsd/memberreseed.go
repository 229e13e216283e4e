package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// finalized is what became of a finalize.
type finalized struct {
	Words string `json:"words"`
}

// finalize lets nodes say what only programs of this version understand, when
// all run one; of those that are away nobody knows, and force does without them.
func (m *member) finalize(ctx context.Context, force bool) (done finalized, err error) {
	c, err := m.relay.Charter(ctx)
	if err != nil {
		return done, err
	}
	if c.Schema >= clusterSchema {
		return finalized{fmt.Sprintf("Nothing is to be done: the cluster is at version %d of what nodes say, and so is this program.", c.Schema)}, nil
	}
	if err := m.upgraded(ctx, force); err != nil {
		return done, err
	}
	before := c.Schema
	c.Schema = clusterSchema
	if err := m.relay.Found(ctx, c, c.Incarnation); err != nil {
		return done, err
	}
	return finalized{fmt.Sprintf("Nodes may say now what version %d understands (before: %d). An older chinanewsd cannot take part any more.", clusterSchema, before)}, nil
}

// upgraded refuses a finalize while a node runs an older program, or may.
func (m *member) upgraded(ctx context.Context, force bool) error {
	heard, err := m.names(ctx)
	if err != nil {
		return err
	}
	there, err := m.relay.Sessions(ctx)
	if err != nil {
		return err
	}
	if err := outdated(there); err != nil || force {
		return err
	}
	return awaited(there, heard, len(m.cfg.Peers))
}

// outdated refuses a node that is there with an older program.
func outdated(there []jetstream.Session) error {
	for _, s := range there {
		var about nodeAbout
		if err := json.Unmarshal(s.About, &about); err != nil || about.Schema < clusterSchema {
			return usageError{fmt.Errorf("%s runs an older chinanewsd (%s): upgrade it first", s.Node, about.Version)}
		}
	}
	return nil
}

// awaited refuses a node that is away: heard are the names that are known, peers
// how many nodes with the role engine there are.
func awaited(there []jetstream.Session, heard []string, peers int) error {
	const instead = "start it with this version first; --force does it all the same, and an older chinanewsd there cannot take part any more"
	for _, name := range heard {
		if !slices.ContainsFunc(there, func(s jetstream.Session) bool { return s.Node == name }) {
			return usageError{fmt.Errorf("%s takes no part at the moment, and its version is not known: %s", name, instead)}
		}
	}
	if n := engines(there); n < peers {
		return usageError{fmt.Errorf("of %d nodes of cluster.peers %d take part, and the version of one that does not is not known: %s", peers, n, instead)}
	}
	return nil
}

// engines counts the nodes that are there with the role engine.
func engines(there []jetstream.Session) (n int) {
	for _, s := range there {
		var about nodeAbout
		if json.Unmarshal(s.About, &about) == nil && slices.Contains(about.Roles, news.RoleEngine) {
			n++
		}
	}
	return n
}

// reseeded is what became of a reseed.
type reseeded struct {
	Incarnation string `json:"incarnation"`
	Pos         uint64 `json:"pos"`
}

// unfound puts a record back to what it followed, unless the cluster was founded
// all the same.
func (m *member) unfound(ctx context.Context, at, before storage.Cursor) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	for {
		c, err := m.relay.Charter(ctx)
		switch {
		case err == nil && c.Incarnation == at.Incarnation:
			return nil
		case err == nil, errors.Is(err, jetstream.ErrNoCharter), ctx.Err() != nil:
			return m.store.Join(context.WithoutCancel(ctx), before)
		}
		waited(ctx, time.Second)
	}
}

// reseedFor answers the command. Once begun it is done, whoever waits.
func (m *member) reseedFor(w http.ResponseWriter, r *http.Request) {
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(reloadWithin))
	reply(func(r *http.Request) (any, error) {
		return m.reseed(context.WithoutCancel(r.Context()), r.FormValue("force") != "")
	}).ServeHTTP(w, r)
}

// reseed founds the cluster anew with this node's record, whatever the node waits
// for.
func (m *member) reseed(ctx context.Context, force bool) (done reseeded, err error) {
	c, err := m.relay.Charter(ctx)
	switch {
	case errors.Is(err, jetstream.ErrNoCharter):
	case err != nil:
		return done, fmt.Errorf("nothing can be founded while most nodes with the role engine are away: %w", err)
	case c.Site != m.store.Site():
		return done, otherSite(m.data, m.store.Site(), c)
	}
	tip, err := m.store.Tip()
	if err != nil {
		return done, err
	}
	if err := m.longest(ctx, c.Incarnation != "", tip, force); err != nil {
		return done, err
	}
	// Nothing may be followed any more once the record is to follow another log.
	at := m.present.Load()
	if at == nil || !at.begin() {
		return done, errors.New("this node takes another's record, or is being reseeded: try again in a moment")
	}
	defer close(at.settled)
	at.end()
	<-at.ended
	return m.beginAnew(ctx, c)
}

// longest refuses a reseed by a record that is not the longest that is known of;
// founded: there is a cluster that nodes may go on with.
func (m *member) longest(ctx context.Context, founded bool, tip storage.Tip, force bool) error {
	if force {
		return nil
	}
	all, err := m.standings(ctx) // an error: the engine does not know of nodes. Those that were heard of are asked
	if err := divided(all, founded); err != nil {
		return err
	}
	for _, s := range all {
		if s.Node != m.cfg.Node && s.Tip.Pos > tip.Pos {
			return usageError{fmt.Errorf("%s has a longer record (%d records, this node %d): reseed there, or with --force lose what it has more", s.Node, s.Tip.Pos, tip.Pos)}
		}
	}
	if n := m.unasked(all); n > 0 {
		words := fmt.Sprintf("%s cannot be asked how long their records are; --force does it all the same, and loses what others have more", count(n, "node"))
		return usageError{errors.Join(errors.New(words), err)}
	}
	return nil
}

// beginAnew founds the cluster with the record as it is, in the place of what was
// founded before; that is unknown when the engine has lost it, but by the record.
func (m *member) beginAnew(ctx context.Context, was jetstream.Charter) (done reseeded, err error) {
	tip, err := m.store.Tip()
	if err != nil {
		return done, err
	}
	before, err := m.store.Cursor()
	if err != nil {
		return done, err
	}
	at := storage.Cursor{Incarnation: newIncarnation(), Base: tip.Pos}
	if err := m.store.Join(ctx, at); err != nil {
		return done, err
	}
	instead := cmp.Or(was.Incarnation, before.Incarnation)
	if err := m.relay.Found(ctx, m.charterOf(at, tip), instead); err != nil {
		return done, errors.Join(err, m.unfound(ctx, at, before))
	}
	m.log.Warn("the cluster was founded anew with this node's record", "record", tip.Pos, "incarnation", at.Incarnation, "before", instead)
	return reseeded{at.Incarnation, tip.Pos}, nil
}
