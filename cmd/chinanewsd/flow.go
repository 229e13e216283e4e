package main

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

// flow is the one corridor of the house: what is due is asked for, the answer
// is ruled on and recorded, and what follows is put back into the timetable.
//
// What it goes by may be replaced while it runs. Then an answer on its way that
// was asked for under a row that is no more as it was is not recorded: its task
// is due again, or gone with its source.
type flow struct {
	terms   atomic.Pointer[terms] // that it goes by now; swapped by goBy
	ruling  sync.RWMutex          // held for reading by what rules on terms and records, so that none of it outlives them
	store   *storage.Store
	record  recorder
	owner   owner
	table   *timetable
	now     func() time.Time
	log     *slog.Logger
	workers int
	house   atomic.Pointer[house] // hears of each answer after it was recorded; nil: nobody
	observe func(outcome)         // hears of it, too; must not block
	idle    func() bool           // asked when nothing is due: true ends the flow; nil: never

	strides strides // for the pulse
	berths  berths  // of run

	partial bool // not all sources are asked
	asked   bool // a source was asked before this start

	planned *terms // what the timetable was filled by; owned by plan

	compared atomic.Pointer[comparison] // the last that abreast made

	mu      sync.Mutex
	first   map[string]news.Origin // listings of the first round that were not answered yet, and whose
	filling bool                   // the first round has first contents to give
}

// recorder is where answers, what moments decide, editors' acts and
// configurations are recorded: the store, or what several nodes share. Each
// returns when that is on disk and can be seen in the store.
type recorder interface {
	Accept(context.Context, news.Batch, func(*storage.Ledger, news.Batch) news.Decision) (storage.Receipt, error)
	Rule(context.Context, func(*storage.Ledger) news.Decision) (storage.Receipt, error)
	Edit(context.Context, news.Editing, func(*storage.Ledger, news.Editing) news.Decision) (storage.Receipt, error)
	Configure(ctx context.Context, p news.Publication, who string, rule func(*storage.Ledger) news.Decision) (storage.Receipt, error)
}

// owner says which partitions of hosts (news.Part) are this node's to ask.
type owner interface {
	// Hold is ctx for as long as the partition of a task is this node's; false: it
	// is not. The caller calls done.
	Hold(ctx context.Context, task news.Task) (held context.Context, done func(), ok bool)
}

// solo is the owner of everything.
type solo struct{}

func (solo) Hold(ctx context.Context, _ news.Task) (context.Context, func(), bool) {
	return ctx, func() {}, true
}

// outcome is one answer and what became of it.
type outcome struct {
	source  news.Source
	task    news.Task
	batch   news.Batch
	receipt storage.Receipt
}

// ended reports whether a page was asked for on which the listing does not go
// on.
func (o outcome) ended() bool {
	return o.task.Page.Further() && (o.batch.Status == http.StatusNotFound || o.batch.Status == http.StatusGone)
}

// retryWrite is the pause after a write that failed: a full disk is not made
// emptier by asking at once. Tests have less time.
var retryWrite = time.Minute

// run hands out tasks until ctx ends or the flow is idle. It returns when
// everything that it started has ended; the error is a broken store.
func (f *flow) run(parent context.Context) error {
	workers, ctx := errgroup.WithContext(parent)
	f.berths = newBerths(f.workers)
	for ctx.Err() == nil {
		f.strides.round()
		due, wait := f.table.due(f.now(), f.berths.room(mostDue))
		f.ready(ctx, due)
		for _, h := range due {
			h.berth = f.berths.take()
			workers.Go(func() error { return f.work(ctx, h) })
		}
		if len(due) > 0 {
			continue
		}
		if f.idle != nil && f.idle() {
			break
		}
		f.sleep(ctx, wait)
	}
	err := workers.Wait()
	if parent.Err() != nil && errors.Is(err, parent.Err()) { // canceled, or its time was over
		return nil
	}
	return err
}

// work does a task in a berth.
func (f *flow) work(ctx context.Context, h *handed) error {
	defer f.strides.task()()
	defer h.berth.leave()
	return f.handle(fetcher.WithProgress(ctx, f.strides.request), h)
}

