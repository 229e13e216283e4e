package fetcher

import (
	"context"
	"time"
)

// watch is a deadline that can be stopped: what we are waiting for ourselves
// is not the site's time.
type watch struct {
	timer *time.Timer
	left  time.Duration
	since time.Time
}

// within makes a context that ends, with context.DeadlineExceeded as its cause,
// when so much time has run on the watch.
func within(ctx context.Context, left time.Duration) (context.Context, *watch, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &watch{left: left, since: time.Now()}
	w.timer = time.AfterFunc(left, func() { cancel(context.DeadlineExceeded) })
	return ctx, w, func() { w.timer.Stop(); cancel(context.Canceled) }
}

// stop halts the watch; run lets it go on.
func (w *watch) stop() {
	w.timer.Stop()
	w.left -= time.Since(w.since)
}

func (w *watch) run() {
	w.since = time.Now()
	w.timer.Reset(max(w.left, 0))
}

// remaining is how much time is left on a watch that runs.
func (w *watch) remaining() time.Duration { return w.left - time.Since(w.since) }
