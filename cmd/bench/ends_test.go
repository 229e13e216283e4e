package main

import (
	"slices"
	"testing"
)

func grownAt(key string, x float64, ys ...float64) (list []sample) {
	for _, y := range ys {
		list = append(list, sample{Key: key, X: x, Ours: y})
	}
	return list
}

// Goals of a curve's ends are judged by the ends of what all runs have measured, in
// whatever order that was.
func TestGoalsOfEnds(t *testing.T) {
	all := slices.Concat(grownAt("request grown", 1_000_000, 12.5, 15), grownAt("start grown", 1_000_000, 3), grownAt("round grown", 100_000, 6),
		grownAt("request grown", 10_000, 10, 10), grownAt("start grown", 10_000, 1), grownAt("memory grown", 1000, 50), grownAt("request grown", 100_000, 90))
	got := make(map[string]result)
	for _, r := range results(all) {
		got[r.Key] = r
	}
	for key, want := range map[string]struct {
		n       int
		judged  float64
		verdict string
	}{
		"serve grown":    {2, 1.375, "missed"},
		"start":          {1, 3, "missed"},
		"round of many":  {1, 6, "met"},
		"memory of many": {1, 50, "met, small"},
	} {
		if r := got[key]; r.n != want.n || r.judged != want.judged || r.verdict != want.verdict {
			t.Errorf("%s: %d, %v, %s; want %+v", key, r.n, r.judged, r.verdict, want)
		}
	}
}

// A curve of one size says nothing of growth.
func TestOneSizeIsNoGrowth(t *testing.T) {
	for _, s := range derived(grownAt("request grown", 1_000_000, 12)) {
		if s.Key == "serve grown" {
			t.Errorf("growth of %v", s)
		}
	}
}

func TestOutermost(t *testing.T) {
	list := []sample{{X: 10, Ours: 1}, {X: 1000, Ours: 2}, {X: 10, Ours: 3}, {X: 100, Ours: 4}, {X: 1000, Ours: 5}}
	first, last := outermost(list)
	if !slices.Equal(first, []sample{list[0], list[2]}) || !slices.Equal(last, []sample{list[1], list[4]}) {
		t.Errorf("%v and %v", first, last)
	}
	if first, last := outermost(nil); first != nil || last != nil {
		t.Errorf("of none %v and %v", first, last)
	}
}
