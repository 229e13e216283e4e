package outbox

import (
	"context"
	"time"
)

// worker makes one post after the other. One whose post is slow hands its place
// to another and ends with it. The outbox's lock guards busy and slow.
type worker struct {
	*Outbox
	busy, slow bool
	patience   *time.Timer
}

func (b *Outbox) work(ctx context.Context) {
	w := &worker{Outbox: b}
	w.patience = time.AfterFunc(b.Patience, func() { w.replace(ctx) })
	w.patience.Stop()
	for {
		j, o, ok := w.take()
		if !ok {
			return
		}
		w.patience.Reset(b.Patience)
		b.deliver(ctx, j, o)
		if !w.done() {
			return
		}
	}
}

// take waits for a job that may begin; false: Run ends.
func (w *worker) take() (j *job, o Owed, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.stopped {
		if len(w.marks) < maxUnmarked {
			if j = w.queue.take(); j != nil {
				w.busy = true
				return j, j.Owed, true
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
	case !w.busy || w.slow || w.stopped:
	case w.Outbox.slow >= w.Slow:
		w.patience.Reset(w.Patience)
	default:
		w.slow = true
		w.Outbox.slow++
		w.ready.Go(func() { w.work(ctx) })
	}
}

// done reports whether a worker goes on after a post.
func (w *worker) done() bool {
	w.patience.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy = false
	if w.slow {
		w.Outbox.slow--
	}
	return !w.slow
}
