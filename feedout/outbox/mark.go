package outbox

import (
	"context"
	"fmt"
	"time"

	"chinanews/news"
)

// mark is how a recipient stands after an attempt, to be remembered.
type mark struct {
	job *job
	news.Delivery
}

// remember saves marks until no more will be.
func (b *Outbox) remember(ctx context.Context, over <-chan struct{}) {
	for {
		<-b.marked
		ended := closed(over)
		for b.save(ctx) {
		}
		if ended {
			return
		}
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// save saves the marks that there are, and those that come a little later; false: none, or they are lost with the end of ctx, and what
// they say is done again. A disk that is full is tried again: what was
// delivered stays under way until then, and is not delivered twice.
func (b *Outbox) save(ctx context.Context) bool {
	if b.unmarked() < markGroup {
		wait(ctx, markWait)
	}
	b.mu.Lock()
	group := b.marks
	b.mu.Unlock()
	if len(group) == 0 {
		return false
	}
	list := make([]news.Delivery, len(group))
	for n, m := range group {
		list[n] = m.Delivery
	}
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		err := b.Save(context.WithoutCancel(ctx), list)
		if err == nil {
			break
		}
		b.Failed(fmt.Errorf("what %d recipients were told could not be remembered, and is tried again: %w", len(list), err))
		if !wait(ctx, pause) {
			return false
		}
	}
	b.saved(group)
	return true
}

// saved goes on with those whose marks are saved.
func (b *Outbox) saved(group []mark) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	for _, m := range group {
		m.job.Was = m.Delivery
		b.queue.settle(m.job, now)
	}
	b.marks = append(b.marks[:0:0], b.marks[len(group):]...)
	b.rouse()
}

func (b *Outbox) unmarked() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.marks)
}

// wait waits for a while, or until ctx ends: then false.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
