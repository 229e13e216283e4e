package desk

import (
	"context"
	"errors"
	"time"

	"chinanews/news"
)

// Bench is where rules are tried before they are live. It changes nothing.
type Bench interface {
	// Live is the configuration at work.
	Live() Live
	// Look judges releases by a rule, the newest first, until its time is over.
	// An error is a *RuleError, a Refusal, or that of a context that ended.
	Look(ctx context.Context, t Trial) (Sighting, error)
	// Rehearse says what a start would do to the record with the feed's row
	// changed. Errors are as those of Look.
	Rehearse(ctx context.Context, t Trial) (Rehearsal, error)
}

// Live is what the workbench knows of the configuration.
type Live struct {
	Feeds []news.Feed
	Words []string // names of the lists that rules may use
	File  string
}

// Trial is a rule that is tried: for a feed that there is, or for a new one.
type Trial struct {
	Feed  string // id; empty: New
	New   news.Feed
	Where string
}

// RuleError is why a rule does not compile.
type RuleError struct {
	Column     int // in characters from 1
	What, Hint string
}

func (e *RuleError) Error() string { return e.What }

// ErrTime says that there was no time to come to an end.
var ErrTime = errors.New("there was no time")

// Sighting is what a rule made of the releases that were looked at.
type Sighting struct {
	Looked  int // releases of the feed's sources and languages
	Passes  int
	Gains   int       // of those that pass, not in the feed now
	Leaves  int       // in the feed now, and would not be
	Matches []Match   // that pass, at most MostShown, newest first
	Losses  []Match   // that would leave, likewise
	Since   time.Time // when the oldest of them was first seen
	Cut     bool      // time was over before all were looked at
}

// MostShown is how many releases of a kind are shown at once.
const MostShown = 50

// Match is a release and what a rule saw in it.
type Match struct {
	Address     string // of its story
	Title, Lang string
	Source      news.Source
	Dated       news.Date
	In          bool   // it is in the feed now
	Out         string // why it would not enter although it passes; empty: it would, or is in
	Saw         []Saw  // what decided
}

// Saw is a part of a rule, and what made it true or false.
type Saw struct {
	Text, Saw string
	True      bool
}

// Rehearsal is what becomes of a feed.
type Rehearsal struct {
	Feed   string // id
	New    bool
	Gains  []Move // newest first, like the others
	Losses []Move
	Waits  []Move // would begin to wait for an approval
	Leads  int    // entries that would show another text, or lead elsewhere
	Stays  int
	Took   time.Duration
	Row    Row
}

// Move is a release that would enter a feed, leave it, or wait.
type Move struct {
	Address     string // of its story
	Title, Lang string
	As          news.As
	Why         string // with the clause that decides
}

// Row is what is to be written into the configuration.
type Row struct {
	Text string
	File string
	Line int    // where the old one stands; 0: nowhere
	Rule bool   // Text is the line of the rule alone
	Lack string // why there is no text
}
