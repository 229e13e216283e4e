package clustertest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"
)

// fall is a node that ended or stood still without a word.
type fall struct {
	node int
	at   time.Time
}

// What a node has asked shortly before a fall, or while the others find one
// another after it, may have been recorded by nobody: it is asked again.
const (
	lostBefore = 5 * time.Second
	lostAfter  = 15 * time.Second
)

// overlaps are the listings that two nodes have asked for within an interval.
// falls may be none: then nothing excuses them.
func overlaps(asked []request, interval time.Duration, falls []fall) (wrong []string) {
	last := make(map[string]request)
	for _, r := range asked {
		if r.source == "" {
			continue
		}
		before, known := last[r.source]
		last[r.source] = r
		lost := func(f fall) bool {
			return before.at.After(f.at.Add(-lostBefore)) && before.at.Before(f.at.Add(lostAfter))
		}
		if gap := r.at.Sub(before.at); known && before.node != r.node && gap < interval && !slices.ContainsFunc(falls, lost) {
			wrong = append(wrong, fmt.Sprintf("source %s was asked by node %d, and by node %d %s later, within its interval of %s", r.source, before.node+1, r.node+1, gap, interval))
		}
	}
	return wrong
}

// late is how much later than it was sent a request may come on a busy machine,
// and then seem nearer to the next.
const late = 400 * time.Millisecond

// crowds are the hosts that had more requests than one in each delay. Those of
// one node may come late, and all of them together never sooner than at that
// pace.
func crowds(asked []request, delay time.Duration) (wrong []string) {
	byHost := make(map[string][]request)
	for _, r := range asked {
		byHost[r.host] = append(byHost[r.host], r)
	}
	for _, host := range slices.Sorted(maps.Keys(byHost)) {
		var due time.Time // when the next may come at the earliest, were none late
		for n, r := range byHost[host] {
			if early := due.Sub(r.at); early > late {
				wrong = append(wrong, fmt.Sprintf("host %s was asked by node %d %s too early", host, r.node+1, early))
			}
			if n > 0 && byHost[host][n-1].node != r.node && r.at.Sub(byHost[host][n-1].at) < delay/2 {
				wrong = append(wrong, fmt.Sprintf("host %s was asked by node %d, and by node %d %s later", host, byHost[host][n-1].node+1, r.node+1, r.at.Sub(byHost[host][n-1].at)))
			}
			due = later(due, r.at).Add(delay)
		}
	}
	return wrong
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// item is a line of an export, as far as it matters here.
type item struct {
	Source    string     `json:"source"`
	GUID      string     `json:"guid"`
	Revisions []revision `json:"revisions"`
}

type revision struct {
	Class string `json:"class"`
}

// grown reports what becomes of an item that nobody edits: it comes, and its text
// after it.
func (i item) grown() bool {
	fill := len(i.Revisions) == 2 && i.Revisions[1].Class == "fill"
	return len(i.Revisions) > 0 && i.Revisions[0].Class == "first" && (len(i.Revisions) == 1 || fill)
}

// unequal is what a record has not exactly once of what is listed, and what it
// has more than once at all.
func unequal(listed map[string][]string, items []item) (missing, twice []string) {
	count := make(map[string]int)
	for _, i := range items {
		count[i.Source+" "+i.GUID]++
		if !i.grown() {
			twice = append(twice, fmt.Sprintf("%s was published once, and has the revisions %v", i.GUID, i.Revisions))
		}
	}
	for _, source := range slices.Sorted(maps.Keys(listed)) {
		for _, guid := range listed[source] {
			if count[source+" "+guid] == 0 {
				missing = append(missing, guid)
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(count)) {
		if count[key] > 1 {
			twice = append(twice, fmt.Sprintf("%s is there %d times", key, count[key]))
		}
	}
	return missing, twice
}

// tip is the end of a record's chain.
type tip struct {
	Pos  uint64 `json:"pos"`
	Link string `json:"link"`
}

// document is a feed as a node gives it.
type document struct {
	tag, body string
}

// notices is how many releases stand in it.
func (d document) notices() int { return len(titled.FindAllString(d.body, -1)) }

var titled = regexp.MustCompile(`(?:<title[^>]*>|"title": ?")[^<"]*, notice s`)

// differing are the names under which nodes have not the same.
func differing[T comparable](nodes []map[string]T) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(nodes[0])) {
		if slices.ContainsFunc(nodes, func(n map[string]T) bool { return n[name] != nodes[0][name] }) {
			names = append(names, name)
		}
	}
	return names
}
