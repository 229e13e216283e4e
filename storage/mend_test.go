package storage

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// mends has a record in a directory made anew of which what follows from it is
// damaged.
func mends(t *testing.T, dir string) *Store {
	t.Helper()
	said := ""
	s, err := Open(dir, Options{Mend: true, Note: func(what string) { said = what }})
	if err != nil {
		t.Fatalf("it cannot be made anew: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	if !strings.Contains(said, "made anew") {
		t.Errorf("it says %q", said)
	}
	verify(t, s)
	return s
}

// What follows from the record is made anew when it is damaged, by a person's
// word; the record and the state stay as they are.
func TestDamageOfWhatFollowsIsMended(t *testing.T) {
	s, dir := create(t)
	for n := range 40 {
		accept(t, s, batch(byte(n), 2*n, 2*n+1))
	}
	indexed(t, s)
	before, tip := contents(t, s), verify(t, s).Tip
	item, posting, logged := asStored(t, s)
	if err := s.NotePlanned(t.Context(), 1, 0); err != nil || !plannedBy(t, s, 1) {
		t.Fatal("what was seen of tasks is not known", err)
	}
	s.Close()
	if _, _, err := Compact(dir, Options{}); err != nil { // no page is there twice
		t.Fatal(err)
	}
	path := filepath.Join(dir, fileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first, second := readHeads(bytes.NewReader(whole))
	if second.tx > first.tx {
		first = second
	}
	root := int(first.root)*pageSize + bytes.Index(page(whole, int(first.root)), []byte("derived"))
	for _, c := range []struct {
		name string
		at   int
		mend bool
	}{
		{"an item", bytes.Index(whole, item) + 9, true},
		{"a posting", bytes.Index(whole, posting) + 9, true},
		{"the name of a bucket", root, false},
		{"where a bucket begins", root + len("derived"), true},
		{"the log", bytes.Index(whole, logged) + 9, false},
	} {
		hurt := bytes.Clone(whole)
		hurt[c.at] ^= 4
		if err := os.WriteFile(path, hurt, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(dir, Options{})
		if err == nil {
			s.Close()
		}
		if !errors.Is(err, ErrDamaged) || strings.Contains(err.Error(), "chinanewsd rebuild") != c.mend {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !c.mend {
			staysDamaged(t, dir)
			continue
		}
		if now, _ := os.ReadFile(path); !bytes.Equal(now, hurt) {
			t.Errorf("%s: a refusal changed the file", c.name)
		}
		s = mends(t, dir)
		if contents(t, s) != before || verify(t, s).Tip != tip {
			t.Errorf("%s: the record is another", c.name)
		}
		if plannedBy(t, s, 1) {
			t.Errorf("%s: what was seen of tasks before is known of what was made anew", c.name)
		}
		s.Close()
	}
}

// asStored are an item, a part of the search index and a record as they stand
// in the file.
func asStored(t *testing.T, s *Store) (item, posting, logged []byte) {
	t.Helper()
	view(t, s, func(l *Ledger) {
		_, item = l.derived.Bucket(derivedItems).Cursor().First()
		parent := l.tx.Bucket(bucketWords).Bucket(wordsSegments)
		name, _ := parent.Cursor().First()
		_, posting = parent.Bucket(name).Cursor().Last()
		_, logged = l.tx.Bucket(bucketLog).Cursor().Last()
		item, posting, logged = bytes.Clone(item), bytes.Clone(posting), bytes.Clone(logged)
	})
	return item, posting, logged
}

func staysDamaged(t *testing.T, dir string) {
	t.Helper()
	if _, err := Open(dir, Options{Mend: true}); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "chinanewsd restore") {
		t.Errorf("damage that cannot be mended: %v", err)
	}
}

// Names of buckets have no checksums.
func TestABucketOfAnotherNameIsRefused(t *testing.T) {
	for _, name := range []string{"names", "log", "items", "waiting"} {
		s, dir := create(t)
		accept(t, s, batch(1, 1))
		s.Close()
		path := filepath.Join(dir, fileName)
		db, err := openGuarded(path)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Update(func(tx *bbolt.Tx) error {
			switch name {
			case "items":
				return rename(derived(tx), name)
			case "waiting":
				return rename(tx.Bucket(bucketWords), name)
			}
			_, err := tx.CreateBucket([]byte("x" + name))
			return errors.Join(err, tx.DeleteBucket([]byte(name)))
		})
		if err = errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		if s, err := Open(dir, Options{}); !errors.Is(err, ErrDamaged) {
			t.Errorf("without %s it is opened: %v", name, err)
			s.Close()
		}
	}
}

func rename(parent *bbolt.Bucket, name string) error {
	_, err := parent.CreateBucket([]byte("x" + name))
	return errors.Join(err, parent.DeleteBucket([]byte(name)))
}

// An element too few in a page is as good as a value that is gone.
func TestPagesWithElementsMissingAreRefused(t *testing.T) {
	s, dir := create(t)
	for n := range 40 {
		accept(t, s, batch(byte(n), 2*n, 2*n+1))
	}
	sum := digest(s)
	s.Close()
	path := filepath.Join(dir, fileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for n := 2; n < len(whole)/pageSize; n++ {
		head := page(whole, n)[:pageHeader]
		if head[8] != leafPage || head[10] < 2 {
			continue
		}
		for _, count := range []byte{0, head[10] - 1, head[10] + 1} {
			hurt := bytes.Clone(whole)
			page(hurt, n)[10] = count
			if err := os.WriteFile(path, hurt, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Open(dir, Options{})
			switch {
			case err != nil:
				tried++
			case digest(s) != sum: // else the page was free
				t.Errorf("page %d is taken for one of %d elements, and has %d", n, count, head[10])
				fallthrough
			default:
				s.Close()
			}
		}
	}
	if tried < 10 {
		t.Errorf("%d pages were refused: the test proves nothing", tried)
	}
}

// A reader that takes long, as a backup is, keeps no writer waiting, however
// much the file grows meanwhile.
func TestGrowthDoesNotWaitForReaders(t *testing.T) {
	s, _ := create(t)
	defer s.Close()
	done := make(chan error)
	view(t, s, func(*Ledger) {
		go func() {
			done <- s.commit(context.Background(), func(tx *bbolt.Tx, _ time.Time) error {
				return put(tx.Bucket(bucketTexts), []byte("a large one"), make([]byte, 64<<20))
			})
		}()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(time.Minute):
			t.Error("the writer waits for a reader")
			go func() { <-done }()
		}
	})
}
