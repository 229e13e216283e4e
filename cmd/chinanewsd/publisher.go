package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"chinanews/feedout/static"
)

// publisher keeps a directory the public site as files.
type publisher struct {
	house *house
	lib   *library
	site  http.Handler
	tree  *static.Tree // nil: it could not be opened
	dir   string

	dirty  chan struct{}
	pos    uint64 // of the last record that the files have
	states feedStates
	full   time.Time // when everything was last made
	failed bool
	left   string // files of others that were told of
}

// openFiles makes the publisher that the configuration wants; nil for none. A
// directory that must not be written into is a fault of the configuration. One
// that another publisher has open is opened when that has ended.
func (h *house) openFiles(before *publisher) (*publisher, error) {
	if h.cfg.Publish == "" {
		return nil, nil
	}
	if before != nil && before.dir == h.cfg.Publish {
		return &publisher{house: h, dir: h.cfg.Publish, dirty: make(chan struct{}, 1)}, nil
	}
	tree, err := openTree(h.cfg.Publish, h.cfg.Data, h.store.Site())
	p := &publisher{house: h, tree: tree, dir: h.cfg.Publish, dirty: make(chan struct{}, 1)}
	switch {
	case errors.Is(err, static.ErrTaken):
		return nil, usageError{fmt.Errorf("publish.dir: %w", err)}
	case err != nil: // perhaps it can be written into later
		p.fail(err)
	}
	return p, nil
}

// changed tells the publisher that documents were printed.
func (p *publisher) changed() {
	select {
	case p.dirty <- struct{}{}:
	default:
	}
}

// How often everything is made anew, and how much of the time goes into
// renewals at most: a site of many pages must not keep a machine busy.
const (
	publishAll   = 24 * time.Hour
	publishPause = time.Second
	publishShare = 4 // times as long as a renewal took, none is made
)

// run keeps the files until ctx ends.
func (p *publisher) run(ctx context.Context) error {
	p.begin()
	for {
		begin := time.Now()
		err := p.renew(ctx)
		pause := max(publishPause, publishShare*time.Since(begin))
		switch {
		case ctx.Err() != nil:
			return p.close()
		case err != nil:
			p.fail(err)
			pause = max(pause, retryWrite)
		case p.failed:
			p.failed = false
			p.house.log.Info("the site is written as files again", "dir", p.dir)
		}
		if !waited(ctx, pause) {
			return p.close()
		}
		if err != nil {
			continue
		}
		select {
		case <-ctx.Done():
			return p.close()
		case <-p.dirty:
		case <-time.After(publishAll - min(time.Since(p.full), publishAll)):
		}
	}
}

// begin is called when there is something to be kept.
func (p *publisher) begin() {
	p.lib, p.site = newLibrary(p.house, p.house.press), p.house.written()
}

func (p *publisher) close() error {
	if p.tree == nil {
		return nil
	}
	return p.tree.Close()
}

// fail says once that files cannot be written; the site is served on.
func (p *publisher) fail(err error) {
	if !p.failed {
		p.house.log.Error("the site cannot be written as files; that is tried again and again, and the site is served on", "dir", p.dir, "err", err)
	}
	p.failed = true
}

// renew makes anew what records since the last time touched, or everything.
func (p *publisher) renew(ctx context.Context) (err error) {
	if p.tree == nil {
		if p.tree, err = openTree(p.dir, p.house.cfg.Data, p.house.store.Site()); err != nil {
			return err
		}
	}
	tip, err := p.house.store.Tip()
	if err != nil {
		return err
	}
	begin := time.Now()
	var r *renewal // of everything
	var now feedStates
	if begin.Sub(p.full) < publishAll {
		if r, now, err = p.lib.renewal(p.pos, p.states, p.tree); err != nil {
			return err
		}
	}
	done, err := p.walk(ctx, r)
	if err != nil {
		return err
	}
	p.pos, p.states = tip.Pos, now
	if r == nil {
		p.full = begin
		p.house.log.Info("the site is written as files", "dir", p.dir, "files", done.String())
	}
	p.tell(done)
	return nil
}

// walk makes a renewal, or everything.
func (p *publisher) walk(ctx context.Context, r *renewal) (static.Outcome, error) {
	ask := static.Within{Handler: p.site}
	if r == nil {
		about, err := p.house.site(ctx)
		if err != nil {
			return static.Outcome{}, err
		}
		return about.files(ask).Walk(ctx, p.tree, about.seeds(), everything)
	}
	site := siteAbout{Base: p.lib.Site().BaseURL}.files(ask)
	site.More = r.beside
	return site.Walk(ctx, p.tree, r.seeds, r.scope)
}

// tell warns of files of others in the place of ours, when they are others than
// before.
func (p *publisher) tell(done static.Outcome) {
	if left := strings.Join(done.Foreign, ", "); left != p.left {
		p.left = left
		p.house.log.Warn("some files of the site are not written: files of others stand in their places", "dir", p.dir, "files", left)
	}
}
