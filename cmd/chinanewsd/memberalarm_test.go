package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"chinanews/cmd/chinanewsd/cluster"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// What an operator of several nodes is told, the worst first.
func TestFindCluster(t *testing.T) {
	fine := cluster.Status{Ruler: "news-1", Parts: 300, Looked: atNoon, Seq: 10, Head: 10}
	tests := []struct {
		name    string
		change  func(*cluster.Status)
		differs bool
		title   string // empty: all is well
	}{
		{"well", func(*cluster.Status) {}, false, ""},
		{"a little behind", func(s *cluster.Status) { s.Head = 200 }, false, ""},
		{"forked", func(s *cluster.Status) { s.Stopped = fmt.Errorf("at 7: %w", storage.ErrForked) }, true, "record is another"},
		{"rewound", func(s *cluster.Status) { s.Stopped = fmt.Errorf("at 7: %w", jetstream.ErrRewound) }, false, "lost records"},
		{"stopped", func(s *cluster.Status) { s.Stopped = cluster.ErrStopped }, false, "follows the others no more"},
		{"out of reach", func(s *cluster.Status) { s.Looked, s.Ruler = atNoon.Add(-time.Minute), "" }, true, "cannot be reached"},
		{"polls nothing", func(s *cluster.Status) { s.Parts = 0 }, false, "cannot be reached"},
		{"nobody rules", func(s *cluster.Status) { s.Ruler = "" }, true, "No node rules"},
		{"far behind", func(s *cluster.Status) { s.Head = 5000 }, true, "lags"},
		{"another configuration", func(*cluster.Status) {}, true, "configuration"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at := fine
			tt.change(&at)
			s := findCluster(at, true, tt.differs, atNoon)
			if s.bad != (tt.title != "") || !strings.Contains(s.title, tt.title) || s.bad && (s.words == "" || s.hint == "") {
				t.Errorf("%+v", s)
			}
		})
	}
}
