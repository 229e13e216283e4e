package storage

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

func forgetSome(t *testing.T, s *Store, rnd *rand.Rand) {
	t.Helper()
	var some []news.ItemID
	view(t, s, func(l *Ledger) {
		for i := range each[news.Item](l.derived.Bucket(derivedItems)) {
			if rnd.IntN(10) == 0 {
				some = append(some, i.ID)
			}
		}
	})
	if err := s.commit(context.Background(), func(tx *bbolt.Tx, _ time.Time) error { return forget(tx, some...) }); err != nil {
		t.Fatal(err)
	}
}

// Nothing that only a forgotten item said stays in the index, also of what it
// said before an edit.
func TestForget(t *testing.T) {
	s, _ := create(t)
	for n := range 20 {
		read(t, s, said(n, "a", release{n: n, title: fmt.Sprint("Title ", n), html: "<p>common words and 某人住址</p>"}))
		indexed(t, s)
	}
	read(t, s, said(100, "a", release{n: 7, title: "Confidential7", html: "<p>secretword 身份证号码</p>"}))
	indexed(t, s)
	read(t, s, said(101, "a", release{n: 7, title: "Title 7 again", html: "<p>nothing</p>"}))
	indexed(t, s)
	for _, term := range []string{"secretword", "confidential7", "份证"} {
		if !filed(t, s, term) {
			t.Fatalf("%s is not in the index: the test proves nothing", term)
		}
	}
	id := news.NewItemID("a", news.ByID, "id-7")
	if err := s.commit(context.Background(), func(tx *bbolt.Tx, _ time.Time) error { return forget(tx, id) }); err != nil {
		t.Fatal(err)
	}
	for _, term := range []string{"secretword", "confidential7", "份证"} {
		if filed(t, s, term) {
			t.Errorf("%s is in the index still", term)
		}
	}
	verify(t, s)
	for _, q := range []string{"title", "again", "人住址", "nothing"} {
		same(t, s, news.Query{Phrases: parsed(t, q)}, public)
	}
	indexed(t, s)
	verify(t, s)
	if n := same(t, s, news.Query{Phrases: parsed(t, "again")}, public); n != 1 {
		t.Errorf("%d found of what is left of the item", n)
	}
}

// filed reports whether any segment has a term.
func filed(t *testing.T, s *Store, term string) (found bool) {
	t.Helper()
	view(t, s, func(l *Ledger) {
		parent := l.tx.Bucket(bucketWords).Bucket(wordsSegments)
		parent.ForEachBucket(func(name []byte) error {
			return parent.Bucket(name).ForEach(func(k, v []byte) error {
				found = found || bytes.Contains(k, []byte(term)) || bytes.Contains(v, []byte(term))
				if bytes.Equal(k, keyRows) {
					return nil
				}
				for p := postingsOf(bare(k, v)); p.next(); {
					found = found || bytes.Contains(p.term, []byte(term))
				}
				return nil
			})
		})
	})
	return found
}
