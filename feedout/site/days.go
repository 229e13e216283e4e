package site

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"chinanews/news"
)

// Calendar is what there is by days, in Beijing time. As in Reading, only
// public stories come out of it.
type Calendar interface {
	// Day is what a feed has of one day, newest first; ErrNotFound when that
	// is nothing.
	Day(feed string, day time.Time) (Daily, error)
	// Months are those of which there is something, newest first.
	Months() ([]Month, error)
	// Dated are places n+1 to n+size of a month. A place may have no address.
	Dated(month time.Time, n, size int) ([]Listed, error)
	// Fronts are the pages of the feeds.
	Fronts() ([]Listed, error)
}

// Daily is one day of a feed. Its time, and those of the next days that have
// something, are when the days begin; zero for none.
type Daily struct {
	Feed          news.Feed
	Day           time.Time
	Items         []Item
	Before, After time.Time
}

// dayPath is where a feed's day is.
func dayPath(feed news.Feed, day time.Time) string {
	return "/feeds/" + feed.ID + "/" + day.In(news.Location(beijing)).Format("2006/01/02") + "/"
}

// Older is where the day before is; empty when there is none.
func (d Daily) Older() string { return d.next(d.Before) }

// Newer is where the day after is; empty when there is none.
func (d Daily) Newer() string { return d.next(d.After) }

func (d Daily) next(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return dayPath(d.Feed, day)
}

// dated is a day as pages say it.
func dated(day time.Time) news.Date {
	return news.Date{Precision: news.Day, Zone: beijing, Time: day}
}

// byEntry sorts a feed's releases into the days of its calendar. They come by
// the time that their entries have.
func byEntry(feed news.Feed, items []Item) (days []day) {
	for _, i := range inOneZone(items) {
		date := dated(i.Membership.Published)
		if n := len(days); n == 0 || days[n-1].Date.Day() != date.Day() {
			days = append(days, day{Date: date, Path: dayPath(feed, date.Time)})
		}
		last := &days[len(days)-1]
		last.Items = append(last.Items, i)
	}
	return days
}

// day makes the page of one day of a feed. Its address is written in one way.
func (s *site) day(r *http.Request) (view, error) {
	written := r.PathValue("year") + "-" + r.PathValue("month") + "-" + r.PathValue("day")
	day, err := time.ParseInLocation(time.DateOnly, written, news.Location(beijing))
	if err != nil || day.Format(time.DateOnly) != written {
		return view{}, ErrNotFound
	}
	d, err := s.Day(r.PathValue("feed"), day)
	if err != nil {
		return view{}, err
	}
	lang := interfaceOf(d.Feed.Language)
	title := only(lang, dated(day))
	return view{name: "day", Lang: lang, Title: title, Description: say(lang, "%s: releases of %s", d.Feed.Title, title), Path: dayPath(d.Feed, day),
		Feed: d.Feed, Items: inOneZone(d.Items), Daily: d, Above: []news.Link{{Title: d.Feed.Title, URL: "/feeds/" + d.Feed.ID + "/"}}}, nil
}

// paged is where a page of a feed is.
func paged(feed news.Feed, n int) string {
	path := "/feeds/" + feed.ID + "/"
	if n > 1 {
		path += "page/" + strconv.Itoa(n) + "/"
	}
	return path
}

// pageAsked is the number of the page that is asked for: in its path, or as it
// was written before, in the query.
func pageAsked(r *http.Request) (int, bool) {
	return pageNumber(cmp.Or(r.PathValue("page"), r.URL.Query().Get("page")))
}

// turned has a page shown, or says where it is instead.
func turned(r *http.Request, v view) view {
	v.Path = paged(v.Feed, v.Page)
	if v.Page > 1 && r.PathValue("page") == "" || v.Page == 1 && (r.PathValue("page") != "" || r.URL.Query().Get("page") != "") {
		return view{moved: v.Path}
	}
	return v
}

// day is the releases of one day.
type day struct {
	Date  news.Date
	Path  string // of its page; empty: it has none
	Items []Item
}

// newestFirst puts days in their order; what is in them keeps its own.
func newestFirst(days []day) {
	slices.SortStableFunc(days, func(a, b day) int { return cmp.Compare(b.Date.Day(), a.Date.Day()) })
}
