package main

import (
	"context"
	"reflect"
	"time"

	"chinanews/curator"
	"chinanews/news"
	"chinanews/storage"
)

// terms are what a configuration says of asking and ruling. They are never
// changed: a reload puts others in their place.
type terms struct {
	ask     asker
	pace    func(host string) news.HostRule
	curator *curator.Curator
	rows    map[news.Origin]*news.Source
	pub     news.Publication // that they are of
}

// byOrigin are rows by their permanent names. They are the configuration's own,
// which nobody may change.
func byOrigin(list []news.Source) map[news.Origin]*news.Source {
	rows := make(map[news.Origin]*news.Source, len(list))
	for n := range list {
		rows[list[n].Origin] = &list[n]
	}
	return rows
}

// row is a source's row, or what is left of one that is no more.
func row(rows map[news.Origin]*news.Source, origin news.Origin) news.Source {
	if src, ok := rows[origin]; ok {
		return *src
	}
	return news.Source{ID: string(origin), Origin: origin}
}

// asker asks one source once. Its error means that it was cancelled or is
// broken; whatever the world does is in the batch. Safe for concurrent use.
type asker interface {
	Fetch(ctx context.Context, src news.Source, task news.Task, now time.Time) (news.Batch, error)
}

// has reports whether a row is as it was when it was asked by.
func (t *terms) has(src *news.Source) bool {
	now, ok := t.rows[src.Origin]
	return ok && (now == src || reflect.DeepEqual(now, src))
}

// by is what the flow goes by now.
func (f *flow) by() *terms { return f.terms.Load() }

// goBy has the flow go by other terms, once record has recorded what they
// change; on failure neither has happened. No ruling on terms is recorded after
// those that follow. What is planned for sources whose rows stay is left alone.
func (f *flow) goBy(ctx context.Context, next *terms, record func() error) error {
	f.ruling.Lock()
	defer f.ruling.Unlock()
	if err := record(); err != nil {
		return err
	}
	f.terms.Store(next)
	return f.store.View(ctx, func(l *storage.Ledger) error {
		for _, src := range f.plan(l, false, time.Time{}) {
			f.table.put(f.lost(l, src)...)
		}
		return nil
	})
}

// askAgain has a task done by the row as it is now. A listing's address that is
// not in the row any more is asked no more; what the store keeps of a source
// that is gone stays there, in case it comes back.
func (f *flow) askAgain(by *terms, task news.Task) {
	row, ok := by.rows[task.Source]
	if !ok || row.Paused || task.Kind == news.TaskListing && !task.Page.Further() && !f.regular(*row, task) {
		return
	}
	task.Due = f.now()
	f.table.put(task)
}
