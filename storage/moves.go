package storage

import (
	"encoding/binary"
	"errors"
	"iter"

	"chinanews/news"
)

// arrive enters in a feed's archive, moves and dates what came into it; before
// is the place that it had, if it had one.
func (f *folder) arrive(m *news.Membership, before news.Membership) error {
	return errors.Join(f.undate(before), f.settle(m, before), f.date(*m), f.move(*m, news.MovedIn))
}

// quit is arrive for what goes. A merger is no going where the story that it
// became stays.
func (f *folder) quit(m news.Membership, why string) error {
	if m.Place == 0 || m.Left != "" {
		return nil
	}
	if err := f.undate(m); err != nil {
		return err
	}
	if why == news.LeftMerged && f.carries(m.Feed, f.story(f.resolved(m.Story))) {
		return nil
	}
	return f.move(m, news.MovedOut)
}

// move notes what befell an entry that came as news.
func (f *folder) move(m news.Membership, what news.Motion) error {
	if m.As != news.AsNews {
		return nil
	}
	b, err := f.root.CreateBucketIfNotExists(feedBucket(m.Feed, "moves"))
	if err != nil {
		return err
	}
	b.FillPercent = 1 // positions come in order
	if err := put(b, joined(string(posKey(f.rec.Pos))+string(m.Story[:])+string(what)), nil); err != nil {
		return err
	}
	return f.changeFeed(m.Feed, func(s *news.FeedState) {
		if !s.Digest { // else its subscribers are told by the day
			s.Moved = f.rec.Pos
		}
	})
}

// Moves yields what befell a feed's entries after a position, in the order of
// positions: those that came as news or went, and of what moved `updated`.
func (l *Ledger) Moves(name news.FeedName, after uint64) iter.Seq[news.Move] {
	return func(yield func(news.Move) bool) {
		b := l.derived.Bucket(feedBucket(name, "moves"))
		if b == nil {
			return
		}
		c := b.Cursor()
		for k, v := c.Seek(posKey(after + 1)); k != nil; k, v = c.Next() {
			bare(k, v)
			var m news.Move
			m.Pos = binary.BigEndian.Uint64(k)
			m.What = news.Motion(k[8+copy(m.Story[:], k[8:]):])
			if !yield(m) {
				return
			}
		}
	}
}
