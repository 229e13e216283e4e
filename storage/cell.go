package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// Cells are the rows of state that nodes share: those of polls, hosts, hub,
// outbox and people under their keys, and tasks under their names.

// cellKinds reads a row of each bucket, to know that it is one.
var cellKinds = map[string]func(key, value []byte) error{
	string(bucketPolls):  isRow[news.FetchState],
	string(bucketHosts):  isRow[news.HostState],
	string(bucketHub):    isRow[news.Subscription],
	string(bucketOutbox): isRow[news.Delivery],
	string(bucketPeople): isPeopleRow,
}

func isRow[T any](_, value []byte) error {
	var v T
	return json.Unmarshal(value, &v)
}

func isPeopleRow(key, value []byte) error {
	kind, _, _ := bytes.Cut(key, []byte{0})
	switch string(kind) {
	case peopleSession:
		return isRow[news.Session](key, value)
	case peoplePerson:
		return isRow[news.Person](key, value)
	case peopleSignIn:
		return isRow[news.SignIn](key, value)
	case peopleEnded:
		return isRow[time.Time](key, value)
	}
	return isRow[any](key, value)
}

// Absorb puts cells of others, and this node's own, in the place of what was
// there, and remembers up to which of all that was, in one transaction. Those of
// buckets that are not known are a newer program's, and left out.
func (s *Store) Absorb(ctx context.Context, cells []news.Cell, upto uint64) error {
	return s.commitTimeless(ctx, func(tx *bbolt.Tx) error {
		c, err := readCursor(tx)
		if err != nil {
			return err
		}
		if c.Incarnation == "" {
			return ErrAlone
		}
		for _, cell := range cells {
			if err := absorb(tx, cell); err != nil {
				return fmt.Errorf("what another node says of %s: %w", cellName(cell), err)
			}
		}
		if upto <= c.State {
			return nil
		}
		c.State = upto
		return writeCursor(tx, c)
	})
}

// cellName names a cell, by a digest where there may be a secret in its key.
func cellName(c news.Cell) string {
	switch c.Bucket {
	case string(bucketPolls), string(bucketTasks), string(bucketHosts):
		return fmt.Sprintf("%s %q", c.Bucket, c.Key)
	}
	return fmt.Sprintf("%s, key of digest %x", c.Bucket, short(string(c.Key)))
}

func absorb(tx *bbolt.Tx, c news.Cell) error {
	if c.Bucket == string(bucketTasks) {
		return absorbTask(tx, c)
	}
	reads, known := cellKinds[c.Bucket]
	if !known {
		return nil
	}
	b, err := tx.CreateBucketIfNotExists([]byte(c.Bucket))
	if err != nil {
		return err
	}
	if c.Bucket == string(bucketPolls) { // it says of attempts what there is to say
		if err := unattempt(tx, c.Key); err != nil {
			return err
		}
	}
	if len(c.Value) == 0 {
		return b.Delete(c.Key)
	}
	if err := reads(c.Key, c.Value); err != nil {
		return err
	}
	return put(b, c.Key, c.Value)
}

func absorbTask(tx *bbolt.Tx, c news.Cell) error {
	if len(c.Value) == 0 {
		return dropTask(tx, string(c.Key))
	}
	var t news.Task
	if err := json.Unmarshal(c.Value, &t); err != nil {
		return err
	}
	if t.Name() != string(c.Key) {
		return fmt.Errorf("the task in it is %q", t.Name())
	}
	return writeTasks(tx, []news.Task{t}, nil)
}

// cells gathers what a request changes. A nil one gathers nothing.
type cells struct {
	list []news.Cell
	err  error
}

func (c *cells) put(bucket, key []byte, v any) {
	if c == nil {
		return
	}
	value, err := json.Marshal(v)
	if err != nil {
		c.err = err
	}
	c.list = append(c.list, news.Cell{Bucket: string(bucket), Key: bytes.Clone(key), Value: value})
}

func (c *cells) drop(bucket, key []byte) {
	if c != nil {
		c.list = append(c.list, news.Cell{Bucket: string(bucket), Key: bytes.Clone(key)})
	}
}

// last are the cells as they are at the end: one of each key.
func (c *cells) last() []news.Cell {
	type key struct{ bucket, key string }
	final := make(map[key]int)
	for n, one := range c.list {
		final[key{one.Bucket, string(one.Key)}] = n
	}
	list := c.list[:0]
	for n, one := range c.list {
		if final[key{one.Bucket, string(one.Key)}] == n {
			list = append(list, one)
		}
	}
	return list
}

func (c *cells) poll(p news.FetchState) {
	if p.URL != "" {
		c.put(bucketPolls, pollKey(p.Source, p.URL), p)
	}
}

func (c *cells) tasks(tasks, done []news.Task) {
	for _, t := range done {
		c.drop(bucketTasks, []byte(t.Name()))
	}
	for _, t := range tasks {
		c.put(bucketTasks, []byte(t.Name()), t)
	}
}

// tell shares what was gathered of a change that was committed.
func (s *Store) tell(ctx context.Context, c *cells) error {
	switch {
	case c == nil:
		return nil
	case c.err != nil:
		return c.err
	case len(c.list) == 0:
		return nil
	}
	if err := s.share(ctx, c.last()); err != nil {
		return fmt.Errorf("it is kept on this node and could not be shared with the others: %w", err)
	}
	return nil
}

// gatherer gathers what is to be shared; nil when there is nobody to share with.
func (s *Store) gatherer() *cells {
	if s.share == nil {
		return nil
	}
	return new(cells)
}

// commitShared is commit for a change of which only its transaction knows what
// it changes.
func (s *Store) commitShared(ctx context.Context, do func(*bbolt.Tx, time.Time, *cells) error) error {
	c := s.gatherer()
	err := s.commit(ctx, func(tx *bbolt.Tx, at time.Time) error {
		if c != nil {
			*c = cells{}
		}
		return do(tx, at, c)
	})
	if err != nil {
		return err
	}
	return s.tell(ctx, c)
}

// Remember keeps what is state of an answer and no record, as Accept does in the
// transaction that records it, and shares it. For a record that follows a log,
// after the answer's message and the ruling on it were followed.
func (s *Store) Remember(ctx context.Context, b news.Batch, d news.Decision) error {
	page, err := packPage(b)
	if err != nil {
		return err
	}
	err = s.commit(ctx, func(tx *bbolt.Tx, at time.Time) error {
		l, err := ledgerAt(tx, at)
		if err != nil {
			return err
		}
		return l.remember(b, d, page)
	})
	if err != nil || s.share == nil {
		return err
	}
	c := s.gatherer()
	c.poll(stateAfter(b, d))
	for _, h := range b.Hosts {
		c.put(bucketHosts, []byte(h.Host), h)
	}
	c.tasks(d.Tasks, d.Done)
	return s.tell(ctx, c)
}
