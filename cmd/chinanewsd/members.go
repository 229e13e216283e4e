package main

import (
	"slices"
	"sync"

	"chinanews/news"
	"chinanews/storage"
)

// reachable is how many of a feed's members pages turn to: a page must not cost
// more the longer a feed lives. Days lead to the others.
const reachable = 4000

// lists are the members of feeds as pages last showed them, for the next page:
// whoever reads one often turns to another. It is safe for concurrent use.
type lists struct {
	mu      sync.Mutex
	of      map[news.FeedName]memberList
	sources map[news.ItemID]news.Origin // of items that filters were asked about
}

type memberList struct {
	next    uint64 // the record was so long
	members []news.Membership
}

// members are the newest of what is in a feed, news and history, in the order
// of pages. They must not be changed.
func (l *library) members(led *storage.Ledger, name news.FeedName) []news.Membership {
	c := l.press.lists
	c.mu.Lock()
	defer c.mu.Unlock()
	if list, ok := c.of[name]; ok && list.next == led.Next() {
		return list.members
	}
	var all []news.Membership
	for m := range led.OnDay(name, earliest, never) {
		if all = append(all, m); len(all) == reachable {
			break
		}
	}
	sortByDate(all)
	if c.of == nil {
		c.of = make(map[news.FeedName]memberList)
	}
	c.of[name] = memberList{led.Next(), slices.Clip(all)}
	return all
}
