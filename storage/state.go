package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"reflect"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// writeState keeps what is to be remembered beside the record: of the address
// and hosts that were asked, and of tasks.
func writeState(tx *bbolt.Tx, b news.Batch, d news.Decision) error {
	if b.State.URL != "" {
		if err := writePoll(tx, b.State); err != nil {
			return err
		}
	}
	for _, h := range b.Hosts {
		if err := putJSON(tx.Bucket(bucketHosts), []byte(h.Host), h); err != nil {
			return err
		}
	}
	return writeTasks(tx, d.Tasks, d.Done)
}

func writePoll(tx *bbolt.Tx, p news.FetchState) error {
	key := pollKey(p.Source, p.URL)
	return errors.Join(putJSON(tx.Bucket(bucketPolls), key, p), unattempt(tx, key))
}

func pollKey(origin news.Origin, url string) []byte { return joined(string(origin), url) }

// SavePoll changes what is remembered of one address alone.
func (s *Store) SavePoll(ctx context.Context, p news.FetchState) error {
	err := s.commit(ctx, func(tx *bbolt.Tx, _ time.Time) error { return writePoll(tx, p) })
	return s.tellPolls(ctx, err, p)
}

// tellPolls shares what was changed of addresses, unless that has failed.
func (s *Store) tellPolls(ctx context.Context, err error, all ...news.FetchState) error {
	if err != nil || s.share == nil {
		return err
	}
	c := s.gatherer()
	for _, p := range all {
		c.poll(p)
	}
	return s.tell(ctx, c)
}

// Settle keeps what came of asking for an address that had nothing new to say
// and shows its source in the condition it was in: state, and no record. before
// is what was remembered of the address when it was asked. It returns when that
// is on disk, for which it waits for others so long.
func (s *Store) Settle(ctx context.Context, before news.FetchState, b news.Batch, patience time.Duration) error {
	if err := s.alone(); err != nil {
		return err
	}
	same := attemptAlone(before, b.State) && len(b.Hosts) == 0
	return s.commitWithin(ctx, patience, func(tx *bbolt.Tx, at time.Time) error {
		if err := countOutcome(tx, b, at); err != nil {
			return err
		}
		if same && find(tx.Bucket(bucketPolls), pollKey(b.State.Source, b.State.URL)) != nil {
			return putAttempt(tx, b.State)
		}
		return writeState(tx, b, news.Decision{})
	})
}

// attemptAlone reports whether a poll has changed nothing that an attempt does
// not say.
func attemptAlone(before, after news.FetchState) bool {
	if after.LastGood.IsZero() {
		return false
	}
	return reflect.DeepEqual(attemptOf(after).over(before, pollKey(after.Source, after.URL)), after)
}

// SaveTasks changes tasks alone: those that are done go, the others come.
func (s *Store) SaveTasks(ctx context.Context, tasks, done []news.Task) error {
	err := s.commit(ctx, func(tx *bbolt.Tx, _ time.Time) error { return writeTasks(tx, tasks, done) })
	if err != nil || s.share == nil {
		return err
	}
	c := s.gatherer()
	c.tasks(tasks, done)
	return s.tell(ctx, c)
}

func writeTasks(tx *bbolt.Tx, tasks, done []news.Task) error {
	for _, t := range done {
		if err := dropTask(tx, t.Name()); err != nil {
			return err
		}
	}
	for _, t := range tasks {
		if err := dropTask(tx, t.Name()); err != nil {
			return err
		}
		key := taskKey(t)
		if err := putJSON(tx.Bucket(bucketTasks), key, t); err != nil {
			return err
		}
		if err := put(tx.Bucket(bucketNames), []byte(t.Name()), key); err != nil {
			return err
		}
	}
	return nil
}

func dropTask(tx *bbolt.Tx, name string) error {
	names := tx.Bucket(bucketNames)
	key, err := lookup(names, []byte(name))
	if errors.Is(err, errAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := tx.Bucket(bucketTasks).Delete(key); err != nil {
		return err
	}
	return names.Delete([]byte(name))
}

// taskKey orders tasks by when they are due.
func taskKey(t news.Task) []byte {
	key := binary.BigEndian.AppendUint64(nil, uint64(t.Due.UnixMilli()))
	return append(key, t.Name()...)
}
