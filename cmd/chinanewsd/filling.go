package main

import (
	"context"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// fillAfter is how long the first contents of a feed wait for articles that
// are slow and sources that do not answer. Tests change it.
var fillAfter = 15 * time.Second

// fillOnce gives empty feeds their first contents when the first round is
// over: every listing was asked and no article waits to be. What is known then
// enters in the order of its dates.
func (f *flow) fillOnce(ctx context.Context, task news.Task) error {
	f.mu.Lock()
	delete(f.first, task.Name())
	over := f.filling && len(f.first) == 0
	f.mu.Unlock()
	if !over || f.table.pending(news.TaskArticle, f.now()) > 0 {
		return nil
	}
	return f.fill(ctx)
}

// fill rules on the first contents of feeds that have none.
func (f *flow) fill(ctx context.Context) error {
	if f.partial || !f.rules(ctx) {
		return nil
	}
	var unfilled bool
	err := f.store.View(ctx, func(l *storage.Ledger) error {
		unfilled = f.by().curator.Unfilled(l)
		return nil
	})
	f.mu.Lock()
	f.filling = false
	f.mu.Unlock()
	if err != nil || !unfilled {
		return err
	}
	return f.rule(ctx, news.Task{}, func(l *storage.Ledger) news.Decision { return f.by().curator.Fill(l) })
}

// fillLate fills what the first round has not, and then, while a feed is
// empty, tries again, ever more rarely: a source may recover. A feed that comes
// when every source was asked waits for nothing.
func (f *flow) fillLate(ctx context.Context) error {
	err := f.fillOnce(ctx, news.Task{})
	for pause := fillAfter; ; pause = min(2*pause, rarely) {
		if err != nil && ctx.Err() == nil {
			f.log.Error("the first contents of a feed could not be recorded; trying again", "err", err)
		}
		if !waited(ctx, pause) {
			return nil
		}
		err = f.fill(ctx)
	}
}

// waited reports whether a pause went by before ctx ended.
func waited(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// rarely is how often a feed that stays empty is looked at.
const rarely = 10 * time.Minute
