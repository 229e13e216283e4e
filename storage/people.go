package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"iter"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// bucketPeople has what is remembered of the desk's users: no address, and of
// secrets their digests only.
var bucketPeople = []byte("people")

// The first parts of its keys.
const (
	peopleSession = "session" // digest of the secret -> news.Session
	peopleEnded   = "ended"   // digest of the secret of a session that was ended -> until when that is remembered
	peoplePerson  = "person"  // name -> news.Person
	peopleSignIn  = "sign-in" // at unix ms, of failures the hour |s or f|name -> news.SignIn
)

// ChangePeople makes a change of what is remembered of the desk's users. It is
// on disk when it returns.
func (s *Store) ChangePeople(ctx context.Context, c news.PeopleChange) error {
	return s.commitShared(ctx, func(tx *bbolt.Tx, at time.Time, changed *cells) error {
		b, err := tx.CreateBucketIfNotExists(bucketPeople)
		if err != nil {
			return err
		}
		return peopleBook{b, changed}.change(c, at)
	})
}

// peopleBook is the bucket, with what is gathered of its changes.
type peopleBook struct {
	*bbolt.Bucket
	changed *cells
}

func (b peopleBook) put(key []byte, v any) error {
	b.changed.put(bucketPeople, key, v)
	return putJSON(b.Bucket, key, v)
}

func (b peopleBook) change(c news.PeopleChange, at time.Time) error {
	for _, key := range b.over(c, at) {
		b.changed.drop(bucketPeople, key)
		if err := b.Delete(key); err != nil {
			return err
		}
	}
	if c.End != nil {
		if err := b.end(c.End); err != nil {
			return err
		}
	}
	return b.write(c)
}

// over are the keys of what time has ended.
func (b peopleBook) over(c news.PeopleChange, at time.Time) (gone [][]byte) {
	for key, s := range peopleRows[news.Session](b.Bucket, peopleSession) {
		if !s.Expires.After(at) {
			gone = append(gone, bytes.Clone(key))
		}
	}
	for key, until := range peopleRows[time.Time](b.Bucket, peopleEnded) {
		if !until.After(at) {
			gone = append(gone, bytes.Clone(key))
		}
	}
	if c.SignIn == nil {
		return gone
	}
	for key, in := range peopleRows[news.SignIn](b.Bucket, peopleSignIn) {
		if at.Sub(in.At) > news.SignInsKept {
			gone = append(gone, bytes.Clone(key))
		}
	}
	return gone
}

// end ends sessions, and remembers that: another node may still say that one was
// used, and it must not begin again by that.
func (b peopleBook) end(ends func(news.Session) bool) error {
	var ended []news.Session
	for key, s := range peopleRows[news.Session](b.Bucket, peopleSession) {
		if s.Key = string(key[len(peopleSession)+1:]); ends(s) {
			ended = append(ended, s)
		}
	}
	for _, s := range ended {
		key := joined(peopleSession, s.Key)
		b.changed.drop(bucketPeople, key)
		if err := errors.Join(b.Delete(key), b.put(joined(peopleEnded, s.Key), s.Expires.Add(news.SignInsKept))); err != nil {
			return err
		}
	}
	return nil
}

// hasEnded reports whether a session was ended, whatever its row says.
func hasEnded(b *bbolt.Bucket, key string) bool {
	return find(b, joined(peopleEnded, key)) != nil
}

func (b peopleBook) write(c news.PeopleChange) error {
	if c.Begin != nil {
		if err := b.put(joined(peopleSession, c.Begin.Key), *c.Begin); err != nil {
			return err
		}
	}
	if c.Touch != nil {
		key := joined(peopleSession, c.Touch.Key)
		if _, there := get[news.Session](b.Bucket, key); there {
			if err := b.put(key, *c.Touch); err != nil {
				return err
			}
		}
	}
	if c.Person != nil {
		key := joined(peoplePerson, c.Of)
		p, _ := get[news.Person](b.Bucket, key)
		p.Name = c.Of
		if err := b.put(key, c.Person(p)); err != nil {
			return err
		}
	}
	if c.SignIn == nil {
		return nil
	}
	in, key := *c.SignIn, signInKey(*c.SignIn)
	if before, there := get[news.SignIn](b.Bucket, key); there {
		in.Failed += before.Failed
	}
	return b.put(key, in)
}

