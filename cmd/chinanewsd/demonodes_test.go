package main

import (
	"os"
	"testing"
	"time"
)

// A node that has ended is taken over from when others poll all, and rule.
func TestDemoTakeover(t *testing.T) {
	at := func(rules string, parts ...int) clusterOverview {
		o := clusterOverview{Rules: rules}
		for i, n := range parts {
			o.Nodes = append(o.Nodes, standing{Node: []string{"news-1", "news-2", "news-3"}[i], Parts: n})
		}
		return o
	}
	for _, tt := range []struct {
		name string
		o    clusterOverview
		want bool
	}{
		{"all is as before", at("news-2", 300, 300, 424), false},
		{"nobody has its share yet", at("news-2", 0, 300, 424), false},
		{"some of it is polled", at("news-2", 0, 500, 424), false},
		{"it ruled, and all is polled", at("news-1", 0, 600, 424), false},
		{"others have all", at("news-2", 0, 600, 424), true},
	} {
		if got := tookOver(tt.o, "news-1"); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// The one that ended last is told of; one that runs, or has not begun, is not.
func TestDemoLastGone(t *testing.T) {
	runs := &demoNode{name: "runs", proc: &os.Process{}, gone: atNoon.Add(time.Hour)}
	first, last := &demoNode{name: "first", gone: atNoon}, &demoNode{name: "last", gone: atNoon.Add(time.Second)}
	if got := lastGone([]*demoNode{runs, first, last, {name: "new"}}); got != last {
		t.Errorf("%+v", got)
	}
	if got := lastGone([]*demoNode{runs, {name: "new"}}); got != nil {
		t.Errorf("%+v", got)
	}
}
