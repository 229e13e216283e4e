package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"chinanews/cmd/bench/origin"
)

// What grows: the feeds that fill a record, and how many releases each lists.
const (
	growFeeds  = 10
	growWindow = 100
	growHosts  = 10
	growProbe  = growFeeds * growWindow // releases whose cost is measured at each size

	// growGap is between two releases of a feed: all publish 2,000 a day. What a
	// release is held to is what was published about then, so a record that grows
	// by having ever more in a month is another question than one of many months.
	growGap = 24 * time.Hour * growFeeds / 2000
)

// growing is a daemon whose record grows the ordinary way.
type growing struct {
	*bench
	*daemon
	published int // releases of each feed
}

// grown measures at each size of the record what more releases cost, a change of
// the feed, a search, a request, and a start.
func (b *bench) grown(ctx context.Context) error {
	most := b.items[len(b.items)-1]
	each := most/growFeeds + 100*growWindow // more than all sizes and probes take
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
		g.list() // a feed of nothing would be a failure
		if err := d.start(); err != nil {
			return err
		}
		return g.sizes(ctx)
	})
}

func (g *growing) sizes(ctx context.Context) error {
	if err := until(ctx, "each feed is read", g.patience, func() (bool, error) { return g.web.Stats().Least > 0, g.alive() }); err != nil {
		return err
	}
	for _, items := range g.items {
		if err := g.fill(ctx, items); err != nil {
			return err
		}
		for _, probe := range []func(context.Context, float64) error{g.accepted, g.changed, g.searched, g.asked, g.started} {
			if err := probe(ctx, float64(g.published*growFeeds)); err != nil {
				return err
			}
		}
	}
	return g.ends()
}

// fill has each feed publish a list at a time until there are so many releases.
func (g *growing) fill(ctx context.Context, items int) error {
	for told := time.Now(); g.published*growFeeds < items; {
		if time.Since(told) > time.Minute {
			told = time.Now()
			g.say("%d of %d items", g.published*growFeeds, items)
		}
		if err := g.publish(ctx); err != nil {
			return err
		}
	}
	_, err := g.rest(ctx)
	return err
}

// publish has each feed publish a list, and waits until all were read.
func (g *growing) publish(ctx context.Context) error {
	g.web.Reset()
	g.list()
	return until(ctx, "each feed is read", g.patience, func() (bool, error) { return g.web.Stats().Given >= growFeeds, g.alive() })
}

// list has each feed publish as much as it lists.
func (g *growing) list() {
	for n := range growFeeds {
		g.web.Publish(n, growWindow)
	}
	g.published += growWindow
}

// spent is what something costs the daemon until it rests, less what its polls
// cost meanwhile, of which it has some each second.
func (g *growing) spent(ctx context.Context, do func() error) (time.Duration, error) {
	began := time.Now()
	before, err := g.cpu()
	if err != nil {
		return 0, err
	}
	if err := do(); err != nil {
		return 0, err
	}
	rested, err := g.rest(ctx)
	if err != nil {
		return 0, err
	}
	resting := time.Since(began) - restTime
	now, err := g.cpu()
	return rested - before - time.Duration(float64(now-rested)*float64(resting)/float64(restTime)), err
}

// accepted is what one more release costs in all, of many.
func (g *growing) accepted(ctx context.Context, x float64) error {
	for range g.pairs {
		used, err := g.spent(ctx, func() error { return g.publish(ctx) })
		if err != nil {
			return err
		}
		if err := g.point("accept", x, used.Seconds()*1e6/growProbe); err != nil {
			return err
		}
	}
	return nil
}

// changed is what a change of the feed costs, of one release.
func (g *growing) changed(ctx context.Context, x float64) error {
	for n := range g.pairs {
		g.web.Reset()
		used, err := g.spent(ctx, func() error {
			g.web.Publish(n, 1)
			return until(ctx, "a feed is read", g.patience, func() (bool, error) { return g.web.Stats().Given > 0, g.alive() })
		})
		if err != nil {
			return err
		}
		if err := g.point("render", x, used.Seconds()*1e3); err != nil {
			return err
		}
	}
	return nil
}

// searches are some for words that many releases have, and some that few have.
var searches = []string{"lighthouse", "herring barrels", "潮汐", "灯塔总署 铜铃", "salt pans Heronwall"}

func (g *growing) searched(ctx context.Context, x float64) error {
	const times = 20
	for range g.pairs {
		used, err := g.spent(ctx, func() error {
			for n := range times * len(searches) {
				if err := g.search(searches[n%len(searches)]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := g.point("search", x, used.Seconds()*1e3/float64(times*len(searches))); err != nil {
			return err
		}
	}
	return nil
}

func (g *growing) search(what string) error {
	r, err := http.NewRequest(http.MethodGet, "http://"+g.public+"/search.json", nil)
	if err != nil {
		return err
	}
	asked := r.URL.Query()
	asked.Set("q", what)
	r.URL.RawQuery = asked.Encode()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("a search for %q was answered %s", what, answer.Status)
	}
	return nil
}

// asked is what a request for the feed costs.
func (g *growing) asked(ctx context.Context, x float64) error {
	for range g.pairs {
		us, err := g.load(ctx, g.process, g.feed(), "")
		if err != nil {
			return err
		}
		if err := g.point("request", x, us); err != nil {
			return err
		}
	}
	return nil
}

// started is how long a start takes, after a kill, until the feed is served; and
// what the daemon has used by then.
func (g *growing) started(ctx context.Context, x float64) error {
	for range g.pairs {
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
		if err := errors.Join(g.point("start", x, took.Seconds()), g.point("start cpu", x, used.Seconds()), g.point("start memory", x, float64(anon)/1e6)); err != nil {
			return err
		}
		if _, err := g.rest(ctx); err != nil {
			return err
		}
	}
	return nil
}

// point adds one of a curve.
func (b *bench) point(key string, x, y float64) error {
	b.say("%s at %.0f: %s", key, x, short(y))
	return b.add(sample{Key: key + " grown", X: x, Ours: y})
}

// ends makes goals of the curves' ends.
func (g *growing) ends() error {
	most := g.items[len(g.items)-1]
	end := sample{Note: strconv.Itoa(most) + " items", Small: most < 1_000_000}
	var errs []error
	_, last := outermost(of(g.all, "start grown"))
	for _, s := range last {
		end.Key, end.Ours = "start", s.Ours
		errs = append(errs, g.add(end))
	}
	first, last := outermost(of(g.all, "request grown"))
	for n, s := range last {
		end.Key, end.Ours, end.Limit = "serve grown", s.Ours, first[n].Ours
		errs = append(errs, g.add(end))
	}
	return errors.Join(errs...)
}

// outermost are the samples at the least and at the greatest size.
func outermost(list []sample) (first, last []sample) {
	least, most := each(list, size).spread()
	for _, s := range list {
		if s.X == least {
			first = append(first, s)
		}
		if s.X == most {
			last = append(last, s)
		}
	}
	return first, last
}
