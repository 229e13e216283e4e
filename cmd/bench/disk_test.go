package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
)

// Each bucket counts once, where it belongs, with what is in the buckets in it.
func TestSizes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "news.db")
	db, err := bbolt.Open(file, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	put := func(b *bbolt.Bucket, pages int) error {
		return b.Put([]byte("k"), bytes.Repeat([]byte("x"), pages*db.Info().PageSize))
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for name, pages := range map[string]int{"words": 10, "akin": 100, "texts": 400, "log": 600} {
			b, err := tx.CreateBucket([]byte(name))
			if err != nil {
				return err
			}
			inner, err := b.CreateBucket([]byte("inner"))
			if err != nil {
				return err
			}
			if err := put(inner, pages); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	page := int64(db.Info().PageSize)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := sizes(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ got, pages int64 }{"words": {w.words, 10}, "near": {w.near, 100}, "rest": {w.rest, 1000}} {
		if c.got < c.pages*page || c.got > (c.pages+8)*page {
			t.Errorf("%s: %d bytes, want %d pages of %d and few more", name, c.got, c.pages, page)
		}
	}
	if _, err := sizes(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a record that is not there has a size")
	}
}
