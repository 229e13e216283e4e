package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"chinanews/feedout"
	"chinanews/feedout/site"
	"chinanews/news"
	"chinanews/storage"
)

// library shows the record to the reading site: what the feeds of a press carry,
// and no other story.
type library struct {
	*house
	press *press
	bulk  chan struct{} // one at a time has a place: see bulky
}

func newLibrary(h *house, p *press) *library { return &library{h, p, make(chan struct{}, 1)} }

var _ site.Searcher = (*library)(nil)

func (l *library) Site() news.Site { return l.press.pub.Site }

func (l *library) Feeds() []news.Feed { return l.press.pub.Feeds }

// errBusy says that too many pages are being read.
var errBusy = errors.New("too many look into the record at once")

// view reads the record for a page, for a while. One view must not be called
// within another.
func (l *library) view(f func(*storage.Ledger) error) error {
	return inTurn(readings, func(ctx context.Context) error { return l.store.View(ctx, f) })
}

// bulky is for what may read very much for one page, a day of a feed or a part
// of the sitemap: one at a time, so that whoever asks for many of them keeps one
// processor busy and no more.
func (l *library) bulky(f func() error) error {
	return inTurn(l.bulk, func(context.Context) error { return f() })
}

// pageWithin is how long a page waits for its turn, and reads the record then.
const pageWithin = 5 * time.Second

// inTurn waits for one of the places that there are, and gives it back.
func inTurn(places chan struct{}, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), pageWithin)
	defer cancel()
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
		return f(ctx)
	case <-ctx.Done():
		return errBusy
	}
}

// Newest are the newest members of all feeds, each story once.
func (l *library) Newest(lang string, n int) (items []site.Item, err error) {
	err = l.view(func(led *storage.Ledger) error {
		var all []news.Membership
		for _, f := range l.Feeds() {
			if lang == "" || news.Primary(f.Language) == lang {
				newest := l.members(led, f.Name)
				all = append(all, newest[:min(n, len(newest))]...)
			}
		}
		sortByDate(all)
		seen := make(map[news.StoryID]bool)
		all = slices.DeleteFunc(all, func(m news.Membership) bool {
			s, _ := led.Story(m.Story)
			twice := seen[s.ID]
			seen[s.ID] = true
			return twice
		})
		items, err = l.items(led, all[:min(n, len(all))])
		return err
	})
	return items, err
}

// sortByDate is the order of pages: date, entered, id.
func sortByDate(all []news.Membership) {
	slices.SortStableFunc(all, func(a, b news.Membership) int {
		return cmp.Or(b.Published.Compare(a.Published), b.Entered.Compare(a.Entered), cmp.Compare(a.Story.String(), b.Story.String()))
	})
}

func (l *library) items(led *storage.Ledger, list []news.Membership) ([]site.Item, error) {
	var items []site.Item
	for _, m := range list {
		r, err := l.press.stand.release(led, m)
		if err != nil {
			return nil, err
		}
		items = append(items, site.Item{Release: r, Feed: l.feed(m.Feed)})
	}
	return items, nil
}

func (l *library) feed(name news.FeedName) news.Feed {
	i := slices.IndexFunc(l.Feeds(), func(f news.Feed) bool { return f.Name == name })
	if i < 0 {
		return news.Feed{}
	}
	return l.Feeds()[i]
}

func (l *library) Page(id string, f site.Filter, number, size int) (page site.Listing, err error) {
	i := slices.IndexFunc(l.Feeds(), func(f news.Feed) bool { return f.ID == id })
	if i < 0 {
		return page, site.ErrNotFound
	}
	page.Feed = l.Feeds()[i]
	page.Sources = l.sources(page.Feed)
	look := func() error {
		return l.view(func(led *storage.Ledger) error {
			var all []news.Membership
			all, page.Cut = l.narrowed(led, page.Feed.Name, f)
			page.Total, page.Unwell = len(all), l.unwell(led, page.Sources)
			page.Items, err = l.items(led, all[min((number-1)*size, len(all)):min(number*size, len(all))])
			return err
		})
	}
	if f == (site.Filter{}) {
		return page, look()
	}
	return page, l.bulky(look)
}

func (l *library) Story(address string) (item site.Item, err error) {
	err = l.view(func(led *storage.Ledger) error {
		item, err = l.story(led, address)
		return err
	})
	return item, err
}

// story finds a public story.
func (l *library) story(led *storage.Ledger, address string) (item site.Item, err error) {
	s, ok := led.StoryAt(address)
	if !ok {
		return item, site.ErrNotFound
	}
	if w, ok := led.Withdrawn(s.ID); ok && l.press.stand.published(led, s) {
		lang := l.Site().Language
		return item, &site.GoneError{Lang: lang, Words: feedout.Reason(lang, w)}
	}
	m, f, ok := l.press.stand.place(led, s)
	if !ok {
		return item, site.ErrNotFound
	}
	item.Feed = f
	item.Release, err = l.press.stand.release(led, m)
	return item, err
}

// Polling tells of the sources of the feeds, and of no others.
func (l *library) Polling() (p site.Polling, err error) {
	tip, err := l.store.Tip()
	if err != nil {
		return p, err
	}
	p.Pos, p.Link = tip.Pos, hex.EncodeToString(tip.Link[:])
	err = l.view(func(led *storage.Ledger) error {
		for _, src := range l.sources(l.Feeds()...) {
			p.Sources = append(p.Sources, l.line(led, src))
		}
		return nil
	})
	return p, err
}

// line is that of a source; of one with several listings, the worst state is
// its own.
func (l *library) line(led *storage.Ledger, src news.Source) site.SourceLine {
	line := site.SourceLine{Source: src}
	if len(src.URLs) > 0 {
		line.Pause = l.pace(news.Host(src.URLs[0])).Delay.Std()
	}
	for _, u := range src.URLs {
		s, ok := led.Poll(src.Origin, u)
		if !ok {
			continue
		}
		line.LastGood, line.Next = s.LastGood, s.Next
		if c := news.Judge(src, s, led.At()).State; line.Condition == "" || c.Alarming() && !line.Condition.Alarming() {
			line.Condition = c
		}
	}
	return line
}

// unwell are the sources that a person should look at, where the site shows
// that.
func (l *library) unwell(led *storage.Ledger, sources []news.Source) (lines []site.SourceLine) {
	if !l.Site().ShowHealth {
		return nil
	}
	for _, src := range sources {
		if line := l.line(led, src); line.Condition != "" && line.Condition.Alarming() {
			lines = append(lines, line)
		}
	}
	return lines
}
