package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// change changes the record's file behind the store's back.
func change(t *testing.T, s *Store, do func(tx *bbolt.Tx) error) {
	t.Helper()
	if err := s.db.Update(do); err != nil {
		t.Fatal(err)
	}
}

// Items that are read anew while they are being posted are found by what they
// say then.
func TestIndexBesideAccept(t *testing.T) {
	s, _ := create(t)
	var all sync.WaitGroup
	stop := make(chan struct{})
	all.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				indexed(t, s)
			}
		}
	})
	rounds := 60
	if testing.Short() {
		rounds = 20
	}
	for n := range rounds {
		var releases []release
		for r := range 12 {
			releases = append(releases, release{n: r, title: fmt.Sprintf("round%d item%d", n, r), html: strings.Repeat("<p>padding words</p>", 50)})
		}
		read(t, s, said(n, "a", releases...))
	}
	close(stop)
	all.Wait()
	verify(t, s)
	for n := range rounds {
		want := 0
		if n == rounds-1 {
			want = 12
		}
		if got := same(t, s, news.Query{Phrases: []news.Phrase{news.Phrase(fmt.Sprint("round", n))}}, public); got != want {
			t.Errorf("round %d is found %d times, want %d", n, got, want)
		}
	}
	indexed(t, s)
	same(t, s, news.Query{Phrases: parsed(t, "padding")}, public)
}

// A note that was made between reading an item and posting it leaves the item
// waiting.
func TestIndexLeavesWhatWasNotedAnew(t *testing.T) {
	s, _ := create(t)
	read(t, s, said(1, "a", release{n: 1, title: "before"}, release{n: 2, title: "another"}))
	var bulk gathered
	view(t, s, func(l *Ledger) { bulk, _ = l.gather(context.Background()) })
	read(t, s, said(2, "a", release{n: 1, title: "after"}))
	change(t, s, func(tx *bbolt.Tx) error { return bulk.put(tx.Bucket(bucketWords), bulk.segment()) })
	if filed(t, s, "before") || !filed(t, s, "another") {
		t.Error("what was said before is in the index, or nothing is")
	}
	verify(t, s)
	if n := same(t, s, news.Query{Phrases: parsed(t, "after")}, public); n != 1 {
		t.Errorf("the new reading is found %d times", n)
	}
	if n := indexed(t, s); n != 1 {
		t.Errorf("%d were posted, want the one that was noted anew", n)
	}
	same(t, s, news.Query{Phrases: parsed(t, "before")}, public)
	verify(t, s)
}

// Many small segments become few, and nothing is lost on the way.
func TestMerge(t *testing.T) {
	s, _ := create(t)
	items := 150
	for n := range items {
		read(t, s, said(n, "a", release{n: n, title: fmt.Sprintf("common item%d", n), html: "<p>稀土</p>"}))
		indexed(t, s)
	}
	view(t, s, func(l *Ledger) {
		n := l.tx.Bucket(bucketWords).Bucket(wordsSegments).Stats().BucketN - 1
		if n > 3*(mergeAtOnce-1) {
			t.Errorf("%d segments", n)
		}
	})
	for _, q := range []string{"common", "稀", "稀土", "item77"} {
		same(t, s, news.Query{Phrases: parsed(t, q)}, public)
	}
	verify(t, s)
}

// A record that was made before there was a search index gets one when it is
// opened.
func TestIndexOfAnOlderRecord(t *testing.T) {
	s, dir := create(t)
	read(t, s, said(1, "a", release{n: 1, title: "first"}, release{n: 2, title: "second"}))
	indexed(t, s)
	change(t, s, func(tx *bbolt.Tx) error { return tx.DeleteBucket(bucketWords) })
	s = reopen(t, s, dir)
	verify(t, s)
	if n := same(t, s, news.Query{Phrases: parsed(t, "first")}, public); n != 1 {
		t.Errorf("%d found before it is indexed", n)
	}
	if n := indexed(t, s); n != 2 {
		t.Errorf("%d posted", n)
	}
	same(t, s, news.Query{Phrases: parsed(t, "second")}, public)
}

// A search whose time is over says so, and says what it has found.
func TestSearchIsCut(t *testing.T) {
	s, _ := create(t)
	read(t, s, said(1, "a", release{n: 1, title: "word"}, release{n: 2, title: "word"}))
	for range 2 {
		ctx, cancel := context.WithCancel(context.Background())
		var found news.Found
		view(t, s, func(l *Ledger) {
			found = l.Search(ctx, news.Query{Phrases: parsed(t, "word")}, func(news.Item) news.Content {
				cancel()
				return news.Full
			})
		})
		if !found.Cut || len(found.Hits) != 1 {
			t.Errorf("cut %v, found %d, want one", found.Cut, len(found.Hits))
		}
		indexed(t, s)
	}
}

