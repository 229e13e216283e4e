package main

import (
	"context"

	"chinanews/news"
	"chinanews/storage"
)

// recall gives a task what is remembered of its address.
func (f *flow) recall(ctx context.Context, src news.Source, task *news.Task) (err error) {
	switch {
	case task.Kind == news.TaskListing && !task.Page.Further():
		return f.store.View(ctx, func(l *storage.Ledger) error {
			task.State, _ = l.Poll(task.Source, task.URL)
			return nil
		})
	case task.Kind == news.TaskLook:
		if err := f.recallText(ctx, task); err != nil {
			return err
		}
		task.Older, err = f.older(ctx, src, task.Item)
	}
	task.State.Failures = task.Tries
	return err
}

// recallText gives a look the text that it looks for; without one, the title
// alone is looked for.
func (f *flow) recallText(ctx context.Context, task *news.Task) error {
	return f.store.View(ctx, func(l *storage.Ledger) error {
		if i, ok := l.Item(task.Item); ok {
			_, task.Text, _ = l.Texts(i.ShownPos(), i.Shown)
		}
		return nil
	})
}
