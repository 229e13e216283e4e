package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"chinanews/cmd/bench/origin"
)

// polite watches how hosts are treated that are slow, and of which some ask to be
// left alone: until each feed was asked once.
func (b *bench) polite(ctx context.Context) error {
	if b.left("requests", 0) < b.pairs { // once is enough: it is counted
		return nil
	}
	return b.in("polite", func(dir string) error {
		web, err := b.slow()
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
	})
}

// slow is a web whose hosts take their time, and refuse one feed in twenty once.
func (b *bench) slow() (*origin.Web, error) {
	w := origin.New(b.world(func(o *origin.Options) { o.Window = [2]int{3, 6} }))
	w.Product, w.Latency, w.Refused, w.Refusal = agent, 100*time.Millisecond, 0.05, 20*time.Second
	return w, w.Listen()
}
