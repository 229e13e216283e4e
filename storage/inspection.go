package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"go.etcd.io/bbolt"
)

// behindAbove is the size, in bytes, of a file that is worth looking through
// behind: a smaller one is looked through when it is opened, whatever is wished.
const behindAbove = 64 << 20

// openBehind opens a large file of which only that was checked which leads to
// its pages: one in a hundred, or fewer. Nil: it must be opened as any other,
// since it is small, or something is to be done to it first, or to be said of it.
func openBehind(path string, o Options) *bbolt.DB {
	size, err := fileSize(path)
	if err != nil || !o.Behind || size <= cmp.Or(o.behindAbove, behindAbove) {
		return nil
	}
	if roomy, err := sparse(path, o); err != nil || roomy {
		return nil
	}
	db, err := openBy(path, &pageTree{brief: true})
	if err != nil {
		return nil
	}
	settled := false
	err = readable(db, func(tx *bbolt.Tx) error {
		return guarded(func() error { settled = asToday(tx, o); return nil })
	})
	if err != nil || !settled {
		db.Close()
		return nil
	}
	return db
}

// asToday reports whether there is nothing to do to a file before it is used.
func asToday(tx *bbolt.Tx, o Options) bool {
	schema, err := schemaOf(tx)
	if err != nil || schema != schemaVersion || outdated(tx) || lacksDerived(tx) {
		return false
	}
	if tx.Bucket(bucketWords) == nil || o.Features != nil && lagsFrom(tx) > 0 {
		return false
	}
	return len(leaving(tx))+len(doomedFiles(tx)) == 0
}

// write commits what is asked for, from when the file is known to be whole.
func (s *Store) write(c *clock) {
	select {
	case <-s.inspected:
	default:
		s.damage = s.inspect()
		close(s.inspected)
	}
	if s.damage == nil {
		s.commitLoop(c)
		return
	}
	defer close(s.done)
	s.refuse(s.damage)
}

// inspect looks through a file that is open, and to which nothing was written
// since.
func (s *Store) inspect() error {
	f, err := os.Open(s.db.Path())
	if err != nil {
		return err
	}
	defer f.Close()
	err = s.follows(f, &pageTree{stop: s.stop})
	if err == nil || errors.Is(err, ErrClosed) {
		return err
	}
	hint := restoreHint
	if s.follows(f, &pageTree{stop: s.stop, skip: remade}) == nil {
		hint = errDerived.Error() + "; stop the daemon, and `chinanewsd rebuild` makes that anew"
	}
	return fmt.Errorf("%s: %w: %w; %s", s.db.Path(), ErrDamaged, err, hint)
}

func (s *Store) follows(f *os.File, t *pageTree) error {
	if err := sound(f, t); err != nil {
		return err
	}
	return wellFormed(s.db, t)
}

// Sound waits until the whole file was looked through, and says what is damaged
// in it. While it is, nothing is written, and what can be read is read on.
func (s *Store) Sound(ctx context.Context) error {
	select {
	case <-s.inspected:
		return s.damage
	case <-ctx.Done():
		return ctx.Err()
	}
}
