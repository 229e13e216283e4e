package storage

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"slices"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"chinanews/news"
)

// Ledger is the record as it is inside one transaction. It is valid, with all
// that it yields, only until the function that was given it returns; values
// are copies and outlive it. A value that cannot be read ends that function
// with an error of View, Accept or Rule.
type Ledger struct {
	tx      *bbolt.Tx
	derived *bbolt.Bucket
	at      time.Time
	next    uint64
	before  *pollBefore // nil: polls are as they are
	last    pollBefore  // that was read last: one answer is judged by it, recorded and counted
	near    *near       // nil: nobody asked what is alike
}

// fault carries an unreadable value out of a ledger's method to guarded.
type fault struct{ error }

// guarded turns a fault into an error, and a panic of the function that was
// given a ledger too: one batch fails, the store lives.
func guarded(f func() error) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case fault:
			err = fmt.Errorf("%w: %w; run `chinanewsd verify`", ErrDamaged, r.error)
		default:
			err = fmt.Errorf("panic while ruling: %v", r)
		}
	}()
	return f()
}

// View runs a function on the record as it is now. It blocks no writer; hold
// it briefly, since pages that it sees cannot be used again meanwhile.
func (s *Store) View(ctx context.Context, f func(*Ledger) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // guarded makes an error of what a damaged page leads to
	err := s.db.View(func(tx *bbolt.Tx) error {
		tip, err := readTip(tx)
		if err != nil {
			return err
		}
		l := &Ledger{tx: tx, derived: derived(tx), at: s.now().UTC(), next: tip.Pos + 1}
		return guarded(func() error { return f(l) })
	})
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return ErrClosed
	}
	return err
}

// At is the time of the record about to be written; in a View, now.
func (l *Ledger) At() time.Time { return l.at }

// Next is the position of the record about to be written.
func (l *Ledger) Next() uint64 { return l.next }

// get reads a JSON value.
func get[T any](b *bbolt.Bucket, key []byte) (v T, ok bool) {
	err := getJSON(b, key, &v)
	if err != nil && !errors.Is(err, errAbsent) {
		panic(fault{err})
	}
	return v, err == nil
}

// each yields the JSON values of a bucket in the order of their keys.
func each[T any](b *bbolt.Bucket) iter.Seq[T] {
	return func(yield func(T) bool) {
		c := b.Cursor()
		for k, sealed := c.First(); k != nil; k, sealed = c.Next() {
			var v T
			text, err := unpackedRow(bare(k, sealed))
			if err == nil {
				err = json.Unmarshal(text, &v)
			}
			if err != nil {
				panic(fault{fmt.Errorf("key %x: %w", k, err)})
			}
			if !yield(v) {
				return
			}
		}
	}
}

// Item finds an item by its id.
func (l *Ledger) Item(id news.ItemID) (news.Item, bool) {
	return get[news.Item](l.derived.Bucket(derivedItems), id[:])
}

func (l *Ledger) itemAt(bucket, key []byte) (id news.ItemID, ok bool) {
	v := find(l.derived.Bucket(bucket), key)
	return id, copy(id[:], v) == len(id)
}

// Find finds a source's item by one of its keys.
func (l *Ledger) Find(origin news.Origin, how news.How, key string) (news.ItemID, bool) {
	return l.itemAt(derivedKeys, itemKey(origin, how, key))
}

// Titled finds a source's newest item of a title, typography aside, and day.
func (l *Ledger) Titled(origin news.Origin, title, day string) (news.ItemID, bool) {
	return l.itemAt(derivedTitles, titleKey(origin, title, day))
}

// Twin finds the first item of any source with that canonical URL, or with
// that news.TextKey of folded title and text digest, its day empty.
func (l *Ledger) Twin(how news.How, key string) (news.ItemID, bool) {
	return l.itemAt(derivedTwins, short(string(how), key))
}

// Story finds a story; one that was merged is found as what it was merged
// into.
func (l *Ledger) Story(id news.StoryID) (news.Story, bool) {
	s, ok := get[news.Story](l.derived.Bucket(derivedStories), id[:])
	if ok && !s.Alias.IsZero() {
		return l.Story(s.Alias)
	}
	return s, ok
}