// sleep waits for a moment, for the timetable's signal, or for the end.
func (f *flow) sleep(ctx context.Context, until time.Time) {
	pause := time.Hour
	if f.table.mine != nil { // a lease may begin at any moment
		pause = time.Second
	}
	if !until.IsZero() {
		pause = min(pause, max(until.Sub(f.now()), time.Millisecond))
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	defer f.strides.rest(pause)()
	select {
	case <-ctx.Done():
	case <-f.table.signal:
	case <-timer.C:
	}
}

// handle does a task for as long as it is this node's to do. One that ends before
// is due again, unless another node has said when.
func (f *flow) handle(ctx context.Context, h *handed) error {
	held, release, ok := f.owner.Hold(ctx, h.Task)
	if !ok {
		f.table.done(h, f.now(), 0)
		f.table.back(h.Task, f.now().Add(notOurs))
		return nil
	}
	defer release()
	err := f.do(held, h)
	if err != nil && held.Err() != nil {
		f.table.back(h.Task, f.now().Add(retryWrite))
		return nil
	}
	return err
}

// notOurs is the pause after a task that was another node's just now.
const notOurs = time.Second

func (f *flow) do(ctx context.Context, h *handed) error {
	var took time.Duration // of the site
	defer func() { f.table.done(h, f.now(), took) }()
	if h.Kind == news.TaskDecide {
		return f.rule(ctx, h.Task, func(l *storage.Ledger) news.Decision { return f.by().curator.Decide(l, h.Task) })
	}
	by := f.by()
	row, ok := by.rows[h.Source]
	switch {
	case !ok:
		if err := f.store.SaveTasks(ctx, nil, []news.Task{h.Task}); err != nil {
			return f.unwritten(ctx, h.Task, f.now().Add(retryWrite), err)
		}
		return nil
	case row.Paused, h.begun && !f.regular(*row, h.Task): // since it was put into the timetable
		return nil
	}
	src := *row
	held, err := f.held(ctx, h.Task)
	if held || err != nil {
		return err
	}
	if !h.begun {
		if err := f.recall(ctx, src, &h.Task); err != nil {
			return err
		}
		if h.again, err = f.begin(ctx, src, h.Task); err != nil && ctx.Err() == nil {
			return f.unwritten(ctx, h.Task, f.now().Add(retryWrite), err)
		}
	}
	if ctx.Err() != nil {
		return f.forestalled(ctx, src, h.Task)
	}
	batch, err := by.ask.Fetch(ctx, src, h.Task, f.now())
	took = batch.Took
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return err
	}
	if err := f.accept(ctx, by, src, h, batch); err != nil {
		return f.unwritten(ctx, h.Task, h.again, err)
	}
	if err := f.fillOnce(ctx, h.Task); err != nil && ctx.Err() == nil {
		f.log.Error("the first contents of a feed could not be recorded; trying again", "err", err)
	}
	return nil
}

// held puts a look off while a listing of its host is not well.
func (f *flow) held(ctx context.Context, task news.Task) (held bool, err error) {
	if task.Kind != news.TaskLook {
		return false, nil
	}
	var until time.Time
	err = f.store.View(ctx, func(l *storage.Ledger) error {
		until = f.by().curator.Held(l, task)
		return nil
	})
	if err != nil || !until.After(f.now()) {
		return false, err
	}
	task.Due = until
	f.table.put(task)
	return true, nil
}

// accept records an answer with its ruling, then puts what follows from it
// into the timetable. A crash before the transaction leaves the task where it
// was; a crash after it finds the tasks in the store. asked are the terms that it
// was asked by.
func (f *flow) accept(ctx context.Context, asked *terms, src news.Source, h *handed, batch news.Batch) error {
	f.ruling.RLock()
	defer f.ruling.RUnlock()
	if by := f.by(); by != asked && !by.has(&src) {
		f.askAgain(by, h.Task)
		return nil
	}
	batch.Asked = &h.Task
	batch.State = f.paced(src, h, batch.State)
	receipt, err := f.keep(ctx, src, h, batch)
	if unsayable(err) {
		batch = unsaid(batch, err)
		batch.State = f.paced(src, h, batch.State)
		receipt, err = f.keep(ctx, src, h, batch)
	}
	if err != nil {
		return err
	}
	f.await(receipt.Decision.Tasks)
	f.follow(receipt.Decision)
	f.hold(slices.Values(batch.Hosts))
	if f.regular(src, h.Task) && f.idle == nil { // a single round asks once, however long it takes
		f.table.put(news.Task{Kind: news.TaskListing, Source: src.Origin, URL: h.URL, Due: batch.State.Next})
	}
	f.tell(outcome{src, h.Task, batch, receipt})
	return nil
}

