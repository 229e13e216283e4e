package storage

import (
	"encoding/json"
	"errors"
	"reflect"

	"chinanews/news"
)

// prune marks where texts stood that were thrown away: what else follows from
// records needs no text.
func (f *folder) prune() error {
	var p news.Prune
	if err := json.Unmarshal(f.rec.Body, &p); err != nil {
		return err
	}
	var items []news.ItemID
	for id := range newInventory(&Ledger{tx: f.tx, derived: f.root}).owners(p.Texts) {
		items = append(items, id)
	}
	return f.mark(items)
}

// reset marks the feeds of whose entries another configuration says something
// else: their whole archives.
func (f *folder) reset(now news.Publication) error {
	before, ok := (&Ledger{tx: f.tx, derived: f.root}).Publication()
	if !ok {
		return nil
	}
	all := !reflect.DeepEqual(before.Site, now.Site) || f.reassigned(before.Sources, now.Sources)
	was, is := printedFeeds(before.Feeds), printedFeeds(now.Feeds)
	for _, name := range f.everyFeed() {
		s, _ := get[news.FeedState](f.root.Bucket(derivedFeeds), []byte(name))
		if s.Places == 0 || !all && reflect.DeepEqual(was[name], is[name]) {
			continue
		}
		if err := errors.Join(f.turn(name, 1), f.changeFeed(name, func(*news.FeedState) {})); err != nil {
			return err
		}
	}
	return nil
}

// printedFeeds is what of feeds' rows may stand in their documents: not what
// says only which entries are in them.
func printedFeeds(feeds []news.Feed) map[news.FeedName]news.Feed {
	out := make(map[news.FeedName]news.Feed)
	for _, f := range feeds {
		f.Was, f.Languages, f.Sources, f.Where, f.Prefer = nil, nil, nil, "", ""
		f.Limit, f.Window, f.Fresh, f.OnRemoval, f.Hold = 0, 0, 0, "", false
		out[f.Name] = f
	}
	return out
}

// reassigned reports whether a row that had items says of them something else,
// went or is back. A new one has none yet.
func (f *folder) reassigned(before, now []news.Source) bool {
	was, is := printedSources(before), printedSources(now)
	for origin := range was {
		if !reflect.DeepEqual(was[origin], is[origin]) {
			return true
		}
	}
	for origin := range is {
		if _, ok := was[origin]; !ok && find(f.root.Bucket(derivedSources), []byte(origin)) != nil {
			return true
		}
	}
	return false
}

// printedSources is what of rows may stand in documents: not what says only
// when and how a source is asked, and how its answers are read.
func printedSources(rows []news.Source) map[news.Origin]news.Source {
	out := make(map[news.Origin]news.Source)
	for _, s := range rows {
		s.ID, s.Was, s.Paused, s.Robots, s.Cookies, s.Headers, s.AcceptStatus = "", nil, false, false, false, nil, nil
		s.Interval, s.MinInterval, s.Fresh, s.MaxAge, s.WaitForText, s.StaleAfter, s.Looks = 0, 0, 0, 0, 0, 0, nil
		s.Charset, s.Rewrite, s.Include, s.Exclude, s.Versions = "", nil, "", "", ""
		s.List, s.Pages, s.Article, s.JSON = news.List{}, news.Pages{}, news.Article{}, news.JSON{}
		s.DateFrom, s.DateLayouts, s.TitleDateRegex, s.URLDateRegex = nil, nil, "", ""
		out[s.Origin] = s
	}
	return out
}
