package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"chinanews/news"
)

// readBlocks are the terms that blocks have, in their fields, and their lists.
func readBlocks(all []block) (keys, lists []string) {
	for _, b := range all {
		for p := postingsOf(b.value); p.next(); {
			keys = append(keys, string(b.key[0])+string(p.term))
			lists = append(lists, string(p.list))
		}
	}
	return keys, lists
}

// What is put into blocks is what is read in them, however long terms are and
// whatever they share.
func TestBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		term := rapid.StringOfN(rapid.RuneFrom([]rune("ab港口\x01")), 0, 40, -1)
		keys := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string {
			return rapid.SampledFrom([]string{"a", "t"}).Draw(t, "field") + term.Draw(t, "term")
		}), 0, 200, rapid.ID).Draw(t, "keys")
		slices.Sort(keys)
		var lists []string
		w := blocks{}
		for n, key := range keys {
			list := strings.Repeat("x", n%7*20)
			lists = append(lists, list)
			w.add([]byte(key), []byte(list))
		}
		gotKeys, gotLists := readBlocks(w.done())
		if !slices.Equal(gotKeys, keys) || !slices.Equal(gotLists, lists) {
			t.Fatalf("read %q %q, want %q %q", gotKeys, gotLists, keys, lists)
		}
	})
}

func FuzzPostings(f *testing.F) {
	w := blocks{}
	w.add([]byte("aharbour"), []byte{1, 2})
	w.add([]byte("aharbours and a term that is long"), []byte{3})
	f.Add(w.done()[0].value)
	f.Add([]byte{0, 0xf1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Add([]byte{4, 'w', 'o', 'r', 'd', 1, 7})
	f.Fuzz(func(t *testing.T, b []byte) {
		err := guarded(func() error {
			for p := postingsOf(b); p.next(); {
			}
			return nil
		})
		if err != nil && !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
	})
}

// wholeTerms writes blocks as an earlier program did.
func wholeTerms(t *testing.T, s *Store) {
	change(t, s, func(tx *bbolt.Tx) error {
		parent := tx.Bucket(bucketWords).Bucket(wordsSegments)
		return parent.ForEachBucket(func(name []byte) error {
			b := parent.Bucket(name)
			var old []block
			c := b.Cursor()
			for k, v := c.Seek([]byte{keyRows[0] + 1}); k != nil; k, v = c.Next() {
				one := block{key: bytes.Clone(k)}
				for p := postingsOf(bare(k, v)); p.next(); {
					for _, part := range [][]byte{p.term, p.list} {
						one.value = append(binary.AppendUvarint(one.value, uint64(len(part))), part...)
					}
				}
				old = append(old, one)
			}
			for _, one := range old {
				if err := put(b, one.key, one.value); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// Blocks of before are searched, and merged with those of today.
func TestBlocksOfBefore(t *testing.T) {
	s, _ := create(t)
	n := 0
	more := func() {
		n++
		read(t, s, said(n, "a", release{n: n, title: "harbour dues", html: "<p>harbours are dredged</p>"}))
		indexed(t, s)
	}
	found := func() int { return len(searched(t, s, news.Query{Phrases: parsed(t, "harbour")}, public).Hits) }
	for range mergeAtOnce - 1 {
		more()
	}
	wholeTerms(t, s)
	if got := found(); got != n {
		t.Errorf("%d of %d are found in what was written before", got, n)
	}
	verify(t, s)
	for range 2 * mergeAtOnce {
		more()
	}
	if got := found(); got != n {
		t.Errorf("%d of %d are found in what was merged", got, n)
	}
	verify(t, s)
}
