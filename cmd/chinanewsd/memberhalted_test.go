package main

import (
	"slices"
	"strings"
	"testing"
)

// Nodes that halted over their records are named wherever somebody is about to
// choose a record by its length.
func TestHaltedNodesAreNamed(t *testing.T) {
	on := func(name string, pos uint64) standing { return standing{Node: name, Tip: tipStatus{Pos: pos}} }
	off := func(name string, pos uint64) standing {
		return standing{Node: name, Tip: tipStatus{Pos: pos}, Stopped: "the log ends before", Halted: true}
	}
	away := standing{Node: "news-9", Trouble: silent}
	waits := standing{Node: "news-3", Tip: tipStatus{Pos: 8}, Stopped: "waiting for the other nodes"}
	const founded, lost = true, false
	for _, tt := range []struct {
		name    string
		all     []standing
		founded bool
		named   string // in the overview; empty: nobody
		refused bool
	}{
		{"all go on", []standing{on("news-1", 7), on("news-2", 8)}, founded, "", false},
		{"all have halted", []standing{off("news-1", 9), off("news-2", 8)}, founded, "news-1, news-2", false},
		{"the others are away", []standing{off("news-1", 9), away}, founded, "news-1", false},
		{"one goes on and is shorter", []standing{off("news-1", 9), off("news-2", 9), on("news-3", 7)}, founded, "news-1, news-2", true},
		{"one goes on and has outgrown them", []standing{on("news-1", 12), off("news-2", 9), off("news-3", 9)}, founded, "news-2, news-3", true},
		{"one waits that may have gone on", []standing{off("news-1", 9), off("news-2", 9), waits}, founded, "news-1, news-2", true},
		{"what nodes share is gone, and one was started anew", []standing{off("news-1", 9), off("news-2", 9), waits}, lost, "news-1, news-2", false},
	} {
		err := divided(tt.all, tt.founded)
		if (err != nil) != tt.refused || err != nil && (!strings.Contains(err.Error(), tt.named+" alone") || !strings.Contains(err.Error(), "--force")) {
			t.Errorf("%s: a reseed gives %v", tt.name, err)
		}
		o := clusterOverview{Rules: "news-1", Nodes: tt.all}
		o.judge()
		said := slices.ContainsFunc(o.Trouble, func(s string) bool {
			return strings.Contains(s, "confirmed") && strings.Contains(s, tt.named+" alone") && strings.Contains(s, "reseed")
		})
		if said != (tt.named != "") {
			t.Errorf("%s: the overview says %q", tt.name, o.Trouble)
		}
	}
}
