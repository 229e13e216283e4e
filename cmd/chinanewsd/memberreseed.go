package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"chinanews/storage"
)

// finalized is what became of a finalize.
type finalized struct {
	Words string `json:"words"`
}

// finalize lets nodes say what only programs of this version understand, when all
// that are there run one.
func (m *member) finalize(ctx context.Context) (done finalized, err error) {
	c, err := m.relay.Charter(ctx)
	if err != nil {
		return done, err
	}
	sessions, err := m.relay.Sessions(ctx)
	if err != nil {
		return done, err
	}
	for _, s := range sessions {
		var about nodeAbout
		if err := json.Unmarshal(s.About, &about); err != nil || about.Schema < clusterSchema {
			return done, usageError{fmt.Errorf("%s runs an older chinanewsd (%s): upgrade it first", s.Node, about.Version)}
		}
	}
	if c.Schema >= clusterSchema {
		return finalized{fmt.Sprintf("Nothing is to be done: the cluster is at version %d of what nodes say, and so is this program.", c.Schema)}, nil
	}
	before := c.Schema
	c.Schema = clusterSchema
	if err := m.relay.Found(ctx, c, c.Incarnation); err != nil {
		return done, err
	}
	return finalized{fmt.Sprintf("Nodes say now what version %d understands (before: %d). An older chinanewsd cannot take part any more.", clusterSchema, before)}, nil
}

// reseeded is what became of a reseed.
type reseeded struct {
	Incarnation string `json:"incarnation"`
	Pos         uint64 `json:"pos"`
}

// reseed founds the cluster anew with this node's record.
func (m *member) reseed(ctx context.Context, force bool) (done reseeded, err error) {
	tip, err := m.store.Tip()
	if err != nil {
		return done, err
	}
	all, err := m.standings(ctx)
	if err != nil && !force {
		return done, fmt.Errorf("the other nodes cannot be asked how long their records are: %w; --force does it all the same", err)
	}
	for _, s := range all {
		if s.Tip.Pos > tip.Pos && !force {
			return done, usageError{fmt.Errorf("%s has a longer record (%d entries, this node %d): reseed there, or with --force lose what it has more", s.Node, s.Tip.Pos, tip.Pos)}
		}
	}
	before, err := m.store.Cursor()
	if err != nil {
		return done, err
	}
	at := storage.Cursor{Incarnation: newIncarnation(), Base: tip.Pos}
	if err := m.store.Join(ctx, at); err != nil {
		return done, err
	}
	if err := m.relay.Found(ctx, m.charterOf(at, tip), before.Incarnation); err != nil {
		return done, errors.Join(err, m.store.Join(ctx, before))
	}
	m.log.Warn("the cluster was founded anew with this node's record", "record", tip.Pos, "incarnation", at.Incarnation, "before", before.Incarnation)
	return reseeded{at.Incarnation, tip.Pos}, nil
}
