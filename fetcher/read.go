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
	b.State.Capture, b.State.Set = b.Capture, setOf(b.Entries)
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
		release, problem := page.Article(r.utf8, src, task, r.base, f.pageOptions(b.Fetched))
		if problem == nil {
			b.Entries, b.Profile, b.Warnings = []news.Entry{release.Entry}, release.Profile, append(b.Warnings, release.Warnings...)
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
		l, problem = page.List(r.utf8, src, r.base, f.pageOptions(b.Fetched))
		if problem != nil && src.Kind != news.KindHTML && !page.Selects(src) {
			return f.noFeed(r, src, b.Fetched)
		}
		b.Entries, b.Profile, b.Warnings, b.State.Advice = l.Entries, l.Profile, append(b.Warnings, l.Warnings...), news.Advice{}
	}
	if problem == nil {
		b.Condition = condition(b.Entries)
	}
	return problem
}

func (f *Fetcher) pageOptions(now time.Time) page.Options {
	return page.Options{MaxItems: f.fetching.MaxItems, Now: now, Profiles: f.profiles}
}

// isFeed decides by the row, else by the document.
func isFeed(src news.Source, utf8 []byte) bool {
	switch src.Kind {
	case news.KindFeed:
		return true
	case news.KindHTML:
		return false
	}
	return feed.Sniff(utf8) == feed.ShapeFeed
}

// noFeed is what is wrong with a document that a row expects to be a feed, or a
// page of a known family.
func (f *Fetcher) noFeed(r reading, src news.Source, now time.Time) *news.Problem {
	_, p := feed.Read(r.utf8, src, r.base, feed.Options{MaxItems: f.fetching.MaxItems, Now: now})
	return p
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

// challenge recognises the answers of bot walls: a status that they use, or a
// page that is script and no text.
func challenge(status int, utf8 []byte) *news.Problem {
	words := ""
	switch {
	case status == http.StatusPreconditionFailed || status == 521:
		words = fmt.Sprintf("the site answers %d with a script challenge; it does not want programs", status)
	case len(utf8) < 4<<10 && scripted(string(utf8)):
		words = "the site answers with a page that is only a script (a bot wall); it cannot be polled"
	default:
		return nil
	}
	return &news.Problem{Class: news.ClassStatus, Condition: news.Challenged, Words: words}
}

// scripted reports a page that sets cookies or moves on by script and shows
// nothing.
func scripted(doc string) bool {
	low := strings.ToLower(doc)
	if !strings.Contains(low, "<script") || strings.Contains(low, "<rss") || strings.Contains(low, "<feed") {
		return false
	}
	wall := strings.Contains(low, "document.cookie") || strings.Contains(low, "location.href") || strings.Contains(low, "location.reload") || strings.Contains(low, "eval(")
	return wall && len(strings.Fields(Text(doc))) < 5
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
