package main

import (
	"math"
	"slices"
)

// The sizes that goals are about, where they name one.
const (
	fullFeeds, fullSubscribers = 2000, 10_000
	fullSources, fullItems     = 100_000, 1_000_000
)

// goal is what is wanted of one figure, or of its ratio to a limit.
type goal struct {
	Key     string
	Number  int // of the twelve
	What    string
	Unit    string
	Paired  bool    // the ratio is judged
	Counted bool    // the greatest is judged, not the median
	Aim     float64 // the most, unless Least
	Least   bool
}

// goals are the twelve, in their parts.
var goals = []goal{
	{Key: "unchanged", Number: 1, What: "unchanged poll; beside a bare GET and hash", Unit: "ms CPU a feed", Paired: true, Aim: 1.5},
	{Key: "changed", Number: 2, What: "one feed in ten changed; beside a bare GET and gofeed", Unit: "ms CPU a feed", Paired: true, Aim: 0.5},
	{Key: "new", Number: 3, What: "everything new; beside a bare GET and gofeed", Unit: "ms CPU a feed", Paired: true, Aim: 2},
	{Key: "lost", Number: 4, What: "releases lost, doubled, unknown, or with another text", Counted: true},
	{Key: "killed", Number: 4, What: "the same, killed again and again", Counted: true},
	{Key: "edits", Number: 4, What: "edits applied", Unit: "%", Aim: 100, Least: true},
	{Key: "joined", Number: 5, What: "copies of one release that are joined", Unit: "%", Aim: 99.5, Least: true},
	{Key: "wrong", Number: 5, What: "stories of several releases", Counted: true},
	{Key: "at once", Number: 6, What: "requests of one host under way", Counted: true, Aim: 1},
	{Key: "early", Number: 6, What: "requests within Retry-After", Counted: true},
	{Key: "requests", Number: 6, What: "requests a feed, until each was asked", Aim: 1},
	{Key: "robots", Number: 6, What: "requests for robots.txt, a host", Aim: 1},
	{Key: "memory", Number: 7, What: "anonymous memory, unchanged round", Unit: "MB", Aim: 64},
	{Key: "memory of many", Number: 7, What: "the same, of the most sources", Unit: "MB", Aim: 400},
	{Key: "round of many", Number: 7, What: "an unchanged round of those, one core", Unit: "min", Aim: 15},
	{Key: "disk", Number: 8, What: "an item in the record, without postings", Unit: "kB", Aim: 2.2},
	{Key: "postings", Number: 8, What: "search postings; beside the texts", Unit: "kB an item", Paired: true, Aim: 0.5},
	{Key: "serve", Number: 9, What: "a feed served; beside prepared bytes", Unit: "us CPU", Paired: true, Aim: 1.15},
	{Key: "serve same", Number: 9, What: "the same, 304", Unit: "us CPU", Paired: true, Aim: 1.15},
	{Key: "serve grown", Number: 9, What: "a feed served, of the most items; beside the fewest", Unit: "us CPU", Paired: true, Aim: 1.1},
	{Key: "render", Number: 10, What: "after a change: three formats rendered, compressed as gzip and br", Unit: "ms CPU", Aim: 60},
	{Key: "encode", Number: 10, What: "encoding itself, three formats of which one entry is new", Unit: "ms", Aim: 2},
	{Key: "encode all", Number: 10, What: "the same, of which all are", Unit: "ms", Aim: 2},
	{Key: "tell", Number: 11, What: "callbacks told; beside a bare loop", Unit: "us CPU each", Paired: true, Aim: 1.5},
	{Key: "hang", Number: 11, What: "time until the others are told, 1 % hang; beside none", Unit: "s", Paired: true, Aim: 1.2},
	{Key: "start", Number: 12, What: "start to first served feed, of the most items", Unit: "s", Aim: 2},
}

// Verdicts on a goal.
const (
	met     = "met"
	missed  = "missed"
	unknown = "not measured"
)

// result is a goal with what was measured.
type result struct {
	goal
	n                   int
	ours, limit         float64 // medians
	judged              float64 // the median of what the goal is about
	leastOfIt, mostOfIt float64
	verdict             string
	note                string
}

func (g goal) judge(all []sample) result {
	list := of(all, g.Key)
	r := result{goal: g, n: len(list), verdict: unknown}
	if r.n == 0 {
		return r
	}
	r.ours, r.limit = each(list, ours).median(), each(list, limit).median()
	judged := each(list, ours)
	if g.Paired {
		judged = each(list, ratio)
	}
	r.judged = judged.median()
	r.leastOfIt, r.mostOfIt = judged.spread()
	if g.Counted { // what must never be wrong is judged by its worst
		r.judged = r.mostOfIt
	}
	r.note = list[len(list)-1].Note
	r.verdict = missed
	if g.holds(r.judged) {
		r.verdict = met
	}
	if slices.ContainsFunc(list, func(s sample) bool { return s.Small }) {
		r.verdict += ", small"
	}
	return r
}

func (g goal) holds(x float64) bool {
	switch {
	case math.IsNaN(x):
		return false
	case g.Least:
		return x >= g.Aim
	}
	return x <= g.Aim
}
