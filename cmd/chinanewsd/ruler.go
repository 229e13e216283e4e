package main

import (
	"context"
	"time"

	"chinanews/news"
)

// anyMoment is what is held to rule: moments are decided, and readers told, where
// the partition is that tasks without a host are in.
var anyMoment = news.Task{Kind: news.TaskDecide}

// rules reports whether this node is the one that rules.
func (f *flow) rules(ctx context.Context) bool {
	_, done, ok := f.owner.Hold(ctx, anyMoment)
	if ok {
		done()
	}
	return ok
}

// rulerAgain is how often it is looked whether this node rules.
const rulerAgain = 500 * time.Millisecond

// asRuler runs what one node does for all, whenever this one is it, until ctx
// ends or run does by itself.
func (f *flow) asRuler(ctx context.Context, run func(context.Context) error) error {
	for {
		held, done, ok := f.owner.Hold(ctx, anyMoment)
		if ok {
			err := run(held)
			lost := held.Err() != nil
			done()
			if !lost {
				return err
			}
		}
		if !waited(ctx, rulerAgain) {
			return nil
		}
	}
}
