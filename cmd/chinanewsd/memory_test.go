package main

import (
	"context"
	"runtime/metrics"
	"testing"
	"testing/synctest"
	"time"
)

// ballast is on the heap.
var ballast []byte

// heapHeld is how much of the machine's memory the heap has.
func heapHeld() (n uint64) {
	all := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
	metrics.Read(all)
	for _, s := range all {
		n += s.Value.Uint64()
	}
	return n
}

// What a burst of work took and does not use any more goes back to the machine.
func TestWhatWorkHasLeftIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- giveBack(ctx) }()
		ballast = make([]byte, 512<<20)
		before := heapHeld()
		ballast = nil
		time.Sleep(2*giveEvery + time.Second) // there was work in the first of these
		if after := heapHeld(); after > before-256<<20 {
			t.Errorf("of %d bytes %d are held still", before, after)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// Garbage is bounded where much is held, and nowhere collected all the time.
func TestThePaceOfCollecting(t *testing.T) {
	for _, tt := range []struct {
		held uint64
		want int
	}{{0, 100}, {1 << 20, 100}, {96 << 20, 100}, {192 << 20, 50}, {1 << 40, 33}} {
		if got := pace(tt.held); got != tt.want {
			t.Errorf("%d bytes are held: %d, want %d", tt.held, got, tt.want)
		}
	}
}
