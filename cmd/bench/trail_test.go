package main

import (
	"testing"
	"time"
)

// A round begins a lead before its first request, and what was held before is
// nothing to it.
func TestTrail(t *testing.T) {
	looks := int(lead / lookEvery)
	var young trail
	young.note(40*time.Millisecond, 7)
	if got := young.begin(); got != 0 {
		t.Errorf("a process that is younger than a lead had used %s when its round began", got)
	}
	var old trail
	for n := range 3 * looks {
		old.note(time.Duration(n), 100)
	}
	if got, want := old.begin(), time.Duration(2*looks-1); got != want {
		t.Errorf("got %d, want %d: the look a lead before the last", got, want)
	}
	if got := old.held(); got != 0 {
		t.Errorf("%d bytes of before", got)
	}
	for _, anon := range []int64{5, 9, 6} {
		old.note(time.Duration(99*looks), anon)
	}
	if got := old.held(); got != 9 {
		t.Errorf("held %d bytes, want 9", got)
	}
}
