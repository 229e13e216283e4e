package main

import (
	"context"
	"path/filepath"
	"time"
)

// rendered measures what one more release costs in all, until three formats of
// fifty entries are rendered, compressed and served: by rounds with a change, less
// those without. It has the poll, the record and the index of words in it.
func (b *bench) rendered(ctx context.Context) error {
	s := b.usual(5 * time.Second)
	s.limit = 50
	err := b.in("render", func(dir string) error {
		return b.settledOn(ctx, dir, s, small, func(d *daemon) error { return b.changes(ctx, d) })
	})
	if err != nil {
		return err
	}
	return b.encoded(ctx)
}

func (b *bench) changes(ctx context.Context, d *daemon) error {
	for range b.pairs {
		still, err := d.round(ctx)
		if err != nil {
			return err
		}
		d.web.Publish(0, 1)
		moved, err := d.round(ctx)
		if err != nil {
			return err
		}
		zipped, err := d.zipped()
		if err != nil {
			return err
		}
		b.say("a change: %s, none: %s, asked for: %s", moved, still, zipped)
		if err := b.add(sample{Key: "render", Ours: (moved - still + zipped).Seconds() * 1000, Note: "with its poll and record"}); err != nil {
			return err
		}
	}
	return nil
}

// round is what a round costs, with a moment of rest: one change can be less than
// what a daemon may use that is said to rest.
func (d *daemon) round(ctx context.Context) (time.Duration, error) {
	before, err := d.cpu()
	if err != nil {
		return 0, err
	}
	d.arm()
	if _, err := d.await(ctx); err != nil {
		return 0, err
	}
	after, err := d.cpu()
	return after - before, err
}

// zipped is what it costs to be asked for three formats for the first time, which
// is when they are compressed.
func (d *daemon) zipped() (time.Duration, error) {
	before, err := d.cpu()
	if err != nil {
		return 0, err
	}
	for _, format := range []string{"rss", "atom", "json"} {
		if _, _, err := fetch(d.document(format), "gzip", filepath.Join(d.dir, "zipped")); err != nil {
			return 0, err
		}
	}
	after, err := d.cpu()
	return after - before, err
}
