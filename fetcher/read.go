package fetcher

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"chinanews/fetcher/charset"
	"chinanews/fetcher/feed"
	"chinanews/fetcher/page"
	"chinanews/news"
)

// read makes entries of an answer. A panic while reading is this answer's
// failure and nothing else's.
func (f *Fetcher) read(ctx context.Context, b *news.Batch, src news.Source, task news.Task, a answer) (problem *news.Problem) {
	defer func() {
		if r := recover(); r != nil {
			problem = &news.Problem{Class: news.ClassPanic, Condition: news.Broken, Words: fmt.Sprintf("the answer made the reader fail (%.100v); it is left alone until it changes", r)}
		}
	}()
	if a.status == http.StatusNotModified {
		f.unchanged(b, task, a)
		return nil
	}
	b.Capture = digest(a.body)
	if task.Kind == news.TaskListing && b.Capture == task.State.Capture && b.Reader == task.State.Reader {
		f.unchanged(b, task, a)
		return nil
	}
	leave, err := f.enterParsing(ctx, len(a.body))
	if err != nil {
		return wordsOf(err, &url.URL{Host: b.URL})
	}
	defer leave()
	text, problem := charset.Decode(a.body, a.contentType, src.Charset)
	b.Charset, b.Warnings = text.Charset, text.Warnings
	if problem != nil {
		return problem
	}
	if task.Kind == news.TaskListing && len(text.UTF8) <= maxKept {
		b.Seen = text.UTF8
	}
	if p := challenge(a.status, text.UTF8); p != nil {
		return p
	}
	base, err := url.Parse(a.url)
	if err != nil {
		return &news.Problem{Class: news.ClassRedirect, Condition: news.Unreachable, Words: fmt.Sprintf("%q is no address", a.url)}
	}
	if problem := f.entries(b, src, task, reading{text.UTF8, base}); problem != nil {
		return problem
	}
	b.State.Capture = b.Capture
	learn(b, src, task, text.UTF8)
	f.validators(b, a)
	b.State.Advice.Fresh = freshUntil(a.header, b.Fetched)
	batchState{b}.succeed(len(b.Entries))
	return nil
}

// reading is a decoded document and where it came from.
type reading struct {
	utf8 []byte
	base *url.URL
}

func (f *Fetcher) entries(b *news.Batch, src news.Source, task news.Task, r reading) *news.Problem {
	if task.Kind != news.TaskListing {
		e, warnings, problem := page.Article(r.utf8, src, task, r.base, b.Fetched)
		if problem == nil {
			b.Entries, b.Warnings = []news.Entry{e}, append(b.Warnings, warnings...)
		}
		return problem
	}
	var problem *news.Problem
	if isFeed(src, r.utf8) {
		var l feed.Listing
		l, problem = feed.Read(r.utf8, src, r.base, feed.Options{MaxItems: f.fetching.MaxItems, Now: b.Fetched})
		b.Entries, b.Warnings = l.Entries, append(b.Warnings, l.Warnings...)
		b.State.Advice = l.Advice
		for _, r := range l.Repairs {
			b.Warnings = append(b.Warnings, "repaired: "+r)
		}
	} else {
		var l page.Listing
		l, problem = page.List(r.utf8, src, r.base, page.Options{MaxItems: f.fetching.MaxItems, Now: b.Fetched})
		b.Entries, b.Warnings, b.State.Advice = l.Entries, append(b.Warnings, l.Warnings...), news.Advice{}
	}
	if problem == nil {
		b.Condition = condition(b.Entries)
	}
	return problem
}

// isFeed decides by the row, else by the document: a page without selectors
// for it is a feed that is missing.
func isFeed(src news.Source, utf8 []byte) bool {
	switch src.Kind {
	case news.KindFeed:
		return true
	case news.KindHTML:
		return false
	}
	return len(src.List.Item) == 0 && src.List.LinkMatch == "" || feed.Sniff(utf8) == feed.ShapeFeed
}

// condition is ok, unless every date that is stated is one we cannot read.
func condition(entries []news.Entry) news.Condition {
	stated := false
	for _, e := range entries {
		if e.Date.Known() {
			return news.OK
		}
		stated = stated || e.Date.Raw != ""
	}
	if stated {
		return news.UnreadableDates
	}
	return news.OK
}

// unchanged notes an answer that says nothing new. A 304 may bring new
// validators (RFC 9110, section 15.4.5).
func (f *Fetcher) unchanged(b *news.Batch, task news.Task, a answer) {
	b.Unchanged = true
	b.Capture = task.State.Capture
	b.Charset = ""
	if task.State.Condition.Well() {
		b.Condition = task.State.Condition
	}
	if a.status == http.StatusNotModified {
		if v := a.header.Get("ETag"); v != "" {
			b.State.ETag = news.Octets(v)
		}
		if v := a.header.Get("Last-Modified"); v != "" {
			b.State.LastModified = news.Octets(v)
		}
	} else {
		f.validators(b, a)
	}
	b.State.Advice.Fresh = freshUntil(a.header, b.Fetched)
	batchState{b}.succeed(task.State.Items)
}

// setOf is a digest of which entries there are, in any order.
func setOf(entries []news.Entry) string {
	names := make([]string, len(entries))
	for n, e := range entries {
		names[n] = cmp.Or(e.ID, e.URL, e.Title)
	}
	slices.Sort(names)
	return digest([]byte(strings.Join(names, "\n")))[:16]
}

// validators remembers both of an answer's validators, or that it has none,
// byte for byte.
func (f *Fetcher) validators(b *news.Batch, a answer) {
	b.State.ETag, b.State.LastModified = news.Octets(a.header.Get("ETag")), news.Octets(a.header.Get("Last-Modified"))
	b.State.FinalURL = a.url
}

// retryAfter reads a Retry-After header: seconds or a date, by the origin's own
// clock (RFC 9110, section 10.2.3), between a minute and a day; zero when there
// is none to follow.
func retryAfter(h http.Header, now time.Time) time.Time {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return time.Time{}
	}
	var wait time.Duration
	if d, err := time.ParseDuration(value + "s"); err == nil {
		wait = d
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(originNow(h, now))
	} else {
		return time.Time{}
	}
	return now.Add(min(max(wait, time.Minute), 24*time.Hour))
}
