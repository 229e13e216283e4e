package news

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Origin is the permanent name of a source: the first id it ever had. It
// survives renames (`was`), so items stay with their source.
type Origin string

// FeedName is the permanent name of a feed: the first id it ever had.
type FeedName string

// ItemID names one release of one source. It is computed once, when the item
// is first seen, stored, and never computed again.
type ItemID [16]byte

// StoryID names the releases that are one and the same; it is the ItemID of
// the story's first item.
type StoryID [16]byte

// BatchID names one answer of one source. A batch id seen before changes
// nothing. Ids begin with their time, so that they are stored in order.
type BatchID [16]byte

// How says which of an entry's properties identified it.
type How string

// The ways an entry is recognised, in the order in which they are tried.
const (
	ByID   How = "id"   // the id that the source declares (guid, atom:id), byte for byte
	ByURL  How = "url"  // the canonical URL
	ByText How = "text" // title, day and text digest
)

// NewItemID computes the identity of an entry that is seen for the first time.
// key is the declared id byte for byte, the canonical URL, or TextKey.
func NewItemID(origin Origin, how How, key string) ItemID {
	sum := sha256.Sum256([]byte("chinanews item 1\n" + string(origin) + "\n" + string(how) + "\n" + key))
	return ItemID(sum[:16])
}

// TextKey is the identity key of an entry that has neither id nor URL.
func TextKey(title, day, digest string) string {
	return title + "\n" + day + "\n" + digest
}

// AgainKey is the key of the n-th release (n >= 2) for which a source used the
// same declared id or address.
func AgainKey(key string, n int) string {
	return key + "\n" + strconv.Itoa(n)
}

// EntryURN is the id of a story's entry in every feed that carries it, in
// every format. site is the site's identity (site.id), not its address.
func EntryURN(site string, story StoryID) string {
	return urn("chinanews entry 1\n" + site + "\n" + story.String())
}

// NoticeURN is the id of a notice's entry: of an edit by item and revision, of
// a removal or return by item and ordinal.
func NoticeURN(site string, n Notice) string {
	ordinal := n.Rev
	if n.Of == FeedRemovals {
		ordinal = n.Nth
	}
	return urn("chinanews notice 1\n" + site + "\n" + string(n.Of) + "\n" + n.Item.String() + "\n" + strconv.Itoa(ordinal))
}

// DigestURN is the id of a digest's entry.
func DigestURN(site string, d Digested) string {
	return urn("chinanews digest 1\n" + site + "\n" + string(d.Feed) + "\n" + strconv.FormatUint(d.Seq, 10))
}

// FeedURN is the Atom id of a feed.
func FeedURN(site string, feed FeedName) string {
	return urn("chinanews feed 1\n" + site + "\n" + string(feed))
}

// WaitURN is the id of what waits in an editor's queue: since a record, for one
// thing, of one scope.
func WaitURN(site string, q Queued) string {
	return urn("chinanews wait 1\n" + site + "\n" + strconv.FormatUint(q.Pos, 10) + "\n" + string(q.Why) + "\n" + Scope{Story: q.Story, Feed: q.Feed, Source: q.Source, Day: q.Day}.String())
}

// QueueURN is the id of the queue as a feed.
func QueueURN(site string) string { return urn("chinanews queue 1\n" + site) }

// urn makes an RFC 9562 version 8 UUID of a name.
func urn(name string) string {
	sum := sha256.Sum256([]byte(name))
	b := sum[:16]
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

// AddressLength is the usual number of characters of a story's address: 50
// bits of its id. An address that is taken grows by one character.
const AddressLength = 10

// Address is the story's name in URLs: the first n*5 bits of its id in
// Crockford base32, lower case. n is at least 1 and at most 25.
func (s StoryID) Address(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteByte(crockford[s.bits(i*5)])
	}
	return b.String()
}

// bits returns the five bits that begin at bit from.
func (s StoryID) bits(from int) byte {
	var v byte
	for i := from; i < from+5; i++ {
		v = v<<1 | s[i/8]>>(7-i%8)&1
	}
	return v
}

func (i ItemID) String() string  { return hex.EncodeToString(i[:]) }
func (s StoryID) String() string { return hex.EncodeToString(s[:]) }
func (b BatchID) String() string { return hex.EncodeToString(b[:]) }

// IsZero reports whether the id is unset.
func (i ItemID) IsZero() bool { return i == ItemID{} }

// IsZero reports whether the id is unset.
func (s StoryID) IsZero() bool { return s == StoryID{} }

// IsZero reports whether the id is unset.
func (b BatchID) IsZero() bool { return b == BatchID{} }

// MarshalText writes the id as 32 hexadecimal digits.
func (i ItemID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// MarshalText writes the id as 32 hexadecimal digits.
func (s StoryID) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText writes the id as 32 hexadecimal digits.
func (b BatchID) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (i *ItemID) UnmarshalText(t []byte) error { return unhex(i[:], t) }

// UnmarshalText reads what MarshalText wrote.
func (s *StoryID) UnmarshalText(t []byte) error { return unhex(s[:], t) }

// UnmarshalText reads what MarshalText wrote.
func (b *BatchID) UnmarshalText(t []byte) error { return unhex(b[:], t) }

func unhex(into, text []byte) error {
	if hex.DecodedLen(len(text)) != len(into) {
		return fmt.Errorf("id %.40q: want %d hexadecimal digits", text, 2*len(into))
	}
	_, err := hex.Decode(into, text)
	return err
}
