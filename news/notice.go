package news

import "time"

// The feeds that the program makes by itself: what sources changed, and what
// is no longer at its address.
const (
	FeedEdits    FeedName = "edits"
	FeedRemovals FeedName = "removals"
)

// Notice is an entry of one of those feeds. What it says does not change
// later: its words are a text beside the ruling.
type Notice struct {
	Of    FeedName   `json:"of"`
	Seq   uint64     `json:"seq"` // counts from 1, per Of
	Item  ItemID     `json:"item"`
	Rev   int        `json:"rev,omitempty"` // of an edit: the new revision
	Nth   int        `json:"nth,omitempty"` // of a removal or return: counts from 1, per item
	State Presence   `json:"state,omitempty"`
	Story StoryID    `json:"story"`
	Feeds []FeedName `json:"feeds"` // that carried the item's text at that moment
	Refs  []Ref      `json:"refs,omitempty"`
	At    time.Time  `json:"at,omitzero"`  // of its ruling; filled in when it is folded
	Pos   uint64     `json:"pos,omitzero"` // of its ruling; filled in when it is folded

	Words Telling `json:"-"` // written by storage when the ruling is recorded
}

// In are the feeds of notices, one for each feed that carried the item.
func (n Notice) In() []FeedName {
	var names []FeedName
	for _, f := range n.Feeds {
		names = append(names, f.Notices(n.Of))
	}
	return names
}

// Notices is the name of a feed's own feed of edits or removals.
func (f FeedName) Notices(of FeedName) FeedName { return f + "/" + of }

// Telling is what a notice says.
type Telling struct {
	Title       string       `json:"title"`         // of the release as it is, or as it was last seen
	Was         string       `json:"was,omitempty"` // its title before, when that was another
	URL         string       `json:"url,omitempty"`
	Lang        string       `json:"lang,omitempty"`
	Seen        time.Time    `json:"seen,omitzero"`  // when the text was last seen as it was before
	Since       time.Time    `json:"since,omitzero"` // of a removal: the first look that missed it
	Differences []Difference `json:"differences,omitempty"`
	More        int          `json:"more,omitempty"` // differences that are not told here
	Looks       []Look       `json:"looks,omitempty"`
}
