package news

import "time"

// Item is one release of one source, folded from records and rulings: what
// identifies it, and its readings.
type Item struct {
	ID        ItemID     `json:"id"`
	Source    Origin     `json:"source"`
	How       How        `json:"how"`
	Key       string     `json:"key"`
	As        As         `json:"as"`
	State     ItemState  `json:"state"`
	Story     StoryID    `json:"story"`
	Joined    []Joining  `json:"joined"`     // the stories that it came into, that one last
	Pos       uint64     `json:"pos"`        // of the batch that first had it
	FirstSeen time.Time  `json:"first_seen"` // that record's time
	Revisions []Revision `json:"revisions"`  // oldest first, never empty
	Shown     Entry      `json:"shown"`      // the newest reading that is not a Reread
	ShownRev  int        `json:"shown_rev"`
	Presence  Presence   `json:"presence,omitempty"`
	Looks     int        `json:"looks,omitempty"`    // in a row that found it missing
	Missed    time.Time  `json:"missed,omitzero"`    // first of them
	Evidence  []Look     `json:"evidence,omitempty"` // what looks since then found, oldest first; kept when it is back
	Notices   int        `json:"notices,omitempty"`  // of removals and returns so far
}

// Joining is when an item came into a story, and why.
type Joining struct {
	Story StoryID   `json:"story"`
	At    time.Time `json:"at"`
	Pos   uint64    `json:"pos"` // of the ruling: others may be of the same moment

	Evidence string `json:"evidence,omitempty"` // why; empty: it began the story, or came with another that was merged
}

// In reports whether an item was in a story at a moment.
func (i Item) In(story StoryID, at time.Time) (in bool) {
	for _, j := range i.Joined {
		if !j.At.After(at) {
			in = j.Story == story
		}
	}
	return in
}

// With is since when two items have been one release; false when they never
// were in one story.
func (i Item) With(other Item) (since time.Time, ok bool) {
	for _, a := range i.Joined {
		for _, b := range other.Joined {
			at := a.At
			if b.At.After(at) {
				at = b.At
			}
			if a.Story == b.Story && (!ok || at.Before(since)) {
				since, ok = at, true
			}
		}
	}
	return since, ok
}

// Revision is one reading of an item.
type Revision struct {
	Rev         int         `json:"rev"`
	Pos         uint64      `json:"pos"` // of its batch
	N           int         `json:"n"`   // its entry in that batch
	At          time.Time   `json:"at"`
	Last        time.Time   `json:"last,omitzero"` // the answer before, that had the reading before; zero: not known
	Kind        TaskKind    `json:"kind"`
	Class       Change      `json:"class"`
	Edits       []EditClass `json:"edits,omitempty"`
	Reader      string      `json:"reader,omitempty"`
	Fingerprint string      `json:"fingerprint"`
}

// Last is the newest reading that a listing gave (listing true), or the newest
// that the item's own page gave.
func (i Item) Last(listing bool) (Revision, bool) {
	for n := len(i.Revisions) - 1; n >= 0; n-- {
		if r := i.Revisions[n]; (r.Kind == TaskListing) == listing {
			return r, true
		}
	}
	return Revision{}, false
}

// ShownPos is the position of the batch whose texts the shown reading has.
func (i Item) ShownPos() uint64 { return i.Revisions[i.ShownRev-1].Pos }

// Edited is when the source last changed the item; zero when it never did.
func (i Item) Edited() time.Time {
	for n := len(i.Revisions) - 1; n >= 0; n-- {
		if i.Revisions[n].Class == Edit {
			return i.Revisions[n].At
		}
	}
	return time.Time{}
}

// Story is the items that are one release.
type Story struct {
	ID      StoryID    `json:"id"`
	Address string     `json:"address"`
	Items   []ItemID   `json:"items"`           // in the order in which they joined
	Alias   StoryID    `json:"alias,omitzero"`  // merged into that one; then Items is empty
	Feeds   []FeedName `json:"feeds,omitempty"` // that it is in now
}

// Membership is a story's place in a feed.
type Membership struct {
	Entering
	Entered time.Time `json:"entered"`
	Updated time.Time `json:"updated"`          // Entered's Published until something moves it
	Pos     uint64    `json:"pos"`              // of the ruling that entered it
	Left    string    `json:"left,omitempty"`   // why it left; empty: it is in
	Pinned  time.Time `json:"pinned,omitzero"`  // until when it stands first
	First   time.Time `json:"first,omitzero"`   // when it first entered, if it has left since
	Place   uint64    `json:"place,omitempty"`  // in the feed's archive: counts from 1, of all that ever entered
	Digest  uint64    `json:"digest,omitempty"` // the digest that has it, also after it left and came back; 0: none
}

// AsOf is when an entry last changed for its readers: what is said beside its
// text is as of then. Its return to a feed that it had left is no change.
func (m Membership) AsOf() time.Time {
	at := m.First
	if at.IsZero() {
		at = m.Entered
	}
	if m.Updated.After(at) {
		return m.Updated
	}
	return at
}

// FeedState is what is folded of a feed as a whole.
type FeedState struct {
	News    uint64    `json:"news"`    // last seq given as news
	History uint64    `json:"history"` // last seq given as history
	Filled  uint64    `json:"filled"`  // position of its FillRuling; 0: not filled yet
	From    time.Time `json:"from,omitzero"`
	Changed time.Time `json:"changed,omitzero"`  // the last ruling that touched a document of it
	Moved   uint64    `json:"moved,omitempty"`   // position of the last ruling by which an entry came as news, went or moved `updated`
	Places  uint64    `json:"places,omitempty"`  // given in its archive
	Digests uint64    `json:"digests,omitempty"` // last seq given to one
	Digest  bool      `json:"digest,omitempty"`  // it has one entry a day, by the last config record
	Through uint64    `json:"through,omitempty"` // what entered as news up to this seq is in a digest, or needs none
}

// Release is a story as a reader meets it in a feed: the lead's text, and all
// who carry it.
type Release struct {
	Story      StoryID
	Address    string
	Membership Membership
	Lead       Item
	Summary    string // plain text, not shortened
	HTML       string // sanitised body, empty when there is none
	Carriers   []Carrier
	LastSeen   time.Time // of a lead that looks do not find: when one last did; else zero
	Layer      Layer     // what editors wrote over it, in the membership's feed
	Siblings   []Sibling // its versions in other languages, by language
}

// Sibling is a story that is the same release in another language.
type Sibling struct {
	Story    StoryID
	Address  string
	Lead     Item // the one whose text its page shows, as far as anybody may read it
	Title    string
	Since    time.Time // when it was linked; later: when it entered the feed that its page is of, or the item of the link came to either
	Feed     FeedName  // that one
	Evidence string
}

// Carrier is one source that has the release.
type Carrier struct {
	Item   Item
	Source Source
}
