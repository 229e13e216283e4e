package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"chinanews/cmd/bench/origin"
)

// What grows: the feeds that fill a record, and how many releases each lists.
const (
	growFeeds  = 10
	growWindow = 250
	growHosts  = 10
	growProbe  = 100 // releases of each feed whose cost is measured at each size

	// growGap is between two releases of a feed: all publish 2,000 a day. What a
	// release is held to is what was published about then, so a record that grows
	// by having ever more in a month is another question than one of many months.
	growGap = 24 * time.Hour * growFeeds / 2000
)

// growing is a daemon whose record grows the ordinary way.
type growing struct {
	*bench
	*daemon
	published int           // releases of each feed
	idle      time.Duration // what the daemon uses in a second when nothing is published: polls, too
}

// probe is what is measured at each size of a record, and how.
type probe struct {
	key string
	do  func(g *growing, ctx context.Context, items int) error
}

// probes are in an order in which the record is as large as is said, or hardly
// larger, but for starts: a daemon that has just begun reads whole documents once,
// and waits with what it was killed at.
var probes = []probe{
	{"render", (*growing).changed}, {"search", (*growing).searched}, {"request", (*growing).asked},
	{"accept", (*growing).accepted}, {"start", (*growing).started},
}

// grown measures at each size of the record what more releases cost, a change of
// the feed, a search, a request, and a start.
func (b *bench) grown(ctx context.Context) error {
	sizes := slices.DeleteFunc(slices.Clone(b.items), func(items int) bool {
		return !slices.ContainsFunc(probes, func(p probe) bool { return b.left(p.key+" grown", float64(items)) > 0 })
	})
	if len(sizes) == 0 {
		return nil
	}
	most := sizes[len(sizes)-1]
	each := most/growFeeds + growWindow + len(sizes)*b.pairs*(growProbe+1) // as many as are wanted, and all probes'
	s := b.usual(2 * time.Second)
	s.limit, s.fresh = 50, time.Duration(each)*growGap+24*time.Hour
	web, err := b.ministries(func(o *origin.Options) {
		o.Feeds, o.Hosts, o.Window, o.Body = growFeeds, growHosts, [2]int{growWindow, growWindow}, [2]int{600, 1400}
		o.Before, o.Unpublished, o.Gap = each, true, growGap
	})
	if err != nil {
		return err
	}
	defer web.Close()
	return b.in("grow", func(dir string) error {
		d, err := newDaemon(b.program, dir, web, s)
		if err != nil {
			return err
		}
		defer d.kill()
		g := &growing{bench: b, daemon: d}
		g.list(min(growWindow, (sizes[0]+growFeeds-1)/growFeeds)) // a feed of nothing would be a failure
		if err := d.start(); err != nil {
			return err
		}
		return g.through(ctx, sizes)
	})
}

// through measures at each of some sizes what was not measured there yet. One thing
// that cannot be measured ends nothing else: a record that has grown took long.
func (g *growing) through(ctx context.Context, sizes []int) error {
	if err := g.allAsked(ctx); err != nil {
		return err
	}
	var errs []error
	for _, items := range sizes {
		if err := g.fill(ctx, items); err != nil {
			return errors.Join(append(errs, err)...)
		}
		for _, p := range probes {
			if err := g.probe(ctx, p, items); err != nil {
				g.say("%s at %d: %v", p.key, items, err)
				errs = append(errs, fmt.Errorf("%s of %d items: %w", p.key, items, err))
			}
		}
	}
	return errors.Join(errs...)
}

func (g *growing) probe(ctx context.Context, p probe, items int) error {
	for range g.left(p.key+" grown", float64(items)) {
		if err := p.do(g, ctx, items); err != nil {
			return err
		}
	}
	return nil
}

// fill has each feed publish a list at a time until there are so many releases.
func (g *growing) fill(ctx context.Context, items int) error {
	for told := time.Now(); g.published*growFeeds < items; {
		more := min(growWindow, (items+growFeeds-1)/growFeeds-g.published)
		if time.Since(told) > time.Minute {
			told = time.Now()
			g.say("%d of %d items", g.published*growFeeds, items)
		}
		if err := g.publish(ctx, more); err != nil {
			return err
		}
	}
	if _, err := g.rest(ctx); err != nil {
		return err
	}
	before, err := g.cpu()
	if err != nil {
		return err
	}
	if err := pause(ctx, restTime); err != nil {
		return err
	}
	after, err := g.cpu()
	g.idle = (after - before) / (restTime / time.Second)
	return err
}