// An item whose text is lost is found by its title; Index names it.
func TestIndexWithoutAText(t *testing.T) {
	s, _ := create(t)
	read(t, s, said(1, "a", release{n: 1, title: "whole", html: "<p>text</p>"}, release{n: 2, title: "torn", html: "<p>text</p>"}))
	torn := news.NewItemID("a", news.ByID, "id-2")
	change(t, s, func(tx *bbolt.Tx) error {
		i, _ := get[news.Item](derived(tx).Bucket(derivedItems), torn[:])
		return tx.Bucket(bucketTexts).Delete(textKey(i.ShownPos(), i.Shown.Refs[0].N))
	})
	if n, err := s.Index(context.Background()); n != 2 || err == nil || !strings.Contains(err.Error(), torn.String()) {
		t.Errorf("Index posts %d and says %v", n, err)
	}
	for query, want := range map[string]int{"torn": 1, "whole": 1, "text": 1} {
		if got := len(searched(t, s, news.Query{Phrases: parsed(t, query)}, public).Hits); got != want {
			t.Errorf("%q finds %d, want %d", query, got, want)
		}
	}
}

// What is damaged in the index ends a search with an error that says what to
// do, and verify names it.
func TestDamagedIndex(t *testing.T) {
	damage := map[string]func(root *bbolt.Bucket) error{
		"an item that is neither posted nor waits": func(root *bbolt.Bucket) error {
			id, _ := root.Bucket(wordsPosted).Cursor().First()
			return root.Bucket(wordsPosted).Delete(id)
		},
		"a block that is cut": func(root *bbolt.Bucket) error {
			return firstBlock(root, func(b *bbolt.Bucket, k, v []byte) error { return put(b, k, v[:len(v)-1]) })
		},
		"a block of nonsense": func(root *bbolt.Bucket) error {
			return firstBlock(root, func(b *bbolt.Bucket, k, v []byte) error {
				return put(b, k, []byte(strings.Repeat("\xff", 40)))
			})
		},
		"rows that are not there": func(root *bbolt.Bucket) error {
			return firstBlock(root, func(b *bbolt.Bucket, _, _ []byte) error { return put(b, keyRows, nil) })
		},
	}
	for name, do := range damage {
		s, _ := create(t)
		read(t, s, said(1, "a", release{n: 1, title: "word", html: "<p>text</p>"}, release{n: 2, title: "word"}))
		indexed(t, s)
		change(t, s, func(tx *bbolt.Tx) error { return do(tx.Bucket(bucketWords)) })
		if _, err := s.Verify(context.Background()); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "rebuild") {
			t.Errorf("%s: verify says %v", name, err)
		}
		err := s.View(context.Background(), func(l *Ledger) error {
			l.Search(context.Background(), news.Query{Phrases: parsed(t, "word")}, public)
			return nil
		})
		if err != nil && (!errors.Is(err, ErrDamaged) || strings.Contains(err.Error(), "panic")) {
			t.Errorf("%s: search says %v", name, err)
		}
		if _, err := s.Rebuild(context.Background()); err != nil {
			t.Errorf("%s: rebuild says %v", name, err)
		}
		indexed(t, s)
		verify(t, s)
		if n := same(t, s, news.Query{Phrases: parsed(t, "word")}, public); n != 2 {
			t.Errorf("%s: %d found after rebuild", name, n)
		}
	}
}

func firstBlock(root *bbolt.Bucket, do func(b *bbolt.Bucket, k, v []byte) error) error {
	name, _ := root.Bucket(wordsSegments).Cursor().First()
	b := root.Bucket(wordsSegments).Bucket(name)
	k, v := b.Cursor().Seek([]byte{inTitle})
	return do(b, append([]byte{}, k...), bytes.Clone(bare(k, v)))
}

// A bulk that fails leaves waiting what waited.
func TestIndexThatFails(t *testing.T) {
	s, dir := create(t)
	read(t, s, said(1, "a", release{n: 1, title: "word"}))
	ctx, cancel := context.WithTimeout(context.Background(), time.Nanosecond)
	defer cancel()
	<-ctx.Done()
	if n, err := s.Index(ctx); n != 0 || err == nil {
		t.Errorf("posted %d, %v, after the end", n, err)
	}
	s = reopen(t, s, dir)
	verify(t, s)
	if n := indexed(t, s); n != 1 {
		t.Errorf("%d posted, want what waited", n)
	}
}
