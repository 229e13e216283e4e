package main

import (
	"cmp"
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

// goneFor is how long nodes are told that something shared is gone; tests have
// less time.
var goneFor = jetstream.GoneFor

// founding is what a cluster is founded on, and how far what is remembered goes.
type founding interface {
	Charter(context.Context) (jetstream.Charter, error)
	Found(ctx context.Context, c jetstream.Charter, instead string) error
	StateHead(context.Context) (uint64, error)
}

// current reports whether nothing that went while this node was away is missed by
// following: it was not away for long, or nothing has happened meanwhile; or its
// record is a fresh copy, which has what its lender had: when that was whole last
// is by another clock. A log that is none any more is Run's to find.
func (m *member) current(ctx context.Context, on founding, c jetstream.Charter) error {
	at, err := m.store.Cursor()
	if err != nil || at.Incarnation != c.Incarnation {
		return err
	}
	last, err := m.wholeAt(at)
	if err != nil || m.recent(last) || m.recent(m.copied) {
		return err
	}
	head, err := on.StateHead(ctx)
	switch {
	case errors.Is(err, jetstream.ErrRewound):
		return nil
	case err == nil && head > at.State:
		return fmt.Errorf("%w: it had all that nodes remember at %s last", jetstream.ErrHole, last.Format(time.DateTime))
	}
	return err
}

// recent reports whether nothing is untold yet that has gone since a moment.
func (m *member) recent(at time.Time) bool {
	away := time.Since(at)
	return 0 <= away && away < min(goneFor, m.cfg.LogRetention.Std())
}

// wholeAt is when the record was known last to have all that nodes remember. One
// that an older program wrote was there at its last record; the time of its file
// would say less: it changes when a node only starts, and has followed nothing.
func (m *member) wholeAt(at storage.Cursor) (time.Time, error) {
	if !at.Whole.IsZero() {
		return at.Whole, nil
	}
	about, err := m.store.About()
	return about.Last, err
}

// found founds the cluster with this record, when nobody has yet and it was
// made for that; else it returns when there is one. ErrHole: this node was away
// for too long.
func (m *member) found(ctx context.Context, on founding) error {
	for {
		c, err := on.Charter(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil && c.Schema > clusterSchema:
			return fmt.Errorf("the nodes of this cluster say what only a newer chinanewsd understands (%d, this one %d): install that", c.Schema, clusterSchema)
		case err == nil && c.Site != m.store.Site():
			return cmp.Or(m.fits(c), fmt.Errorf("%w, by another node, and this node's record has nothing", cluster.ErrReplaced))
		case err == nil:
			if err = m.current(ctx, on, c); !errors.Is(err, jetstream.ErrUnavailable) {
				return err
			}
		case errors.Is(err, jetstream.ErrNoCharter):
			if err = m.charter(ctx, on); err == nil {
				continue
			}
		}
		m.waits("waiting for the other nodes", err)
		waited(ctx, time.Second)
	}
}

// fits refuses a cluster of another site, unless this node's record has nothing
// that would be lost.
func (m *member) fits(c jetstream.Charter) error {
	if c.Site == m.store.Site() {
		return nil
	}
	if empty, err := untold(m.store); err != nil || empty {
		return err
	}
	return otherSite(m.data, m.store.Site(), c)
}

func otherSite(dir, own string, c jetstream.Charter) error {
	return usageError{fmt.Errorf("the record in %s is of the site %s, and the cluster was founded at %s with one of the site %s. To take part in it move news.db away and start again: this node then copies the record that is there. If another cluster is meant, is cluster.peers right?", dir, own, c.At.Format(time.RFC3339), c.Site)}
}

// untold reports whether a record has nothing that would be lost: `cluster init`
// has made it where another was there first.
func untold(store *storage.Store) (bool, error) {
	tip, err := store.Tip()
	return tip.Pos <= 1, err // its beginning
}

// charter founds the cluster, if this node's record was made to.
func (m *member) charter(ctx context.Context, on founding) error {
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
	err = on.Found(ctx, m.charterOf(at, tip), "")
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

// clusterSchema is the version of what nodes say to one another. What is new in
// one may be said once the charter has it: finalize raises that.
const clusterSchema = 1
