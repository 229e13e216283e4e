package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"chinanews/cmd/bench/origin"
)

// kills is how often the daemon is killed while it reads.
const kills = 4

// killed reads what is new and what changes, killed again and again, and compares
// the record with the truth.
func (b *bench) killed(ctx context.Context) error {
	for n := b.pairs - b.left("killed", 0); n < b.pairs; n++ {
		err := b.in(fmt.Sprintf("killed-%d", n), func(dir string) error {
			web, err := b.ministries(func(o *origin.Options) {
				o.Feeds, o.Hosts, o.Seed = max(50, b.feeds/10), max(5, b.hosts/10), b.seed+uint64(n)
			})
			if err != nil {
				return err
			}
			defer web.Close()
			d, err := newDaemon(b.program, dir, web, b.usual(30*time.Second))
			if err != nil {
				return err
			}
			defer d.kill()
			return b.storm(ctx, d, rand.New(rand.NewPCG(b.seed, uint64(n))))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// storm kills at moments by chance. What a killed daemon was about to ask it asks
// again only after a minute, as if that had failed.
func (b *bench) storm(ctx context.Context, d *daemon, chance *rand.Rand) error {
	for n := range kills {
		if n == kills/2 {
			if err := d.settled(ctx); err != nil {
				return err
			}
			d.web.Change(1, 0.5)
		}
		if err := d.start(); err != nil {
			return err
		}
		if err := pause(ctx, 500*time.Millisecond+time.Duration(chance.Int64N(int64(4*time.Second)))); err != nil {
			return err
		}
		d.kill()
	}
	if err := d.settled(ctx); err != nil {
		return err
	}
	v, _, err := d.verdict(ctx)
	b.say("killed %d times: %+v", kills, v)
	if err != nil {
		return err
	}
	small := b.feeds < fullFeeds
	return errors.Join(b.share("edits", v.Applied, v.Edits, small),
		b.add(sample{Key: "killed", Ours: wrongs(v), Note: fmt.Sprintf("%d releases", v.Published), Small: small}))
}

// settled has the daemon run until it has read everything, and stop.
func (d *daemon) settled(ctx context.Context) error {
	d.web.Reset()
	if err := d.start(); err != nil {
		return err
	}
	if err := d.allAsked(ctx); err != nil {
		return err
	}
	if _, err := d.rest(ctx); err != nil {
		return err
	}
	return d.stop()
}
