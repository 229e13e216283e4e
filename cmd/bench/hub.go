package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"chinanews/cmd/bench/bare"
)

// subscribersAtHost is the most that the hub takes of one host.
const subscribersAtHost = 10

// audience is subscribers that wait to be told by a daemon.
type audience struct {
	*bench
	*daemon
	callbacks   *child
	port, hosts int
}

// told measures what it costs to tell many callbacks of a change, and a bare loop
// that posts as many bytes to the same; and how long the others wait when one in a
// hundred does not answer.
func (b *bench) told(ctx context.Context) error {
	if b.left("hang", 0) == 0 {
		return nil
	}
	s := b.usual(10 * time.Second)
	s.limit, s.hub = 1, true
	return b.in("hub", func(dir string) error {
		return b.settledOn(ctx, dir, s, small, func(d *daemon) error {
			a := &audience{bench: b, daemon: d, hosts: (b.subscribers + subscribersAtHost - 1) / subscribersAtHost}
			return a.assemble(ctx)
		})
	})
}

func (a *audience) assemble(ctx context.Context) error {
	c, line, err := startChild("callbacks", "-hosts", strconv.Itoa(a.hosts))
	if err != nil {
		return err
	}
	defer c.close()
	a.callbacks = c
	if _, err := fmt.Sscanf(line, `{"Port":%d`, &a.port); err != nil {
		return fmt.Errorf("callbacks say %q", line)
	}
	if err := a.subscribeAll(ctx); err != nil {
		return err
	}
	for range a.left("hang", 0) {
		if err := a.pair(ctx); err != nil {
			return err
		}
	}
	return nil
}

// hangs says which callbacks can hang: those of one host in a hundred.
func (a *audience) hangs(n int) bool { return n%a.hosts%100 == 0 }

// others is how many cannot.
func (a *audience) others() (n int) {
	for s := range a.subscribers {
		if !a.hangs(s) {
			n++
		}
	}
	return n
}

// subscribeAll has all subscribe, as fast as the hub lets them.
func (a *audience) subscribeAll(ctx context.Context) error {
	var next atomic.Int64
	var running sync.WaitGroup
	errs := make([]error, 32)
	for worker := range errs {
		running.Go(func() {
			for n := int(next.Add(1)) - 1; n < a.subscribers && errs[worker] == nil; n = int(next.Add(1)) - 1 {
				errs[worker] = a.subscribe(ctx, n)
			}
		})
	}
	running.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	err := until(ctx, "all callbacks are asked whether they meant it", 10*time.Minute, func() (bool, error) {
		var came bare.Came
		err := a.callbacks.ask("", &came)
		return came.Confirmed >= a.subscribers, err
	})
	if err != nil {
		return err
	}
	a.say("%d have subscribed", a.subscribers)
	_, err = a.rest(ctx)
	return err
}

// subscribe asks until the hub is not too busy.
func (a *audience) subscribe(ctx context.Context, n int) error {
	form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {a.feed()}, "hub.secret": {bare.Secret(n)},
		"hub.callback": {bare.Callback(n, a.hosts, a.port, a.hangs(n))}}
	return until(ctx, "the hub takes a subscription", 10*time.Minute, func() (bool, error) {
		answer, err := http.PostForm("http://"+a.public+"/hub", form)
		if err != nil {
			return false, err
		}
		said, err := io.ReadAll(io.LimitReader(answer.Body, 1000))
		answer.Body.Close()
		if code := answer.StatusCode; code != http.StatusAccepted && code != http.StatusServiceUnavailable {
			return false, fmt.Errorf("the hub answered %s: %s", answer.Status, bytes.TrimSpace(said))
		}
		return answer.StatusCode == http.StatusAccepted, err
	})
}

// pair tells of two changes, the second while some hang, and has a bare loop tell
// as much.
func (a *audience) pair(ctx context.Context) error {
	used, all, err := a.tell(ctx, "answer", a.subscribers)
	if err != nil {
		return err
	}
	var cost bare.Cost
	if err := task(ctx, &cost, "bare-post", "-n", strconv.Itoa(a.subscribers), "-hosts", strconv.Itoa(a.hosts), "-port", strconv.Itoa(a.port), "-size", strconv.FormatInt(all.Bytes, 10)); err != nil {
		return err
	}
	var came bare.Came
	if err := a.callbacks.ask("", &came); err != nil {
		return err
	}
	if came.Posts < a.subscribers { // more: who has hung before is told again by the daemon
		return fmt.Errorf("the bare loop told %d of %d", came.Posts, a.subscribers)
	}
	_, some, err := a.tell(ctx, "hang", a.others())
	if err != nil {
		return err
	}
	each := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 / float64(a.subscribers) }
	a.say("told: %.1f us each, bare %.1f us; in %s, when some hang %s", each(used), each(cost.CPU), all.Last-all.First, some.Last-some.First)
	small := a.subscribers < fullSubscribers
	return errors.Join(
		a.add(sample{Key: "tell", Small: small, Ours: each(used), Limit: each(cost.CPU), Note: fmt.Sprintf("%d of %d bytes", a.subscribers, all.Bytes)}),
		a.add(sample{Key: "hang", Small: small, Ours: (some.Last - some.First).Seconds(), Limit: (all.Last - all.First).Seconds()}))
}

// tell publishes, and waits until so many were told.
func (a *audience) tell(ctx context.Context, how string, want int) (used time.Duration, came bare.Came, err error) {
	if err := a.callbacks.ask(how, &came); err != nil {
		return 0, came, err
	}
	before, err := a.cpu()
	if err != nil {
		return 0, came, err
	}
	a.web.Publish(0, 1)
	came = bare.Came{}
	err = until(ctx, "the subscribers are told", 5*time.Minute, func() (bool, error) {
		var more bare.Came
		err := a.callbacks.ask("", &more)
		came = came.And(more)
		return came.Posts >= want, errors.Join(err, a.alive())
	})
	if err != nil {
		return 0, came, err
	}
	after, err := a.rest(ctx)
	return after - before, came, err
}
