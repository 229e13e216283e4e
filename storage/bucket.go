package storage

import (
	"encoding/binary"

	"go.etcd.io/bbolt"
)

// The buckets of the file.
var (
	bucketLog   = []byte("log")   // fact: pos -> record
	bucketTexts = []byte("texts") // fact: pos|n -> text

	bucketDerived = []byte("derived") // derived: dropped and folded anew by Rebuild

	bucketPolls = []byte("polls") // state: origin NUL url -> FetchState
	bucketPages = []byte("pages") // state: origin NUL url NUL good|bad -> line of news.Sight, its text
	bucketTasks = []byte("tasks") // state: due|name -> Task
	bucketNames = []byte("names") // state: task name -> key in tasks
	bucketHosts = []byte("hosts") // state: host -> HostState
	bucketMeta  = []byte("meta")  // state: schema, site, tip, incarnation
)

var buckets = []string{"log", "texts", "derived", "polls", "pages", "tasks", "names", "hosts", "meta"}

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
)

var derivedBuckets = [][]byte{derivedItems, derivedKeys, derivedTitles, derivedTwins, derivedStories,
	derivedAddresses, derivedTime, derivedBatches, derivedFeeds, derivedConfig, derivedSources, derivedNames, derivedEdits, derivedErased}

var (
	keySchema = []byte("schema")
	keySite   = []byte("site")
	keyTip    = []byte("tip")
	keyPos    = []byte("pos")

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

func makeDerived(root *bbolt.Bucket) error {
	for _, name := range derivedBuckets {
		if _, err := root.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return nil
}
