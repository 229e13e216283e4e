package main

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"chinanews/feedout/audience"
	"chinanews/feedout/gate"
	"chinanews/news"
	"chinanews/storage"
)

// readership keeps how many read each feed, day by day. A nil one counts
// nothing.
type readership struct {
	store *storage.Store
	now   func() time.Time
	log   *slog.Logger

	mu     sync.Mutex  // for what follows
	open   readerCount // of what everybody may read
	shut   readerCount // of feeds behind a token
	day    string      // that is counted
	kept   map[news.FeedName]news.Readers
	failed bool
}

// readerCount counts who reads some feeds.
type readerCount struct {
	counter *audience.Counter
	names   map[string]news.FeedName // by the ids in addresses
}

func newReaderCount(names map[string]news.FeedName, proxies gate.Proxies) readerCount {
	return readerCount{audience.New(slices.Collect(maps.Keys(names)), proxies.Client), names}
}

// begin begins a day, of which something may have been counted.
func (c readerCount) begin(before map[news.FeedName]news.Readers) {
	known := make(map[string]news.Readers)
	for id, name := range c.names {
		if was, ok := before[name]; ok {
			known[id] = was
		}
	}
	c.counter.Begin(known)
}

// turn is begin within a day, for other feeds.
func (c *readerCount) turn(names map[string]news.FeedName, today map[news.FeedName]news.Readers) {
	ids := make(map[news.FeedName]string)
	for id, name := range c.names {
		ids[name] = id
	}
	had, known := make(map[string]string), make(map[string]news.Readers)
	for id, name := range names {
		had[id] = ids[name]
		if was, ok := today[name]; ok {
			known[id] = was
		}
	}
	c.counter.Turn(had, known)
	c.names = names
}

// readersEvery is how often numbers are kept: a kill loses those since.
const readersEvery = 10 * time.Minute

// counted are the feeds of a configuration by the ids in their addresses: what
// everybody may read, and what is behind a token.
func (h *house) counted() (open, shut map[string]news.FeedName) {
	open, shut = make(map[string]news.FeedName), make(map[string]news.FeedName)
	for f := range h.press.feeds() {
		open[f.ID] = f.Name
	}
	for _, f := range h.cfg.Feeds {
		if !f.Public() {
			shut[f.ID] = f.Name
		}
	}
	return open, shut
}

// newReadership goes on with what was counted today before this start.
func (h *house) newReadership(ctx context.Context) (*readership, error) {
	open, shut := h.counted()
	proxies := gate.Proxies(h.cfg.Proxies)
	r := &readership{store: h.store, open: newReaderCount(open, proxies), shut: newReaderCount(shut, proxies), now: h.flow.now, log: h.log}
	r.day = news.BeijingDay(r.now())
	err := r.store.View(ctx, func(l *storage.Ledger) error { r.kept = l.Readers(r.day); return nil })
	r.open.begin(r.kept)
	r.shut.begin(r.kept)
	return r, err
}

// turn has the feeds of another configuration counted, those that stay with the
// readers that they have today.
func (r *readership) turn(open, shut map[string]news.FeedName) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	today := r.counts()
	r.open.turn(open, today)
	r.shut.turn(shut, today)
}

// before has who asks for public feeds counted.
func (r *readership) before(next http.Handler) http.Handler {
	if r == nil {
		return next
	}
	return r.open.counter.Before(next)
}

// behind is before for the feeds behind a token.
func (r *readership) behind(feeds []news.Feed, next http.Handler) http.Handler {
	if r == nil {
		return next
	}
	counted := r.shut.counter.Before(next)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if slices.ContainsFunc(feeds, func(f news.Feed) bool { return strings.HasPrefix(req.URL.Path, "/feeds/"+f.ID+".") }) {
			counted.ServeHTTP(w, req)
			return
		}
		next.ServeHTTP(w, req)
	})
}

// run keeps numbers until ctx ends, and then once more.
func (r *readership) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return r.open.counter.Run(ctx) })
	g.Go(func() error { return r.shut.counter.Run(ctx) })
	g.Go(func() error {
		for waited(ctx, min(readersEvery, untilMidnight(r.now()))) {
			r.keep(ctx)
		}
		r.keep(context.WithoutCancel(ctx))
		return nil
	})
	return g.Wait()
}

// untilMidnight is how long the day lasts, in Beijing.
func untilMidnight(now time.Time) time.Duration {
	now = now.In(news.Location("Asia/Shanghai"))
	return time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location()).Sub(now)
}

// keep keeps the day's numbers when they are others than before, and begins a
// new day when it is over. A day whose numbers cannot be written loses them: its
// key must not outlive it.
func (r *readership) keep(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts := r.counts()
	if !reflect.DeepEqual(counts, r.kept) {
		err := r.store.SaveReaders(ctx, r.day, counts)
		switch {
		case err == nil:
			r.kept, r.failed = counts, false
		case !r.failed:
			r.failed = true
			r.log.Error("how many read the feeds could not be written; it is tried again", "day", r.day, "err", err)
		}
	}
	if day := news.BeijingDay(r.now()); day != r.day {
		r.open.begin(nil)
		r.shut.begin(nil)
		r.day, r.kept = day, make(map[news.FeedName]news.Readers)
	}
}

// today is what is counted of the day so far, by feed.
func (r *readership) today() map[news.FeedName]news.Readers {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.counts()
}

func (r *readership) counts() map[news.FeedName]news.Readers {
	all := make(map[news.FeedName]news.Readers)
	for _, c := range []readerCount{r.open, r.shut} {
		for id, counts := range c.counter.Counts() {
			all[c.names[id]] = counts
		}
	}
	return all
}
