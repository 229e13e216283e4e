package main

import (
	"context"
	"time"

	"chinanews/feedout/desk"
	"chinanews/news"
	"chinanews/storage"
)

const (
	mostComing  = 3   // sources that are named while they are read
	mostCounted = 500 // releases of one of them that are counted
)

// Coming is part of desk.Queue.
func (h editors) Coming(ctx context.Context) (c desk.Coming, err error) {
	left := h.flow.table.articles(h.flow.now())
	var unread map[news.Origin]bool
	c.Together, unread = h.flow.unread()
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		for _, src := range h.cfg.Sources {
			switch n := left[src.Origin]; {
			case n == 0 && !unread[src.Origin]:
			case len(c.Sources) == mostComing:
				c.More++
			default:
				src.Headers = nil // they may be secrets
				c.Sources = append(c.Sources, desk.Progress{Source: src, Left: n, All: counted(l, src.Origin, n)})
			}
		}
		return ctx.Err()
	})
	return c, err
}

// counted is how many releases of a source are known, of which some are left to
// be read; 0: too many to count for a page, or none is left.
func counted(l *storage.Ledger, origin news.Origin, left int) (n int) {
	if left == 0 {
		return 0
	}
	for range l.Items(origin, time.Time{}) {
		if n++; n > mostCounted {
			return 0
		}
	}
	return max(n, left)
}

// unread are the sources that have a list which was never answered; filling
// reports that feeds wait for all that is being read.
func (f *flow) unread() (filling bool, sources map[news.Origin]bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	sources = make(map[news.Origin]bool)
	for _, src := range f.rows {
		for _, u := range src.URLs {
			if f.first[news.Task{Kind: news.TaskListing, Source: src.Origin, URL: u}.Name()] {
				sources[src.Origin] = true
			}
		}
	}
	return f.filling, sources
}
