package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"chinanews/cmd/chinanewsd/cluster"
	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// current reports whether nothing that went while this node was away is missed by
// following: it was not away for long, or nothing has happened meanwhile.
func (m *member) current(ctx context.Context) error {
	about, err := m.store.About()
	if err != nil || time.Since(about.Last) < jetstream.GoneFor {
		return err
	}
	at, err := m.store.Cursor()
	if err != nil {
		return err
	}
	head, err := m.relay.StateHead(ctx)
	if err == nil && head > at.State {
		err = fmt.Errorf("%w: this node's last entry is of %s", jetstream.ErrHole, about.Last.Format(time.DateTime))
	}
	return err
}

// found founds the cluster with this record, when nobody has yet and it was
// made for that; else it returns when there is one.
func (m *member) found(ctx context.Context) error {
	for {
		c, err := m.relay.Charter(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil && c.Schema > clusterSchema:
			return fmt.Errorf("the nodes of this cluster say what only a newer chinanewsd understands (%d, this one %d): install that", c.Schema, clusterSchema)
		case err == nil && c.Site != m.store.Site():
			if empty, err := untold(m.store); err != nil || empty {
				return errors.Join(err, fmt.Errorf("%w, by another node, and this node's record has nothing", cluster.ErrReplaced))
			}
			return otherSite(m.data, m.store.Site(), c)
		case err == nil:
			return m.current(ctx)
		case errors.Is(err, jetstream.ErrNoCharter):
			err = m.charter(ctx)
			if err == nil {
				continue
			}
		}
		m.waits("waiting for the other nodes", err)
		waited(ctx, time.Second)
	}
}

// charter founds the cluster, if this node's record was made to.
func (m *member) charter(ctx context.Context) error {
	at, err := m.store.Cursor()
	if err != nil {
		return err
	}
	tip, err := m.store.Tip()
	if err != nil {
		return err
	}
	if at.Seq > 0 || tip.Pos != at.Base {
		return errors.New("nodes share nothing any more, and this record had followed them: `chinanewsd cluster reseed` founds the cluster anew with it")
	}
	err = m.relay.Found(ctx, m.charterOf(at, tip), "")
	if err == nil {
		m.log.Info("the cluster was founded with this record", "record", at.Base, "incarnation", at.Incarnation)
	}
	return err
}

// charterOf is what a cluster says of itself that begins with a record.
func (m *member) charterOf(at storage.Cursor, tip storage.Tip) jetstream.Charter {
	return jetstream.Charter{Incarnation: at.Incarnation, Site: m.store.Site(), Base: at.Base, Link: hex.EncodeToString(tip.Link[:]),
		Parts: news.Parts, Schema: clusterSchema, Replicas: m.cfg.Replicas, At: time.Now().UTC().Truncate(time.Second)}
}

// clusterSchema is the version of what nodes say to one another.
const clusterSchema = 1
