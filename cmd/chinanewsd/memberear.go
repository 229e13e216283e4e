package main

import (
	"context"
	"log/slog"
	"maps"
	"regexp"
	"sync"
	"time"
)

// ear is the log of what nodes share, and remembers what its engine last said
// was wrong: why a node waits is there. The same words are passed on once a
// minute.
type ear struct {
	slog.Handler
	engine bool // what is heard is the engine's
	*hearsay
}

// hearsay is shared by all that are made of an ear. It is safe for concurrent use.
type hearsay struct {
	mu   sync.Mutex
	said string
	at   time.Time
	told map[string]time.Time
}

func newEar(to slog.Handler) *ear { return &ear{to, false, &hearsay{told: make(map[string]time.Time)}} }

// wordsHold is how long the engine's words are thought to be true.
const wordsHold = time.Minute

// last is what the engine said lately; empty: nothing.
func (h *hearsay) last() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.at) > wordsHold {
		return ""
	}
	return h.said
}

// news notes words, and reports whether they were not passed on lately.
func (h *hearsay) news(text string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	h.said, h.at = text, now
	maps.DeleteFunc(h.told, func(_ string, at time.Time) bool { return now.Sub(at) >= wordsHold })
	what := passingPort.ReplaceAllString(text, "")
	if _, lately := h.told[what]; lately {
		return false
	}
	h.told[what] = now
	return true
}

// passingPort is that of who called, another each time.
var passingPort = regexp.MustCompile(`:\d+\b`)

// Enabled is part of slog.Handler: what is wrong with the engine is heard even
// where it is not logged.
func (e *ear) Enabled(ctx context.Context, l slog.Level) bool {
	return e.engine && l >= slog.LevelError || e.Handler.Enabled(ctx, l)
}

// Handle is part of slog.Handler.
func (e *ear) Handle(ctx context.Context, r slog.Record) error {
	if e.engine && r.Level >= slog.LevelError && !e.news(r.Message) || !e.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return e.Handler.Handle(ctx, r)
}

// WithAttrs is part of slog.Handler.
func (e *ear) WithAttrs(attrs []slog.Attr) slog.Handler {
	engine := e.engine
	for _, a := range attrs {
		engine = engine || a.Key == "part" && a.Value.String() == "engine"
	}
	return &ear{e.Handler.WithAttrs(attrs), engine, e.hearsay}
}

// WithGroup is part of slog.Handler.
func (e *ear) WithGroup(name string) slog.Handler {
	return &ear{e.Handler.WithGroup(name), e.engine, e.hearsay}
}
