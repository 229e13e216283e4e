package news

import "time"

// Sighting is what one look found at an item's address.
type Sighting string

// What looks find.
const (
	SawPage      Sighting = "page"       // the release
	SawNothing   Sighting = "not found"  // 404 or 410
	SawSoft      Sighting = "soft 404"   // a page that says, with status 200, that there is none
	SawHome      Sighting = "home"       // the site's or the section's front page in its place
	SawOutage    Sighting = "outage"     // no answer, or an error of the server's
	SawChallenge Sighting = "challenge"  // a page that asks who we are
	SawRedesign  Sighting = "redesigned" // a page on which the release cannot be found any more
)

// Gone reports whether a sighting speaks for a removal. The others say
// something of the site, nothing of the release.
func (s Sighting) Gone() bool { return s == SawNothing || s == SawSoft || s == SawHome }

// Presence is whether an item is where it was.
type Presence string

// What looks have shown of an item's page.
const (
	Present  Presence = ""
	Unlisted Presence = "unlisted" // its page is there, its listing does not name it where it should
	Missing  Presence = "missing"  // looks did not find it; no claim of a removal
	Removed  Presence = "removed"  // confirmed by looks over time, with the site otherwise well
)

// Look is one look as evidence: the record's batch at Pos has the rest.
type Look struct {
	Pos uint64    `json:"pos"`
	At  time.Time `json:"at"`
	Saw Sighting  `json:"saw"`
}

// Removal says what looks have shown of an item's presence.
type Removal struct {
	Item  ItemID   `json:"item"`
	State Presence `json:"state"`
	Saw   Sighting `json:"saw,omitempty"` // of the look that is ruled on; empty: none was
	Looks int      `json:"looks"`         // in a row that found it so
}
