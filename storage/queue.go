package storage

import (
	"slices"
	"time"

	"chinanews/news"
)

// waits folds what waits for an editor.
func (f *folder) waits(list []news.Wait) error {
	b := f.root.Bucket(derivedQueue)
	for _, w := range list {
		key := joined(string(w.Feed), string(w.Story[:]))
		if w.Why == "" {
			if err := b.Delete(key); err != nil {
				return err
			}
			continue
		}
		q := news.Queued{Wait: w, Since: f.rec.At, Pos: f.rec.Pos}
		if before, ok := get[news.Queued](b, key); ok && before.Why == w.Why {
			q.Since = before.Since
		}
		if err := putJSON(b, key, q); err != nil {
			return err
		}
	}
	return nil
}

// flood counts an item that was held back on its day.
func (f *folder) flood(i news.Item) error {
	if i.As != news.AsWaiting {
		return nil
	}
	day := i.FirstSeen.UTC().Format(time.DateOnly)
	key := joined(string(i.Source), day)
	q, ok := get[news.Queued](f.root.Bucket(derivedFloods), key)
	if !ok {
		q = news.Queued{Since: f.rec.At, Pos: f.rec.Pos, Source: i.Source, Day: day}
	}
	q.Items++
	return putJSON(f.root.Bucket(derivedFloods), key, q)
}

// Queue is what waits for an editor, the oldest first.
func (l *Ledger) Queue() (list []news.Queued) {
	for q := range each[news.Queued](l.derived.Bucket(derivedQueue)) {
		s, ok := l.Story(q.Story)
		if _, withdrawn := l.Withdrawn(q.Story); ok && s.ID == q.Story && !withdrawn {
			list = append(list, q)
		}
	}
	for q := range each[news.Queued](l.derived.Bucket(derivedFloods)) {
		d := l.Decisions(news.Scope{Source: q.Source, Day: q.Day})
		if _, decided := news.NewLayer(d).Last(news.ActApprove, news.ActHide); !decided {
			list = append(list, q)
		}
	}
	slices.SortStableFunc(list, func(a, b news.Queued) int { return a.Since.Compare(b.Since) })
	return list
}

// Waits reports why a story waits in a feed, or, the feed empty, in all.
func (l *Ledger) Waits(feed news.FeedName, story news.StoryID) (news.Queued, bool) {
	return get[news.Queued](l.derived.Bucket(derivedQueue), joined(string(feed), string(story[:])))
}
