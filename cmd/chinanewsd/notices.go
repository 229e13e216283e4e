package main

import (
	"fmt"
	"iter"
	"slices"

	"chinanews/feedout"
	"chinanews/news"
	"chinanews/storage"
)

// noticeFeeds are the feeds that the program makes: of edits and of removals,
// of every feed and, at the end, of all together.
func noticeFeeds(pub news.Publication) []news.Feed {
	var out []news.Feed
	for _, f := range append(slices.Clone(pub.Feeds), news.Feed{}) {
		for _, of := range []news.FeedName{news.FeedEdits, news.FeedRemovals} {
			out = append(out, feedout.NoticesFeed(pub.Site, f, of))
		}
	}
	return out
}

// maxNotices is how many notices are looked at for one document or page.
const maxNotices = 2000

// notices are those of a feed that anybody may read, newest first.
func (s stand) notices(l *storage.Ledger, name news.FeedName) iter.Seq[news.Notice] {
	return func(yield func(news.Notice) bool) {
		seen := 0
		for n := range l.Notices(name) {
			if seen++; seen > maxNotices || s.tells(l, n) && !yield(n) {
				return
			}
		}
	}
}

// notices assembles a document of notices.
func (p *press) notices(l *storage.Ledger, f news.Feed, state news.FeedState, _ *edition) (feedout.Document, error) {
	doc := feedout.Document{Site: p.pub.Site, Feed: f, Updated: state.Changed}
	for _, n := range feedout.LimitNotices(p.stand.notices(l, f.Name)) {
		t, ok, err := told(l, p.stand.rows, n)
		if err != nil {
			return doc, err
		}
		if ok {
			doc.Notices = append(doc.Notices, t)
		}
	}
	return doc, nil
}

// told assembles a notice as its entry tells it; false when an erasure took
// its words.
func told(l *storage.Ledger, rows map[news.Origin]*news.Source, n news.Notice) (t feedout.Told, ok bool, err error) {
	if n.Words, err = l.Telling(n); err != nil {
		return t, false, err
	}
	i, known := l.Item(n.Item)
	if !known {
		return t, false, fmt.Errorf("item %s of a notice is not in the record; run `chinanewsd verify`", n.Item)
	}
	t = feedout.Told{Notice: n, Address: l.Address(n.Story), Source: row(rows, i.Source), Version: i.Version(n.Rev)}
	return t, n.Words.Title != "" || n.Words.URL != "", nil
}
