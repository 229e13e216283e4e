package storage

import (
	"context"
	"errors"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// supposeFor is how long writers are held up by supposing. Tests have more time.
var supposeFor = 20 * time.Millisecond

// supposeBytes is how much is to be appended at once.
const supposeBytes = 512 << 10

// ConsiderAll is Consider for as many as wait, up to most and to what a moment
// has time for: each is ruled on as if what is said of those before it had been
// followed. All of it is to be appended in this order, with nothing of the ruler's
// between, and followed before the next are considered. The last may be one that
// has a prune. An error concerns the first that waits; ErrClosed.
func (s *Store) ConsiderAll(ctx context.Context, after uint64, most int, j Judge) (list []Verdict, err error) {
	more, err := s.several(after)
	if more && most > 1 && err == nil {
		return s.suppose(ctx, after, most, j)
	}
	v, ok, err := s.Consider(ctx, after, j)
	if ok {
		list = append(list, v)
	}
	return list, err
}

// several reports whether more than one record after a position waits.
func (s *Store) several(after uint64) (more bool, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		if waiting := tx.Bucket(bucketUnruled); waiting != nil {
			c := waiting.Cursor()
			c.Seek(posKey(after + 1))
			k, _ := c.Next()
			more = k != nil
		}
		return nil
	})
	return more, err
}

// suppose rules on what waits in a transaction that is never committed. What is
// supposed to be followed has the time of the record's end, and the positions
// after it: those that it will have, or some before them.
func (s *Store) suppose(ctx context.Context, after uint64, most int, j Judge) (list []Verdict, err error) {
	tx, err := s.db.Begin(true)
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return nil, ErrClosed
	}
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	on, at, err := readTipAt(tx)
	if err != nil {
		return nil, err
	}
	size := 0
	for end := time.Now().Add(supposeFor); len(list) < most && size < supposeBytes && time.Now().Before(end) && ctx.Err() == nil; {
		l := &Ledger{tx: tx, derived: derived(tx), at: at, next: on.Pos + 1}
		var v Verdict
		more := false
		err := guarded(func() (err error) { more, err = l.considerNext(after, on, j, &v); return err })
		if err != nil && len(list) == 0 {
			return nil, err
		}
		if err != nil || !more {
			break
		}
		list, after, size = append(list, v), v.Pos, size+len(v.Message)
		if v.Prune != nil || guarded(func() error { return s.supposed(tx, at, v) }) != nil {
			break
		}
	}
	return list, ctx.Err()
}

// supposed follows what a verdict says.
func (s *Store) supposed(tx *bbolt.Tx, at time.Time, v Verdict) error {
	if v.Message == nil {
		return nil
	}
	f, err := listen(Said{Data: v.Message}, nil)
	if err != nil {
		return err
	}
	tip, err := readTip(tx)
	if err != nil {
		return err
	}
	if err := followRuling(&Ledger{tx: tx, derived: derived(tx), at: at, next: tip.Pos + 1}, f); err != nil {
		return err
	}
	return follow(tx, s.features)
}
