package main

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"chinanews/feedout/desk"
	"chinanews/news"
	"chinanews/storage"
)

// figures are what the desk shows of counts.
type figures struct{ *house }

var _ desk.Figures = figures{}

// Over what times figures are shown.
const (
	figureDays   = 28
	figureMonths = 12
	statedDays   = 7 // for how long a service is believed to ask for as many as it said
)

// Counted is part of desk.Figures.
func (f figures) Counted(ctx context.Context, lang string) (c desk.Counted, err error) {
	now := f.flow.now()
	err = f.store.View(ctx, func(l *storage.Ledger) error {
		for _, day := range lastDays(now, figureDays) {
			p := f.period(l, day, lang)
			p.Polls = l.Outcomes(day)
			c.Days = append(c.Days, p)
		}
		for _, month := range lastMonths(now, figureMonths) {
			c.Months = append(c.Months, f.period(l, month, lang))
		}
		c.Readers = f.readersOf(l, now)
		return nil
	})
	return c, err
}

// lastDays are the days in Beijing up to today's, the oldest first.
func lastDays(now time.Time, n int) (days []string) {
	for ago := n - 1; ago >= 0; ago-- {
		days = append(days, news.BeijingDay(now.Add(-24*time.Hour*time.Duration(ago))))
	}
	return days
}

// lastMonths are the months up to this one, the oldest first.
func lastMonths(now time.Time, n int) (months []string) {
	now = now.In(news.Location("Asia/Shanghai"))
	for ago := n - 1; ago >= 0; ago-- {
		months = append(months, time.Date(now.Year(), now.Month()-time.Month(ago), 1, 0, 0, 0, 0, time.UTC).Format("2006-01"))
	}
	return months
}

// period is what was counted of all sources, by who publishes them.
func (f figures) period(l *storage.Ledger, when, lang string) desk.Period {
	p := desk.Period{When: when, Ministries: make(map[string]int)}
	for origin, t := range l.Tallies(when) {
		name := string(origin)
		if row, ok := f.rows[origin]; ok {
			name = row.PublisherIn(lang)
		}
		p.Ministries[name] += t.Releases
		p.Edits += t.Edits
		p.Removals += t.Removals
	}
	return p
}

// readersOf are the readers of each feed lately.
func (f figures) readersOf(l *storage.Ledger, now time.Time) (list []desk.FeedReaders) {
	days := lastDays(now, figureDays)
	all := make([]map[news.FeedName]news.Readers, len(days))
	for n, day := range days {
		all[n] = l.Readers(day)
	}
	if f.readers != nil {
		all[len(days)-1] = f.readers.today()
	}
	subscribers := make(map[news.FeedName]int)
	for s := range l.Subscriptions() {
		subscribers[s.Topic.Feed]++
	}
	for n, feed := range append(slices.Clone(f.cfg.Feeds), noticeFeeds(f.press.pub)...) {
		r := desk.FeedReaders{Feed: feed, Subscribers: subscribers[feed.Name], Beside: n >= len(f.cfg.Feeds)}
		for _, readers := range all {
			of := readers[feed.Name]
			sum := of.Direct
			for _, n := range of.Stated {
				sum += n
			}
			r.Lately = append(r.Lately, sum)
		}
		r.Services = services(all[len(all)-statedDays:], feed.Name)
		yesterday, today := all[len(all)-2][feed.Name], all[len(all)-1][feed.Name]
		r.Yesterday, r.Today, r.Full = yesterday.Direct, today.Direct, yesterday.Full || today.Full
		list = append(list, r)
	}
	return list
}

// services are what each service said last of a feed, in all its formats.
func services(days []map[news.FeedName]news.Readers, feed news.FeedName) (list []desk.Service) {
	newest := make(map[string]int)
	for _, day := range days {
		maps.Copy(newest, day[feed].Stated)
	}
	sums := make(map[string]int)
	for key, n := range newest {
		sums[key[:max(0, strings.LastIndexByte(key, ' '))]] += n
	}
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		list = append(list, desk.Service{Name: name, Readers: sums[name]})
	}
	return list
}
