package main

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"chinanews/news"
)

// leased is an owner whose leases a test ends.
type leased struct {
	now atomic.Pointer[lease]
}

type lease struct {
	context.Context
	end context.CancelFunc
}

func (l *leased) begin() {
	ctx, end := context.WithCancel(context.Background())
	l.now.Store(&lease{ctx, end})
}

func (l *leased) end() { l.now.Swap(nil).end() }

func (l *leased) Hold(ctx context.Context, _ news.Task) (context.Context, func(), bool) {
	now := l.now.Load()
	if now == nil {
		return nil, nil, false
	}
	held, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(now, cancel)
	return held, func() { stop(); cancel() }, true
}

// stuck is an asker that waits until it is told to stop.
type stuck struct {
	asked chan struct{}
}

func (w stuck) Fetch(ctx context.Context, src news.Source, task news.Task, now time.Time) (news.Batch, error) {
	w.asked <- struct{}{}
	<-ctx.Done()
	return news.Batch{}, ctx.Err()
}

// A lease that ends, ends what is asked under it and nothing else: the task is
// due again, here or wherever its host is asked then.
func TestLeaseEnds(t *testing.T) {
	s := newSite(t)
	s.write(feedRow("a", "http://127.0.0.1:1/feed.xml"), allFeed)
	s.create()
	h := s.open()
	owner, asked := new(leased), make(chan struct{}, 1)
	owner.begin()
	h.flow.owner, h.ask = owner, stuck{asked: asked}
	h.flow.table.mine = func(uint16) bool { return owner.now.Load() != nil }
	if err := h.flow.load(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.flow.run(ctx) }()
	<-asked
	owner.end()
	due := func() bool { return h.flow.table.pending(news.TaskListing, time.Now().Add(2*retryWrite)) == 1 }
	for begin := time.Now(); !due(); time.Sleep(time.Millisecond) {
		if time.Since(begin) > time.Minute {
			t.Fatal("the task is nowhere")
		}
	}
	select {
	case err := <-ended:
		t.Fatal("the flow has ended with", err)
	case <-asked:
		t.Error("it was asked again without a lease")
	default:
	}
	owner.begin()
	h.flow.table.put(news.Task{Kind: news.TaskListing, Source: "a", URL: "http://127.0.0.1:1/feed.xml", Due: time.Now()})
	<-asked
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// What another node has said of a task meanwhile counts.
func TestTaskIsBack(t *testing.T) {
	tt := newTimetable(polite)
	task := ask(news.TaskListing, "a", 1, noon)
	tt.put(task)
	h, _, _ := tt.next(noon)
	task.Due = noon.Add(time.Hour)
	tt.put(task)
	tt.back(h.Task, noon.Add(time.Minute))
	tt.done(h, noon, 0)
	if _, ok, wait := tt.next(noon.Add(30 * time.Minute)); ok || !wait.Equal(task.Due) {
		t.Errorf("handed out %v, else at %v", ok, wait)
	}
}
