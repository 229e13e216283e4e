package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// What nodes ask one another.
const (
	askSnapshot = "snapshot" // the record, as a backup
	askStanding = "standing" // a standing
)

// standing is how a node is, as it says itself.
type standing struct {
	Node  string      `json:"node"`
	Roles []news.Role `json:"roles"`
	Tip   tipStatus   `json:"tip"`
	Lag   uint64      `json:"lag"`
	State uint64      `json:"state"` // of what is remembered: absorbed
	Parts int         `json:"parts"`

	Incarnation string `json:"incarnation"`
	Stopped     string `json:"stopped,omitempty"` // why it does not follow, or no more
	Halted      bool   `json:"halted,omitempty"`  // because its record and the log are not of one mind
	Trouble     string `json:"trouble,omitempty"`
	Differs     bool   `json:"differs,omitempty"` // its configuration, from what is published
	Version     string `json:"version"`

	Rest  string        `json:"rest,omitempty"`     // digest of what its configuration has beside what is published; empty: not known
	Clock time.Time     `json:"clock,omitzero"`     // by its own, when it answered
	Ahead time.Duration `json:"ahead_ns,omitempty"` // of the clock of who asked, to about the time that the answer took
}

// snapshotName is a copy of another's record on its way into place.
const snapshotName = ".snapshot.tar"

// errNoRecord is what a node answers that has nothing to lend yet.
var errNoRecord = errors.New("this node has no record yet")

// lend answers what other nodes ask of this one.
func (m *member) lend() error {
	snapshot := func(ctx context.Context, _ []byte, w io.Writer) error {
		store := m.lends.Load()
		if store == nil {
			return errNoRecord
		}
		return store.Backup(ctx, w, nil)
	}
	return errors.Join(m.relay.Answer(askSnapshot, snapshot), m.relay.Answer(askStanding, func(_ context.Context, _ []byte, w io.Writer) error {
		if m.lends.Load() == nil {
			return errNoRecord
		}
		s, err := m.standing()
		if err != nil {
			return err
		}
		return json.NewEncoder(w).Encode(s)
	}))
}

// snapshot is where a copy of another's record waits for its place.
func (m *member) snapshot() string { return filepath.Join(m.data, snapshotName) }

// borrowOnce copies another node's record into the data directory, which has none.
func (m *member) borrowOnce(ctx context.Context, o storage.Options) error {
	c, err := m.relay.Charter(ctx)
	if err != nil {
		return err
	}
	if err := m.fetch(ctx, c, 0); err != nil {
		return err
	}
	return m.adopt(ctx, o, false)
}

// fetch copies another node's record, to be adopted.
func (m *member) fetch(ctx context.Context, c jetstream.Charter, beyond uint64) error {
	if m.site != "" && m.site != c.Site {
		return usageError{fmt.Errorf("the cluster is of the site %s, and site.id in this node's configuration is %s", c.Site, m.site)}
	}
	from, err := m.lender(ctx, c, beyond)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(m.data, 0o700); err != nil {
		return err
	}
	if err := m.copyFrom(ctx, from.Node, m.snapshot()); err != nil {
		os.Remove(m.snapshot())
		return fmt.Errorf("copying the record of %s: %w", from.Node, err)
	}
	m.log.Info("another node's record is copied", "of", from.Node)
	return nil
}

// adopt takes what was fetched for this node's record, in the place of one that
// stands there if instead says so.
func (m *member) adopt(ctx context.Context, o storage.Options, instead bool) error {
	defer os.Remove(m.snapshot())
	r, err := storage.Adopt(ctx, m.snapshot(), m.data, instead, o)
	if err == nil {
		m.copied = time.Now()
		m.log.Info("this node has a copy of another's record", "record", r.Copy.Pos)
	}
	return err
}

// errNoLender is that there is no record to copy.
var errNoLender = errors.New("no node that can be reached has a record of this cluster that follows it; start one that has, or see `chinanewsd cluster reseed`")

// lender is the node that has followed furthest, and beyond a position.
func (m *member) lender(ctx context.Context, c jetstream.Charter, beyond uint64) (best standing, err error) {
	all, err := m.standings(ctx)
	if err != nil {
		return best, err
	}
	others := slices.DeleteFunc(all, func(s standing) bool { return s.Node == m.cfg.Node })
	return furthest(others, c.Incarnation, beyond)
}

// furthest is the node whose record goes furthest and beyond a position, of those
// that follow the log of an incarnation.
func furthest(all []standing, incarnation string, beyond uint64) (best standing, err error) {
	best.Tip.Pos = beyond
	for _, s := range all {
		if s.Incarnation == incarnation && s.Stopped == "" && s.Tip.Pos > best.Tip.Pos {
			best = s
		}
	}
	if best.Node == "" {
		return best, errNoLender
	}
	return best, nil
}

// silent is the trouble of a node that does not answer.
const silent = "it does not answer"

// standings are how the nodes are that can be asked: those with a session, and
// those that were heard of since this daemon's start.
func (m *member) standings(ctx context.Context) (all []standing, err error) {
	names, err := m.names(ctx)
	for _, name := range names {
		s := standing{Node: name}
		began := time.Now().Round(0)
		asked, cancel := context.WithTimeout(ctx, time.Second)
		answer, err := m.relay.Ask(asked, name, askStanding, nil)
		cancel()
		if err == nil {
			err = json.Unmarshal(answer, &s)
		}
		if err != nil {
			s.Trouble = silent
		}
		if !s.Clock.IsZero() {
			s.Ahead = s.Clock.Sub(began.Add(time.Since(began) / 2)).Round(time.Millisecond)
		}
		all = append(all, s)
	}
	return all, err
}

// unasked is how many nodes have not answered: of those that were heard of, or of
// those with the role engine, as many as there are peers.
func (m *member) unasked(all []standing) int {
	answered, engines := 0, 0
	for _, s := range all {
		if s.Trouble == silent {
			continue
		}
		answered++
		if slices.Contains(s.Roles, news.RoleEngine) {
			engines++
		}
	}
	return max(len(all)-answered, len(m.cfg.Peers)-engines)
}

// names are the nodes that were heard of: a node that follows no more has no
// session, and answers.
func (m *member) names(ctx context.Context) ([]string, error) {
	var names []string
	sessions, err := m.relay.Sessions(ctx)
	for _, s := range sessions {
		names = append(names, s.Node)
	}
	owners, e := m.relay.Owners(ctx)
	for _, o := range owners {
		names = append(names, o.Node)
	}
	return m.hearOf(names...), errors.Join(err, e)
}

// hearOf remembers names of nodes, and returns all.
func (m *member) hearOf(names ...string) []string {
	m.hearing.Lock()
	defer m.hearing.Unlock()
	if m.heardOf == nil {
		m.heardOf = map[string]bool{m.cfg.Node: true}
	}
	for _, name := range names {
		if name != "" {
			m.heardOf[name] = true
		}
	}
	return slices.Sorted(maps.Keys(m.heardOf))
}

func (m *member) copyFrom(ctx context.Context, node, path string) error {
	r, err := m.relay.AskStream(ctx, node, askSnapshot, nil)
	if err != nil {
		return err
	}
	defer r.Close()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}
