package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// clusterCmd is what an operator does with several nodes.
type clusterCmd struct {
	Init     clusterInitCmd     `cmd:"" help:"Make this node's record the one that a cluster begins with."`
	Status   clusterStatusCmd   `cmd:"" help:"How the nodes are: who rules, who polls what, who lags."`
	Reseed   clusterReseedCmd   `cmd:"" help:"Found the cluster anew with this node's record, when what nodes share was lost."`
	Finalize clusterFinalizeCmd `cmd:"" help:"After an upgrade of all nodes: let them say what only this version understands."`
}

type clusterInitCmd struct {
	From string `placeholder:"DIR" help:"Data directory of a stopped daemon, whose record is copied; else the record in data, or a new one."`
}

// Run marks a record as a cluster's first. Nothing in it changes.
func (c clusterInitCmd) Run(t *terminal) error {
	cfg, err := t.loadMember()
	if err != nil {
		return err
	}
	if err := c.first(t, cfg); err != nil {
		return err
	}
	if err := c.copy(t, cfg); err != nil {
		return err
	}
	o := storage.Options{Site: cfg.Site.ID, Note: t.note, Features: curator.Features}
	store, err := openWith(cfg, true, o)
	if err != nil {
		return err
	}
	tip, err := begins(t, store)
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "The record in %s (%s) is what the cluster begins with.\nNow start `chinanewsd run` on every node; those without a record copy this one.\n", cfg.Data, count(int(tip.Pos), "record"))
	return nil
}

// copy copies a record into the data directory, which must have none.
func (c clusterInitCmd) copy(t *terminal, cfg news.Config) error {
	if c.From == "" {
		return nil
	}
	from, err := storage.OpenToRead(c.From, storage.Options{Site: cfg.Site.ID, Note: t.note})
	if err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	defer from.Close()
	at, err := from.Cursor()
	if err == nil && at.Incarnation != "" {
		err = usageError{fmt.Errorf("--from: the record in %s is a node's of a cluster: stop that, and restore a backup of the record elsewhere", c.From)}
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return err
	}
	path := filepath.Join(cfg.Data, ".snapshot.tar")
	defer os.Remove(path)
	if _, err := storage.KeepBackup(t, path, func(w io.Writer) error { return from.Backup(t, w, nil) }); err != nil {
		return err
	}
	_, err = storage.Adopt(t, path, cfg.Data, false, storage.Options{Site: cfg.Site.ID, Note: t.note})
	return err
}

// begins notes in a record that a cluster begins with it.
func begins(ctx context.Context, store *storage.Store) (storage.Tip, error) {
	tip, err := store.Tip()
	if err != nil {
		return tip, err
	}
	at, err := store.Cursor()
	if err == nil && at.Incarnation != "" {
		err = usageError{errors.New("the record is a cluster's already: `chinanewsd run` takes part in it, `chinanewsd cluster reseed` founds it anew")}
	}
	if err != nil {
		return tip, err
	}
	return tip, store.Join(ctx, storage.Cursor{Incarnation: newIncarnation(), Base: tip.Pos})
}

func newIncarnation() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// loadMember is load where the configuration must have other nodes.
func (t *terminal) loadMember() (news.Config, error) {
	cfg, err := t.load()
	if err == nil && !cfg.Cluster.On() {
		err = usageError{fmt.Errorf("%s has no section `cluster`: this is one node, which shares nothing", cfg.File)}
	}
	return cfg, err
}

type clusterStatusCmd struct {
	JSON bool `help:"Print JSON."`
}

// Run shows how the nodes are, as this node's daemon sees them.
func (c clusterStatusCmd) Run(t *terminal) error {
	var o clusterOverview
	if err := t.askMember("GET", "/cluster", &o); err != nil {
		return err
	}
	var err error
	if c.JSON {
		err = json.NewEncoder(t.out).Encode(o)
	} else {
		err = o.print(t.out)
	}
	if len(o.Trouble) > 0 {
		return errors.Join(err, errors.New(o.Trouble[0]))
	}
	return err
}

// askMember asks this node's daemon.
func (t *terminal) askMember(method, target string, into any) error {
	cfg, err := t.loadMember()
	if err != nil {
		return err
	}
	answered, err := t.ask(cfg, method, target, into)
	if err == nil && !answered {
		err = fmt.Errorf("no daemon answers at %s; `chinanewsd run` starts one", socketPaths(cfg.Data)[0])
	}
	return err
}

type clusterReseedCmd struct {
	Force bool `help:"Also when another node that can be reached has a longer record: what that has more is lost."`
}

// Run founds the cluster anew.
func (c clusterReseedCmd) Run(t *terminal) error {
	target := "/cluster/reseed"
	if c.Force {
		target += "?force=1"
	}
	var done reseeded
	if err := t.askMember("POST", target, &done); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "The cluster goes on from this node's record (%s), as %s. The other nodes copy it by themselves.\n", count(int(done.Pos), "record"), done.Incarnation)
	return nil
}

type clusterFinalizeCmd struct {
	Force bool `help:"Also while a node is away: should it run an older version, it cannot take part before it is upgraded."`
}

// Run raises what nodes may say to one another.
func (c clusterFinalizeCmd) Run(t *terminal) error {
	target := "/cluster/finalize"
	if c.Force {
		target += "?force=1"
	}
	var done finalized
	if err := t.askMember("POST", target, &done); err != nil {
		return err
	}
	fmt.Fprintln(t.out, done.Words)
	return nil
}