// paced is the state after an answer with when its address is asked again.
func (f *flow) paced(src news.Source, h *handed, after news.FetchState) news.FetchState {
	after = rhythm(h.State, after, f.now())
	after.Next = nextPoll(src, after, f.now())
	if !f.regular(src, h.Task) {
		after.URL = "" // pages are remembered by their tasks
	}
	return after
}

// judge rules on an answer by the terms of now, and is done with what it
// answers. Entries that are asked for in full stay so: others have them, too.
func (f *flow) judge(l *storage.Ledger, b news.Batch) news.Decision {
	by := f.by()
	d := by.curator.Accept(l, b)
	if d.Whole && b.Whole != nil && b.Whole() {
		d = by.curator.Accept(l, b)
	}
	if !f.regular(row(by.rows, b.Source), *b.Asked) {
		d.Done = append(d.Done, *b.Asked)
	}
	return d
}

// judgeAct rules on an editor's act by the terms of now.
func (f *flow) judgeAct(l *storage.Ledger, e news.Editing) news.Decision {
	return f.by().curator.Edit(l, e)
}

// await makes the first round wait for the pages on which its listings go on.
func (f *flow) await(tasks []news.Task) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range tasks {
		if f.filling && t.Page.Further() && t.Tries == 0 {
			f.first[t.Name()] = t.Source
		}
	}
}

// regular reports whether a task is the poll of a listing's own address, which
// poll states bring back, and not one that the store keeps.
func (f *flow) regular(src news.Source, task news.Task) bool {
	return task.Kind == news.TaskListing && slices.Contains(src.URLs, task.URL)
}

// hold leaves hosts alone that asked for it. A single round goes on, and is told
// so by the fetcher.
func (f *flow) hold(hosts iter.Seq[news.HostState]) {
	if f.idle != nil {
		return
	}
	for h := range hosts {
		f.table.hold(news.Host(h.Host), h.Pause)
	}
}

func (f *flow) follow(d news.Decision) {
	f.table.drop(d.Done...)
	f.table.put(d.Tasks...)
}

// unwritten puts a task back whose answer could not be recorded. Only a store
// that is closed ends the flow: reading and serving go on without a disk.
func (f *flow) unwritten(ctx context.Context, task news.Task, again time.Time, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, storage.ErrClosed):
		return nil
	}
	if errors.Is(err, storage.ErrDisk) || errors.Is(err, storage.ErrClock) { // neither says anything of the answer
		again = f.now().Add(retryWrite)
	}
	f.log.Error("an answer could not be recorded", "source", task.Source, "url", task.URL, "next", again.UTC().Format(time.RFC3339), "err", err)
	task.Due = again
	f.table.put(task)
	return nil
}

// rule records what a moment decides. task is what was due, if anything.
func (f *flow) rule(ctx context.Context, task news.Task, decide func(*storage.Ledger) news.Decision) error {
	f.ruling.RLock()
	defer f.ruling.RUnlock()
	receipt, err := f.record.Rule(ctx, func(l *storage.Ledger) news.Decision {
		d := decide(l)
		if task.Kind != "" {
			d.Done = append(d.Done, task)
		}
		return d
	})
	if err != nil && task.Kind != "" {
		return f.unwritten(ctx, task, f.now().Add(retryWrite), err)
	}
	if err != nil {
		return err
	}
	f.follow(receipt.Decision)
	f.tell(outcome{task: task, receipt: receipt})
	return nil
}

func (f *flow) tell(o outcome) {
	if h := f.house.Load(); h != nil {
		h.heard(o)
	}
	if f.observe != nil {
		f.observe(o)
	}
}
