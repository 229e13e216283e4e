package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"chinanews/cmd/bench/origin"
)

// many measures an unchanged round of ever more sources, whose feeds are short.
func (b *bench) many(ctx context.Context) error {
	for _, sources := range b.sources {
		interval := 30*time.Second + time.Duration(sources)*20*time.Millisecond
		err := errHurried
		for ; errors.Is(err, errHurried); interval *= 2 {
			err = b.in(fmt.Sprintf("sources-%d-%s", sources, interval), func(dir string) error { return b.crowd(ctx, dir, sources, interval) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) crowd(ctx context.Context, dir string, sources int, interval time.Duration) error {
	b.say("%d sources, each asked every %s", sources, interval)
	return b.settledOn(ctx, dir, b.usual(interval), func(o *origin.Options) {
		o.Feeds, o.Hosts, o.Window, o.Body = sources, min(2000, max(1, sources/50)), [2]int{2, 4}, [2]int{300, 600}
	}, func(d *daemon) error {
		d.arm()
		used, err := d.await(ctx)
		if err != nil {
			return err
		}
		x := float64(sources)
		err = errors.Join(b.point("poll", x, perFeed(used, sources)*1000), b.point("memory", x, float64(d.anon)/1e6))
		if err == nil && sources == b.sources[len(b.sources)-1] {
			note := fmt.Sprintf("%d sources", sources)
			small := sources < 100_000
			err = errors.Join(b.add(sample{Key: "memory of many", Ours: float64(d.anon) / 1e6, Note: note, Small: small}), b.add(sample{Key: "round of many", Ours: used.Minutes(), Note: note, Small: small}))
		}
		return err
	})
}
