package main

import (
	"context"
	"errors"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// mostDue is how many tasks are handed out together at most.
const mostDue = 64

// ready recalls what is remembered of listings that are due together, and counts
// that they are asked, in one look into the record and one write. One that could
// not be made ready is made so alone, when its turn has come; as is one that is due
// alone, for that waits for others elsewhere. Where nodes share the record, all are:
// whose a listing is, is asked then.
func (f *flow) ready(ctx context.Context, due []*handed) {
	if _, alone := f.owner.(solo); !alone || len(due) < 2 {
		return
	}
	var polls []*handed
	var begun []news.FetchState
	by, now := f.by(), f.now()
	err := f.store.View(ctx, func(l *storage.Ledger) error {
		for _, h := range due {
			row, known := by.rows[h.Source]
			if !known || row.Paused || !f.regular(*row, h.Task) {
				continue
			}
			h.State, _ = l.Poll(h.Source, h.URL)
			state := attemptAt(*row, h.Task, now)
			polls, begun, h.again = append(polls, h), append(begun, state), state.Next
		}
		return nil
	})
	if err != nil || len(polls) == 0 || f.store.Begin(ctx, 0, begun...) != nil {
		return
	}
	for _, h := range polls {
		h.begun = true
	}
}

// begin counts an attempt before it is made. A crash on the way, perhaps by
// what the answer holds, then finds it made, and the next start waits as after
// any failure; again is until when.
func (f *flow) begin(ctx context.Context, src news.Source, task news.Task) (again time.Time, err error) {
	if f.regular(src, task) {
		state := attemptAt(src, task, f.now())
		return state.Next, f.store.Begin(ctx, f.patience(beginWithin), state)
	}
	task.Tries++
	task.Due = f.now().Add(retryLost)
	return task.Due, f.store.SaveTasks(ctx, []news.Task{task}, nil)
}

// forestalled takes back that a task is attempted, which the end came before: the
// next start need not wait. Where nodes share the record, another may have
// attempted it since.
func (f *flow) forestalled(ctx context.Context, src news.Source, task news.Task) error {
	if _, alone := f.owner.(solo); !alone {
		return ctx.Err()
	}
	before := context.WithoutCancel(ctx)
	if !f.regular(src, task) {
		return errors.Join(f.store.SaveTasks(before, []news.Task{task}, nil), ctx.Err())
	}
	state := task.State
	state.Source, state.URL = src.Origin, task.URL
	return errors.Join(f.store.Begin(before, 0, state), ctx.Err())
}

// attemptAt is the state of a listing that is asked for now.
func attemptAt(src news.Source, task news.Task, now time.Time) news.FetchState {
	state := attempted(src, task.State, now)
	state.Source, state.URL = src.Origin, task.URL
	return state
}

// retryLost is the pause after an attempt of which nobody heard again.
const retryLost = 10 * time.Minute
