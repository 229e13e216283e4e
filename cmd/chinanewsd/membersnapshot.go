package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	Parts int         `json:"parts"`

	Incarnation string `json:"incarnation"`
	Stopped     string `json:"stopped,omitempty"` // why it follows no more
	Trouble     string `json:"trouble,omitempty"`
	Differs     bool   `json:"differs,omitempty"` // its configuration, from what is published
	Version     string `json:"version"`
}

// lend answers what other nodes ask of this one.
func (m *member) lend() {
	m.relay.Answer(askSnapshot, func(ctx context.Context, _ []byte, w io.Writer) error { return m.store.Backup(ctx, w, nil) })
	m.relay.Answer(askStanding, func(ctx context.Context, _ []byte, w io.Writer) error {
		s, err := m.standing()
		if err != nil {
			return err
		}
		return json.NewEncoder(w).Encode(s)
	})
}

// borrow copies another node's record into the data directory, in the place of
// one that stands there if instead says so. It waits until there is one.
func (m *member) borrow(ctx context.Context, cfg news.Config, o storage.Options, instead bool) error {
	for told := ""; ; {
		err := m.borrowOnce(ctx, cfg, o, instead)
		if err == nil || ctx.Err() != nil || errors.Is(err, storage.ErrExists) {
			return errors.Join(err, ctx.Err())
		}
		if why := err.Error(); why != told {
			m.log.Info("this node has no record, and waits for another's", "why", why)
			told = why
		}
		waited(ctx, time.Second)
	}
}

func (m *member) borrowOnce(ctx context.Context, cfg news.Config, o storage.Options, instead bool) error {
	c, err := m.relay.Charter(ctx)
	if err != nil {
		return err
	}
	from, err := m.lender(ctx, c)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return err
	}
	path := filepath.Join(cfg.Data, ".snapshot.tar")
	defer os.Remove(path)
	if err := m.copyFrom(ctx, from.Node, path); err != nil {
		return fmt.Errorf("copying the record of %s: %w", from.Node, err)
	}
	r, err := storage.Adopt(ctx, path, cfg.Data, instead, o)
	if err == nil {
		m.log.Info("this node has a copy of another's record", "of", from.Node, "record", r.Copy.Pos)
	}
	return err
}

// lender is the node that has followed furthest.
func (m *member) lender(ctx context.Context, c jetstream.Charter) (best standing, err error) {
	all, err := m.standings(ctx)
	if err != nil {
		return best, err
	}
	for _, s := range all {
		if s.Node != m.cfg.Node && s.Incarnation == c.Incarnation && s.Stopped == "" && s.Tip.Pos > best.Tip.Pos {
			best = s
		}
	}
	if best.Node == "" {
		return best, errors.New("no node that can be reached has a record of this cluster; start one that has")
	}
	return best, nil
}

// standings are how the nodes are that can be reached.
func (m *member) standings(ctx context.Context) (all []standing, err error) {
	sessions, err := m.relay.Sessions(ctx)
	if err != nil {
		return nil, err
	}
	for _, at := range sessions {
		s := standing{Node: at.Node}
		answer, err := m.relay.Ask(ctx, at.Node, askStanding, nil)
		if err == nil {
			err = json.Unmarshal(answer, &s)
		}
		if err != nil {
			s.Trouble = fmt.Sprintf("it does not say how it is: %v", err)
		}
		all = append(all, s)
	}
	return all, nil
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
