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

// mostGarbage is how much may lie about before it is collected, where that is less
// than the collector's own pace lets lie: as much as is held. Less than a third
// of what is held would have it collect all the time.
const mostGarbage = 96 << 20

// boundMemory gives back what is not used, and keeps the process near what it
// holds now, which should be at rest, but for compressed forms that nobody has
// asked for yet. An operator's $GOMEMLIMIT and $GOGC win.
func boundMemory() {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	boundBy(m.HeapAlloc)
}

// boundBy sets the bounds of a process that holds so many bytes.
func boundBy(held uint64) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(2*int64(held) + spareMemory)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(pace(held))
	}
}

// widenBounds has them follow what is held for good: a reload may bring many times
// the sources, and a collector at its limit takes half of the processors.
func widenBounds() {
	if live := heapLive(); live > uint64(debug.SetMemoryLimit(-1))/2 {
		boundBy(live)
	}
}

// ordered is the operator's limit, $GOMEMLIMIT; without one, no number is larger.
var ordered = debug.SetMemoryLimit(-1)

// cached is what a cache may hold, in bytes, that needs most of them: where an
// operator has set a limit, a thirty-second of it at most, and a little always.
func cached(most int, limit int64) int { return int(min(int64(most), max(limit/32, 1<<20))) }

// pace is how much garbage may lie about, in percent of so many bytes that are
// held.
func pace(held uint64) int { return int(min(100, max(33, 100*mostGarbage/max(1, held)))) }

// giveEvery is how often it is looked whether there was work.
const giveEvery = 2 * time.Second

// muchWork is how much makes it worth to look at what it has left, and noWork how
// little is none, or polls of what is known alone: in bytes that were asked for.
// Polls of more sources, which hold more, ask for more all the time.
func muchWork(held uint64) uint64 { return max(128<<20, 4*held) }

func noWork(held uint64) uint64 { return max(12<<20, held/8) }

// giveBack returns to the machine what much work has left when that is over: a
// round of what is new takes memory that rounds of what is known do not need. It
// runs until ctx ends. While there is work, its bounds follow what it needs.
func giveBack(ctx context.Context) error {
	given, held := uint64(0), heapLive()
	for before := heapAsked(); waited(ctx, giveEvery); {
		widenBounds()
		now := heapAsked()
		if now-before < noWork(heapLive()) && now-given > muchWork(held) {
			curator.Forget()
			boundMemory()
			given, held = now, heapLive()
		}
		before = now
	}
	return nil
}

// heapAsked is how many bytes were asked for, ever.
func heapAsked() uint64 { return runtimeMetric("/gc/heap/allocs:bytes") }

// heapLive is how many of them were held when garbage was collected last.
func heapLive() uint64 { return runtimeMetric("/gc/heap/live:bytes") }

// runtimeMetric is a number that the runtime keeps.
func runtimeMetric(name string) uint64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
