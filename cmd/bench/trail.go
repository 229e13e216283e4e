package main

import (
	"slices"
	"sync"
	"time"
)

// A round begins lead before its first request: by then the daemon has looked up
// what it is about to ask for, and written down that it will.
const (
	lead      = time.Second
	lookEvery = 50 * time.Millisecond
)

// trail is what a process has used and held of late.
type trail struct {
	mu   sync.Mutex
	used []time.Duration // CPU time at each look of the last lead
	most int64           // anonymous memory since the last begin
}

// follow looks until the process has ended.
func (t *trail) follow(p process, ended <-chan struct{}) {
	for {
		used, err := p.cpu()
		anon, noMemory := p.anonymous()
		if err == nil && noMemory == nil {
			t.note(used, anon)
		}
		select {
		case <-ended:
			return
		case <-time.After(lookEvery):
		}
	}
}

func (t *trail) note(used time.Duration, anon int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.used = append(t.used, used)
	if over := len(t.used) - 1 - int(lead/lookEvery); over > 0 {
		t.used = slices.Delete(t.used, 0, over)
	}
	t.most = max(t.most, anon)
}

// begin is the CPU time of a lead ago, none of a process that is younger. Memory is
// looked at anew from now on.
func (t *trail) begin() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.most = 0
	if len(t.used) <= int(lead/lookEvery) {
		return 0
	}
	return t.used[0]
}

// held is the most anonymous memory since begin.
func (t *trail) held() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.most
}
