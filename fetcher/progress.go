package fetcher

import "context"

type progressKey struct{}

// WithProgress has begun called whenever a Fetch with the context begins a
// request: robots.txt, each redirect, each page of an article. One Fetch may
// wait for a host's turn many times, and goes on all the same. begun must not
// block, and is called in the Fetch's own goroutine.
func WithProgress(ctx context.Context, begun func()) context.Context {
	return context.WithValue(ctx, progressKey{}, begun)
}

func progress(ctx context.Context) {
	if begun, ok := ctx.Value(progressKey{}).(func()); ok {
		begun()
	}
}
