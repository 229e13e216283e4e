package main

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
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
	store   *storage.Store
	counter *audience.Counter
	names   map[string]news.FeedName // by the ids in addresses
	now     func() time.Time
	log     *slog.Logger

	day    string // that is counted; run owns these
	kept   map[news.FeedName]news.Readers
	failed bool
}

// readersEvery is how often numbers are kept: a kill loses those since.
const readersEvery = 10 * time.Minute

// newReadership goes on with what was counted today before this start.
func (h *house) newReadership(ctx context.Context) (*readership, error) {
	r := &readership{store: h.store, names: make(map[string]news.FeedName), now: h.flow.now, log: h.log}
	for f := range h.press.feeds() {
		r.names[f.ID] = f.Name
	}
	var ids []string
	for _, f := range h.cfg.Feeds {
		r.names[f.ID] = f.Name
	}
	for id := range r.names {
		ids = append(ids, id)
	}
	r.counter = audience.New(ids, gate.Proxies(h.cfg.Proxies).Client)
	r.day = news.BeijingDay(r.now())
	before := make(map[string]news.Readers)
	err := r.store.View(ctx, func(l *storage.Ledger) error {
		r.kept = l.Readers(r.day)
		return nil
	})
	for id, name := range r.names {
		if was, ok := r.kept[name]; ok {
			before[id] = was
		}
	}
	r.counter.Begin(before)
	return r, err
}

// before has who asks for feeds counted.
func (r *readership) before(next http.Handler) http.Handler {
	if r == nil {
		return next
	}
	return r.counter.Before(next)
}

// behind is before for feeds behind a token: what tells of their changes has the
// names of what everybody reads, and is not counted.
func (r *readership) behind(next http.Handler) http.Handler {
	if r == nil {
		return next
	}
	counted := r.counter.Before(next)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		name, _, _ := strings.Cut(strings.TrimPrefix(req.URL.Path, "/feeds/"), ".")
		if name == string(news.FeedEdits) || name == string(news.FeedRemovals) {
			next.ServeHTTP(w, req)
			return
		}
		counted.ServeHTTP(w, req)
	})
}

// run keeps numbers until ctx ends, and then once more.
func (r *readership) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return r.counter.Run(ctx) })
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
	counts := r.today()
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
		r.counter.Begin(nil)
		r.day, r.kept = day, make(map[news.FeedName]news.Readers)
	}
}

// today is what is counted of the day so far, by feed.
func (r *readership) today() map[news.FeedName]news.Readers {
	all := make(map[news.FeedName]news.Readers)
	for id, c := range r.counter.Counts() {
		all[r.names[id]] = c
	}
	return all
}