// Address is where a story was first put, whatever it was merged into since:
// what was published of it keeps leading there.
func (l *Ledger) Address(id news.StoryID) string {
	s, _ := get[news.Story](l.derived.Bucket(derivedStories), id[:])
	return s.Address
}

// StoryAt finds a story by its address; a merged story's address still leads
// to what it was merged into.
func (l *Ledger) StoryAt(address string) (news.Story, bool) {
	var id news.StoryID
	if copy(id[:], find(l.derived.Bucket(derivedAddresses), []byte(address))) != len(id) {
		return news.Story{}, false
	}
	return l.Story(id)
}

// Stories yields all stories that were not merged into others, in the order
// of their ids.
func (l *Ledger) Stories() iter.Seq[news.Story] {
	return func(yield func(news.Story) bool) {
		for s := range each[news.Story](l.derived.Bucket(derivedStories)) {
			if s.Alias.IsZero() && len(s.Items) > 0 && !yield(s) {
				return
			}
		}
	}
}

// Feed is what is folded of a feed as a whole; zero for one that is not known.
func (l *Ledger) Feed(name news.FeedName) news.FeedState {
	s, _ := get[news.FeedState](l.derived.Bucket(derivedFeeds), []byte(name))
	return s
}

// Membership is a story's place in a feed, also after it left.
func (l *Ledger) Membership(name news.FeedName, story news.StoryID) (m news.Membership, ok bool) {
	b := l.derived.Bucket(feedBucket(name, "story"))
	if b == nil {
		return m, false
	}
	return get[news.Membership](b, story[:])
}

// Entries yields what is in a feed, newest entered first.
func (l *Ledger) Entries(name news.FeedName, as news.As) iter.Seq[news.Membership] {
	return func(yield func(news.Membership) bool) {
		order := l.derived.Bucket(feedBucket(name, string(as)))
		if order == nil {
			return
		}
		c := order.Cursor()
		for k, v := c.Last(); k != nil; k, v = c.Prev() {
			var story news.StoryID
			copy(story[:], bare(k, v))
			m, ok := l.Membership(name, story)
			if ok && m.Left == "" && m.Seq == binary.BigEndian.Uint64(k) && !yield(m) {
				return
			}
		}
	}
}

// Pinned are the entries that stand first in a feed, the last one pinned first.
func (l *Ledger) Pinned(name news.FeedName) (list []news.Membership) {
	b := l.derived.Bucket(feedBucket(name, "pins"))
	if b == nil {
		return nil
	}
	at := make(map[news.StoryID]uint64)
	c := b.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		id := news.StoryID(k)
		at[id] = binary.BigEndian.Uint64(bare(k, v))
		if m, ok := l.Membership(name, id); ok && m.Left == "" {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b news.Membership) int { return cmp.Compare(at[b.Story], at[a.Story]) })
	return list
}

// Items yields a source's items first seen at or after a moment, newest first.
func (l *Ledger) Items(origin news.Origin, since time.Time) iter.Seq[news.Item] {
	return func(yield func(news.Item) bool) {
		prefix := joined(string(origin), "")
		c := l.derived.Bucket(derivedTime).Cursor()
		end := append(bytes.Clone(prefix[:len(prefix)-1]), 1)
		c.Seek(end)
		for k, v := c.Prev(); bytes.HasPrefix(k, prefix); k, v = c.Prev() {
			at := time.UnixMilli(int64(binary.BigEndian.Uint64(k[len(prefix):])))
			if at.Before(since) {
				return
			}
			var id news.ItemID
			copy(id[:], bare(k, v))
			if i, ok := l.Item(id); ok && !yield(i) {
				return
			}
		}
	}
}

// Newest yields the items of several sources together, newest first seen first,
// those of one listing in its order. An item is read when its turn comes.
func (l *Ledger) Newest(origins []news.Origin) iter.Seq[news.Item] {
	type seen struct {
		at, n []byte // when, and which of its listing
		id    news.ItemID
	}
	return func(yield func(news.Item) bool) {
		var all []seen
		c := l.derived.Bucket(derivedTime).Cursor()
		for _, origin := range origins {
			prefix := joined(string(origin), "")
			for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
				one := seen{at: k[len(prefix) : len(k)-4], n: k[len(k)-4:]}
				copy(one.id[:], bare(k, v))
				all = append(all, one)
			}
		}
		slices.SortFunc(all, func(a, b seen) int { return cmp.Or(bytes.Compare(b.at, a.at), bytes.Compare(a.n, b.n)) })
		for _, one := range all {
			if i, ok := l.Item(one.id); ok && !yield(i) {
				return
			}
		}
	}
}

