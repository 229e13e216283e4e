package news

import (
	"iter"
	"maps"
)

// Condition is the state of a source as its last answer showed it.
type Condition string

// The conditions. A change from one to another is recorded.
const (
	OK              Condition = "ok"
	Empty           Condition = "empty"            // the answer was fine and held nothing
	Redesigned      Condition = "redesigned"       // the row's selectors match nothing
	HTMLInstead     Condition = "html-instead"     // a page where a feed should be
	Broken          Condition = "broken"           // the answer cannot be read
	Thin            Condition = "thin"             // it holds far fewer entries than usual
	UnreadableDates Condition = "unreadable-dates" // every date is one we cannot read
	Challenged      Condition = "challenged"       // a script or bot wall answered
	Certificate     Condition = "certificate"      // TLS failed
	RobotsRefused   Condition = "robots"           // robots.txt forbids it
	Blocked         Condition = "blocked-address"  // the address is one that we never ask
	Gone            Condition = "gone"             // 410
	Unreachable     Condition = "unreachable"      // no answer, or an error status
)

// What time makes of a source that answers. These are judged when they are
// shown (Judge) and never recorded.
const (
	Waiting Condition = "waiting" // not read yet
	Paused  Condition = "paused"
	Quiet   Condition = "quiet"   // nothing new, as must be expected
	Overdue Condition = "overdue" // nothing new for much longer than usual
	Dead    Condition = "dead"    // its newest entry is too old
)

// Well reports whether the condition gives entries.
func (c Condition) Well() bool { return c == OK || c == Thin || c == UnreadableDates }

// Alarming reports whether a person should look at a source in that state.
func (c Condition) Alarming() bool {
	switch c {
	case OK, Quiet, Paused, Waiting:
		return false
	}
	return true
}

// conditions say each state in a few words that fit after "the source".
var conditions = map[Condition]string{
	OK: "read well", Empty: "answers with an empty list", Redesigned: "its page has changed its form", HTMLInstead: "answers with a page instead of a feed",
	Broken: "its answer cannot be read", Thin: "lists far fewer entries than usual", UnreadableDates: "read, but for its dates",
	Challenged: "asks visitors for a script check", Certificate: "its certificate is not valid", RobotsRefused: "its robots.txt asks us not to",
	Blocked: "its address is one that we do not ask", Gone: "says that it is gone for good", Unreachable: "does not answer, or with an error",
	Waiting: "not read yet", Paused: "paused by the editor", Quiet: "read well, nothing new", Overdue: "nothing new for longer than usual", Dead: "nothing new for very long",
}

// Words say the condition to anybody; for one that is not known, that the
// source was not read.
func (c Condition) Words() string {
	if w, ok := conditions[c]; ok {
		return w
	}
	return conditions[Waiting]
}

// Conditions are all states that a source can be shown in.
func Conditions() iter.Seq[Condition] { return maps.Keys(conditions) }

// Class names an error for machines: in logs, metrics and `poll --json`.
type Class string

// The classes of errors.
const (
	ClassDNS           Class = "dns"
	ClassTLS           Class = "tls"
	ClassConnect       Class = "connect"
	ClassTimeout       Class = "timeout"
	ClassStatus        Class = "status"
	ClassRedirect      Class = "redirect"
	ClassTooLarge      Class = "too-large"
	ClassTruncated     Class = "truncated"
	ClassEncoding      Class = "encoding"
	ClassNotAFeed      Class = "not-a-feed"
	ClassMalformed     Class = "malformed"
	ClassTooDeep       Class = "too-deep"
	ClassEmpty         Class = "empty"
	ClassNoItems       Class = "no-items"
	ClassSelectorEmpty Class = "selector-empty"
	ClassBlocked       Class = "blocked-address"
	ClassRobots        Class = "robots"
	ClassPanic         Class = "panic"
)

// Problem is why an answer gave no entries. It is data, not an error of ours.
type Problem struct {
	Class     Class
	Condition Condition
	Words     string // one sentence for a person: what happened and what to do; no source name
}

func (p *Problem) Error() string { return p.Words }
