// Package fetcher asks one source once, politely and safely, and returns what
// it says now. It never decides what is news, keeps nothing but what it was
// told of hosts, and fetches nothing that content names.
//
// The trap: whatever the world does is data in the Batch. An error means that
// the caller cancelled, or that the fetcher itself is broken.
package fetcher

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/sync/semaphore"

	"chinanews/fetcher/clean"
	"chinanews/fetcher/dates"
	"chinanews/fetcher/feed"
	"chinanews/fetcher/jsonlist"
	"chinanews/fetcher/page"
	"chinanews/news"
)

// Options are how a Fetcher asks.
type Options struct {
	Fetching news.Fetching
	Version  string         // stands in the User-Agent
	BaseURL  string         // where this site says how it polls; may be empty
	Shared   []string       // addresses of listings that more than one row names
	Cached   int            // bytes that are held of feeds to read less, and as many of Shared; 0: MostCached
	Profiles []news.Profile // of site families, the more particular first
	Network  Network
}

// Fetcher asks sources. It is safe for concurrent use.
type Fetcher struct {
	fetching  news.Fetching
	transport http.RoundTripper
	rules     *guard
	agent     string
	pace      *pace
	robots    *robotsCache
	shared    *sharing
	cookies   *cookies
	known     *known
	large     *semaphore.Weighted // bodies over smallBody that are held at once
	parsing   *semaphore.Weighted // bytes that are being parsed
	profiles  []news.Profile
	families  string // digest of profiles
}

// New makes a Fetcher. The error names the key of the configuration that is
// wrong: fetch.allow or fetch.proxy.
func New(o Options) (*Fetcher, error) {
	g, err := newGuard("fetch.allow", o.Fetching.Allow)
	if err != nil {
		return nil, err
	}
	t, err := newTransport(o, g)
	if err != nil {
		return nil, err
	}
	most := cmp.Or(o.Cached, MostCached)
	f := &Fetcher{fetching: o.Fetching, transport: t, rules: g, agent: agent(o), pace: newPace(o.Fetching.RuleFor),
		shared: newSharing(o.Shared, most), cookies: newCookies(), known: newKnown(most), large: semaphore.NewWeighted(maxLarge), parsing: semaphore.NewWeighted(maxParsing),
		profiles: o.Profiles, families: page.Digest(o.Profiles)}
	f.robots = newRobotsCache(f)
	return f, nil
}

// Next makes a Fetcher that asks by other options and goes on with what this
// one knows of hosts: turns, robots.txt, pauses, cookies, answers of shared
// addresses, items of feeds. Both may be asked meanwhile; a host sees one visitor. The error is
// as of New.
func (f *Fetcher) Next(o Options) (*Fetcher, error) {
	n, err := New(o)
	if err != nil {
		return nil, err
	}
	n.pace.before = f.pace.before + 1
	n.pace.lanes, n.robots.robotsKnown = f.pace.lanes, f.robots.robotsKnown
	n.cookies, n.known, n.large, n.parsing = f.cookies, f.known, f.large, f.parsing
	n.shared.follow(f.shared)
	return n, nil
}

// agent is an honest User-Agent: product, version, and how to reach us.
func agent(o Options) string {
	version := o.Version
	if version == "" {
		version = "dev"
	}
	who := ""
	if o.BaseURL != "" {
		who = "+" + o.BaseURL + "/polling"
	}
	if c := news.Line(o.Fetching.Contact); c != "" {
		if who != "" {
			who += "; "
		}
		who += c
	}
	if who == "" {
		return "chinanewsd/" + version
	}
	return "chinanewsd/" + version + " (" + who + ")"
}

// Remember gives the Fetcher what was kept of hosts: call it before the first
// Fetch.
func (f *Fetcher) Remember(hosts []news.HostState) { f.robots.remember(hosts) }

// Rule is the pace at a host: the configured one, slower where its robots.txt
// asks for that.
func (f *Fetcher) Rule(host string) news.HostRule {
	r := f.fetching.RuleFor(host)
	r.Delay = max(r.Delay, news.Duration(f.pace.slower(host)))
	return r
}

// CheckSelector reports why a selector of a row cannot be used.
func CheckSelector(sel string) error { return page.CheckSelector(sel) }

// Text is the plain text of sanitised markup.
func Text(markup string) string { return clean.Text(markup) }

// Reader names what reads a source's answers: two readings are compared only
// when their readers are equal.
func (f *Fetcher) Reader(src news.Source) string {
	name := "feed " + feed.Version + " page " + page.Version + " " + page.Reader(src, f.families)
	if src.JSON != (news.JSON{}) {
		name += " json " + jsonlist.Reader(src)
	}
	return name
}

// Fetch asks for one document and reads it; an article with all its pages. See
// Batch for what comes back.
func (f *Fetcher) Fetch(ctx context.Context, src news.Source, task news.Task, now time.Time) (news.Batch, error) {
	b := f.batch(src, task, now)
	begin, moved := start(src, task, now)
	u, err := url.Parse(begin)
	if err != nil || u.Host == "" {
		f.fail(&b, task, &news.Problem{Class: news.ClassConnect, Condition: news.Unreachable, Words: fmt.Sprintf("%q is no address; correct url in the row", begin)})
		return b, nil
	}
	if dated(task.URL) {
		b.FinalURL = begin
	}
	large := place{of: f.large}
	defer large.leave()
	r := request{src: src, task: task, url: u, now: now, begun: time.Now(), reader: b.Reader, large: &large, jar: f.cookies.open(src, task.Kind)}
	if f.cookies.lacks(src) {
		r.task.State.ETag, r.task.State.LastModified = "", ""
	}
	a, problem := f.answer(ctx, &b, r)
	if !a.certificate.Until.IsZero() {
		b.State.Certificate = a.certificate
	}
	switch {
	case ctx.Err() != nil:
		return b, ctx.Err()
	case problem != nil:
		f.fail(&b, task, problem)
	case task.Kind == news.TaskListing:
		f.cookies.keep(src, r.jar)
	}
	if !dated(task.URL) { // where today's went, tomorrow's need not go
		b.State.Moved = move(b, task.State.Moved, a.permanent, moved)
	}
	if to := b.State.Moved.To; to != "" && task.Kind == news.TaskListing {
		b.Warnings = append(b.Warnings, fmt.Sprintf("the address moved for good to %s; write that into the row", to))
	}
	return b, nil
}

