package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"iter"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

var (
	derivedTallies = []byte("tallies") // day or month NUL origin -> Tally
	derivedJournal = []byte("journal") // pos -> nothing; of records that a person caused, or that throw away

	bucketOutcomes = []byte("outcomes") // state: day -> Outcomes. Not there before the first
	bucketReaders  = []byte("readers")  // state: day NUL feed -> Readers. Not there before the first
)

// countedDays is how long outcomes and readers are kept.
const countedDays = 400

// tally adds to what was counted of a source on a day, and in its month.
func (f *folder) tally(origin news.Origin, day string, t news.Tally) error {
	b := f.root.Bucket(derivedTallies)
	for _, period := range []string{day, day[:len("2006-01")]} {
		key := joined(period, string(origin))
		sum, _ := get[news.Tally](b, key)
		if sum = sum.Plus(t); sum == (news.Tally{}) {
			if err := b.Delete(key); err != nil {
				return err
			}
			continue
		}
		if err := putJSON(b, key, sum); err != nil {
			return err
		}
	}
	return nil
}

// tallied counts a reading that made an item what it is now.
func (f *folder) tallied(before, now news.Item, class news.Change) error {
	var errs []error
	if was, is := before.PublishedOn(), now.PublishedOn(); before.ID.IsZero() || was != is {
		if !before.ID.IsZero() {
			errs = append(errs, f.tally(now.Source, was, news.Tally{Releases: -1}))
		}
		errs = append(errs, f.tally(now.Source, is, news.Tally{Releases: 1}))
	}
	if class == news.Edit {
		errs = append(errs, f.tally(now.Source, news.BeijingDay(f.rec.At), news.Tally{Edits: 1}))
	}
	return errors.Join(errs...)
}

// Tallies are what was counted of each source in a period: a day, 2026-11-26,
// or a month, 2026-11.
func (l *Ledger) Tallies(period string) map[news.Origin]news.Tally {
	all := make(map[news.Origin]news.Tally)
	prefix := joined(period, "")
	b := l.derived.Bucket(derivedTallies)
	c := b.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		all[news.Origin(k[len(prefix):])], _ = get[news.Tally](b, k)
	}
	return all
}

// journal notes a record that the log of what was done has.
func (f *folder) journal() error {
	return put(f.root.Bucket(derivedJournal), posKey(f.rec.Pos), nil)
}

// Journal yields the records of editors' acts, configurations, what was thrown
// away and what befell the file, before a position, the newest first; from 0 on,
// all of them.
func (l *Ledger) Journal(before uint64) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		c := l.derived.Bucket(derivedJournal).Cursor()
		k, _ := c.Last()
		if before > 0 {
			k, _ = seekBefore(c, posKey(before))
		}
		for ; k != nil; k, _ = c.Prev() {
			r, err := readRecord(l.tx, binary.BigEndian.Uint64(k))
			if err != nil {
				panic(fault{err})
			}
			if !yield(r) {
				return
			}
		}
	}
}

// countOutcome counts a poll of a listing's own address, in the transaction that
// has its answer: one that is not recorded is not counted, and none twice.
func countOutcome(tx *bbolt.Tx, b news.Batch, at time.Time) error {
	if b.Kind != news.TaskListing || b.State.URL == "" {
		return nil
	}
	days, err := tx.CreateBucketIfNotExists(bucketOutcomes)
	if err != nil {
		return err
	}
	day := news.BeijingDay(at)
	sum, known := get[news.Outcomes](days, []byte(day))
	sum.Count(b)
	if err := putJSON(days, []byte(day), sum); err != nil || known {
		return err
	}
	return forgetDays(days, at)
}

// forgetDays drops rows of days that are long over.
func forgetDays(b *bbolt.Bucket, at time.Time) error {
	first := []byte(news.BeijingDay(at.AddDate(0, 0, -countedDays)))
	var old [][]byte
	c := b.Cursor()
	for k, _ := c.First(); k != nil && bytes.Compare(k, first) < 0; k, _ = c.Next() {
		old = append(old, bytes.Clone(k))
	}
	for _, k := range old {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// Outcomes are what polls of listings brought on a day, 2026-11-26 in Beijing.
func (l *Ledger) Outcomes(day string) (o news.Outcomes) {
	if b := l.tx.Bucket(bucketOutcomes); b != nil {
		o, _ = get[news.Outcomes](b, []byte(day))
	}
	return o
}

// SaveReaders keeps who read feeds on a day, in the place of what was kept of
// it and them before.
func (s *Store) SaveReaders(ctx context.Context, day string, readers map[news.FeedName]news.Readers) error {
	if len(readers) == 0 {
		return nil
	}
	return s.commit(ctx, func(tx *bbolt.Tx, at time.Time) error {
		b, err := tx.CreateBucketIfNotExists(bucketReaders)
		if err != nil {
			return err
		}
		for name, r := range readers {
			if err := putJSON(b, joined(day, string(name)), r); err != nil {
				return err
			}
		}
		return forgetDays(b, at)
	})
}

// Readers are those of each feed on a day, as far as they were counted.
func (l *Ledger) Readers(day string) map[news.FeedName]news.Readers {
	all := make(map[news.FeedName]news.Readers)
	b := l.tx.Bucket(bucketReaders)
	if b == nil {
		return all
	}
	prefix := joined(day, "")
	c := b.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		all[news.FeedName(k[len(prefix):])], _ = get[news.Readers](b, k)
	}
	return all
}
