package news

import "time"

// Act is what an editor does.
type Act string

// The acts. Each stands until it is taken back, or another of its kind and
// scope follows; a withdrawal cannot be taken back.
const (
	ActHide     Act = "hide"     // it leaves the feed, or every feed
	ActWithdraw Act = "withdraw" // it leaves every feed: a stub says so for a while, and its page says why
	ActPin      Act = "pin"      // it stands first in the feed until a moment
	ActHold     Act = "hold"     // it waits for an approval
	ActApprove  Act = "approve"  // what it says now may appear
	ActEmbargo  Act = "embargo"  // it waits until a moment
	ActRetitle  Act = "retitle"  // another title; its own stays on its page
	ActSummary  Act = "summary"  // another summary
	ActNote     Act = "note"     // a line of the editor's
	ActTag      Act = "tag"      // tags beside the source's
	ActMerge    Act = "merge"    // it is the same release as another story
	ActSplit    Act = "split"    // some of its items are another release
)

// Editing is an editor's act: a layer over what sources said, which itself
// stays in the record.
type Editing struct {
	ID     BatchID `json:"id"` // one seen before changes nothing
	Who    string  `json:"who"`
	Scope  Scope   `json:"scope"`
	Rev    int     `json:"rev"` // of the scope's decisions; counts from 1. Asked for: the next, or 0 for whichever it is
	Act    Act     `json:"act"`
	Args   Args    `json:"args,omitzero"`
	Undoes uint64  `json:"undoes,omitempty"` // position of the act that this one takes back
}

// Scope is what an act is about: a story, its place in one feed, or, with
// Source and Day, what was held back of a flood.
type Scope struct {
	Story  StoryID  `json:"story,omitzero"`
	Feed   FeedName `json:"feed,omitempty"` // empty: all of them
	Source Origin   `json:"source,omitempty"`
	Day    string   `json:"day,omitempty"` // on which the flood came, 2026-11-26 in UTC
}

// String is the scope as a key.
func (s Scope) String() string {
	switch {
	case s.Source != "":
		return "flood " + string(s.Source) + " " + s.Day
	case s.Feed == "":
		return "story " + s.Story.String()
	}
	return "feed " + string(s.Feed) + " story " + s.Story.String()
}

// Args are what an act needs to know.
type Args struct {
	Reason string    `json:"reason,omitempty"` // of a withdrawal: for readers
	Erase  bool      `json:"erase,omitempty"`  // of a withdrawal: destroy texts and captures too
	Until  time.Time `json:"until,omitzero"`   // of a pin or embargo
	Text   string    `json:"text,omitempty"`   // of a title, summary or note
	Tags   []string  `json:"tags,omitempty"`   // all that the editor gives it from now on
	Story  StoryID   `json:"story,omitzero"`   // of a merge: the other one
	Items  []ItemID  `json:"items,omitempty"`  // of a split: those that go
	Item   ItemID    `json:"item,omitzero"`    // of an approval: whose text was read; zero: what leads
	Rev    int       `json:"rev,omitempty"`    // of an approval: which reading of it; 0: what it says now
	Seen   uint64    `json:"seen,omitempty"`   // position of the record as of which the editor saw what it says; 0: as of the act
}

// Decisions are what editors have decided of a scope, folded.
type Decisions struct {
	Rev       int        `json:"rev"`
	Withdrawn Withdrawal `json:"withdrawn,omitzero"`
	Acts      []Acted    `json:"acts,omitempty"` // oldest first, those that were taken back too
}

// Acted is an act that was recorded.
type Acted struct {
	Pos    uint64    `json:"pos"`
	At     time.Time `json:"at"`
	Rev    int       `json:"rev"`
	Who    string    `json:"who"`
	Act    Act       `json:"act"`
	Args   Args      `json:"args,omitzero"`
	Undone uint64    `json:"undone,omitempty"` // position of the act that took it back
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
	LeftHidden    = "hidden"    // by an editor
	LeftHeld      = "held"      // an editor holds it, or it is under embargo
	LeftSibling   = "sibling"   // the feed has it in the language that it prefers
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