// answer asks and reads. A panic on the way is this answer's failure and
// nothing else's.
func (f *Fetcher) answer(ctx context.Context, b *news.Batch, r request) (a answer, problem *news.Problem) {
	defer contain(&problem)
	a, problem = f.shared.ask(ctx, f, b, r)
	if problem != nil {
		b.Captures = append(b.Captures, found(a)...)
	}
	if problem != nil || ctx.Err() != nil {
		return a, problem
	}
	l := leaf{shown: 1}
	if problem = f.read(ctx, b, r, a, &l); problem == nil && l.next != "" {
		problem = f.further(ctx, b, r, l)
	}
	if problem == nil {
		f.again(b, r)
	}
	return a, problem
}

// agreed is how long a permanent redirect has to say the same before its
// target is asked directly.
const agreed = 7 * 24 * time.Hour

// start is the address to begin with: the row's, with the day in it where it
// wants one, or where a permanent redirect has led for long enough.
func start(src news.Source, task news.Task, now time.Time) (address string, moved bool) {
	if dated(task.URL) {
		return on(task.URL, calendar(src, now)), false
	}
	if m := task.State.Moved; m.To != "" && now.Sub(m.Since) >= agreed {
		return m.To, true
	}
	return task.URL, false
}

// move is what an answer says of where a listing went. Only answers that could
// be read count; a new address that fails is forgotten, and the row's asked.
func move(b news.Batch, before news.Moved, permanent, direct bool) news.Moved {
	switch {
	case b.Problem != nil && direct:
		return news.Moved{}
	case b.Problem != nil, direct && len(b.Redirects) == 0:
		return before
	case !permanent:
		return news.Moved{}
	case before.To == b.FinalURL:
		return before
	}
	return news.Moved{To: b.FinalURL, Since: b.Fetched}
}

// batch is the answer before there is one.
func (f *Fetcher) batch(src news.Source, task news.Task, now time.Time) news.Batch {
	s := task.State
	s.Source, s.URL, s.LastTry = src.Origin, task.URL, now
	s.RetryAfter = time.Time{}
	return news.Batch{ID: newBatchID(now), Source: src.Origin, Part: news.Part(news.Host(task.URL)), Kind: task.Kind, Item: task.Item, Beside: task.Beside, Page: task.Page,
		Fetched: now.UTC(), Last: last(task), URL: task.URL, Reader: f.Reader(src), Condition: news.OK, State: s}
}

// last is when the address of a task last gave a good answer.
func last(t news.Task) time.Time {
	if t.Kind == news.TaskListing {
		return t.State.LastGood
	}
	return t.Last
}

// newBatchID begins with the time, so that ids are stored in order.
func newBatchID(now time.Time) (id news.BatchID) {
	rand.Read(id[6:])
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(now.UnixMilli()))
	copy(id[:6], ms[2:])
	return id
}

// fail writes a problem into a batch. What was remembered of the last good
// answer stays: validators are only ever stored with what they validate.
func (f *Fetcher) fail(b *news.Batch, task news.Task, p *news.Problem) {
	b.Problem, b.Condition, b.Entries, b.Unchanged = p, p.Condition, nil, false
	if task.Kind != news.TaskListing && b.Saw == "" {
		b.Saw = unseen(b.Status, p)
	}
	keepFound(b)
	retry := b.State.RetryAfter
	b.State.Condition, b.State.Class, b.State.Words, b.State.Status = p.Condition, p.Class, p.Words, b.Status
	b.State.RetryAfter = retry
	b.State.Redesigned = b.State.Redesigned || p.Condition == news.Redesigned
	b.State.Failures = task.State.Failures + 1
	b.State = b.State.Turned(b.Fetched)
}

// succeed writes a good answer's state into a batch.
func (b batchState) succeed(items int) {
	s := &b.State
	s.Condition, s.Class, s.Words, s.Status, s.Failures = b.Condition, "", "", b.Status, 0
	s.Redesigned = false
	s.Charset, s.Warnings, s.Items, s.LastGood, s.Reader = b.Charset, b.Warnings, items, b.Fetched, b.Reader
	*s = s.Turned(b.Fetched)
}

// batchState lets a batch's state be written where it stands.
type batchState struct{ *news.Batch }

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// CheckLayout reports a date layout of a row by which nothing can be read.
func CheckLayout(layout string) error { return dates.CheckLayout(layout) }

// Change is how a listing's page differs from what it was.
type Change = page.Change

// Match is how many elements a selector of a row finds.
type Match = page.Match

// Compare says what of a listing's page has changed for its row. The problem
// is that one of the two is no page.
func Compare(before, now news.Sight, src news.Source) (Change, *news.Problem) {
	return page.Compare(before.Text, now.Text, src)
}
