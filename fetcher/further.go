package fetcher

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"chinanews/fetcher/page"
	"chinanews/news"
)

// further reads the pages on which an article goes on, each asked for as
// carefully as the first, and joins them to it. One that fails is the failure of
// the whole: half a text is never taken for all of it.
func (f *Fetcher) further(ctx context.Context, b *news.Batch, r request, l leaf) *news.Problem {
	parts := slices.Clone(b.Entries)
	b.State.ETag, b.State.LastModified = "", "" // they are of the first page, and say nothing of the others
	for l.next != "" {
		if l.shown == page.MaxPages || page.Full(parts) {
			b.Warnings = append(b.Warnings, fmt.Sprintf("the article goes on at %s; its first %d pages are kept", l.next, l.shown))
			break
		}
		address := l.next
		step, p := f.turnPage(ctx, b, r, &l)
		if p != nil {
			p.Words = fmt.Sprintf("page %d of the article, %s, could not be read, so none of it is used: %s", l.shown, address, p.Words)
			return p
		}
		if seen(parts, step.Entries[0]) {
			break
		}
		parts = append(parts, step.Entries[0])
	}
	if len(parts) > 1 {
		b.Entries = []news.Entry{page.Join(parts, r.src.Language)}
		b.Capture, b.Pages = named(b.Captures)
	} else {
		b.Captures = b.Captures[:1]
	}
	return nil
}

// seen reports whether a page of an article was had before: some sites answer
// any number with a page that they have shown.
func seen(parts []news.Entry, e news.Entry) bool {
	return slices.ContainsFunc(parts, func(p news.Entry) bool { return p.Digest == e.Digest })
}

// leaf is how far an article was read.
type leaf struct {
	first *url.URL   // where it begins
	shown int        // how many pages of it
	next  string     // where it goes on; empty: it ends
	page  *page.Page // the last one; nil: it is none
}

// turnPage asks for the next page of an article, with a deadline of its own.
// What it shows of the host goes into the article's batch.
func (f *Fetcher) turnPage(ctx context.Context, b *news.Batch, r request, l *leaf) (step news.Batch, p *news.Problem) {
	l.shown++
	u, err := url.Parse(l.next)
	if err != nil {
		return step, redirectProblem("it is no address")
	}
	r.url = u
	step = news.Batch{Kind: b.Kind, Fetched: b.Fetched, Reader: b.Reader, State: b.State}
	a, p := f.ask(ctx, &step, r)
	b.Hosts, b.State.RetryAfter = append(b.Hosts, step.Hosts...), step.State.RetryAfter
	if p != nil {
		b.Captures = append(b.Captures, found(a)...)
		return step, p
	}
	if to, err := url.Parse(a.url); err != nil || !page.OfArticle(l.first, to) {
		return step, redirectProblem(fmt.Sprintf("it leads to %s, which is no page of the article", a.url))
	}
	p = f.read(ctx, &step, r, a, l)
	b.Captures = append(b.Captures, step.Captures...)
	return step, p
}
