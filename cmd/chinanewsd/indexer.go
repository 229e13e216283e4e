package main

import (
	"context"
	"time"
)

// indexer posts what waits for the search index, in its own time: a search
// finds also what was not posted yet.
type indexer struct {
	store poster
	dirty chan struct{}
}

// poster posts all that waits and says how many; one that fails leaves waiting
// what it did not post. storage.Store is one.
type poster interface {
	Index(context.Context) (int, error)
}

const (
	gatherWords = 2 * time.Second // for which the indexer waits for more to come
	retryWords  = time.Minute     // after which it tries again what failed
)

func newIndexer(s poster) *indexer {
	x := &indexer{store: s, dirty: make(chan struct{}, 1)}
	x.changed() // perhaps something waits from before this start
	return x
}

// changed tells the indexer that the record ruled on something.
func (x *indexer) changed() {
	select {
	case x.dirty <- struct{}{}:
	default:
	}
}

// run posts what waits until ctx ends. failed is told when posting begins to
// fail, and not again before it succeeded.
func (x *indexer) run(ctx context.Context, failed func(error)) error {
	failing := false
	for {
		pause := gatherWords
		if failing {
			pause = retryWords
		}
		select {
		case <-ctx.Done():
			return nil
		case <-x.dirty:
		}
		if !waited(ctx, pause) {
			return nil
		}
		_, err := x.store.Index(ctx)
		if err != nil && ctx.Err() == nil {
			if !failing {
				failed(err)
			}
			x.changed()
		}
		failing = err != nil
	}
}
