package main

import (
	"context"
	"errors"
	"os"
	"time"

	"chinanews/curator"
	"chinanews/storage"
)

// A record that cannot follow what nodes share is served until another node's is
// here: that this one waits is no reason to answer nobody.

// await waits for a copy of another node's record, and returns why when it is
// here. A node that was only away, away says so, may find that it is the one to go
// on with (nil).
func (m *member) await(ctx context.Context, why error, away bool) error {
	m.log.Warn("this node's record cannot follow what nodes share any more; it is served until there is a copy of another's", "why", why)
	beyond := m.beyond()
	for begun := time.Now(); ctx.Err() == nil; waited(ctx, time.Second) {
		err, patient := m.another(ctx, beyond), time.Since(begun) >= lonely
		switch {
		case err == nil:
			return why
		case errors.As(err, new(usageError)):
			return err
		case away && errors.Is(err, errNoLender) && m.foremost(ctx, patient):
			m.log.Warn(goesOnWords(patient)+"; of what other nodes did while it was away something may be done again", "why", why)
			return nil
		}
		m.waits("this node waits for a copy of another's record", err)
	}
	return ctx.Err()
}

// goesOnWords says why a record goes on that was away.
func goesOnWords(patient bool) string {
	if patient {
		return "nobody with more has come for a while, though there may be one: this node's record goes on"
	}
	return "nobody has more than this node's record, which goes on"
}

// beyond is how far another's record must go at least for a copy of it to help:
// where this node has stopped before, a copy as long as its own has not.
func (m *member) beyond() (pos uint64) {
	tip, err := m.store.Tip()
	if err == nil && tip.Pos == m.stoppedAt {
		pos = tip.Pos
	}
	m.stoppedAt = tip.Pos
	return pos
}

// lonely is how long a node that was away waits for others that may have more.
// Tests have less time.
var lonely = time.Minute

// foremost reports whether a record that was away may be gone on with: the log has
// all that it lacks, and of all nodes none has more. After some patience those
// that do not answer, or have more and do not go on either, count no longer.
func (m *member) foremost(ctx context.Context, patient bool) bool {
	at, err := m.store.Cursor()
	first, _, unknown := m.relay.Head(ctx)
	if err != nil || unknown != nil || first > at.Seq+1 {
		return false
	}
	if patient {
		return true
	}
	all, err := m.standings(ctx)
	for _, s := range all {
		if s.Node != m.cfg.Node && s.Incarnation == at.Incarnation && s.State > at.State {
			return false
		}
	}
	return err == nil && m.unasked(all) == 0
}

// spoiltFor is how long nothing is copied after a copy that could not be used.
const spoiltFor = time.Minute

var errSpoilt = errors.New("the last copy could not be used: see the log; another is made in a minute")

// another copies another node's record that goes beyond a position beside this one's.
func (m *member) another(ctx context.Context, beyond uint64) error {
	if time.Since(m.spoilt) < spoiltFor {
		return errSpoilt
	}
	c, err := m.relay.Charter(ctx)
	if err == nil {
		err = m.fits(c)
	}
	if err != nil {
		return err
	}
	if at, err := m.store.Cursor(); err != nil || at.Incarnation != c.Incarnation { // of another log any record is of help
		beyond = 0
	}
	return m.fetch(ctx, c, beyond)
}

// renew puts the copy that is there in the place of this node's record, which
// stays beside it. Without one, after a reseed, the record goes on as it is; so it
// does when the copy is of no use.
func (m *member) renew(ctx context.Context, s settings) error {
	if _, err := os.Stat(m.snapshot()); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	o := storage.Options{Site: m.site, Note: func(what string) { s.log.Info(what) }, Features: curator.Features}
	if err := m.adopt(ctx, o, true); err != nil && ctx.Err() == nil {
		m.log.Error("the copy of another node's record cannot be used; this node's is served on", "err", err)
		m.spoilt = time.Now()
	}
	return ctx.Err()
}
