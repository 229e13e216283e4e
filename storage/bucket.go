package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
)

// The buckets of the file.
var (
	bucketLog   = []byte("log")   // fact: pos -> record
	bucketTexts = []byte("texts") // fact: pos|n -> text

	bucketDerived = []byte("derived") // derived: dropped and folded anew by Rebuild

	bucketPolls = []byte("polls") // state: origin NUL url -> FetchState
	bucketAsked = []byte("asked") // state: origin NUL url -> attempt, over what polls has. Not there before the first
	bucketPages = []byte("pages") // state: origin NUL url NUL good|bad -> line of news.Sight, its text
	bucketTasks = []byte("tasks") // state: due|name -> Task
	bucketNames = []byte("names") // state: task name -> key in tasks
	bucketHosts = []byte("hosts") // state: host -> HostState
	bucketHub   = []byte("hub")   // state: feed NUL format NUL host NUL callback -> Subscription
	bucketMeta  = []byte("meta")  // state: schema, site, tip, incarnation, cursor, planned

	bucketUnruled = []byte("unruled") // state: pos of a record of the cluster's log that waits for a ruling -> its message
)

var buckets = []string{"log", "texts", "derived", "polls", "pages", "tasks", "names", "hosts", "meta"}

// optional are the buckets that not every record has.
var optional = [][]byte{bucketPages, bucketWords, bucketNear, bucketRows, bucketLong, bucketNext, bucketCaptures, bucketBodies, bucketLeft, bucketDoomed, bucketHub, bucketOutbox, bucketPeople, bucketOutcomes, bucketReaders, bucketAlarms, bucketUnruled, bucketAsked}

// remade reports whether a bucket is made anew from the others.
func remade(name []byte) bool {
	return slices.ContainsFunc([][]byte{bucketDerived, bucketWords, bucketNear, bucketRows, bucketLong, bucketNext}, func(b []byte) bool { return bytes.Equal(b, name) })
}

// wellNamed checks that buckets have the names that they should: names have no
// checksums, and one that is not found would be made anew, empty.
func wellNamed(tx *bbolt.Tx, facts bool) error {
	known := append(append(slices.Clone(derivedBuckets), derivedRuled), optional...)
	for _, name := range buckets {
		b := []byte(name)
		if tx.Bucket(b) == nil && !bytes.Equal(b, bucketPages) && !(facts && remade(b)) {
			return fmt.Errorf("bucket %q is not there", name)
		}
		known = append(known, b)
	}
	check := func(name []byte) error {
		if !slices.ContainsFunc(known, func(k []byte) bool { return bytes.Equal(k, name) }) {
			return fmt.Errorf("a bucket %q is not known: damage, or a newer chinanewsd made it", name)
		}
		return nil
	}
	err := tx.ForEach(func(name []byte, _ *bbolt.Bucket) error { return check(name) })
	if err != nil || facts {
		return err
	}
	for root, names := range map[string][][]byte{string(bucketWords): wordsBuckets, string(bucketNear): nearBuckets} {
		for _, name := range names {
			if b := tx.Bucket([]byte(root)); b != nil && b.Bucket(name) == nil {
				return fmt.Errorf("bucket %q is not there", name)
			}
		}
	}
	return derived(tx).ForEachBucket(func(name []byte) error {
		if bytes.HasPrefix(name, feedBucket("", "")[:len("feed")+1]) {
			return nil
		}
		return check(name)
	})
}

// The buckets within derived. Those of feeds are named feed NUL name NUL part.
var (
	derivedItems     = []byte("items")     // item -> Item
	derivedKeys      = []byte("keys")      // sha16(origin, how, key) -> item
	derivedTitles    = []byte("titles")    // sha16(origin, title, day) -> item, the newest
	derivedTwins     = []byte("twins")     // sha16(how, key) -> item, the first of any source
	derivedStories   = []byte("stories")   // story -> Story
	derivedAddresses = []byte("addresses") // address -> story
	derivedTime      = []byte("time")      // origin NUL at|pos|n -> item
	derivedBatches   = []byte("batches")   // batch id -> pos
	derivedFeeds     = []byte("feeds")     // feed -> FeedState
	derivedConfig    = []byte("config")    // "pos" -> position of the last config record
	derivedSources   = []byte("sources")   // origin -> the ids that it had
	derivedNames     = []byte("names")     // feed -> the ids that it had
	derivedEdits     = []byte("edits")     // scope -> Decisions
	derivedErased    = []byte("erased")    // origin NUL item -> what documents call an item that was erased
	derivedApart     = []byte("apart")     // item, item -> position of the act by which they were split
	derivedSiblings  = []byte("siblings")  // item, item -> SiblingRuling
	derivedQueue     = []byte("queue")     // feed NUL story -> Queued
	derivedFloods    = []byte("floods")    // origin NUL day -> Queued
	derivedRuled     = []byte("ruled")     // pos of a batch, act or config -> pos of the ruling on it, when that does not follow it; not there before the first
)

var derivedBuckets = [][]byte{derivedItems, derivedKeys, derivedTitles, derivedTwins, derivedStories,
	derivedAddresses, derivedTime, derivedBatches, derivedFeeds, derivedConfig, derivedSources, derivedNames, derivedEdits, derivedErased,
	derivedApart, derivedSiblings, derivedQueue, derivedFloods, derivedTallies, derivedJournal}

var (
	keySchema  = []byte("schema")
	keyFolding = []byte("folding")
	keySite    = []byte("site")
	keyTip     = []byte("tip")
	keyPos     = []byte("pos")
	keyPrivate = []byte("private")
	keyAnew    = []byte("anew")

	keyIncarnation = []byte("incarnation") // of a record that was restored
)

func posKey(pos uint64) []byte {
	return binary.BigEndian.AppendUint64(nil, pos)
}

func textKey(pos uint64, n int) []byte {
	return binary.BigEndian.AppendUint32(posKey(pos), uint32(n))
}

// derived is what is folded.
func derived(tx *bbolt.Tx) *bbolt.Bucket {
	return tx.Bucket(bucketDerived)
}

// haveDerived makes the buckets that a record is older than.
func haveDerived(db *bbolt.DB) error {
	missing := false
	err := db.View(func(tx *bbolt.Tx) error { missing = lacksDerived(tx); return nil })
	if err != nil || !missing {
		return err
	}
	return db.Update(func(tx *bbolt.Tx) error { return makeDerived(derived(tx)) })
}

func lacksDerived(tx *bbolt.Tx) bool {
	return slices.ContainsFunc(derivedBuckets, func(name []byte) bool { return derived(tx).Bucket(name) == nil })
}

func makeDerived(root *bbolt.Bucket) error {
	for _, name := range derivedBuckets {
		if _, err := root.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return nil
}
