package storage

import (
	"errors"
	"slices"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// feedBucket names one of a feed's buckets: news and history (seq -> story),
// story (story -> Membership), archive, pages, moves, dates and others.
func feedBucket(name news.FeedName, part string) []byte {
	return joined("feed", string(name), part)
}

func (f *folder) feeds(r news.Ruling) error {
	for _, fill := range r.Fill {
		err := f.changeFeed(fill.Feed, func(s *news.FeedState) { s.Filled, s.From = f.rec.Pos, fill.From })
		if err != nil {
			return err
		}
	}
	for _, e := range r.Enter {
		if err := f.enter(e); err != nil {
			return err
		}
	}
	for _, l := range r.Leave {
		if err := f.leave(l); err != nil {
			return err
		}
	}
	for _, x := range r.Leads {
		err := f.changeMember(x.Feed, x.Story, func(m *news.Membership) {
			m.Lead, m.Link, m.Rev, m.Before = x.Lead, x.Link, x.Rev, x.Before
		})
		if err != nil {
			return err
		}
	}
	for _, p := range r.Pins {
		if err := f.pin(p); err != nil {
			return err
		}
	}
	for _, u := range r.Updated {
		if err := f.update(u); err != nil {
			return err
		}
	}
	return f.touched(r)
}

// changeFeed changes what is folded of a feed. In one that has one entry a day
// nothing moves but by a digest.
func (f *folder) changeFeed(name news.FeedName, do func(*news.FeedState)) error {
	s, _ := get[news.FeedState](f.root.Bucket(derivedFeeds), []byte(name))
	before := s
	do(&s)
	if s.Digest && s.Digests == before.Digests {
		s.Moved = before.Moved
	}
	s.Changed = f.rec.At
	return putJSON(f.root.Bucket(derivedFeeds), []byte(name), s)
}

func (f *folder) members(name news.FeedName) (*bbolt.Bucket, error) {
	return f.root.CreateBucketIfNotExists(feedBucket(name, "story"))
}

// changeMember changes an entry, and with it the page of the archive on which it
// stands or stood.
func (f *folder) changeMember(name news.FeedName, story news.StoryID, do func(*news.Membership)) error {
	stood := false
	m, err := f.amend(name, story, func(m *news.Membership) { stood = stands(*m); do(m) })
	if err != nil || !stood && !stands(m) {
		return err
	}
	return f.turn(name, m.Place)
}

// amend changes what is known of an entry; on its page of the archive nothing
// of that shows.
func (f *folder) amend(name news.FeedName, story news.StoryID, do func(*news.Membership)) (m news.Membership, err error) {
	b, err := f.members(name)
	if err != nil {
		return m, err
	}
	m, ok := get[news.Membership](b, story[:])
	if !ok {
		return m, nil
	}
	do(&m)
	return m, errors.Join(putRow(b, story[:], m), f.changeFeed(name, func(*news.FeedState) {}))
}

// update moves an entry's `updated`.
func (f *folder) update(u news.Update) error {
	var m news.Membership
	err := f.changeMember(u.Feed, u.Story, func(now *news.Membership) { now.Updated = f.rec.At; m = *now })
	if err != nil || m.Place == 0 || m.Left != "" || m.Pos == f.rec.Pos { // it came with this record
		return err
	}
	return f.move(m, news.MovedUpdated)
}

// enter gives a story its place in a feed.
func (f *folder) enter(e news.Entering) error {
	members, err := f.members(e.Feed)
	if err != nil {
		return err
	}
	before, again := get[news.Membership](members, e.Story[:])
	m := news.Membership{Entering: e, Entered: f.rec.At, Updated: e.Published, Pos: f.rec.Pos, Digest: before.Digest}
	if m.First = before.First; again && m.First.IsZero() {
		m.First = before.Entered
	}
	if again && before.Updated.After(m.Updated) {
		m.Updated = before.Updated // readers have seen it under that
	}
	if err := f.arrive(&m, before); err != nil {
		return err
	}
	if err := putRow(members, e.Story[:], m); err != nil {
		return err
	}
	order, err := f.root.CreateBucketIfNotExists(feedBucket(e.Feed, string(e.As)))
	if err != nil {
		return err
	}
	order.FillPercent = 1 // numbers come in order
	if err := put(order, posKey(e.Seq), e.Story[:]); err != nil {
		return err
	}
	s := f.story(f.resolved(e.Story)) // it may have been merged since it had that place
	if !slices.Contains(s.Feeds, e.Feed) {
		s.Feeds = append(s.Feeds, e.Feed)
	}
	if err := f.saveStory(s); err != nil {
		return err
	}
	if again && f.told(s) {
		if err := f.silence(s); err != nil {
			return err
		}
	}
	return f.changeFeed(e.Feed, func(s *news.FeedState) {
		if e.As == news.AsNews {
			s.News = e.Seq
		} else {
			s.History = e.Seq
		}
		s.Places = m.Place
	})
}

// leave takes a story out of a feed. When it left because it was merged, the
// story that it became stays in.
func (f *folder) leave(l news.Leaving) error {
	var before news.Membership
	err := f.changeMember(l.Feed, l.Story, func(m *news.Membership) { before, m.Left = *m, l.Why })
	if err = errors.Join(err, f.quit(before, l.Why)); err != nil || l.Why == news.LeftMerged {
		return err
	}
	if err := f.stub(l); err != nil {
		return err
	}
	if err := f.pin(news.PinRuling{Feed: l.Feed, Story: l.Story}); err != nil {
		return err
	}
	s := f.story(f.resolved(l.Story))
	if !f.carries(l.Feed, s) {
		s.Feeds = slices.DeleteFunc(s.Feeds, func(n news.FeedName) bool { return n == l.Feed })
	}
	if f.told(s) {
		if err := f.silence(s); err != nil {
			return err
		}
	}
	return f.saveStory(s)
}

// touched marks the feeds in which an item leads of which there is a new
// reading.
func (f *folder) touched(r news.Ruling) error {
	var items []news.ItemID
	for _, i := range r.Items {
		if i.Class != news.First && i.Class != news.Reread {
			items = append(items, i.Item)
		}
	}
	for _, s := range r.States {
		items = append(items, s.Item)
	}
	return f.mark(items)
}

// mark marks where one of the items leads. Other carriers' texts are in no
// document.
func (f *folder) mark(items []news.ItemID) error {
	for _, id := range items {
		item, _ := get[news.Item](f.root.Bucket(derivedItems), id[:])
		s := f.story(item.Story)
		for _, m := range f.places(s, s.Feeds) {
			if m.Left != "" || m.Lead != id {
				continue
			}
			if err := f.touch(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// member reports whether a story is in a feed under just that id.
func (f *folder) member(name news.FeedName, id news.StoryID) bool {
	b := f.root.Bucket(feedBucket(name, "story"))
	if b == nil {
		return false
	}
	m, ok := get[news.Membership](b, id[:])
	return ok && m.Left == ""
}

// carries reports whether a story is in a feed under any id that it ever had.
func (f *folder) carries(name news.FeedName, s news.Story) bool {
	return f.member(name, s.ID) || slices.ContainsFunc(s.Items, func(id news.ItemID) bool { return f.member(name, news.StoryID(id)) })
}

// pin has an entry stand first in its feed, or no more.
func (f *folder) pin(p news.PinRuling) error {
	b, err := f.root.CreateBucketIfNotExists(feedBucket(p.Feed, "pins"))
	switch {
	case err != nil:
		return err
	case p.Until.IsZero() && find(b, p.Story[:]) == nil:
		return nil
	case p.Until.IsZero():
		err = b.Delete(p.Story[:])
	default:
		err = put(b, p.Story[:], posKey(f.rec.Pos))
	}
	if err != nil {
		return err
	}
	_, err = f.amend(p.Feed, p.Story, func(m *news.Membership) { m.Pinned = p.Until })
	return err
}
