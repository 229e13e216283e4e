package main

import (
	"time"

	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

// mend proposes a row for a listing's page whose selectors match nothing any
// more, by titles that are known of it; base is the address of the page.
var mend func(page []byte, base string, titles []string) (yaml string, ok bool)

// sourceDetail is what is known of one source.
type sourceDetail struct {
	Name     string          `json:"name"`
	Language string          `json:"language"`
	Interval news.Duration   `json:"interval"`
	Listings []listingDetail `json:"listings"`
	Newest   []newestItem    `json:"newest"`
}

// listingDetail is what is known of one of its listings.
type listingDetail struct {
	URL      string          `json:"url"`
	Contract []string        `json:"contract"` // what it usually is, in words
	Lately   []news.Turn     `json:"lately"`   // conditions, oldest first
	Kept     time.Time       `json:"kept,omitzero"`
	Change   *fetcher.Change `json:"change,omitempty"` // from the last good page to the last bad one
	Mended   string          `json:"mended,omitempty"` // a row in YAML that reads the page as it is now
}

type newestItem struct {
	Title string    `json:"title"`
	Date  news.Date `json:"date"`
	URL   string    `json:"url"`
}

const (
	shownTitles = 5
	mendTitles  = 40
)

func detailOf(l *storage.Ledger, src news.Source) sourceDetail {
	d := sourceDetail{Name: src.PublisherIn("en"), Language: src.Language, Interval: src.Interval}
	var titles []string
	for i := range l.Items(src.Origin, time.Time{}) {
		titles = append(titles, i.Shown.Title)
		if len(titles) <= shownTitles {
			d.Newest = append(d.Newest, newestItem{i.Shown.Title, i.Shown.Date, i.Shown.URL})
		}
		if len(titles) == mendTitles {
			break
		}
	}
	for _, u := range src.URLs {
		d.Listings = append(d.Listings, listingOf(l, src, u, titles))
	}
	return d
}

func listingOf(l *storage.Ledger, src news.Source, u string, titles []string) listingDetail {
	s, _ := l.Poll(src.Origin, u)
	d := listingDetail{URL: u, Contract: s.Habit.Contract(s.Gap), Lately: s.Lately}
	good, kept := l.Page(src.Origin, u, true)
	d.Kept = good.At
	bad, ok := l.Page(src.Origin, u, false)
	if !ok || s.Condition.Well() && s.Condition != news.Thin {
		return d
	}
	if kept {
		if c, p := fetcher.Compare(good, bad, src); p == nil {
			d.Change = &c
		}
	}
	if mend != nil && bad.Condition == news.Redesigned {
		d.Mended, _ = mend(bad.Text, bad.URL, titles)
	}
	return d
}
