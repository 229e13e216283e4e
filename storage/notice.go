package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"chinanews/news"
)

// maxEvidence bounds how many looks an item keeps at hand; the record has all.
const maxEvidence = 32

// removals folds what looks have shown. It returns the items of which entries
// say from now on that they are gone, or since when, or do so no longer.
func (f *folder) removals(r news.Ruling) (crossed []news.ItemID, err error) {
	for _, x := range r.Removal {
		var removed news.Origin
		err := f.change(x.Item, func(i *news.Item) {
			before, seen := i.Presence, f.seen(*i)
			f.presence(i, x, r.Through)
			is, was := i.Presence == news.Removed, before == news.Removed
			if is != was || is && !f.seen(*i).Equal(seen) {
				crossed = append(crossed, i.ID)
			}
			if is && !was {
				removed = i.Source
			}
		})
		if err == nil && removed != "" {
			err = f.tally(removed, news.BeijingDay(f.rec.At), news.Tally{Removals: 1})
		}
		if err != nil {
			return crossed, err
		}
	}
	return crossed, nil
}

// seen is when the last look that did not find an item says that it was found.
func (f *folder) seen(i news.Item) time.Time {
	n := len(i.Evidence)
	if n == 0 || i.Presence != news.Removed || i.Evidence[n-1].Pos == 0 {
		return time.Time{}
	}
	look, err := (&Ledger{tx: f.tx, derived: f.root}).Batch(i.Evidence[n-1].Pos)
	if err != nil {
		panic(fault{err})
	}
	return look.Last
}

// presence folds what a look has shown of an item.
func (f *folder) presence(i *news.Item, x news.Removal, pos uint64) {
	gone := func(p news.Presence) bool { return p == news.Missing || p == news.Removed }
	switch {
	case gone(x.State) && !gone(i.Presence):
		i.Missed, i.Evidence = f.rec.At, nil
	case !gone(x.State):
		i.Missed = time.Time{}
	}
	i.Presence, i.Looks = x.State, x.Looks
	if x.Saw != "" {
		i.Evidence = append(i.Evidence, news.Look{Pos: pos, At: f.rec.At, Saw: x.Saw})
		i.Evidence = i.Evidence[max(0, len(i.Evidence)-maxEvidence):]
	}
}

// notices folds entries of the feeds that the program makes by itself.
func (f *folder) notices(list []news.Notice) error {
	for _, n := range list {
		if err := f.notice(n); err != nil {
			return err
		}
	}
	return nil
}

func (f *folder) notice(n news.Notice) error {
	n.At, n.Pos = f.rec.At, f.rec.Pos
	if n.Of == news.FeedRemovals {
		if err := f.change(n.Item, func(i *news.Item) { i.Notices = n.Nth }); err != nil {
			return err
		}
	}
	for _, name := range append([]news.FeedName{n.Of}, n.In()...) {
		all, err := f.root.CreateBucketIfNotExists(feedBucket(name, "notices"))
		if err != nil {
			return err
		}
		if err := putJSON(all, posKey(n.Seq), n); err != nil {
			return err
		}
		if err := f.changeFeed(name, func(s *news.FeedState) { s.News, s.Moved = n.Seq, n.Pos }); err != nil {
			return err
		}
	}
	return nil
}

// Notices yields what a feed that the program makes by itself has, newest
// first: news.FeedEdits, news.FeedRemovals, or one of a feed's own. Those of
// stories that were withdrawn are left out.
func (l *Ledger) Notices(of news.FeedName) iter.Seq[news.Notice] {
	return func(yield func(news.Notice) bool) {
		for n := range l.notices(of) {
			if _, withdrawn := l.Withdrawn(n.Story); !withdrawn && !yield(n) {
				return
			}
		}
	}
}

func (l *Ledger) notices(of news.FeedName) iter.Seq[news.Notice] {
	return func(yield func(news.Notice) bool) {
		b := l.derived.Bucket(feedBucket(of, "notices"))
		if b == nil {
			return
		}
		c := b.Cursor()
		for k, text := c.Last(); k != nil; k, text = c.Prev() {
			var n news.Notice
			if err := json.Unmarshal(bare(k, text), &n); err != nil {
				panic(fault{fmt.Errorf("key %x: %w", k, err)})
			}
			if !yield(n) {
				return
			}
		}
	}
}

// Telling is what a notice says; zero when an erasure took it.
func (l *Ledger) Telling(n news.Notice) (t news.Telling, err error) {
	for _, ref := range n.Refs {
		text, err := readText(l.tx, n.Pos, ref)
		if errors.Is(err, errPruned) {
			continue
		}
		if err != nil {
			return t, err
		}
		if err := json.Unmarshal([]byte(text), &t); err != nil {
			return t, fmt.Errorf("text %d of record %d: %w", ref.N, n.Pos, err)
		}
	}
	return t, nil
}

// telling has what notices say as texts of the ruling's record, so that they can
// be erased, and writes the references into them.
func telling(list []news.Notice) (texts []string, err error) {
	for n := range list {
		text, err := json.Marshal(list[n].Words)
		if err != nil {
			return nil, err
		}
		list[n].Refs = []news.Ref{refTo(n, news.PartTelling, string(text))}
		texts = append(texts, string(text))
	}
	return texts, nil
}
