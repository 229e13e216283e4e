package main

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"chinanews/config"
	"chinanews/feedout/desk"
	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

// sourceDesk shows editors how sources are.
type sourceDesk struct{ *house }

var _ desk.Sources = sourceDesk{}

const (
	rhythmDays = 28
	mostOfDays = 5000 // releases of a source that its days are counted from, the newest

	countWithin = 2 * time.Second // days of the sources that a page shows
)

// view reads the record for the desk, for a while.
func (h sourceDesk) view(ctx context.Context, f func(context.Context, *storage.Ledger) error) error {
	ctx, cancel := context.WithTimeout(ctx, pageWithin)
	defer cancel()
	return h.store.View(ctx, func(l *storage.Ledger) error { return f(ctx, l) })
}

// Sources is of desk.Sources.
func (h sourceDesk) Sources(ctx context.Context) (list []desk.Source, err error) {
	err = h.view(ctx, func(ctx context.Context, l *storage.Ledger) error {
		for _, src := range h.cfg.Sources {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			list = append(list, lineOf(statusOf(l, src), src))
		}
		return nil
	})
	return list, err
}

// lineOf is a source as its line shows it.
func lineOf(s sourceStatus, src news.Source) desk.Source {
	src.Headers = nil // they may be secrets
	return desk.Source{Row: src, Condition: conditionOf(s.listingStatus, src)}
}

func conditionOf(s listingStatus, src news.Source) desk.Condition {
	c := desk.Condition{URL: s.URL, State: s.State, Words: s.Words, Hint: s.Hint, LastGood: s.LastGood, LastTry: s.LastTry, Next: s.Next,
		Newest: s.Newest, Items: s.Items, Usual: s.Usual, Failures: s.Failures, Warnings: s.Warnings}
	if src.Paused {
		c.Next = time.Time{}
	}
	if c.State == news.Redesigned && strings.Contains(c.Hint, "chinanewsd status") { // the desk shows it
		c.Hint = ""
	}
	return c
}

// Days is of desk.Sources. A release counts on the day that it has itself, as
// its source writes days; without one, on that of its first look. What cannot be
// counted soon is not.
func (h sourceDesk) Days(ctx context.Context, ids []string) ([][]int, error) {
	all, until := make([][]int, len(ids)), time.Now().Add(countWithin)
	err := h.view(ctx, func(ctx context.Context, l *storage.Ledger) error {
		for n, id := range ids {
			if i := h.row(id); i >= 0 && time.Now().Before(until) {
				all[n] = daysOf(l, h.cfg.Sources[i])
			}
		}
		return ctx.Err()
	})
	return all, err
}

func (h sourceDesk) row(id string) int {
	return slices.IndexFunc(h.cfg.Sources, func(s news.Source) bool { return s.ID == id })
}

func daysOf(l *storage.Ledger, src news.Source) []int {
	days, seen := make([]int, rhythmDays), 0
	today := l.At()
	for i := range l.Items(src.Origin, today.AddDate(0, 0, -rhythmDays)) {
		if seen++; seen > mostOfDays {
			break
		}
		at := i.FirstSeen
		if i.Shown.Date.Known() {
			at = i.Shown.Date.Time
		}
		if ago := daysBetween(src.Day(at), src.Day(today)); ago >= 0 && ago < rhythmDays {
			days[rhythmDays-1-ago]++
		}
	}
	return days
}

// daysBetween counts from one day to a later one; negative: it is an earlier
// one, or neither is a day.
func daysBetween(a, b string) int {
	from, err := time.Parse(time.DateOnly, a)
	to, err2 := time.Parse(time.DateOnly, b)
	if err != nil || err2 != nil {
		return -1
	}
	return int(to.Sub(from) / (24 * time.Hour))
}