// signInKey has failures of an hour in one place: whoever guesses fills no disk.
func signInKey(in news.SignIn) []byte {
	at, kind := in.At, "s"
	if in.Failed > 0 {
		at, kind = at.Truncate(time.Hour), "f"
	}
	key := joined(peopleSignIn, "")
	key = binary.BigEndian.AppendUint64(key, uint64(at.UnixMilli()))
	return append(key, kind+in.User...)
}

// peopleRows are the rows of one kind, under their whole keys.
func peopleRows[T any](b *bbolt.Bucket, kind string) iter.Seq2[[]byte, T] {
	return func(yield func([]byte, T) bool) {
		if b == nil {
			return
		}
		c, prefix := b.Cursor(), joined(kind, "")
		for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			if v, _ := get[T](b, k); !yield(k, v) {
				return
			}
		}
	}
}

// Session is the one with a key; false: it has ended, or never was. Whether it
// still holds by the clock and the configuration is the caller's to judge.
func (l *Ledger) Session(key string) (s news.Session, ok bool) {
	b := l.tx.Bucket(bucketPeople)
	if b == nil {
		return s, false
	}
	s, ok = get[news.Session](b, joined(peopleSession, key))
	s.Key = key
	return s, ok && !hasEnded(b, key)
}

// Sessions yields those that have not been ended, in no order that means
// anything.
func (l *Ledger) Sessions() iter.Seq[news.Session] {
	return func(yield func(news.Session) bool) {
		b := l.tx.Bucket(bucketPeople)
		for k, s := range peopleRows[news.Session](b, peopleSession) {
			s.Key = string(k[len(peopleSession)+1:])
			if !hasEnded(b, s.Key) && !yield(s) {
				return
			}
		}
	}
}

// Person is what is remembered of a user; of one who is not, the name alone.
func (l *Ledger) Person(name string) (p news.Person) {
	if b := l.tx.Bucket(bucketPeople); b != nil {
		p, _ = get[news.Person](b, joined(peoplePerson, name))
	}
	p.Name = name
	return p
}

// People yields what is remembered of each, also of those who are users no more.
func (l *Ledger) People() iter.Seq[news.Person] {
	return func(yield func(news.Person) bool) {
		for k, p := range peopleRows[news.Person](l.tx.Bucket(bucketPeople), peoplePerson) {
			if p.Name = string(k[len(peoplePerson)+1:]); !yield(p) {
				return
			}
		}
	}
}

// SignIns are who came in to the desk, and how often somebody failed to, within
// the last 90 days, the newest first.
func (l *Ledger) SignIns() []news.SignIn {
	var all []news.SignIn
	for _, in := range peopleRows[news.SignIn](l.tx.Bucket(bucketPeople), peopleSignIn) {
		if l.at.Sub(in.At) <= news.SignInsKept {
			all = append(all, in)
		}
	}
	slices.SortStableFunc(all, func(a, b news.SignIn) int { return b.At.Compare(a.At) })
	return all
}

// leaveDesk ends all sessions, and lets go of the tokens of the queue's feed: what
// was ended or revoked since a copy was made must not begin again with it.
func leaveDesk(tx *bbolt.Tx) error {
	b := tx.Bucket(bucketPeople)
	if b == nil {
		return nil
	}
	var people []news.Person
	for k, p := range peopleRows[news.Person](b, peoplePerson) {
		p.Name = string(k[len(peoplePerson)+1:])
		people = append(people, p)
	}
	for _, p := range people {
		p = p.WithoutToken()
		if err := putJSON(b, joined(peoplePerson, p.Name), p); err != nil {
			return err
		}
	}
	return peopleBook{Bucket: b}.change(news.PeopleChange{End: func(news.Session) bool { return true }}, time.Time{})
}
