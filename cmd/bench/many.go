package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"chinanews/cmd/bench/origin"
)

// many measures rounds of ever more sources that have nothing to say, whose feeds
// are short, by a daemon on one core.
func (b *bench) many(ctx context.Context) error {
	for _, sources := range b.sources {
		if b.left("round grown", float64(sources)) == 0 {
			continue
		}
		if err := b.in(fmt.Sprintf("sources-%d", sources), func(dir string) error { return b.crowd(ctx, dir, sources) }); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) crowd(ctx context.Context, dir string, sources int) error {
	core, back, err := oneCore()
	if err != nil {
		return err
	}
	defer back()
	web, err := b.ministries(func(o *origin.Options) {
		o.Feeds, o.Hosts, o.Window, o.Body = sources, min(2000, max(1, sources/50)), [2]int{2, 4}, [2]int{300, 600}
	})
	if err != nil {
		return err
	}
	defer web.Close()
	interval := 30*time.Second + time.Duration(sources)*5*time.Millisecond
	b.say("%d sources, each to be asked every %s", sources, interval)
	d, err := newDaemon(b.program, dir, web, b.usual(interval))
	if err != nil {
		return err
	}
	defer d.kill()
	d.core = core
	if err := d.start(); err != nil {
		return err
	}
	if err := d.allAsked(ctx); err != nil {
		return err
	}
	if _, err := calm(ctx, d.cpu, restTime*2/3); err != nil { // but for polls, which go on
		return err
	}
	for range b.left("round grown", float64(sources)) {
		if err := b.sweep(ctx, d, interval); err != nil {
			return err
		}
	}
	return nil
}

// sweep measures from one moment until each source was asked once more. Some are
// asked again by then, so CPU is by request. A daemon that keeps to its interval needs
// that, and a tenth by which moments are scattered; one that cannot, longer.
func (b *bench) sweep(ctx context.Context, d *daemon, interval time.Duration) error {
	before, err := d.cpu()
	if err != nil {
		return err
	}
	began := time.Now()
	d.web.Reset()
	d.trail.begin()
	if err := d.allAsked(ctx); err != nil {
		return err
	}
	took := time.Since(began)
	after, err := d.cpu()
	if err != nil {
		return err
	}
	s := d.web.Stats()
	if s.Given > 0 {
		return fmt.Errorf("%d of %d polls were of something new", s.Given, s.Asked)
	}
	x, used := float64(d.web.Feeds), after-before
	note := fmt.Sprintf("asked every %s, %s CPU", interval, used.Round(time.Millisecond))
	return errors.Join(b.point("poll", x, used.Seconds()*1e6/float64(s.Asked), note), b.point("memory", x, float64(d.trail.held())/1e6, note),
		b.point("round", x, took.Minutes(), note))
}
