package fetcher

import (
	"context"

	"golang.org/x/sync/semaphore"
)

// What all requests together may hold in memory: a hostile answer is bounded
// by its own limits, many at once by these.
const (
	smallBody  = 1 << 20  // bytes of a body that need no place
	maxLarge   = 3        // larger bodies at once, from their reading until they are parsed
	maxParsing = 12 << 20 // bytes of documents that are being parsed at once
)

// MostCached is what a cache needs to hold, in bytes, for many thousand sources.
const MostCached = 32 << 20

// place is one request's right to a large body.
type place struct {
	of    *semaphore.Weighted
	watch *watch // of the request that takes it
	taken bool
}

func (p *place) take(ctx context.Context) error {
	if p.taken {
		return nil
	}
	p.watch.stop()
	defer p.watch.run()
	if err := p.of.Acquire(ctx, 1); err != nil {
		return err
	}
	p.taken = true
	return nil
}

func (p *place) leave() {
	if p.taken {
		p.of.Release(1)
	}
}

// enterParsing waits until a document of so many bytes may be parsed.
func (f *Fetcher) enterParsing(ctx context.Context, size int) (leave func(), err error) {
	weight := min(int64(size), maxParsing)
	if err := f.parsing.Acquire(ctx, weight); err != nil {
		return nil, err
	}
	return func() { f.parsing.Release(weight) }, nil
}
