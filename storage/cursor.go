package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// Errors of a record that follows a log which several nodes share.
var (
	ErrMember = errors.New("records come from the cluster's log")
	ErrForked = errors.New("this node's record is not the cluster's")
	ErrGap    = errors.New("a message does not follow the record")
	ErrAlone  = errors.New("this record follows no cluster's log")
	ErrLarge  = errors.New("it is too large to tell other nodes of")
)

// Cursor is how far a record has followed what nodes share. Record Base+n is
// the log's message n.
type Cursor struct {
	Incarnation string `json:"incarnation"` // of the log; empty: the record follows none
	Base        uint64 `json:"base"`        // position of the last record before the log's first message
	Seq         uint64 `json:"seq"`         // of the last message that was followed
	State       uint64 `json:"state"`       // of the last cell that was absorbed

	// Whole is when every cell that nodes had shared was absorbed, by the clock of
	// the machine where that was: a copy has it from its node. Zero: that is not known.
	Whole time.Time `json:"whole,omitzero"`
}

var keyCursor = []byte("cursor")

// Cursor is how far the record has followed; zero for one that follows no log.
func (s *Store) Cursor() (c Cursor, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		c, err = readCursor(tx)
		return err
	})
	return c, err
}

func readCursor(tx *bbolt.Tx) (c Cursor, err error) {
	err = getJSON(tx.Bucket(bucketMeta), keyCursor, &c)
	if errors.Is(err, errAbsent) {
		err = nil
	}
	return c, err
}

func writeCursor(tx *bbolt.Tx, c Cursor) error { return putJSON(tx.Bucket(bucketMeta), keyCursor, c) }

// Complete notes that at a moment every cell that nodes had shared was absorbed.
func (s *Store) Complete(ctx context.Context, at time.Time) error {
	return s.commitTimeless(ctx, func(tx *bbolt.Tx) error {
		c, err := readCursor(tx)
		if err != nil {
			return err
		}
		if c.Incarnation == "" {
			return ErrAlone
		}
		c.Whole = at.UTC().Truncate(time.Second)
		return writeCursor(tx, c)
	})
}

// Join has the record follow a log from now on: what founds one, or where one
// begins anew. The cursor must be where the record ends. Nothing but Follow
// appends to it after that.
func (s *Store) Join(ctx context.Context, c Cursor) error {
	was := s.member.Load()
	err := s.commitTimeless(ctx, func(tx *bbolt.Tx) error {
		tip, err := readTip(tx)
		if err != nil {
			return err
		}
		if c.Incarnation == "" || c.Base+c.Seq != tip.Pos {
			return fmt.Errorf("%w: the record ends at %d and the log %q is to be followed from %d on", ErrGap, tip.Pos, c.Incarnation, c.Base+c.Seq)
		}
		s.member.Store(true)
		return writeCursor(tx, c)
	})
	if err != nil {
		s.member.Store(was)
	}
	return err
}

// alone refuses to append to a record that follows a log: it would be another
// than that of the other nodes.
func (s *Store) alone() error {
	if s.member.Load() {
		return fmt.Errorf("%w: this node appends to that, and never to its own record", ErrMember)
	}
	return nil
}

// joined reads whether the record follows a log.
func (s *Store) joined() error {
	c, err := s.Cursor()
	s.member.Store(c.Incarnation != "")
	return err
}

// leaveCluster has a record follow no log any more. What waited for a ruling
// gets none.
func leaveCluster(tx *bbolt.Tx) error {
	if tx.Bucket(bucketUnruled) != nil {
		if err := tx.DeleteBucket(bucketUnruled); err != nil {
			return err
		}
	}
	meta := tx.Bucket(bucketMeta)
	return errors.Join(meta.Delete(keyCursor), meta.Delete(keyPlanned))
}
