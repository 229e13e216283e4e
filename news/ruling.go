package news

import "time"

// Change classifies what a reading of an item is, beside the one before.
type Change string

// The classes of readings.
const (
	First  Change = "first"  // the item was not known
	Fill   Change = "fill"   // its text came, or more of it: silent
	Reread Change = "reread" // another reader read it: stored, never in a feed
	Edit   Change = "edit"   // the source changed it
	Slight Change = "slight" // only its typography or the order of its passages: shown, silent
)

// As says how a story enters a feed.
type As string

// The ways to enter: as news it stands in the subscription documents, as
// history on pages, in search and in archives only. What waits enters nothing.
const (
	AsNews    As = "news"
	AsHistory As = "history"
	AsWaiting As = "waiting" // the surplus of a flood: an editor decides
)

// ItemState is how far an item has come.
type ItemState string

// The states of an item.
const (
	Listed     ItemState = "listed"     // known from a listing, its text not read yet
	Read       ItemState = "read"       // its text is there, or the row wants none
	Unreadable ItemState = "unreadable" // its text did not come in time
)

// Ruling is what was decided when a batch was accepted or a moment came. The
// record holds it, so that nothing has to be decided twice.
type Ruling struct {
	Through uint64        `json:"through,omitempty"` // position of the batch, or, where nodes share a log, of the act or config; 0: of a moment, or of the record before it
	Curator string        `json:"curator"`
	Items   []ItemRuling  `json:"items,omitempty"`
	States  []StateRuling `json:"states,omitempty"`
	Stories []StoryRuling `json:"stories,omitempty"`
	Alias   []AliasRuling `json:"alias,omitempty"`
	Removal []Removal     `json:"removal,omitempty"`
	Fill    []FillRuling  `json:"fill,omitempty"`
	Enter   []Entering    `json:"enter,omitempty"`
	Leave   []Leaving     `json:"leave,omitempty"`
	Updated []Update      `json:"updated,omitempty"`
	Notices []Notice      `json:"notices,omitempty"`

	Siblings []SiblingRuling `json:"siblings,omitempty"`
	Leads    []LeadRuling    `json:"leads,omitempty"`
	Pins     []PinRuling     `json:"pins,omitempty"`
	Waits    []Wait          `json:"waits,omitempty"`
	Digests  []Digested      `json:"digests,omitempty"`
}

// ItemRuling says which item an entry is, and what this reading of it is.
type ItemRuling struct {
	N      int         `json:"n"` // number of the entry in the batch
	Item   ItemID      `json:"item"`
	How    How         `json:"how,omitempty"` // what recognised or, for First, identified it
	Key    string      `json:"key,omitempty"` // with First: the key that the id was computed from
	Rev    int         `json:"rev"`           // 1 for the first reading
	Class  Change      `json:"class"`
	As     As          `json:"as,omitempty"`     // with First: how it will enter feeds
	State  ItemState   `json:"state,omitempty"`  // the item's state from now on
	Edits  []EditClass `json:"edits,omitempty"`  // with Edit and Slight: what changed, the most telling first
	Unsure bool        `json:"unsure,omitempty"` // the answer at the batch's Last may not have had the item
}

// StateRuling moves an item on without a reading of it.
type StateRuling struct {
	Item  ItemID    `json:"item"`
	State ItemState `json:"state"`
}

// StoryRuling puts an item into a story. Address is set when the story is new.
type StoryRuling struct {
	Item     ItemID  `json:"item"`
	Story    StoryID `json:"story"`
	Address  string  `json:"address,omitempty"`
	Evidence string  `json:"evidence,omitempty"`
}

// AliasRuling says that one story is from now on known as another.
type AliasRuling struct {
	From StoryID `json:"from"`
	To   StoryID `json:"to"`
}

// FillRuling gives an empty feed its first contents: stories known by now and
// dated From or later enter it as news even from a first listing.
type FillRuling struct {
	Feed FeedName  `json:"feed"`
	From time.Time `json:"from,omitzero"` // zero: all of them
}

