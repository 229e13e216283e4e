package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// bucketAlarms has what was not well about the running of the site.
var bucketAlarms = []byte("alarms") // state: kind NUL about NUL n -> news.Alarm. Not there before the first

// AlarmTimes is how many times of the same thing are kept.
const AlarmTimes = 20

// SaveAlarms keeps alarms, each in the place of the same one's. It is done also
// while the clock cannot be believed: that is what an alarm may say.
func (s *Store) SaveAlarms(ctx context.Context, list []news.Alarm) error {
	return s.commitTimeless(ctx, func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(bucketAlarms)
		if err != nil {
			return err
		}
		for _, a := range list {
			if err := errors.Join(putJSON(b, alarmKey(a), a), forgetAlarms(b, a)); err != nil {
				return err
			}
		}
		return nil
	})
}

// forgetAlarms drops what was long before the last time of the same.
func forgetAlarms(b *bbolt.Bucket, last news.Alarm) error {
	var old [][]byte
	c, prefix := b.Cursor(), joined(string(last.Kind), last.About, "")
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		if n := binary.BigEndian.Uint32(k[len(prefix):]); int(n) <= last.N-AlarmTimes {
			old = append(old, bytes.Clone(k))
		}
	}
	for _, k := range old {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

func alarmKey(a news.Alarm) []byte {
	return binary.BigEndian.AppendUint32(joined(string(a.Kind), a.About, ""), uint32(a.N))
}

// Alarms are those that are kept, in the order in which they were noticed.
func (l *Ledger) Alarms() []news.Alarm {
	b := l.tx.Bucket(bucketAlarms)
	if b == nil {
		return nil
	}
	return slices.SortedStableFunc(each[news.Alarm](b), func(a, b news.Alarm) int { return a.Since.Compare(b.Since) })
}

// errLooked ends a transaction that has shown what was to be seen.
var errLooked = errors.New("looked")

// Clock says whether the time of the next record would be believed: nil, or
// ErrClock and why not. It writes nothing. Any other error says nothing of the
// clock.
func (s *Store) Clock(ctx context.Context) error {
	err := s.commit(ctx, func(*bbolt.Tx, time.Time) error { return errLooked })
	if errors.Is(err, errLooked) {
		return nil
	}
	return err
}
