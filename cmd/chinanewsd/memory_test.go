package main

import (
	"context"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"testing/synctest"
	"time"
)

// ballast and work are on the heap.
var ballast, work []byte

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

// Polls of very many sources ask for much all the time. They are no work: what a
// burst has left is given back beside them, and not looked for again and again.
func TestPollsOfManySourcesAreNoWork(t *testing.T) {
	t.Cleanup(func() { ballast = nil })
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		ballast = make([]byte, 320<<20) // of the sources
		runtime.GC()
		go func() { ended <- giveBack(ctx) }()
		const burst = 2 << 30
		var before, after runtime.MemStats
		work = make([]byte, burst)
		held := heapHeld()
		work = nil
		runtime.ReadMemStats(&before)
		for range 30 {
			time.Sleep(giveEvery)
			work = make([]byte, 30<<20)
		}
		runtime.ReadMemStats(&after)
		if now := heapHeld(); now > held-burst/2 {
			t.Errorf("of %d bytes %d are held still", held, now)
		}
		if n := after.NumForcedGC - before.NumForcedGC; n > 3 {
			t.Errorf("it collected %d times in %d looks", n, 30)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	runtime.KeepAlive(ballast)
}

// What is held may grow while there is work all the time: then the limit does, too,
// unless an operator has set it.
func TestTheLimitFollowsWhatIsHeld(t *testing.T) {
	limit, percent := debug.SetMemoryLimit(-1), debug.SetGCPercent(100)
	t.Cleanup(func() {
		ballast = nil
		debug.SetMemoryLimit(limit)
		debug.SetGCPercent(percent)
	})
	const held, before = 256 << 20, 160 << 20
	for _, tt := range []struct {
		operators string
		want      int64
	}{{"", 2*held + spareMemory}, {"160MiB", before}} {
		t.Setenv("GOMEMLIMIT", tt.operators)
		t.Setenv("GOGC", "")
		synctest.Test(t, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			debug.SetMemoryLimit(before)
			go func() { ended <- giveBack(ctx) }()
			ballast = make([]byte, held)
			runtime.GC()
			for range 3 {
				time.Sleep(giveEvery - time.Millisecond)
				work = make([]byte, 2*noWork(0))
			}
			if got := debug.SetMemoryLimit(-1); got < tt.want || tt.operators != "" && got != tt.want {
				t.Errorf("an operator's limit is %q: %d, want %d", tt.operators, got, tt.want)
			}
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

// Caches heed an operator's limit.
func TestCachesAreWithinTheLimit(t *testing.T) {
	for _, tt := range []struct {
		limit int64
		want  int
	}{{math.MaxInt64, 32 << 20}, {2 << 30, 32 << 20}, {512 << 20, 16 << 20}, {64 << 20, 2 << 20}, {0, 1 << 20}} {
		if got := cached(32<<20, tt.limit); got != tt.want {
			t.Errorf("of a limit of %d: %d, want %d", tt.limit, got, tt.want)
		}
	}
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
