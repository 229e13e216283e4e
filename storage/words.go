package storage

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// The search index. Accept only notes that an item waits; Index posts what
// waits in bulk; a search reads both. So it is whole at any moment, and all of
// it follows from the items and their texts.
var (
	bucketWords = []byte("words") // derived: dropped by Rebuild, filled by Index

	wordsWaiting  = []byte("waiting")  // item -> at u32 | seen u32 | number of the note u64
	wordsPosted   = []byte("posted")   // item -> stamp of the row that is its own
	wordsSegments = []byte("segments") // number -> segment

	wordsBuckets = [][]byte{wordsWaiting, wordsPosted, wordsSegments}
)

// makeWords makes the index anew: every item waits.
func makeWords(tx *bbolt.Tx) error {
	if tx.Bucket(bucketWords) != nil {
		if err := tx.DeleteBucket(bucketWords); err != nil {
			return err
		}
	}
	root, err := tx.CreateBucket(bucketWords)
	if err != nil {
		return err
	}
	for _, name := range wordsBuckets {
		if _, err := root.CreateBucket(name); err != nil {
			return err
		}
	}
	if derived(tx) == nil || derived(tx).Bucket(derivedItems) == nil {
		return nil
	}
	for i := range each[news.Item](derived(tx).Bucket(derivedItems)) {
		if err := wait(root, i); err != nil {
			return err
		}
	}
	return nil
}

// haveWords makes the index of a record that was made before there was one.
func haveWords(db *bbolt.DB) error {
	missing := false
	err := db.View(func(tx *bbolt.Tx) error {
		missing = tx.Bucket(bucketWords) == nil
		return nil
	})
	if err != nil || !missing {
		return err
	}
	return db.Update(func(tx *bbolt.Tx) error {
		return guarded(func() error { return makeWords(tx) })
	})
}

// noteRead notes which items a ruling gave a reading that is shown, for both
// indexes.
func noteRead(tx *bbolt.Tx, pos uint64, r news.Ruling) error {
	for _, i := range r.Items {
		item, ok := get[news.Item](derived(tx).Bucket(derivedItems), i.Item[:])
		if !ok || i.Class == news.Reread {
			continue
		}
		if err := wait(tx.Bucket(bucketWords), item); err != nil {
			return err
		}
		if err := lag(tx, pos); err != nil {
			return err
		}
	}
	return nil
}

// wait notes that an item waits to be posted. No two notes are equal: Index
// leaves an item waiting that was noted anew while it was read.
func wait(root *bbolt.Bucket, i news.Item) error {
	waiting := root.Bucket(wordsWaiting)
	note, err := waiting.NextSequence()
	if err != nil {
		return err
	}
	return put(waiting, i.ID[:], appendRow(nil, placeOf(i), note)[:16])
}

func placeOf(i news.Item) news.Place {
	return news.Place{At: seconds(i.Dated().Time), Seen: seconds(i.FirstSeen), Item: i.ID}
}

// seconds is a moment of the years 1970 to 2106 as search orders by it.
func seconds(t time.Time) uint32 {
	return uint32(min(max(t.Unix(), 0), 1<<32-1))
}

// texts are what of an item can be searched. A text that cannot be read is
// empty and named in the error; the others are there.
func (l *Ledger) texts(i news.Item, most news.Content) (title, summary, text news.Searchable, err error) {
	title = news.ForSearch(i.Shown.Title)
	if most == news.Title {
		return title, "", "", nil
	}
	plain, markup, err := l.Texts(i.ShownPos(), i.Shown)
	if most == news.Full {
		text = news.ForSearch(news.PlainText(markup))
	}
	return title, news.ForSearch(plain), text, err
}

// forget takes all rows of items out of the search index, those of earlier
// readings too, and has the items wait to be posted anew with what is left of
// them. Every segment that has one of them is written again, and so is the index
// of what is alike.
func forget(tx *bbolt.Tx, items ...news.ItemID) error {
	root := tx.Bucket(bucketWords)
	gone := make(map[string]bool)
	for _, id := range items {
		gone[string(id[:])] = true
		if err := root.Bucket(wordsPosted).Delete(id[:]); err != nil {
			return err
		}
		i, ok := get[news.Item](derived(tx).Bucket(derivedItems), id[:])
		if !ok {
			return fmt.Errorf("item %s is not there", id)
		}
		if err := errors.Join(wait(root, i), unknow(tx, i)); err != nil {
			return err
		}
	}
	parent := root.Bucket(wordsSegments)
	for _, name := range holding(parent, gone) {
		one := merged(segments(root, [][]byte{name}), alive(root))
		if err := exchange(parent, [][]byte{name}, one); err != nil {
			return err
		}
	}
	return nil
}

// holding names the segments that have rows of items.
func holding(parent *bbolt.Bucket, items map[string]bool) (names [][]byte) {
	c := parent.Cursor()
	for name, _ := c.First(); name != nil; name, _ = c.Next() {
		rows := find(parent.Bucket(name), keyRows)
		for n := range uint32(len(rows) / rowLength) {
			if items[string(rowAt(rows, n).item())] {
				names = append(names, bytes.Clone(name))
				break
			}
		}
	}
	return names
}

// verifyWords checks that every item is posted or waits, that each posted one
// has its row, and that the segments can be read.
func verifyWords(tx *bbolt.Tx) error {
	root := tx.Bucket(bucketWords)
	waiting, posted := root.Bucket(wordsWaiting), root.Bucket(wordsPosted)
	err := derived(tx).Bucket(derivedItems).ForEach(func(id, _ []byte) error {
		if find(waiting, id) == nil && find(posted, id) == nil {
			return fmt.Errorf("%w: item %x is not in the search index; run `chinanewsd rebuild`", ErrDamaged, id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	rows := 0
	live := alive(root)
	err = guarded(func() error {
		return root.Bucket(wordsSegments).ForEachBucket(func(name []byte) error {
			merged(segments(root, [][]byte{name}), func(r row) bool {
				if live(r) {
					rows++
				}
				return true
			})
			return nil
		})
	})
	if err == nil && rows != posted.Stats().KeyN {
		err = fmt.Errorf("%w: %d items are in the search index and %d should be; run `chinanewsd rebuild`", ErrDamaged, rows, posted.Stats().KeyN)
	}
	return err
}
