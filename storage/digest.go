package storage

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"

	"chinanews/news"
)

// digesting notes whether a feed has one entry a day from now on. What entered
// it before it began to was told already.
func (f *folder) digesting(feed news.Feed) error {
	s, _ := get[news.FeedState](f.root.Bucket(derivedFeeds), []byte(feed.Name))
	if s.Digest == (feed.Digest != "") {
		return nil
	}
	if s.Digest = !s.Digest; s.Digest {
		s.Through = s.News
	}
	return putJSON(f.root.Bucket(derivedFeeds), []byte(feed.Name), s)
}

// digests folds entries of feeds that have one a day.
func (f *folder) digests(list []news.Digested) error {
	for _, d := range list {
		d.At = f.rec.At
		all, err := f.root.CreateBucketIfNotExists(feedBucket(d.Feed, "digests"))
		if err != nil {
			return err
		}
		if err := putJSON(all, posKey(d.Seq), d); err != nil {
			return err
		}
		if err := f.gather(d); err != nil {
			return err
		}
		err = f.changeFeed(d.Feed, func(s *news.FeedState) { s.Digests, s.Through, s.Moved = d.Seq, d.Through, f.rec.Pos })
		if err != nil {
			return err
		}
	}
	return nil
}

// gather marks what is in a digest: it stays in that one whatever becomes of it.
func (f *folder) gather(d news.Digested) error {
	members, err := f.members(d.Feed)
	if err != nil {
		return err
	}
	l := &Ledger{tx: f.tx, derived: f.root}
	for seq, m := range l.between(d) {
		if m.Seq != seq || m.As != news.AsNews || m.Left != "" || m.Digest > 0 {
			continue
		}
		m.Digest = d.Seq
		if err := putRow(members, m.Story[:], m); err != nil {
			return err
		}
	}
	return nil
}

// between yields what entered a feed as news within a digest, the newest first,
// by its place then: it may have another by now.
func (l *Ledger) between(d news.Digested) iter.Seq2[uint64, news.Membership] {
	return func(yield func(uint64, news.Membership) bool) {
		order := l.derived.Bucket(feedBucket(d.Feed, string(news.AsNews)))
		if order == nil {
			return
		}
		for seq := d.Through; seq > d.After; seq-- {
			var story news.StoryID
			copy(story[:], find(order, posKey(seq)))
			if m, ok := l.Membership(d.Feed, story); ok && !yield(seq, m) {
				return
			}
		}
	}
}

// Digests yields the entries of a feed that has one a day, newest first.
func (l *Ledger) Digests(name news.FeedName) iter.Seq[news.Digested] {
	return func(yield func(news.Digested) bool) {
		b := l.derived.Bucket(feedBucket(name, "digests"))
		if b == nil {
			return
		}
		c := b.Cursor()
		for k, text := c.Last(); k != nil; k, text = c.Prev() {
			var d news.Digested
			if err := json.Unmarshal(bare(k, text), &d); err != nil {
				panic(fault{fmt.Errorf("digest %d of feed %s: %w", binary.BigEndian.Uint64(k), name, err)})
			}
			if !yield(d) {
				return
			}
		}
	}
}

// Digest finds one of a feed's digests.
func (l *Ledger) Digest(name news.FeedName, seq uint64) (news.Digested, bool) {
	b := l.derived.Bucket(feedBucket(name, "digests"))
	if b == nil {
		return news.Digested{}, false
	}
	return get[news.Digested](b, posKey(seq))
}

// Within yields what a digest has, newest entered first. What left its feed is
// left out for as long as it is out.
func (l *Ledger) Within(d news.Digested) iter.Seq[news.Membership] {
	return func(yield func(news.Membership) bool) {
		seen := make(map[news.StoryID]bool)
		for _, m := range l.between(d) {
			if m.Digest != d.Seq || m.Left != "" || seen[m.Story] {
				continue
			}
			seen[m.Story] = true
			if !yield(m) {
				return
			}
		}
	}
}