// Batch is the batch at a position, as it was recorded.
func (l *Ledger) Batch(pos uint64) (b news.Batch, err error) {
	r, err := readRecord(l.tx, pos)
	if err != nil {
		return b, err
	}
	if r.kind != kindBatch {
		return b, fmt.Errorf("record %d is no batch", pos)
	}
	if err := json.Unmarshal(r.Body, &b); err != nil {
		return b, fmt.Errorf("record %d: %w", pos, err)
	}
	return b, nil
}

// Entry is the entry of that number in the batch at a position.
func (l *Ledger) Entry(pos uint64, n int) (news.Entry, error) {
	b, err := l.Batch(pos)
	if err != nil {
		return news.Entry{}, err
	}
	if n < 0 || n >= len(b.Entries) {
		return news.Entry{}, fmt.Errorf("record %d has no entry %d", pos, n)
	}
	return b.Entries[n], nil
}

// Texts are the texts of an entry recorded at a position; one that it does not
// have, or that was thrown away, is empty.
func (l *Ledger) Texts(pos uint64, e news.Entry) (summary, html string, err error) {
	for _, ref := range e.Refs {
		text, err := readText(l.tx, pos, ref)
		if errors.Is(err, errPruned) {
			continue
		}
		if err != nil {
			return "", "", err
		}
		if ref.Part == news.PartSummary {
			summary = text
		} else {
			html = text
		}
	}
	return summary, html, nil
}

// Publication is what the last config record says is published.
func (l *Ledger) Publication() (p news.Publication, ok bool) {
	r, ok := l.configuration()
	if !ok {
		return p, false
	}
	if err := json.Unmarshal(r.Body, &p); err != nil {
		panic(fault{err})
	}
	return p, true
}

// PublishedAt is the position of the last config record; 0: there is none.
func (l *Ledger) PublishedAt() uint64 {
	pos, _ := get[uint64](l.derived.Bucket(derivedConfig), keyPos)
	return pos
}

// Configured is the time of the last config record; zero: there is none.
func (l *Ledger) Configured() time.Time {
	r, _ := l.configuration()
	return r.At
}

func (l *Ledger) configuration() (r Record, ok bool) {
	pos, ok := get[uint64](l.derived.Bucket(derivedConfig), keyPos)
	if !ok {
		return r, false
	}
	r, err := readRecord(l.tx, pos)
	if err != nil {
		panic(fault{err})
	}
	return r, true
}

// Bindings are the ids that rows and feeds had under each permanent name.
func (l *Ledger) Bindings() news.Bindings {
	b := news.Bindings{Sources: make(map[news.Origin][]string), Feeds: make(map[news.FeedName][]string), Private: private(l.derived)}
	for name, ids := range named(l.derived.Bucket(derivedSources)) {
		b.Sources[news.Origin(name)] = ids
	}
	for name, ids := range named(l.derived.Bucket(derivedNames)) {
		b.Feeds[news.FeedName(name)] = ids
	}
	return b
}

func named(b *bbolt.Bucket) iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		c := b.Cursor()
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			if ids, _ := get[[]string](b, k); !yield(string(k), ids) {
				return
			}
		}
	}
}

// Poll is what is remembered of a listing's address.
func (l *Ledger) Poll(origin news.Origin, url string) (news.FetchState, bool) {
	if p := l.before; p != nil && p.source == origin && p.url == url {
		return p.state, p.known
	}
	if l.last.source != origin || l.last.url != url {
		l.last = pollBefore{source: origin, url: url}
		l.last.state, l.last.known = l.poll(pollKey(origin, url))
	}
	return l.last.state, l.last.known
}

// Hosts yields what is remembered of hosts.
func (l *Ledger) Hosts() iter.Seq[news.HostState] {
	return each[news.HostState](l.tx.Bucket(bucketHosts))
}
