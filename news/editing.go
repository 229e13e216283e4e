package news

import "time"

// Act is what an editor does.
type Act string

// ActWithdraw takes a story out of every feed, for good: a stub says so for a
// while, and its page says why.
const ActWithdraw Act = "withdraw"

// Editing is an editor's act: a layer over what sources said, which itself
// stays in the record.
type Editing struct {
	ID     BatchID `json:"id"` // one seen before changes nothing
	Who    string  `json:"who"`
	Scope  Scope   `json:"scope"`
	Rev    int     `json:"rev"` // of the scope's decisions; counts from 1
	Act    Act     `json:"act"`
	Args   Args    `json:"args,omitzero"`
	Undoes uint64  `json:"undoes,omitempty"` // position of the act that this one takes back
}

// Scope is what an act is about: a story, or its place in one feed.
type Scope struct {
	Story StoryID  `json:"story"`
	Feed  FeedName `json:"feed,omitempty"` // empty: all of them
}

// String is the scope as a key.
func (s Scope) String() string {
	if s.Feed == "" {
		return "story " + s.Story.String()
	}
	return "feed " + string(s.Feed) + " story " + s.Story.String()
}

// Args are what an act needs to know.
type Args struct {
	Reason string `json:"reason,omitempty"` // for readers
	Erase  bool   `json:"erase,omitempty"`  // destroy texts and captures too
}

// Decisions are what editors have decided of a scope, folded.
type Decisions struct {
	Rev       int        `json:"rev"`
	Withdrawn Withdrawal `json:"withdrawn,omitzero"`
}

// Withdrawal is that and why a story was taken back; the zero value is that it
// was not.
type Withdrawal struct {
	At     time.Time `json:"at"`
	Pos    uint64    `json:"pos"` // of the act
	Who    string    `json:"who"`
	Reason string    `json:"reason"`
	Erased bool      `json:"erased,omitempty"` // texts and captures were destroyed
}

// Why entries leave feeds, as readers may be told.
const (
	LeftWithdrawn = "withdrawn" // a stub stands in its place
	LeftForGood   = "gone"      // the stub went too
	LeftMerged    = "merged"    // into a story that is in the feed
	LeftRemoved   = "removed"   // it was no longer at its address, and the feed drops such
	LeftRule      = "rule"      // the feed does not take it any more
)

// StubFor is how long a stub stands in the place of what was withdrawn.
const StubFor = 30 * 24 * time.Hour

// Stub is what stands in a feed in the place of a story that was withdrawn: no
// text, no title.
type Stub struct {
	Membership Membership
	Address    string // of the story, where the reason stands
	Withdrawal Withdrawal
}
