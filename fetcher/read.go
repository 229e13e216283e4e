package fetcher

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"chinanews/fetcher/charset"
	"chinanews/fetcher/feed"
	"chinanews/fetcher/jsonlist"
	"chinanews/fetcher/page"
	"chinanews/news"
)

// read makes entries of an answer. Of an article it notes in l where that goes
// on.
func (f *Fetcher) read(ctx context.Context, b *news.Batch, r request, a answer, l *leaf) (problem *news.Problem) {
	if a.status == http.StatusNotModified {
		f.unchanged(b, r.task, a)
		return nil
	}
	b.Capture = digest(a.body)
	if s := r.task.State; r.task.Kind == news.TaskListing && b.Capture == s.Capture && b.Reader == s.Reader && a.url == s.FinalURL {
		f.unchanged(b, r.task, a)
		return nil
	}
	leave, err := f.enterParsing(ctx, len(a.body))
	if err != nil {
		return wordsOf(err, &url.URL{Host: b.URL})
	}
	defer leave()
	b.Captures = append(b.Captures, taken(a, b.Capture))
	doc, problem := decode(b, r.src, a)
	if problem == nil && asShown(*b, r.task, a, doc) {
		f.unchanged(b, r.task, a)
		return nil
	}
	if problem == nil {
		b.Seen = sight(r.task, doc.utf8)
		problem = f.entries(b, r, doc, l)
		if r.task.Kind != news.TaskListing && l.shown == 1 {
			problem = expected(b, r, a.url, l.page, problem)
		}
		l.page = nil // its tree is large, and the next page may be waited for
	}
	if problem != nil {
		return withoutPage(a.status, problem)
	}
	b.State.Capture = b.Capture
	learn(b, r.src, r.task, doc.utf8)
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

// decode gives an answer's text, unless it is a wall's or an error's.
func decode(b *news.Batch, src news.Source, a answer) (reading, *news.Problem) {
	text, p := charset.Decode(a.body, a.contentType, src.Charset)
	b.Charset, b.Warnings = text.Charset, text.Warnings
	if p != nil {
		return reading{}, p
	}
	if p := challenge(a.status, text.UTF8); p != nil {
		return reading{}, p
	}
	if p := errorPage(a.status, text.UTF8); p != nil {
		return reading{}, p
	}
	base, err := url.Parse(a.url)
	if err != nil {
		return reading{}, redirectProblem(fmt.Sprintf("%q is no address", a.url))
	}
	return reading{text.UTF8, base}, nil
}

// entries reads a listing, or a page of an article.
func (f *Fetcher) entries(b *news.Batch, r request, doc reading, l *leaf) *news.Problem {
	if r.task.Kind == news.TaskListing {
		p := f.listing(b, r, doc)
		if p == nil {
			b.Condition = condition(b.Entries)
		}
		return p
	}
	return f.article(b, r, doc, l)
}

// article reads a page of an article: last the text, for which it is taken apart.
func (f *Fetcher) article(b *news.Batch, r request, doc reading, l *leaf) (problem *news.Problem) {
	if l.page, problem = page.Open(doc.utf8, doc.base); problem != nil {
		return problem
	}
	if l.first == nil {
		l.first = doc.base
	}
	l.next = l.page.Next(l.first, l.shown)
	release, problem := l.page.Article(r.src, r.task, f.pageOptions(b.Fetched))
	if problem != nil {
		return problem
	}
	b.Entries, b.Profile, b.Warnings = []news.Entry{release.Entry}, release.Profile, append(b.Warnings, release.Warnings...)
	return nil
}

// listing reads a listing as what it is.
func (f *Fetcher) listing(b *news.Batch, r request, doc reading) (problem *news.Problem) {
	options := f.pageOptions(b.Fetched)
	var l page.Listing
	b.ReadAs = kindOf(r.src, doc.utf8)
	switch b.ReadAs {
	case news.KindFeed:
		return f.feed(b, r, doc)
	case news.KindJSON:
		l, problem = jsonlist.Read(doc.utf8, r.src, doc.base, options)
	default:
		l, problem = page.List(doc.utf8, r.src, doc.base, options)
		if problem != nil && r.src.Kind != news.KindHTML && !page.Selects(r.src) {
			return f.noFeed(doc, r.src, b.Fetched)
		}
	}
	b.Entries, b.Profile, b.Warnings = l.Entries, l.Profile, append(b.Warnings, l.Warnings...)
	if problem == nil {
		b.State.Advice = news.Advice{}
	}
	return problem
}

// feed reads a feed; of what was asked for, only the items that are not known. A
// large one is read in full: Whole holds the document until it is recorded, when
// it has no place any more, and others wait for that.
func (f *Fetcher) feed(b *news.Batch, r request, doc reading) *news.Problem {
	o := feed.Options{MaxItems: f.fetching.MaxItems, Now: b.Fetched, Learn: b.Capture != "" && !r.task.Page.Further() && len(doc.utf8) <= smallBody}
	if o.Learn {
		o.Known = f.known.recall(r.task, b.Reader)
	}
	l, problem := feed.Read(doc.utf8, r.src, doc.base, o)
	b.Entries, b.Warnings = l.Entries, append(b.Warnings, l.Warnings...)
	if problem == nil {
		b.State.Advice = l.Advice
	}
	if problem == nil && o.Learn {
		f.known.remember(r.task, *b, l.Known)
	}
	if slices.ContainsFunc(l.Entries, func(e news.Entry) bool { return e.Short }) {
		o.Learn, o.Known = false, nil
		b.Whole = func() bool { return inFull(l.Entries, r.src, doc, o) }
	}
	for _, repair := range l.Repairs {
		b.Warnings = append(b.Warnings, "repaired: "+repair)
	}
	return problem
}

// inFull puts full entries into the place of the short ones of a feed.
func inFull(entries []news.Entry, src news.Source, doc reading, o feed.Options) bool {
	var l feed.Listing
	problem := func() (p *news.Problem) {
		defer contain(&p)
		l, p = feed.Read(doc.utf8, src, doc.base, o)
		return p
	}()
	if problem != nil || len(l.Entries) != len(entries) {
		return false
	}
	copy(entries, l.Entries)
	return true
}

// kindOf decides by the row, else by the document.
func kindOf(src news.Source, utf8 []byte) news.Kind {
	switch {
	case src.Kind != news.KindAuto && src.Kind != "":
		return src.Kind
	case feed.Sniff(utf8) == feed.ShapeFeed:
		return news.KindFeed
	case src.JSON != news.JSON{} && jsonlist.Sniff(utf8):
		return news.KindJSON
	}
	return news.KindHTML
}

func (f *Fetcher) pageOptions(now time.Time) page.Options {
	return page.Options{MaxItems: f.fetching.MaxItems, Now: now, Profiles: f.profiles}
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

// asShown reports whether a look found the bytes that the release is shown by,
// which the same reader read: that is there, as it is shown. A page that names a
// further one is read all the same, for that is asked for again.
func asShown(b news.Batch, task news.Task, a answer, doc reading) bool {
	s := task.State
	return task.Kind == news.TaskLook && b.Capture == s.Capture && b.Charset == s.Charset && b.Reader == s.Reader && a.url == s.FinalURL &&
		!page.GoesOn(doc.utf8, doc.base)
}

// unchanged notes an answer that says nothing new. A 304 may bring new
// validators (RFC 9110, section 15.4.5).
func (f *Fetcher) unchanged(b *news.Batch, task news.Task, a answer) {
	b.Unchanged = true
	if task.Kind == news.TaskLook {
		b.Saw = news.SawPage
	}
	b.Capture = task.State.Capture
	b.Charset, b.Warnings = task.State.Charset, task.State.Warnings
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
	if a.status == http.StatusNotModified && !lives(a.header) {
		b.State.Advice.Fresh = freshAgain(task.State, b.Fetched)
	}
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

// accepted reports a status that only the row's accept_status lets pass.
func accepted(status int) bool { return status < 200 || status >= 300 }

// errorPage recognises the page that a status brings of itself, where the row
// says that the status may come with the page that is wanted.
func errorPage(status int, utf8 []byte) *news.Problem {
	if !accepted(status) {
		return nil
	}
	for _, m := range heading.FindAllSubmatch(utf8[:min(len(utf8), 64<<10)], 4) {
		head := strings.ToLower(news.Line(string(m[1])))
		if what := strings.ToLower(http.StatusText(status)); what != "" && strings.Contains(head, what) || strings.HasPrefix(head, strconv.Itoa(status)) {
			return refused(status)
		}
	}
	return nil
}

var heading = regexp.MustCompile(`(?is)<(?:title|h1)\b[^>]*>([^<]{0,200})<`)

// withoutPage is a problem of reading, told as what it is when the status said
// that something is wrong.
func withoutPage(status int, p *news.Problem) *news.Problem {
	if !accepted(status) || p.Class == news.ClassStatus {
		return p
	}
	q := refused(status)
	q.Words = fmt.Sprintf("the site answers %d, which accept_status permits, without the page that is wanted: %s", status, p.Words)
	return q
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
	if strings.Trim(value, "0123456789") == "" {
		wait = seconds(value)
	} else if d, err := time.ParseDuration(value + "s"); err == nil {
		wait = d
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(originNow(h, now))
	} else {
		return time.Time{}
	}
	return now.Add(min(max(wait, time.Minute), 24*time.Hour))
}
