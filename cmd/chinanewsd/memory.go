package main

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"chinanews/curator"
)

// spareMemory is what documents that are being read may take before memory is
// collected more often. The collector's own pace would let it double first.
const spareMemory = 144 << 20

// boundMemory keeps the process near what it holds at rest, which is measured
// now, but for compressed forms that nobody has asked for yet. An operator's
// $GOMEMLIMIT wins.
func boundMemory() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	debug.SetMemoryLimit(2*int64(m.HeapAlloc) + spareMemory)
}

// How often it is looked whether there was work, how much makes it worth to look
// at what it has left, and how little is none: in bytes that were asked for.
const (
	giveEvery = 5 * time.Second
	muchWork  = 128 << 20
	noWork    = 8 << 20
)

// giveBack returns to the machine what much work has left when that is over: a
// round of what is new takes memory that rounds of what is known do not need. It
// runs until ctx ends.
func giveBack(ctx context.Context) error {
	for given, before := uint64(0), heapAsked(); waited(ctx, giveEvery); {
		now := heapAsked()
		if now-before < noWork && now-given > muchWork {
			curator.Forget()
			debug.FreeOSMemory()
			given = now
		}
		before = now
	}
	return nil
}

// heapAsked is how many bytes were asked for, ever.
func heapAsked() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
