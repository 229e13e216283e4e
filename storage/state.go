package storage

import (
	"context"
	"encoding/binary"
	"errors"
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
	return s.tellPoll(ctx, p, err)
}

// tellPoll shares what was changed of an address, unless that has failed.
func (s *Store) tellPoll(ctx context.Context, p news.FetchState, err error) error {
	if err != nil || s.share == nil {
		return err
	}
	c := s.gatherer()
	c.poll(p)
	return s.tell(ctx, c)
}

// Settle keeps what came of asking for an address that had nothing new to say
// and shows its source in the condition it was in: state, and no record. It
// returns when that is on disk, for which it waits for others so long.
func (s *Store) Settle(ctx context.Context, b news.Batch, patience time.Duration) error {
	if err := s.alone(); err != nil {
		return err
	}
	return s.commitWithin(ctx, patience, func(tx *bbolt.Tx, at time.Time) error {
		return errors.Join(countOutcome(tx, b, at), writeState(tx, b, news.Decision{}))
	})
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