// Entering puts a story into a feed. What it fixes does not change later.
type Entering struct {
	Feed      FeedName  `json:"feed"`
	Story     StoryID   `json:"story"`
	Seq       uint64    `json:"seq"` // counts from 1, per feed and As
	As        As        `json:"as"`
	Published time.Time `json:"published"`
	Link      string    `json:"link,omitempty"` // empty: our own story page
	Lead      ItemID    `json:"lead"`
	Rev       int       `json:"rev,omitempty"`    // the reading of Lead that is shown; 0: the newest
	Before    int       `json:"before,omitempty"` // the one that was there when the feed began to hold, and needs no approval; 0: none
}

// Leaving takes a story out of a feed.
type Leaving struct {
	Feed  FeedName `json:"feed"`
	Story StoryID  `json:"story"`
	Why   string   `json:"why"`
}

// SiblingRuling links two items as versions of one release in two languages,
// or, with Off, says that they are none.
type SiblingRuling struct {
	Item     ItemID `json:"item"`
	Of       ItemID `json:"of"`
	Evidence string `json:"evidence,omitempty"`
	Off      bool   `json:"off,omitempty"`

	At time.Time `json:"at,omitzero"` // of its ruling; filled in when it is folded
}

// LeadRuling says whose text an entry shows from now on, and where it leads.
type LeadRuling struct {
	Feed  FeedName `json:"feed"`
	Story StoryID  `json:"story"`
	Lead  ItemID   `json:"lead"`
	Link  string   `json:"link,omitempty"`
	Rev   int      `json:"rev,omitempty"` // as in Entering

	Before int `json:"before,omitempty"` // as in Entering
}

// PinRuling has an entry stand first in a feed.
type PinRuling struct {
	Feed  FeedName  `json:"feed"`
	Story StoryID   `json:"story"`
	Until time.Time `json:"until,omitzero"` // zero: no more
}

// Wait says that a story waits for an editor, or does no more.
type Wait struct {
	Feed  FeedName `json:"feed,omitempty"` // empty: in every feed
	Story StoryID  `json:"story"`
	Why   Why      `json:"why,omitempty"` // empty: it waits no more
}

// Why is why something waits.
type Why string

// Reasons to wait.
const (
	WaitApproval Why = "approval" // the feed holds what nobody has approved
	WaitChange   Why = "change"   // it was approved and has changed: what was approved is shown
	WaitHold     Why = "hold"     // an editor holds it
	WaitEmbargo  Why = "embargo"  // until its moment
	WaitConflict Why = "conflict" // its source changed what an editor wrote over
)

// Queued is a line of the editor's queue: a Wait, or a flood.
type Queued struct {
	Wait
	Since  time.Time `json:"since"`
	Pos    uint64    `json:"pos"`              // of the ruling
	Source Origin    `json:"source,omitempty"` // of a flood; Story is zero
	Day    string    `json:"day,omitempty"`
	Items  int       `json:"items,omitempty"` // of a flood: how many
}

// Update moves an entry's `updated` to the moment of its ruling.
type Update struct {
	Feed  FeedName `json:"feed"`
	Story StoryID  `json:"story"`
}

// Decision is a ruling with what follows from it that is not recorded.
type Decision struct {
	Ruling Ruling
	Keep   []int  // the entries that say something new, in order: only these are recorded
	Whole  bool   // entries were passed over because they are Short: decide again with all they say, else the address is remembered as Unheard
	Tasks  []Task // to be done later; each replaces one of its name
	Done   []Task // done with, or void
}

// Empty reports whether the ruling decides nothing.
func (r Ruling) Empty() bool {
	return len(r.Items)+len(r.States)+len(r.Stories)+len(r.Alias)+len(r.Removal)+
		len(r.Fill)+len(r.Enter)+len(r.Leave)+len(r.Updated)+len(r.Notices)+
		len(r.Siblings)+len(r.Leads)+len(r.Pins)+len(r.Waits)+len(r.Digests) == 0
}
