package main

import (
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// weight is the bytes of pages that the buckets of a record take.
type weight struct {
	words int64 // search postings
	near  int64 // by which copies are found, of the last weeks
	rest  int64
}

// weigh adds what an item takes in the record, and what its search postings do.
func (b *bench) weigh(file string, items int, texts int64, small bool) error {
	w, err := sizes(file)
	if err != nil {
		return err
	}
	each := func(bytes int64) float64 { return float64(bytes) / 1000 / float64(items) }
	record := each(w.near + w.rest)
	note := fmt.Sprintf("its text %.2f kB; %.2f to find copies by", each(texts), each(w.near))
	b.say("an item: %.2f kB, postings %.2f kB, %s", record, each(w.words), note)
	return errors.Join(b.add(sample{Key: "disk", Ours: record, Note: note, Small: small}), b.add(sample{Key: "postings", Ours: each(w.words), Limit: each(texts), Small: small}))
}

// sizes weighs the record in a file.
func sizes(file string) (w weight, err error) {
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{ReadOnly: true, Timeout: 10 * time.Second})
	if err != nil {
		return w, err
	}
	defer db.Close()
	err = db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, bucket *bbolt.Bucket) error {
			s := bucket.Stats()
			*w.of(string(name)) += int64(s.BranchAlloc + s.LeafAlloc)
			return nil
		})
	})
	return w, err
}

// of is where a bucket counts.
func (w *weight) of(bucket string) *int64 {
	switch bucket {
	case "words":
		return &w.words
	case "akin":
		return &w.near
	}
	return &w.rest
}
