package news

import "time"

// Topic is a document that others can be told of: a feed in one format. It is
// named by the feed's permanent name, so that moves of addresses keep it.
type Topic struct {
	Feed   FeedName `json:"feed"`   // also of edits and removals
	Format string   `json:"format"` // rss, atom or json
}

// Subscription is one callback that is told of a topic (WebSub, section 5).
type Subscription struct {
	Topic
	Callback string    `json:"callback"`
	Secret   string    `json:"secret,omitempty"`
	From     uint64    `json:"from"`  // what moved up to this position it is not told of
	Until    time.Time `json:"until"` // the end of its lease
}

// Delivery is how far somebody was told. It is kept for each whom we tell:
// subscribers, outside hubs, webhooks.
type Delivery struct {
	To    string    `json:"to,omitempty"`   // who is told, and of what
	Sent  uint64    `json:"sent"`           // what moved up to this position was told
	What  string    `json:"what,omitempty"` // names the document that told it, if one did
	Tries int       `json:"tries,omitempty"`
	Since time.Time `json:"since,omitzero"` // of the first of the tries that failed in a row
	Next  time.Time `json:"next,omitzero"`  // not before
	Error string    `json:"error,omitempty"`
}

// Move is what befell an entry of a feed that subscribers are told of.
type Move struct {
	Pos   uint64  `json:"pos"` // of the ruling
	Story StoryID `json:"story"`
	What  Motion  `json:"what"`
}

// Motion is what befell an entry.
type Motion string

// What befalls entries.
const (
	MovedIn      Motion = "entered"
	MovedUpdated Motion = "updated"
	MovedOut     Motion = "left"
)

// ArchiveSize is how many entries one document of a feed's archive has places for.
const ArchiveSize = 50

// ArchivePage names one document of a feed's archive (RFC 5005, section 4).
type ArchivePage struct {
	Number int       // counts from 1, the oldest
	Gen    uint64    // of the last record that changed it or one before it: rises, and is that of no other record, also after a restore
	At     time.Time // of that record
}

// Digested is one entry of a feed that has one a day.
type Digested struct {
	Feed    FeedName  `json:"feed"`
	Seq     uint64    `json:"seq"`         // counts from 1, per feed
	Day     string    `json:"day"`         // 2006-01-02, Beijing time: the day on which most of its hours lay
	After   uint64    `json:"after"`       // it has what entered as news with a later Seq,
	Through uint64    `json:"through"`     // up to this one, and is in no digest before it
	At      time.Time `json:"at,omitzero"` // of its ruling; filled in when it is folded
}

// Hub is how this site's WebSub hub works.
type Hub struct {
	Off     bool
	Lease   Duration // the longest
	Outside []string // hubs of others that are told of changes too
	Allow   []string // callbacks beside public https ones: prefixes, host:port or *:port
}

// Webhook is told of each move in a feed.
type Webhook struct {
	Feed   string // id
	URL    string
	Secret string
}

// Token opens feeds that are not public.
type Token struct {
	Feed   string // id
	Name   string // who has it; for the person who revokes it
	Secret string
}
