package news

// Condition is the state of a source as its last answer showed it.
type Condition string

// The conditions. A change from one to another is recorded.
const (
	OK              Condition = "ok"
	Empty           Condition = "empty"            // the answer was fine and held nothing
	Redesigned      Condition = "redesigned"       // the row's selectors match nothing
	HTMLInstead     Condition = "html-instead"     // a page where a feed should be
	Broken          Condition = "broken"           // the answer cannot be read
	UnreadableDates Condition = "unreadable-dates" // every date is one we cannot read
	Challenged      Condition = "challenged"       // a script or bot wall answered
	Certificate     Condition = "certificate"      // TLS failed
	RobotsRefused   Condition = "robots"           // robots.txt forbids it
	Blocked         Condition = "blocked-address"  // the address is one that we never ask
	Gone            Condition = "gone"             // 410
	Unreachable     Condition = "unreachable"      // no answer, or an error status
)

// Well reports whether the condition gives entries.
func (c Condition) Well() bool { return c == OK || c == UnreadableDates }

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
