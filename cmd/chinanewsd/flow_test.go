package main

import (
	"context"
	"testing"
	"time"
)

// A flow whose time is over when a task was just handed out has not failed.
func TestFlowEndsInTime(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/feed.xml", rssOf("A", 0, 3))
	s.write(feedRow("a", o.URL+"/feed.xml"), allFeed)
	s.create()
	h := s.open()
	defer h.close()
	if err := h.flow.load(context.Background(), true); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	h.flow.now = func() time.Time {
		<-ctx.Done()
		return time.Now()
	}
	if err := h.flow.run(ctx); err != nil {
		t.Errorf("the flow ends with %v", err)
	}
}
