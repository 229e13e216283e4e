package desk

import (
	"context"
	"net/http"
	"time"

	"chinanews/news"
)

// Queue is what waits for an editor.
type Queue interface {
	// Waiting is how many lines it has.
	Waiting(ctx context.Context) (int, error)
	// Lines are what waits, the oldest first: a story once, whatever it waits for.
	Lines(ctx context.Context) (Lines, error)
	// Flood is what was held back of a source on a day, 2026-11-26 in UTC. It is
	// found after it was decided on, too.
	Flood(ctx context.Context, source, day string) (Flood, error)
}

// Lines are the queue as of a record.
type Lines struct {
	Seen  uint64 // position of the record's end
	Lines []Line
}

// Line is a story that waits, or a flood.
type Line struct {
	Brief          // of a flood its source alone
	Name    string // what acts are on: the story's address; of a flood SOURCE/DAY
	Excerpt string // plain text as it begins
	HTML    string // its whole text as its source has it now; not harmless yet
	Note    string // of an editor's
	Waits   []Wait // why, the oldest first; never none
	Items   int    // of a flood: how many releases
	Last    Deed   // what was last done to it; without a position: nothing
}

// Brief is a release in a list.
type Brief struct {
	Address string // of the story
	Title   string // an editor's, else its source's
	Lang    string // of its words, as a tag
	Source  news.Source
	Date    news.Date
	URL     string // at its source
}

// Wait is what a story waits for, and where.
type Wait struct {
	Why   string // approval, change, hold, embargo, conflict or flood
	Feed  Named  // without an id: every feed
	Since time.Time
	By    string    // of a hold or embargo
	Act   uint64    // its record
	Until time.Time // of an embargo
	Own   string    // of a conflict: the title that its source has now, below the editor's
}

// Named is a feed.
type Named struct{ ID, Title string }

// Flood is what was held back of a source on a day.
type Flood struct {
	Seen   uint64
	Name   string // SOURCE/DAY
	Source news.Source
	Day    string
	Open   bool    // nobody has decided
	Items  int     // that came
	First  []Brief // of them, the newest
	Acts   []Deed
}

func (d *desk) queueRoutes(mux *http.ServeMux) {}
