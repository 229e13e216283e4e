package main

import (
	"context"
	"slices"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// lostTasks is how far back items are looked through for tasks that a restore
// or rebuild lost.
const lostTasks = 31 * 24 * time.Hour

// load fills the timetable: every listing when its state says, now when it was
// never asked; every task in the store; the tasks that items should have and
// the store lost; and the moments of digests. all makes every listing due now.
func (f *flow) load(ctx context.Context, all bool) error {
	f.first, f.asked = make(map[string]bool), false
	return f.store.View(ctx, func(l *storage.Ledger) error {
		f.filling = f.curator.Unfilled(l)
		f.hold(l.Hosts())
		known := make(map[string]bool)
		for t := range l.Tasks() {
			if row, ok := f.rows[t.Source]; ok && (!row.Paused || t.Kind == news.TaskDecide) || t.Feed != "" {
				known[t.Name()] = true
				f.table.put(t)
			}
		}
		f.table.put(f.curator.Digests(l)...) // by this configuration: its hour may be another
		for _, src := range f.rows {
			if !src.Paused {
				f.loadSource(l, src, known, all)
			}
		}
		return nil
	})
}

func (f *flow) loadSource(l *storage.Ledger, src news.Source, known map[string]bool, all bool) {
	for _, u := range src.URLs {
		task := news.Task{Kind: news.TaskListing, Source: src.Origin, URL: u, Due: f.now()}
		state, asked := l.Poll(src.Origin, u)
		f.asked = f.asked || asked
		if asked && !all {
			task.Due = resumed(src, state, f.now())
		}
		if !asked || all {
			f.first[task.Name()] = true
		}
		f.table.put(task)
	}
	for i := range l.Items(src.Origin, f.now().Add(-lostTasks)) {
		for _, t := range f.curator.Pending(l, i) {
			if !known[t.Name()] {
				f.table.put(t)
			}
		}
	}
}

// only narrows the flow to some sources; none means all. Feeds that are empty
// then wait for a round of all sources.
func (f *flow) only(ids []string) {
	f.partial = len(ids) > 0
	for origin, src := range f.rows {
		if len(ids) > 0 && !slices.Contains(ids, src.ID) {
			delete(f.rows, origin)
		}
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
