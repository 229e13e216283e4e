package outbox

import (
	"context"
	"math"
	"time"

	"chinanews/news"
)

// worker makes one post after the other. One whose post is slow hands its place
// to another and ends with it. The outbox's lock guards job and slow.
type worker struct {
	*Outbox
	job      *job // whose post it makes; nil: none
	began    time.Time
	slow     bool
	patience *time.Timer
}

func (b *Outbox) work(ctx context.Context) {
	w := &worker{Outbox: b}
	w.patience = time.AfterFunc(time.Hour, func() { w.replace(ctx) })
	w.patience.Stop()
	for !w.slow {
		j, o, ok := w.take()
		if !ok {
			return
		}
		w.deliver(ctx, j, o)
		w.patience.Stop()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.slow--
}

// take waits for a job that may begin; false: Run ends.
func (w *worker) take() (j *job, o Owed, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.stopped {
		if len(w.marks) < maxUnmarked {
			if w.job = w.queue.take(); w.job != nil {
				w.began = time.Now()
				w.patience.Reset(w.enough())
				return w.job, w.job.Owed, true
			}
		}
		w.free.Wait()
	}
	return nil, o, false
}

// replace has another worker take the place of one that is slow. While there
// are too many of these, it keeps its place.
func (w *worker) replace(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.job == nil || w.slow || w.stopped:
	case w.Outbox.slow >= w.Slow:
		w.patience.Reset(w.enough())
	default:
		w.slow = true
		w.Outbox.slow++
		w.queue.slows(w.job)
		w.ready.Go(func() { w.work(ctx) })
	}
}

// enough is how long a post may take and not be slow: ten times what is usual,
// so that one in a hundred that hangs does not hold up the others by more than
// a tenth. Where all are slow, there are the more posts at once.
func (b *Outbox) enough() time.Duration { return min(max(10*b.usual, b.Patience), 10*b.Patience) }

// landed ends an attempt: how the recipient stands now is to be remembered,
// and it is under way until it is. One that is told no more is forgotten.
func (w *worker) landed(j *job, d news.Delivery, ended bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.job = nil
	if d.Tries == 0 {
		w.usual += (time.Since(w.began) - w.usual) / 32
	}
	w.queue.landed(j)
	if ended {
		w.queue.drop(j, math.MaxUint64)
	} else {
		w.marks = append(w.marks, mark{j, d})
		w.signal()
	}
	w.free.Signal()
}

// pass ends what was no attempt: nothing is owed up to a position, or it is to
// be asked again after a pause.
func (w *worker) pass(j *job, upto uint64, pause time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.job = nil
	w.queue.landed(j)
	now := time.Now()
	j.Was.Sent, j.Was.Next = max(j.Was.Sent, upto), now.Add(pause)
	w.queue.settle(j, now)
	w.rouse()
}
