package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// lostTasks is how far back items are looked through for tasks that a restore
// or rebuild lost.
const lostTasks = 31 * 24 * time.Hour

// load fills the timetable: every listing when its state says, now when it was
// never asked; every task in the store; and the moments of digests. all makes
// every listing due now. What the store lost is for findLost.
func (f *flow) load(ctx context.Context, all bool) error { return f.loadUntil(ctx, all, time.Time{}) }

// soon is how far ahead a daemon reads tasks before it serves. There may be one
// for each release of weeks, so the others are for loadFrom.
const soon = 10 * time.Minute

// loadUntil is load without the tasks that are due after a moment; zero: with
// all.
func (f *flow) loadUntil(ctx context.Context, all bool, until time.Time) error {
	f.first, f.planned, f.asked = make(map[string]news.Origin), nil, false
	return f.store.View(ctx, func(l *storage.Ledger) error {
		f.hold(l.Hosts())
		f.plan(l, all, until)
		return nil
	})
}

// portion is about how many tasks are read in one look into the record.
const portion = 1000

// loadFrom fills the timetable with tasks that are due from a moment on. What was
// planned meanwhile stays.
func (f *flow) loadFrom(ctx context.Context, from time.Time) error {
	for more := true; more; {
		more = false
		err := f.store.View(ctx, func(l *storage.Ledger) error {
			n, rows := 0, f.by().rows
			for t := range l.TasksFrom(from) {
				if n++; n > portion && t.Due.After(from) {
					from, more = t.Due, true
					return nil
				}
				if row, ok := rows[t.Source]; t.Feed != "" || !ok || row.Paused && t.Kind != news.TaskDecide {
					continue
				}
				from = t.Due
				f.table.back(t, t.Due)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// plan fills the timetable for what was planned by other terms, or not at all,
// and returns for which sources that was. Tasks that are due after until, which
// may be zero, are left out.
func (f *flow) plan(l *storage.Ledger, all bool, until time.Time) (planned []*news.Source) {
	by := f.by()
	stays := make(map[news.Origin]bool)
	for o, src := range by.rows {
		stays[o] = f.planned != nil && f.planned.has(src)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.table.sift(func(t news.Task) bool { return t.Feed != "" || !stays[t.Source] })
	maps.DeleteFunc(f.first, func(_ string, o news.Origin) bool { return !stays[o] })
	f.filling = by.curator.Unfilled(l)
	for t := range l.Tasks() {
		if !until.IsZero() && t.Due.After(until) {
			break
		}
		row, ok := by.rows[t.Source]
		if t.Feed != "" || ok && !stays[t.Source] && (!row.Paused || t.Kind == news.TaskDecide) {
			f.table.put(t)
		}
	}
	f.table.put(by.curator.Digests(l)...) // by this configuration: its hour may be another
	for _, src := range by.rows {
		if !src.Paused && !stays[src.Origin] {
			f.planSource(l, src, all)
			planned = append(planned, src)
		}
	}
	f.planned = by
	return planned
}

func (f *flow) planSource(l *storage.Ledger, src *news.Source, all bool) {
	for _, u := range src.URLs {
		task := news.Task{Kind: news.TaskListing, Source: src.Origin, URL: u, Due: f.now()}
		state, asked := l.Poll(src.Origin, u)
		f.asked = f.asked || asked
		if asked && !all {
			task.Due = resumed(*src, state, f.now())
		}
		if !asked || all {
			f.first[task.Name()] = src.Origin
		}
		f.table.put(task)
	}
}

// findLost puts the tasks that items should have, and the store lost, into the
// timetable and the store. It looks at every item of a month, so nobody should wait
// for it, and once: not again until the configuration, what is derived or the way to
// plan is another. What several nodes share is looked through at each start.
func (f *flow) findLost(ctx context.Context) error {
	var at uint64
	var seen bool
	f.ruling.RLock() // the rows are those of the config record
	rows := f.by().rows
	err := f.store.View(ctx, func(l *storage.Ledger) error {
		at, seen = l.PublishedAt(), l.Planned(curator.Planning)
		return nil
	})
	f.ruling.RUnlock()
	if err == nil && !seen {
		err = f.findIn(ctx, rows, at)
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// findIn does that for rows, which are those of the config record at a position.
func (f *flow) findIn(ctx context.Context, rows map[news.Origin]*news.Source, at uint64) error {
	_, alone := f.owner.(solo)
	var unsaved error
	for _, src := range rows {
		var lost []news.Task
		err := f.store.View(ctx, func(l *storage.Ledger) error { lost = f.lost(l, src); return nil })
		if err != nil {
			return err
		}
		if alone && len(lost) > 0 {
			unsaved = errors.Join(unsaved, f.store.SaveTasks(ctx, lost, nil))
		}
		f.table.put(lost...)
	}
	if alone && !f.partial && unsaved == nil {
		unsaved = f.store.NotePlanned(ctx, curator.Planning, at)
	}
	if unsaved != nil && ctx.Err() == nil {
		f.log.Warn("tasks that were missing could not be saved; the next start looks for them again", "err", unsaved)
	}
	return nil
}

// lost are the tasks that items of a source should have, and the store lost.
func (f *flow) lost(l *storage.Ledger, src *news.Source) (tasks []news.Task) {
	if src, ok := f.by().rows[src.Origin]; !ok || src.Paused { // since a reload, perhaps
		return nil
	}
	for i := range l.Items(src.Origin, f.now().Add(-lostTasks)) {
		for _, t := range f.by().curator.Pending(l, i) {
			if !l.HasTask(t.Name()) {
				tasks = append(tasks, t)
			}
		}
	}
	return tasks
}

// only narrows the flow to some sources; none means all. Feeds that are empty
// then wait for a round of all sources.
func (f *flow) only(ids []string) {
	f.partial = len(ids) > 0
	some := *f.by()
	some.rows = maps.Clone(some.rows)
	maps.DeleteFunc(some.rows, func(_ news.Origin, src *news.Source) bool { return len(ids) > 0 && !slices.Contains(ids, src.ID) })
	f.terms.Store(&some)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
