package main

import (
	"context"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// settler is a recorder that need not be asked to rule on an answer of which
// nothing can follow but what is remembered of its address.
type settler interface {
	// Settle returns when that is on disk, which may wait for others so long. before
	// is what was remembered when it was asked.
	Settle(ctx context.Context, before news.FetchState, b news.Batch, patience time.Duration) error
}

// saysNothing reports whether an answer says nothing, in the condition that its
// listing was in.
func saysNothing(before news.FetchState, b news.Batch) bool {
	return b.Unchanged && b.Problem == nil && b.Condition == before.Condition
}

// keep has an answer recorded.
func (f *flow) keep(ctx context.Context, src news.Source, h *handed, batch news.Batch) (storage.Receipt, error) {
	if s, ok := f.record.(settler); ok && f.regular(src, h.Task) && saysNothing(h.State, batch) {
		f.answered(h, batch.Took)
		return storage.Receipt{}, s.Settle(ctx, h.State, batch, f.patience(settleWithin))
	}
	return f.record.Accept(ctx, batch, f.judge)
}

// Writes of polls are made together: an attempt may wait so long for others
// before it is made, and what came of one that brought nothing, before the next
// is planned.
const (
	beginWithin  = 250 * time.Millisecond
	settleWithin = 2 * time.Second
)

// patience is how long a poll may wait for others: the longer the more sources
// there are, for one that is asked alone would wait in vain. Where no place is
// free, whoever can come has come. A single round does not wait.
func (f *flow) patience(most time.Duration) time.Duration {
	if f.idle != nil || most == beginWithin && f.berths.full() {
		return 0
	}
	return min(most, time.Duration(len(f.by().rows))*most/200)
}

// answered gives back what a task that was answered has taken of its host and of
// the workers, when all that is left to do is to write.
func (f *flow) answered(h *handed, took time.Duration) {
	f.table.leave(h, f.now(), took)
	h.berth.leave()
}
