package storage

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// A feed's archive has all that ever entered it, in that order, in pages of
// news.ArchiveSize places. A page's generation is that of the last record that
// touched it or one before it. Only what tells them is kept: a page that is
// touched takes from those after it what they had.

// generation is a record's position. After a restore positions that others have
// seen in addresses are given again, to other records: from then on the moment
// of the restore, in ms, is added, which no record can have gone through.
func (f *folder) generation() uint64 {
	anew, _ := get[int64](f.root.Bucket(derivedConfig), keyAnew)
	return f.rec.Pos + uint64(anew)
}

// restored notes that records were lost, if that is what a mark says.
func (f *folder) restored() error {
	var mark struct{ Mark string }
	if err := json.Unmarshal(f.rec.Body, &mark); err != nil || mark.Mark != markedRestored {
		return err
	}
	return putJSON(f.root.Bucket(derivedConfig), keyAnew, f.rec.At.UnixMilli())
}

// pageOf is the page on which a place is.
func pageOf(place uint64) uint64 { return (place-1)/news.ArchiveSize + 1 }

// touch marks a feed, and the page on which an entry of it stands, or its stub.
func (f *folder) touch(m news.Membership) error {
	if !stands(m) {
		return nil
	}
	return errors.Join(f.turn(m.Feed, m.Place), f.changeFeed(m.Feed, func(*news.FeedState) {}))
}

// stands reports whether an entry is in its feed, or its stub.
func stands(m news.Membership) bool { return m.Left == "" || m.Left == news.LeftWithdrawn }

// turn gives the page of a place, and all after it, the generation of the record.
func (f *folder) turn(name news.FeedName, place uint64) error {
	if place == 0 { // an earlier program's, and could not be folded anew
		return nil
	}
	b, err := f.root.CreateBucketIfNotExists(feedBucket(name, "pages"))
	if err != nil {
		return err
	}
	n := pageOf(place)
	gen := f.generation()
	if p, ok := pageAt(b, n); ok && p.Gen == gen {
		return nil
	}
	c := b.Cursor()
	for k, _ := c.Seek(posKey(n + 1)); k != nil; k, _ = c.Seek(posKey(n + 1)) {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return put(b, posKey(n), binary.BigEndian.AppendUint64(posKey(gen), uint64(f.rec.At.UnixMilli())))
}

// pageAt is a page with what was last noted of it or one before it.
func pageAt(pages *bbolt.Bucket, n uint64) (p news.ArchivePage, ok bool) {
	c := pages.Cursor()
	k, v := c.Seek(posKey(n))
	if k == nil || binary.BigEndian.Uint64(k) > n {
		if k, v = c.Prev(); k == nil {
			return p, false
		}
	}
	v = bare(k, v)
	at := time.UnixMilli(int64(binary.BigEndian.Uint64(v[8:]))).UTC()
	return news.ArchivePage{Number: int(n), Gen: binary.BigEndian.Uint64(v), At: at}, true
}

// settle gives an entry the next place in its feed's archive; the one that it
// had before is empty from now on.
func (f *folder) settle(m *news.Membership, before news.Membership) error {
	b, err := f.root.CreateBucketIfNotExists(feedBucket(m.Feed, "archive"))
	if err != nil {
		return err
	}
	b.FillPercent = 1 // places come in order
	if before.Place > 0 {
		if err := errors.Join(b.Delete(posKey(before.Place)), f.touch(before)); err != nil {
			return err
		}
	}
	s, _ := get[news.FeedState](f.root.Bucket(derivedFeeds), []byte(m.Feed))
	m.Place = s.Places + 1
	return errors.Join(put(b, posKey(m.Place), m.Story[:]), f.turn(m.Feed, m.Place))
}

// places are what a story has in feeds, under all ids that it ever had.
func (f *folder) places(s news.Story, feeds []news.FeedName) (list []news.Membership) {
	ids := []news.StoryID{s.ID}
	for _, id := range s.Items {
		if news.StoryID(id) != s.ID {
			ids = append(ids, news.StoryID(id))
		}
	}
	for _, name := range feeds {
		b := f.root.Bucket(feedBucket(name, "story"))
		if b == nil {
			continue
		}
		for _, id := range ids {
			if m, ok := get[news.Membership](b, id[:]); ok {
				list = append(list, m)
			}
		}
	}
	return list
}

// reprint marks where a story stands in feeds, or its stub.
func (f *folder) reprint(s news.Story, feeds []news.FeedName) error {
	for _, m := range f.places(s, feeds) {
		if err := f.touch(m); err != nil {
			return err
		}
	}
	return nil
}

// mention marks the entries that name one of some items among their carriers:
// those have just come to their stories, or are about to leave.
func (f *folder) mention(list []news.Membership, items ...news.ItemID) error {
	if len(list) == 0 {
		return nil
	}
	for _, id := range items {
		item, _ := get[news.Item](f.root.Bucket(derivedItems), id[:])
		for _, m := range list {
			if !f.named(m, item) {
				continue
			}
			if err := f.touch(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// named reports whether an entry names an item among its carriers: one that
// came to it by its last update. See Membership.AsOf.
func (f *folder) named(m news.Membership, item news.Item) bool {
	lead, _ := get[news.Item](f.root.Bucket(derivedItems), m.Lead[:])
	since, together := item.With(lead)
	return m.Lead == item.ID || together && !since.After(m.AsOf())
}

// everyFeed are all feeds of which anything is known.
func (f *folder) everyFeed() (names []news.FeedName) {
	c := f.root.Bucket(derivedFeeds).Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		names = append(names, news.FeedName(slices.Clone(k)))
	}
	return names
}

// ArchivePage is a page of a feed's archive as it is now: the same number and
// generation have the same contents for ever. False for one that is not begun.
func (l *Ledger) ArchivePage(name news.FeedName, n int) (news.ArchivePage, bool) {
	b := l.derived.Bucket(feedBucket(name, "pages"))
	if b == nil || n < 1 || n > l.archivePages(name) {
		return news.ArchivePage{}, false
	}
	return pageAt(b, uint64(n))
}

// NewestArchive is the page of a feed's archive that is being filled, or the
// last one that is full. False when nothing ever entered the feed.
func (l *Ledger) NewestArchive(name news.FeedName) (news.ArchivePage, bool) {
	return l.ArchivePage(name, l.archivePages(name))
}

func (l *Ledger) archivePages(name news.FeedName) int {
	if places := l.Feed(name).Places; places > 0 {
		return int(pageOf(places))
	}
	return 0
}

// Archived are what stands on a page of a feed's archive, in the order in which
// it entered: what is in the feed, as news or history, and what was withdrawn
// and has a stub. Others have left it; it may be empty.
func (l *Ledger) Archived(name news.FeedName, n int) (list []news.Membership) {
	b := l.derived.Bucket(feedBucket(name, "archive"))
	if b == nil || n < 1 {
		return nil
	}
	first := uint64(n-1)*news.ArchiveSize + 1
	c := b.Cursor()
	for k, v := c.Seek(posKey(first)); k != nil; k, v = c.Next() {
		place := binary.BigEndian.Uint64(k)
		if place >= first+news.ArchiveSize {
			break
		}
		m, ok := l.Membership(name, news.StoryID(bare(k, v)))
		if ok && m.Place == place && stands(m) {
			list = append(list, m)
		}
	}
	return list
}