// Source is of desk.Sources.
func (h sourceDesk) Source(ctx context.Context, id string) (e desk.Examined, err error) {
	n := h.row(id)
	if n < 0 {
		return e, desk.ErrNotFound
	}
	src := h.cfg.Sources[n]
	var s sourceStatus
	var d sourceDetail
	err = h.view(ctx, func(_ context.Context, l *storage.Ledger) error {
		s, d = statusOf(l, src), detailOf(l, src)
		e.Source = lineOf(s, src)
		e.Days = daysOf(l, src)
		return nil
	})
	if err != nil {
		return e, err
	}
	d.compare()
	e.Place, e.Text = rowPlace(h.cfg, id), h.effective(src)
	for n, l := range d.Listings {
		e.Listings = append(e.Listings, h.page(src, s.Listings[n], l))
	}
	for _, i := range d.Newest {
		e.Newest = append(e.Newest, desk.Sample{Title: i.Title, URL: i.URL, Lang: news.LanguageOf(i.Title), Date: i.Date})
	}
	for _, i := range d.Absent {
		e.Absent = append(e.Absent, desk.Absent{Title: i.Title, URL: i.URL, Lang: news.LanguageOf(i.Title), State: i.State, Since: i.Since, Looks: i.Looks})
	}
	return e, nil
}

// effective is a row in full, with where each key comes from.
func (h sourceDesk) effective(src news.Source) string {
	var b strings.Builder
	config.Effective(&b, src, h.cfg.Written.Of(src.ID), config.Filling{List: profile(h.cfg, src.Profile)}) // a Builder takes all
	return b.String()
}

// page is a listing of a source as the desk shows it.
func (h sourceDesk) page(src news.Source, s listingStatus, d listingDetail) desk.Page {
	p := desk.Page{Condition: conditionOf(s, src), Usually: d.Contract, Lately: slices.Clone(d.Lately), Mended: d.Mended}
	slices.Reverse(p.Lately)
	silent := s.State == news.Dead || s.State == news.Overdue || s.State == news.UnreadableDates
	switch {
	case len(d.bad.Text) > 0:
		p.Bad = h.reading(src, d.bad)
	case s.State.Alarming() && !silent: // there was no page to keep
		p.Bad = &desk.Reading{At: s.LastTry, Words: s.Words}
	}
	if p.Bad != nil && len(d.good.Text) > 0 {
		p.Good = h.reading(src, d.good)
	}
	if d.Change != nil {
		p.Changes, p.Vanished, p.Appeared = shiftsOf(*d.Change), d.Change.Vanished, d.Change.Appeared
	}
	if d.Mended != "" {
		mended := src
		mended.List, mended.Headers = d.list, nil
		p.Try = h.effective(mended)
	}
	return p
}

// reading is a page that was kept, read by the row as it is today.
func (h sourceDesk) reading(src news.Source, seen news.Sight) *desk.Reading {
	r := &desk.Reading{At: seen.At}
	read, problem := h.fetch.Read(src, news.Task{Kind: news.TaskListing, Source: src.Origin, URL: seen.URL}, fetcher.Document{UTF8: seen.Text, URL: seen.URL}, seen.At)
	if problem != nil {
		r.Words = problem.Words
	}
	for _, e := range read.Entries {
		r.Items = append(r.Items, item(src, e).sample())
	}
	return r
}

func shiftsOf(c fetcher.Change) []desk.Change {
	list := []desk.Change{
		{What: "Title", Before: c.Before.Title, Now: c.Now.Title},
		{What: "Links", Before: strconv.Itoa(c.Before.Links), Now: strconv.Itoa(c.Now.Links)},
		{What: "Bytes", Before: strconv.Itoa(c.Before.Bytes), Now: strconv.Itoa(c.Now.Bytes)},
	}
	for _, m := range c.Selectors {
		list = append(list, desk.Change{What: m.Key, Selector: m.Selector, Before: strconv.Itoa(m.Before), Now: strconv.Itoa(m.Now)})
	}
	return slices.DeleteFunc(list, func(c desk.Change) bool { return cmp.Or(c.Before, c.Now) == "" })
}
