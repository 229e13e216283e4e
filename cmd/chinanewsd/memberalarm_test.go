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
		{"of before", func(s *cluster.Status) { s.Stopped = fmt.Errorf("at 7: %w", storage.ErrNewer) }, false, "is older"},
		{"stopped", func(s *cluster.Status) { s.Stopped = cluster.ErrStopped }, false, "follows the others no more"},
		{"out of reach", func(s *cluster.Status) { s.Looked, s.Ruler = atNoon.Add(-time.Minute), "" }, true, "cannot be reached"},
		{"out of reach, and so unable", func(s *cluster.Status) { s.Looked, s.Unable = atNoon.Add(-time.Minute), jetstream.ErrUnavailable }, true, "cannot be reached"},
		{"a full disk", func(s *cluster.Status) { s.Parts, s.Refused = 0, fmt.Errorf("at 7: %w", storage.ErrDisk) }, true, "cannot be written"},
		{"a message that nobody can take", func(s *cluster.Status) { s.Parts, s.Refused = 0, fmt.Errorf("at 7: %w", storage.ErrDamaged) }, true, "cannot take"},
		{"cannot rule", func(s *cluster.Status) { s.Parts, s.Unable = 0, cluster.ErrNotRuler }, true, "cannot do its part"},
		{"was away, and catches up", func(s *cluster.Status) { s.Parts, s.Head = 0, 5000 }, true, "lags"},
		{"polls nothing", func(s *cluster.Status) { s.Parts = 0 }, false, "cannot be reached"},
		{"nobody rules", func(s *cluster.Status) { s.Ruler = "" }, true, "No node rules"},
		{"nobody rules, and something waits", func(s *cluster.Status) { s.Ruler, s.Unruled = "", atNoon.Add(-time.Hour) }, true, "No node rules"},
		{"just recorded", func(s *cluster.Status) { s.Unruled = atNoon.Add(-20 * time.Second) }, false, ""},
		{"nobody rules on it", func(s *cluster.Status) { s.Unruled = atNoon.Add(-time.Minute) }, true, "Nothing is ruled on"},
		{"recorded by a clock that is ahead", func(s *cluster.Status) { s.Unruled = atNoon.Add(time.Minute) }, false, ""},
		{"only follows again what was ruled on since", func(s *cluster.Status) { s.Unruled, s.Head = atNoon.Add(-time.Hour), 900 }, false, ""},
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
