package storage

import (
	"bytes"
	"errors"
	"testing"

	"go.etcd.io/bbolt"
)

// What is new is taken in beside a run that is damaged, which stays for verify to
// name until an erasure has to take something out of it.
func TestDamagedRunHoldsNothingUp(t *testing.T) {
	s, _, _ := createNear(t)
	hear(t, s, 1, release{n: 1, title: "word", html: "text", date: noon})
	err := s.db.Update(func(tx *bbolt.Tx) error {
		runs := nearOf(tx, noon).runs
		name, _ := runs.Cursor().First()
		b := runs.Bucket(name)
		hurt := bytes.Clone(b.Get(keyRows))
		hurt[len(hurt)-1] ^= 1
		return b.Put(keyRows, hurt)
	})
	if err != nil {
		t.Fatal(err)
	}
	hear(t, s, 2, release{n: 2, title: "word", html: "another text", date: noon})
	hear(t, s, 3, release{n: 3, title: "word", html: "a third text", date: noon})
	if _, err := s.Verify(t.Context()); !errors.Is(err, ErrDamaged) {
		t.Errorf("nobody names the damaged run: %v", err)
	}
}
