package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

// sourceDetail is what is known of one source.
type sourceDetail struct {
	Name     string          `json:"name"`
	Language string          `json:"language"`
	Interval news.Duration   `json:"interval"`
	Listings []listingDetail `json:"listings"`
	Newest   []newestItem    `json:"newest"`
	Absent   []absentItem    `json:"absent"` // of the last two months, that looks did not find as they were

	row    news.Source
	titles []string // of the newest items
}

// listingDetail is what is known of one of its listings.
type listingDetail struct {
	URL      string          `json:"url"`
	Contract []string        `json:"contract"` // what it usually is, in words
	Lately   []news.Turn     `json:"lately"`   // conditions, oldest first
	Kept     time.Time       `json:"kept,omitzero"`
	Change   *fetcher.Change `json:"change,omitempty"` // from the last good page to the last bad one
	Mended   string          `json:"mended,omitempty"` // keys in YAML that read the page as it is now

	good, bad news.Sight // the last page read well, and the present one that was not
	list      news.List  // of Mended
}

type newestItem struct {
	Title string    `json:"title"`
	Date  news.Date `json:"date"`
	URL   string    `json:"url"`
}

// absentItem is an item that is not where it was.
type absentItem struct {
	Title string        `json:"title"`
	URL   string        `json:"url"`
	State news.Presence `json:"state"`
	Since time.Time     `json:"since,omitzero"` // of the first look that missed it
	Looks int           `json:"looks"`          // in a row since then
}

// longestAbsent is how far back items are looked through for such.
const longestAbsent = 61 * 24 * time.Hour

func absent(l *storage.Ledger, origin news.Origin) []absentItem {
	items := []absentItem{}
	for i := range l.Items(origin, l.At().Add(-longestAbsent)) {
		if i.Presence != news.Present {
			items = append(items, absentItem{i.Shown.Title, i.Shown.URL, i.Presence, i.Missed, i.Looks})
		}
	}
	return items
}

const (
	shownTitles = 5
	mendTitles  = 40
)

func detailOf(l *storage.Ledger, src news.Source) sourceDetail {
	d := sourceDetail{Name: src.PublisherIn("en"), Language: src.Language, Interval: src.Interval, Absent: absent(l, src.Origin), row: src}
	for n, i := range newest(l, src.Origin) {
		d.titles = append(d.titles, i.Shown.Title)
		if n < shownTitles {
			d.Newest = append(d.Newest, newestItem{i.Shown.Title, i.Shown.Date, i.Shown.URL})
		}
	}
	for _, u := range src.URLs {
		d.Listings = append(d.Listings, listingOf(l, src, u))
	}
	return d
}

// newest are the items that a source has brought last, by their dates.
func newest(l *storage.Ledger, origin news.Origin) (items []news.Item) {
	for i := range l.Items(origin, time.Time{}) {
		if items = append(items, i); len(items) == mendTitles {
			break
		}
	}
	slices.SortStableFunc(items, func(a, b news.Item) int {
		return cmp.Or(b.Shown.Date.Time.Compare(a.Shown.Date.Time), b.FirstSeen.Compare(a.FirstSeen))
	})
	return items
}

func listingOf(l *storage.Ledger, src news.Source, u string) listingDetail {
	s, _ := l.Poll(src.Origin, u)
	d := listingDetail{URL: u, Contract: s.Contract(src), Lately: s.Lately}
	d.good, _ = l.Sight(src.Origin, u, true)
	d.Kept = d.good.At
	if !s.Condition.Well() || s.Condition == news.Thin {
		d.bad, _ = l.Sight(src.Origin, u, false)
	}
	return d
}

// compare says what has changed on pages that are not read well any more. It
// takes its time, and so has no hold on the record.
func (d *sourceDetail) compare() {
	for n := range d.Listings {
		l := &d.Listings[n]
		if len(l.bad.Text) == 0 {
			continue
		}
		if len(l.good.Text) > 0 {
			if c, p := fetcher.Compare(l.good, l.bad, d.row); p == nil {
				l.Change = &c
			}
		}
		if l.bad.Condition == news.Redesigned {
			list, n := mended(l.bad, d.titles)
			if n > 0 {
				l.list, l.Mended = list, fmt.Sprintf("list: %s # %s", listYAML(list), entries(n))
			}
		}
	}
}
