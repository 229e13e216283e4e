package main

import (
	"errors"
	"log/slog"
	"os"
	"testing"
)

// A copy that cannot be used is thrown away: this node's record is served on, and
// nothing is copied again at once.
func TestSpoiltCopy(t *testing.T) {
	m := &member{data: t.TempDir(), log: slog.New(slog.DiscardHandler)}
	s := settings{log: m.log}
	if err := m.renew(t.Context(), s); err != nil || !m.spoilt.IsZero() {
		t.Errorf("without a copy: %v", err)
	}
	if err := os.WriteFile(m.snapshot(), []byte("no backup"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := m.renew(t.Context(), s); err != nil {
		t.Errorf("with a copy that is none: %v", err)
	}
	if _, err := os.Stat(m.snapshot()); !errors.Is(err, os.ErrNotExist) {
		t.Error("the copy is still there")
	}
	if err := m.another(t.Context()); !errors.Is(err, errSpoilt) {
		t.Errorf("then: %v", err)
	}
}
