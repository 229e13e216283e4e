package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"chinanews/cmd/bench/origin"
)

// polite watches how hosts are treated that are slow, and of which some ask to be
// left alone: until each feed was asked once, each time other texts and refusals.
func (b *bench) polite(ctx context.Context) error {
	for n := b.pairs - b.left("requests", 0); n < b.pairs; n++ {
		if err := b.in(fmt.Sprintf("polite-%d", n), func(dir string) error { return b.watched(ctx, dir, b.seed+uint64(n)) }); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) watched(ctx context.Context, dir string, seed uint64) error {
	web, err := b.slow(seed)
	if err != nil {
		return err
	}
	defer web.Close()
	return b.settled(ctx, dir, b.usual(time.Hour), web, func(*daemon) error {
		s := web.Stats()
		b.say("hosts: %+v", s)
		note := fmt.Sprintf("%d feeds, %d hosts, %d refusals", s.Feeds, web.Hosts, s.Refusals)
		small := s.Feeds < fullFeeds
		return errors.Join(b.add(sample{Key: "at once", Ours: float64(s.AtOnce), Note: note, Small: small}), b.add(sample{Key: "early", Ours: float64(s.Early), Note: note, Small: small}),
			b.add(sample{Key: "robots", Ours: float64(s.Rules) / float64(web.Hosts), Note: note, Small: small}),
			b.add(sample{Key: "requests", Ours: float64(s.Asked) / float64(s.Feeds), Note: note, Small: small}))
	})
}

// slow is a web whose hosts take their time, and refuse one feed in twenty once.
func (b *bench) slow(seed uint64) (*origin.Web, error) {
	w := origin.New(b.world(func(o *origin.Options) { o.Seed, o.Window = seed, [2]int{3, 6} }))
	w.Product, w.Latency, w.Refused, w.Refusal = agent, 100*time.Millisecond, 0.05, 20*time.Second
	return w, w.Listen()
}
