package storage

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// Said is a message as the log has it.
type Said struct {
	Seq  uint64
	At   time.Time // when the log took it
	Data []byte
}

// Followed is a record that a message became.
type Followed struct {
	Pos       uint64
	Kind      string // as of Record
	At        time.Time
	ID        news.BatchID // of a batch or an edit
	Through   uint64       // of a ruling: the record that it is on, with all before it; 0: a moment's
	Ruling    *news.Ruling // of a ruling
	Duplicate bool         // the id was seen before: nothing followed from it
}

// Follow appends messages of the log in its order, each as one record, with all
// that follows from them, in one transaction: all or nothing. Their times are
// the log's. captures are those that this node made of a batch; nil: it has
// none. It returns ErrGap when a message is not the next, ErrForked when a
// ruling was made of another record than this, and ErrNewer when a node has to
// be upgraded.
func (s *Store) Follow(ctx context.Context, list []Said, captures func(news.BatchID) []news.Capture) (done []Followed, err error) {
	heard := make([]following, len(list))
	for n, said := range list {
		if heard[n], err = listen(said, captures); err != nil {
			return nil, fmt.Errorf("message %d of the log: %w", said.Seq, err)
		}
	}
	erased := false
	err = s.commitTimeless(ctx, func(tx *bbolt.Tx) error {
		done, erased = make([]Followed, 0, len(list)), false
		for _, f := range heard {
			one, err := s.followOne(tx, f)
			if err != nil {
				return fmt.Errorf("message %d of the log: %w", f.Seq, err)
			}
			done = append(done, one)
			erased = erased || !f.prune.Story.IsZero()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if erased {
		if err := s.destroy(ctx); err != nil {
			s.note(fmt.Sprintf("captures that must go are still there: %v; it is tried again at the next start", err))
		}
	}
	return done, nil
}

// following is a message that is being followed.
type following struct {
	Said
	account
	answers  []news.Capture
	captures []packedCapture // of the answers
}

// listen reads a message before the transaction, which others wait for.
func listen(said Said, captures func(news.BatchID) []news.Capture) (f following, err error) {
	f.Said = said
	m, err := decodeMessage(said.Data)
	if err != nil {
		return f, err
	}
	if f.account, err = m.read(); err != nil || m.Kind != kindBatch || captures == nil {
		return f, err
	}
	f.answers = captures(f.id)
	f.captures, err = packCaptures(f.answers)
	return f, err
}

// followOne makes the next record of a message.
func (s *Store) followOne(tx *bbolt.Tx, f following) (done Followed, err error) {
	c, err := readCursor(tx)
	if err != nil {
		return done, err
	}
	tip, last, err := readTipAt(tx)
	switch {
	case err != nil:
		return done, err
	case c.Incarnation == "":
		return done, ErrAlone
	case f.Seq != c.Seq+1 || c.Base+f.Seq != tip.Pos+1:
		return done, fmt.Errorf("%w: it would be record %d, and the record ends at %d", ErrGap, c.Base+f.Seq, tip.Pos)
	}
	at := f.At.UTC().Truncate(time.Millisecond)
	if at.Before(last) {
		at = last
	}
	l := &Ledger{tx: tx, derived: derived(tx), at: at, next: tip.Pos + 1}
	done = Followed{Pos: l.next, Kind: f.Kind.String(), At: at, ID: f.id}
	if done.Duplicate = !f.id.IsZero() && l.seen(f.id); done.Duplicate {
		_, err = appendBody(tx, f.Kind, at, f.Body)
	} else {
		err = s.followed(l, f, &done)
	}
	if err != nil {
		return done, err
	}
	c.Seq = f.Seq
	if err := writeCursor(tx, c); err != nil {
		return done, err
	}
	return done, follow(tx, s.features)
}

// followed appends the record of a message with all that follows from it.
func (s *Store) followed(l *Ledger, f following, done *Followed) (err error) {
	switch f.Kind {
	case kindBatch:
		err = s.followBatch(l, f)
	case kindRuling:
		done.Ruling, done.Through = &f.ruling, f.ruling.Through
		return followRuling(l, f)
	case kindPrune:
		return s.followPrune(l, f)
	default:
		_, err = appendBody(l.tx, f.Kind, l.at, f.Body)
	}
	if err != nil {
		return err
	}
	waiting, err := l.tx.CreateBucketIfNotExists(bucketUnruled)
	if err != nil {
		return err
	}
	return put(waiting, posKey(l.next), f.Data)
}

// followBatch keeps each text by itself: which item's reading it is, and so
// whether that has an equal one, is not ruled yet.
func (s *Store) followBatch(l *Ledger, f following) error {
	err := writeTexts(l.tx, l.next, f.batch.Entries, f.Texts, func(int) (news.Item, bool) { return news.Item{}, false })
	if err != nil {
		return err
	}
	if _, err := appendBody(l.tx, kindBatch, l.at, f.Body); err != nil {
		return err
	}
	b := f.batch
	b.Captures = f.answers
	return s.warcs.capture(l.tx, l.at, l.next, l.lawful(b, f.captures))
}

func followRuling(l *Ledger, f following) error {
	if f.LinkPos >= l.next {
		return fmt.Errorf("%w: a ruling of record %d, and the record ends at %d", ErrForked, f.LinkPos, l.next-1)
	}
	if f.LinkPos > 0 {
		r, err := readRecord(l.tx, f.LinkPos)
		if err != nil {
			return err
		}
		if r.Link != f.Link {
			return fmt.Errorf("%w: record %d has the link %x here and %x where it was ruled; take a copy of another node's record", ErrForked, f.LinkPos, r.Link[:8], f.Link[:8])
		}
	}
	if _, err := appendRuling(l.tx, l.at, f.Body, f.ruling, f.Texts); err != nil {
		return err
	}
	return unwait(l.tx, f.ruling.Through)
}

// unwait has records up to one wait no more.
func unwait(tx *bbolt.Tx, through uint64) error {
	waiting := tx.Bucket(bucketUnruled)
	if waiting == nil || through == 0 {
		return nil
	}
	last := posKey(through)
	for k, _ := waiting.Cursor().First(); k != nil && bytes.Compare(k, last) <= 0; k, _ = waiting.Cursor().First() {
		if err := waiting.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// followPrune throws away what the log says, and of an erasure what only this
// node has.
func (s *Store) followPrune(l *Ledger, f following) error {
	if f.prune.Story.IsZero() {
		return pruneAs(l.tx, l.at, f.Body, f.prune)
	}
	story, _ := l.Story(f.prune.Story)
	r, err := l.remains(story)
	if err != nil {
		return err
	}
	if err := r.findBodies(s.warcs); err != nil {
		return err
	}
	for _, body := range f.prune.Bodies {
		r.bodies[body] = true
	}
	if err := pruneAs(l.tx, l.at, f.Body, f.prune); err != nil {
		return err
	}
	return r.destroy(l.tx)
}