// publish has each feed publish some releases, and waits until all were read.
func (g *growing) publish(ctx context.Context, releases int) error {
	g.web.Reset()
	g.list(releases)
	return until(ctx, "each feed is read", g.patience, func() (bool, error) { return g.web.Stats().Given >= growFeeds, g.alive() })
}

// list has each feed publish some releases.
func (g *growing) list(releases int) {
	for n := range growFeeds {
		g.web.Publish(n, releases)
	}
	g.published += releases
}

// spent is what something costs the daemon until it rests, that included, less what
// it used in as many seconds in which nothing happened, before.
func (g *growing) spent(ctx context.Context, do func() error) (time.Duration, error) {
	began := time.Now()
	before, err := g.cpu()
	if err != nil {
		return 0, err
	}
	if err := do(); err != nil {
		return 0, err
	}
	after, err := g.rest(ctx)
	return after - before - time.Duration(time.Since(began).Seconds()*float64(g.idle)), err
}

// accepted is what one more release costs in all, of many.
func (g *growing) accepted(ctx context.Context, items int) error {
	used, err := g.spent(ctx, func() error { return g.publish(ctx, growProbe) })
	if err != nil {
		return err
	}
	return g.at("accept", items, used.Seconds()*1e6/(growFeeds*growProbe))
}

// changed is what a change of the feed costs, of one release.
func (g *growing) changed(ctx context.Context, items int) error {
	g.web.Reset()
	used, err := g.spent(ctx, func() error {
		g.web.Publish(0, 1)
		return until(ctx, "a feed is read", g.patience, func() (bool, error) { return g.web.Stats().Given > 0, g.alive() })
	})
	if err != nil {
		return err
	}
	return g.at("render", items, used.Seconds()*1e3)
}

// searches are some for words that many releases have, and some that few have.
var searches = []string{"lighthouse", "herring barrels", "潮汐", "灯塔总署 铜铃", "salt pans Heronwall"}

// searched is what a search costs. The daemon gives each a moment, and up when that
// is over, which a busy machine can make happen, but not often.
func (g *growing) searched(ctx context.Context, items int) error {
	const times = 20
	all, cut := times*len(searches), 0
	used, err := g.spent(ctx, func() error {
		for n := range all {
			code, err := g.search(searches[n%len(searches)])
			switch {
			case err != nil:
				return err
			case code == http.StatusServiceUnavailable:
				cut++
			case code != http.StatusOK:
				return fmt.Errorf("a search was answered %d", code)
			}
		}
		return nil
	})
	if err == nil && cut > all/10 {
		err = fmt.Errorf("there was no time for %d of %d searches", cut, all)
	}
	if err != nil {
		return err
	}
	return g.point("search", float64(items), used.Seconds()*1e3/float64(all), fmt.Sprintf("no time for %d of %d", cut, all))
}

func (g *growing) search(what string) (code int, err error) {
	r, err := http.NewRequest(http.MethodGet, "http://"+g.public+"/search.json", nil)
	if err != nil {
		return 0, err
	}
	asked := r.URL.Query()
	asked.Set("q", what)
	r.URL.RawQuery = asked.Encode()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}

// asked is what a request for the feed costs.
func (g *growing) asked(ctx context.Context, items int) error {
	us, err := g.load(ctx, g.process, g.feed(), "")
	if err != nil {
		return err
	}
	return g.at("request", items, us)
}

// started is how long a start takes, after a kill, until the feed is served; and
// what the daemon has used by then.
func (g *growing) started(ctx context.Context, items int) error {
	g.kill()
	began := time.Now()
	if err := g.start(); err != nil {
		return err
	}
	if err := g.serving(ctx); err != nil {
		return err
	}
	took := time.Since(began)
	used, err := g.cpu()
	if err != nil {
		return err
	}
	anon, err := g.anonymous()
	if err != nil {
		return err
	}
	if err := errors.Join(g.at("start cpu", items, used.Seconds()), g.at("start memory", items, float64(anon)/1e6), g.at("start", items, took.Seconds())); err != nil {
		return err
	}
	_, err = g.rest(ctx)
	return err
}

// at adds a point of a curve over items.
func (g *growing) at(key string, items int, y float64) error {
	return g.point(key, float64(items), y, "")
}

// point adds one of a curve.
func (b *bench) point(key string, x, y float64, note string) error {
	b.say("%s at %.0f: %s", key, x, short(y))
	return b.add(sample{Key: key + " grown", X: x, Ours: y, Note: note})
}
