package main

import (
	"slices"

	"chinanews/feedout/site"
	"chinanews/news"
	"chinanews/storage"
)

// narrowed are the newest of a feed that a filter lets through, in the order of
// pages. cut says that it was not asked about all: a page must not cost more
// the longer a feed lives.
func (l *library) narrowed(led *storage.Ledger, name news.FeedName, f site.Filter) (some []news.Membership, cut bool) {
	if f == (site.Filter{}) {
		return l.members(led, name), false
	}
	from, to := earliest, never
	if !f.From.IsZero() {
		from = f.From
	}
	if !f.To.IsZero() && f.To.Before(never) {
		to = f.To
	}
	for m := range led.OnDay(name, from, to) {
		if some = append(some, m); len(some) == reachable {
			cut = led.Dated(name, from, to) > reachable
			break
		}
	}
	if f.Publisher != "" {
		some = slices.DeleteFunc(some, func(m news.Membership) bool {
			return row(l.press.stand.rows, l.press.lists.source(led, m.Lead)).PublisherIn(f.Lang) != f.Publisher
		})
	}
	sortByDate(some)
	return some, cut
}

// mostSources is how many items are known by their sources.
const mostSources = 50_000

// source is that of an item, which never changes.
func (c *lists) source(led *storage.Ledger, id news.ItemID) news.Origin {
	c.mu.Lock()
	origin, known := c.sources[id]
	c.mu.Unlock()
	if known {
		return origin
	}
	i, _ := led.Item(id)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sources == nil || len(c.sources) == mostSources {
		c.sources = make(map[news.ItemID]news.Origin)
	}
	c.sources[id] = i.Source
	return i.Source
}

// sources are those that feeds take from, as the configuration has them. Where
// that is all of them, they are the configuration's own.
func (l *library) sources(feeds ...news.Feed) (rows []news.Source) {
	taken := make(map[string]bool)
	for _, f := range feeds {
		for _, id := range f.Sources {
			taken[id] = true
		}
	}
	all := l.press.pub.Sources
	if len(taken) == len(all) {
		return all
	}
	for n := range all {
		if taken[all[n].ID] {
			rows = append(rows, all[n])
		}
	}
	return rows
}
