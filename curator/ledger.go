package curator

import (
	"iter"
	"time"

	"chinanews/news"
)

// Ledger is the record as the curator reads it: everything accepted before,
// at one moment, unchanging while a decision is made.
type Ledger interface {
	Moment
	Items
	Readings
	Likenesses
	Stories
	Editors
	Feeds
}

// Moment is when a decision is made.
type Moment interface {
	At() time.Time // of the record about to be written
	Next() uint64  // its position
	// Poll is what is remembered of a listing; false when it was never asked.
	Poll(origin news.Origin, url string) (news.FetchState, bool)
}

// Items finds items. False means that there is none.
type Items interface {
	Item(news.ItemID) (news.Item, bool)
	// Find finds a source's item by one of its keys.
	Find(origin news.Origin, how news.How, key string) (news.ItemID, bool)
	// Titled finds a source's newest item of that title and day.
	Titled(origin news.Origin, title, day string) (news.ItemID, bool)
	// Twin finds the first item of any source with that canonical URL, or with
	// that news.TextKey of folded title and text digest, its day left empty.
	Twin(how news.How, key string) (news.ItemID, bool)
	// Items yields a source's items first seen since a moment, newest first.
	Items(origin news.Origin, since time.Time) iter.Seq[news.Item]
}

// Readings finds what was read of items.
type Readings interface {
	// Entry is the entry of that number in the batch at a position.
	Entry(pos uint64, n int) (news.Entry, error)
	// Texts are the texts of an entry recorded at pos; one that was thrown away
	// is empty.
	Texts(pos uint64, e news.Entry) (summary, html string, err error)
}

// Stories finds stories; a merged one is found as what it was merged into.
type Stories interface {
	Story(news.StoryID) (news.Story, bool)
	StoryAt(address string) (news.Story, bool)
	Stories() iter.Seq[news.Story] // without aliases
}

// Likenesses finds items that may be the same release, or versions of it.
type Likenesses interface {
	// Sharing finds items that share features, dated at most so far from a
	// moment: those that share most first, then the older.
	Sharing(features []uint64, around time.Time, within time.Duration, most int) []news.Shared
	// Siblings are the links of an item to others, in the order of their ids.
	Siblings(news.ItemID) []news.SiblingRuling
	// Apart are items that an editor said to be other releases.
	Apart(news.ItemID) []news.ItemID
}

// Editors tells what editors decided.
type Editors interface {
	// Withdrawn is why an editor took a story back; false when nobody did.
	Withdrawn(news.StoryID) (news.Withdrawal, bool)
	// Layer is what stands of a story, in a feed or (empty) everywhere, under
	// all ids that it ever had.
	Layer(news.Story, news.FeedName) news.Layer
	// Decisions are those of exactly one scope.
	Decisions(news.Scope) news.Decisions
	// RulingOf is the position of the ruling on an act; 0: there is none.
	RulingOf(pos uint64) uint64
	// Waits is why a story waits in a feed, or, the feed empty, in all of them.
	Waits(news.FeedName, news.StoryID) (news.Queued, bool)
}

// Feeds tells what is in the feeds.
type Feeds interface {
	Feed(news.FeedName) news.FeedState
	Membership(news.FeedName, news.StoryID) (news.Membership, bool)
	// Entries yields what is in a feed, newest entered first.
	Entries(news.FeedName, news.As) iter.Seq[news.Membership]
}
