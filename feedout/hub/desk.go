package hub

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"chinanews/news"
)

// How much is asked at once, and waits for that.
const (
	mostAsked       = 64 // callbacks that are asked at once
	mostAskedAtHost = 4
	mostWaiting     = 1024 // requests whose callbacks were not asked yet
	mostAtDoor      = 64   // of those, at one callback host
)

// desk bounds what requests make the hub do. Of each it knows which
// subscription it is for, so that requests for the same one are settled in the
// order in which they came, and that limits hold for those that are not kept
// yet.
type desk struct {
	asking chan struct{} // a place for each callback that is being asked

	visits sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	waiting   int
	doors     map[string]*door
	last      map[key]*visit // of each subscription, the one that came last
	newcomers map[key]int    // visits that would add this subscription
}

// door is a callback host.
type door struct {
	waiting int
	asking  chan struct{}
}

// key is what a subscription is known by.
type key struct {
	topic          news.Topic
	host, callback string
}

// visit is a request that was admitted.
type visit struct {
	request
	key    key
	from   uint64
	door   *door
	newly  bool            // it may add a subscription
	before <-chan struct{} // closed when the visit for the same subscription that came before is settled
	done   chan struct{}
}

func newDesk() *desk {
	return &desk{asking: make(chan struct{}, mostAsked), doors: make(map[string]*door), last: make(map[key]*visit), newcomers: make(map[key]int)}
}

// close admits nobody any more.
func (d *desk) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
}

// admit takes a request in, or says why not. Who is admitted must leave.
// standing is asked under the lock: what is kept is counted before what is
// about to be, so that nothing is between the two.
func (d *desk) admit(q request, standing func() (Standing, error)) (*visit, *refusal) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := d.doors[q.host]
	switch {
	case d.closed:
		return nil, busy(time.Minute, "The hub is being stopped. Try again in a minute.")
	case d.waiting >= mostWaiting:
		return nil, busy(time.Minute, "Too many callbacks wait to be asked. Try again in a minute.")
	case at != nil && at.waiting >= mostAtDoor:
		return nil, busy(time.Minute, "Too many callbacks at %s wait to be asked. Try again in a minute.", q.host)
	}
	s, err := standing()
	if err != nil {
		return nil, refuse(http.StatusInternalServerError, "%v", err)
	}
	v := &visit{request: q, key: key{q.topic, q.host, q.callback}, from: s.Tip, done: make(chan struct{})}
	if no := d.limit(v, s); no != nil {
		return nil, no
	}
	d.enter(v)
	return v, nil
}

// limit refuses what would be one too many, and an end of what is not there.
func (d *desk) limit(v *visit, s Standing) *refusal {
	_, coming := d.newcomers[v.key]
	if v.mode == unsubscribe {
		if !s.Subscribed && !coming {
			return refuse(http.StatusNotFound, "This callback is not subscribed to this topic, or no longer. There is nothing to end.")
		}
		return nil
	}
	before := d.last[v.key]
	v.newly = !s.Subscribed || before != nil && (before.newly || before.mode == unsubscribe)
	if !v.newly || coming {
		return nil
	}
	all := s.All + len(d.newcomers)
	if slices.Contains(s.AtHost, v.callback) { // it is kept once, as it was or anew
		all--
	}
	switch {
	case d.others(v.key, s.AtHost) >= MostAtHost:
		return refuse(http.StatusForbidden, "%d callbacks at %s are subscribed to this topic, which is the most. End one of them, or renew it in place of this.", MostAtHost, v.host)
	case all >= Most:
		return busy(time.Hour, "The hub has %d subscriptions, which is the most. Poll the feed, and try again later.", Most)
	}
	return nil
}

// others counts the callbacks at its host that are kept for its topic, or about to
// be, beside this one.
func (d *desk) others(of key, kept []string) int {
	others := make(map[string]bool)
	for _, callback := range kept {
		others[callback] = true
	}
	for k := range d.newcomers {
		if k.topic == of.topic && k.host == of.host {
			others[k.callback] = true
		}
	}
	delete(others, of.callback)
	return len(others)
}

func (d *desk) enter(v *visit) {
	if d.doors[v.host] == nil {
		d.doors[v.host] = &door{asking: make(chan struct{}, mostAskedAtHost)}
	}
	v.door = d.doors[v.host]
	v.door.waiting++
	d.waiting++
	d.visits.Add(1)
	if v.newly {
		d.newcomers[v.key]++
	}
	if before := d.last[v.key]; before != nil {
		v.before = before.done
	}
	d.last[v.key] = v
}

// settled says that nothing of a visit's subscription will change any more:
// what comes next for it may begin.
func (d *desk) settled(v *visit) {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(v.done)
	if d.last[v.key] == v {
		delete(d.last, v.key)
	}
	if !v.newly {
		return
	}
	if d.newcomers[v.key]--; d.newcomers[v.key] == 0 {
		delete(d.newcomers, v.key)
	}
}

// leave gives back a visit's place.
func (d *desk) leave(v *visit) {
	defer d.visits.Done()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting--
	if v.door.waiting--; v.door.waiting == 0 {
		delete(d.doors, v.host)
	}
}

// turn waits until a visit's callback may be asked: after what came before for
// the same subscription, when a place at its host is free, and then one of all.
func (d *desk) turn(ctx context.Context, v *visit) error {
	if v.before != nil {
		select {
		case <-v.before:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := take(ctx, v.door.asking); err != nil {
		return err
	}
	if err := take(ctx, d.asking); err != nil {
		<-v.door.asking
		return err
	}
	return nil
}

func take(ctx context.Context, places chan struct{}) error {
	select {
	case places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
