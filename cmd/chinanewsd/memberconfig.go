package main

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// All nodes publish what the record says is published. A configuration becomes
// that where it is reloaded on the node that rules; a node whose file says
// another thing goes by the record, and says so.

// published is what the record says is published; as long as that says nothing,
// what this node's file does. unbound is why the file does not fit the record.
func (m *member) published(ctx context.Context, file news.Publication, unbound error) (pub news.Publication, err error) {
	var known bool
	err = m.store.View(ctx, func(l *storage.Ledger) error {
		pub, known = l.Publication()
		m.differs.Store(known && (unbound != nil || !l.Publishes(file)))
		return nil
	})
	switch {
	case err != nil:
		return pub, err
	case !known:
		return file, unbound
	case m.differs.Load():
		m.log.Warn("this node's configuration says something else than the cluster publishes, which counts: make the files of all nodes equal, and reload the node that rules", "err", unbound)
	}
	return pub, nil
}

// install records this node's configuration as that of a cluster that has none
// yet, once this node rules.
func (h *house) install(ctx context.Context) error {
	return h.flow.asRuler(ctx, func(ctx context.Context) error {
		for {
			err := h.installOnce(ctx)
			if err == nil || ctx.Err() != nil {
				return ctx.Err()
			}
			h.log.Error("the configuration could not be recorded; trying again", "err", err)
			waited(ctx, retryWrite)
		}
	})
}

func (h *house) installOnce(ctx context.Context) error {
	var known bool
	err := h.store.View(ctx, func(l *storage.Ledger) error { _, known = l.Publication(); return nil })
	if err != nil || known {
		return err
	}
	return h.reloads.present.Load().configure(ctx, h.flow.record)
}

// abreast reports whether a house goes by what the record says is published. Its
// flow may before it does: as soon as that is recorded, and also where the feeds
// could not be rendered.
func (h *house) abreast() bool { return h.flow.by() == h.terms && h.flow.abreast() }

// abreast reports whether answers and moments are ruled on by what the record says
// is published.
func (f *flow) abreast() (is bool) {
	by := f.by()
	err := f.store.View(context.Background(), func(l *storage.Ledger) error {
		c := f.compared.Load()
		if c == nil || c.by != by || c.pos != l.PublishedAt() {
			c = &comparison{by, l.PublishedAt(), l.PublishedAt() == 0 || l.Publishes(by.pub)}
			f.compared.Store(c)
		}
		is = c.is
		return nil
	})
	return is && err == nil
}

// comparison is whether terms are those of a config record: to find out takes a
// while, and a ruler asks before each ruling.
type comparison struct {
	by  *terms
	pos uint64 // 0: there is no config record
	is  bool
}

// follow has the house go by what another node has published.
func (r *reloader) follow() {
	select {
	case r.others <- struct{}{}:
	default:
	}
}

// take has the next house go by what the record says is published.
func (r *reloader) take(ctx context.Context, g *errgroup.Group) {
	now := r.present.Load()
	if err := r.takeRecorded(ctx, g, now); err != nil && ctx.Err() == nil {
		r.settings.log.Error("what another node publishes could not be taken; trying again", "err", err)
		if waited(ctx, retryWrite) {
			r.follow()
		}
	}
}

func (r *reloader) takeRecorded(ctx context.Context, g *errgroup.Group, now *house) error {
	if now.abreast() {
		return nil
	}
	cfg, err := config.Load(now.cfg.File, checks())
	var problems config.Problems
	if errors.As(err, &problems) { // what else it says can wait
		cfg, err = now.read, nil
	}
	if err != nil {
		return configError(err)
	}
	keepFixed(&cfg, now.cfg)
	s := r.settings
	s.recorded = true
	next, err := r.build(ctx, cfg, now, s)
	if err != nil {
		return fmt.Errorf("what the record says is published: %w", err)
	}
	if err := r.takeOver(ctx, g, next, now); err != nil {
		return err
	}
	r.settings.log.Info("this node goes by what the cluster publishes now", "what", changes(now.cfg, next.cfg))
	return nil
}
