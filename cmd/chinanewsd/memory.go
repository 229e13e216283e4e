package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// spareMemory is what documents that are being read may take before memory is
// collected more often. The collector's own pace would let it double first.
const spareMemory = 144 << 20

// boundMemory keeps the process near what it holds at rest, which is measured
// now. An operator's $GOMEMLIMIT wins.
func boundMemory() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	debug.SetMemoryLimit(2*int64(m.HeapAlloc) + spareMemory)
}
