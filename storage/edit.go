package storage

import (
	"context"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// Edit records an editor's act, what rule makes of it, and, where the act says
// so, an erasure, all in one transaction. Story and revision of the act are
// filled in, and rule is told them: a merged story is what it was merged into. When Edit returns an
// error with a position in the receipt, the act is recorded, and what is left
// to destroy is destroyed at the next start.
func (s *Store) Edit(ctx context.Context, e news.Editing, rule func(*Ledger, news.Editing) news.Decision) (rc Receipt, err error) {
	if err := s.alone(); err != nil {
		return rc, err
	}
	err = s.commit(ctx, func(tx *bbolt.Tx, at time.Time) error {
		rc = Receipt{At: at}
		l, err := ledgerAt(tx, at)
		if err != nil {
			return err
		}
		if rc.Duplicate = l.seen(e.ID); rc.Duplicate {
			return nil
		}
		story, err := l.editable(&e)
		if err != nil {
			return err
		}
		if rc.Pos, err = appendJSON(tx, kindEdit, at, e); err != nil {
			return err
		}
		if err := decide(tx, &rc, func(l *Ledger) news.Decision { return rule(l, e) }); err != nil || !e.Args.Erase {
			return err
		}
		return s.erase(tx, at, story, e.Who)
	})
	switch {
	case err != nil:
		return Receipt{}, err // what the transaction had done went with it
	case !e.Args.Erase:
		return rc, nil
	}
	return rc, s.destroy(ctx)
}

// erased notes what documents call the items of a story, so that nothing of it
// is kept again.
func (f *folder) erased(s news.Story) error {
	for _, id := range s.Items {
		i, ok := get[news.Item](f.root.Bucket(derivedItems), id[:])
		if !ok {
			continue
		}
		if err := putJSON(f.root.Bucket(derivedErased), joined(string(i.Source), string(id[:])), namesOf(i.Shown)); err != nil {
			return err
		}
	}
	return nil
}

// silence marks the feeds of notices in which a story may stand, when it must
// stand there no longer, or may again.
func (f *folder) silence(s news.Story) error {
	for _, of := range []news.FeedName{news.FeedEdits, news.FeedRemovals} {
		names := []news.FeedName{of}
		for _, feed := range f.everIn(s) {
			names = append(names, feed.Notices(of))
		}
		for _, name := range names {
			if f.root.Bucket(feedBucket(name, "notices")) == nil {
				continue
			}
			if err := f.changeFeed(name, func(*news.FeedState) {}); err != nil {
				return err
			}
		}
	}
	return nil
}

// everIn are the feeds that a story is in or ever was, under any id that it had.
func (f *folder) everIn(s news.Story) (names []news.FeedName) {
	ids := append([]news.ItemID{news.ItemID(s.ID)}, s.Items...)
	for _, name := range f.everyFeed() {
		members := f.root.Bucket(feedBucket(name, "story"))
		if members != nil && slices.ContainsFunc(ids, func(id news.ItemID) bool { return find(members, id[:]) != nil }) {
			names = append(names, name)
		}
	}
	return names
}

// told reports whether there may be notices of a story.
func (f *folder) told(s news.Story) bool {
	return slices.ContainsFunc(s.Items, func(id news.ItemID) bool {
		i, ok := get[news.Item](f.root.Bucket(derivedItems), id[:])
		return ok && (i.Notices > 0 || !i.Edited().IsZero())
	})
}

// stub gives what leaves a feed because it was withdrawn a stub in its place,
// or takes that away.
func (f *folder) stub(l news.Leaving) error {
	if l.Why != news.LeftWithdrawn && l.Why != news.LeftForGood {
		return nil
	}
	b, err := f.root.CreateBucketIfNotExists(feedBucket(l.Feed, "stubs"))
	if err != nil {
		return err
	}
	if l.Why == news.LeftForGood {
		return b.Delete(l.Story[:])
	}
	return put(b, l.Story[:], posKey(f.rec.Pos))
}

// Withdrawn is that and why a story was withdrawn, under any id that it ever
// had; false when it was not.
func (l *Ledger) Withdrawn(id news.StoryID) (news.Withdrawal, bool) {
	if s, ok := l.Story(id); ok {
		id = s.ID
	}
	w := l.Decisions(news.Scope{Story: id}).Withdrawn
	return w, !w.At.IsZero()
}

// Stubs are what stands in a feed in the place of stories that were withdrawn.
func (l *Ledger) Stubs(name news.FeedName) (list []news.Stub) {
	b := l.derived.Bucket(feedBucket(name, "stubs"))
	if b == nil {
		return nil
	}
	c := b.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		id := news.StoryID(k)
		m, ok := l.Membership(name, id)
		w, withdrawn := l.Withdrawn(id)
		if ok && withdrawn {
			list = append(list, news.Stub{Membership: m, Address: l.Address(id), Withdrawal: w})
		}
	}
	return list
}
