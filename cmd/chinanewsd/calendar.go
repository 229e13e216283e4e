package main

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"chinanews/feedout/site"
	"chinanews/news"
	"chinanews/storage"
)

// beijing is the zone of the days of feeds.
var beijing = news.Location("Asia/Shanghai")

// dayOf is when the day of a moment begins.
func dayOf(at time.Time) time.Time {
	y, m, d := at.In(beijing).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, beijing)
}

// monthOf is when the month of a moment begins.
func monthOf(at time.Time) time.Time {
	y, m, _ := at.In(beijing).Date()
	return time.Date(y, m, 1, 0, 0, 0, 0, beijing)
}

// Day is what a feed has of one day.
func (l *library) Day(id string, day time.Time) (d site.Daily, err error) {
	i := slices.IndexFunc(l.Feeds(), func(f news.Feed) bool { return f.ID == id })
	if i < 0 {
		return d, site.ErrNotFound
	}
	d.Feed, d.Day = l.Feeds()[i], day
	err = l.bulky(func() error { return l.view(func(led *storage.Ledger) error { return l.ofDay(led, &d) }) })
	return d, err
}

// ofDay fills in what the day has.
func (l *library) ofDay(led *storage.Ledger, d *site.Daily) (err error) {
	list := slices.Collect(led.OnDay(d.Feed.Name, d.Day, d.Day.AddDate(0, 0, 1)))
	if len(list) == 0 {
		return site.ErrNotFound
	}
	d.Before, d.After = besides(led, d.Feed.Name, d.Day)
	sortByDate(list)
	d.Items, err = l.items(led, list)
	return err
}

// besides are the next days before and after one of which a feed has
// something; zero for none.
func besides(led *storage.Ledger, name news.FeedName, day time.Time) (before, after time.Time) {
	if at, ok := led.LastBefore(name, day); ok {
		before = dayOf(at)
	}
	if at, ok := led.FirstFrom(name, day.AddDate(0, 0, 1)); ok {
		after = dayOf(at)
	}
	return before, after
}

// Every date is from earliest on, and before never.
var (
	earliest = time.Date(-9999, 1, 1, 0, 0, 0, 0, time.UTC)
	never    = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
)

// Months are those of which a feed has something.
func (l *library) Months() ([]site.Month, error) {
	places := make(map[time.Time]int)
	for _, f := range l.Feeds() {
		err := l.view(func(led *storage.Ledger) error {
			for before := never; ; {
				at, ok := led.LastBefore(f.Name, before)
				if !ok {
					return nil
				}
				month := monthOf(at)
				places[month] += led.Dated(f.Name, month, before)
				before = month
			}
		})
		if err != nil {
			return nil, err
		}
	}
	var months []site.Month
	for _, m := range slices.SortedFunc(maps.Keys(places), func(a, b time.Time) int { return b.Compare(a) }) {
		months = append(months, site.Month{Begins: m, Places: places[m]})
	}
	return months, nil
}

// Dated are some places of a month: those of one feed after those of another,
// newest first. The first of them have the days' pages before them. No view of
// the record is longer than a day of a feed.
func (l *library) Dated(month time.Time, n, size int) (list []site.Listed, err error) {
	err = l.bulky(func() error {
		list, err = l.month(month, n, size)
		return err
	})
	return list, err
}

func (l *library) month(month time.Time, n, size int) (list []site.Listed, err error) {
	first := n == 0
	for _, f := range l.Feeds() {
		for day := month.AddDate(0, 1, -1); !day.Before(month) && size > 0; day = day.AddDate(0, 0, -1) {
			err := l.view(func(led *storage.Ledger) error {
				places := led.Dated(f.Name, day, day.AddDate(0, 0, 1))
				if places > 0 && first {
					list = append(list, site.Listed{Path: "/feeds/" + f.ID + "/" + day.Format("2006/01/02") + "/"})
				}
				if n >= places {
					n -= places
					return nil
				}
				some, err := l.dated(led, f, day, n, size)
				n, size, list = 0, size-len(some), append(list, some...)
				return err
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// dated are some places of a day of a feed.
func (l *library) dated(led *storage.Ledger, f news.Feed, day time.Time, n, size int) (list []site.Listed, err error) {
	for m := range led.OnDay(f.Name, day, day.AddDate(0, 0, 1)) {
		if n--; n >= 0 {
			continue
		}
		one, err := l.listed(led, m)
		if err != nil {
			return nil, err
		}
		if list = append(list, one); len(list) == size {
			break
		}
	}
	return list, nil
}

// listed is a story's page, in the place that it has in one of its feeds:
// nothing in the others.
func (l *library) listed(led *storage.Ledger, m news.Membership) (one site.Listed, err error) {
	story, ok := led.Story(m.Story)
	if !ok {
		return one, nil
	}
	if home, _, ok := l.press.stand.place(led, story); !ok || home.Feed != m.Feed || home.Story != m.Story {
		return one, nil
	}
	one = site.Listed{Path: "/stories/" + led.Address(m.Story), Changed: m.AsOf()}
	lead, err := leadOf(led, m)
	if err != nil {
		return one, err
	}
	siblings, err := l.press.stand.siblings(led, story, lead)
	if err != nil || len(siblings) == 0 {
		return one, err
	}
	one.Also = []site.Alternate{{Lang: cmp.Or(lead.Shown.Locale, lead.Shown.Lang), Path: one.Path}}
	for _, b := range siblings {
		one.Also = append(one.Also, site.Alternate{Lang: cmp.Or(b.Lead.Shown.Locale, b.Lead.Shown.Lang), Path: "/stories/" + b.Address})
	}
	return one, nil
}

// Fronts are the pages of the feeds, also of those that the program makes.
func (l *library) Fronts() (list []site.Listed, err error) {
	err = l.view(func(led *storage.Ledger) error {
		for _, f := range slices.Concat(l.Feeds(), noticeFeeds(l.press.pub)) {
			list = append(list, site.Listed{Path: "/feeds/" + f.ID + "/", Changed: led.Feed(f.Name).Changed})
		}
		return nil
	})
	return list, err
}
