package fetcher

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"chinanews/fetcher/charset"
	"chinanews/news"
)

// Document is an answer as it came, decoded and not yet read.
type Document struct {
	UTF8        []byte
	URL         string // that answered, after redirects
	ContentType string
	Charset     string   // the decision, and why
	Warnings    []string // of the decoding
}

// Document asks for an address as carefully as Fetch does, and reads nothing.
// Of src its id, headers, charset and robots count. The error is ctx's.
func (f *Fetcher) Document(ctx context.Context, src news.Source, address string, now time.Time) (d Document, problem *news.Problem, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return d, &news.Problem{Class: news.ClassConnect, Condition: news.Unreachable, Words: fmt.Sprintf("%q is no address", address)}, nil
	}
	task := news.Task{Kind: news.TaskListing, Source: src.Origin, URL: address, Due: now}
	b := f.batch(src, task, now)
	large := place{of: f.large}
	defer large.leave()
	a, problem := f.ask(ctx, &b, request{src: src, task: task, url: u, now: now, large: &large})
	if ctx.Err() != nil || problem != nil {
		return d, problem, ctx.Err()
	}
	text, problem := charset.Decode(a.body, a.contentType, src.Charset)
	if problem == nil {
		problem = challenge(a.status, text.UTF8)
	}
	return Document{text.UTF8, a.url, a.contentType, text.Charset, text.Warnings}, problem, nil
}

// Reading is what a document says.
type Reading struct {
	Entries  []news.Entry
	Warnings []string
	Profile  string // of the site family by which it was read; empty: by the row alone
}

// Read reads a document by a row, as Fetch reads an answer.
func (f *Fetcher) Read(src news.Source, task news.Task, d Document, now time.Time) (r Reading, problem *news.Problem) {
	defer contain(&problem)
	base, err := url.Parse(d.URL)
	if err != nil {
		return r, &news.Problem{Class: news.ClassRedirect, Condition: news.Unreachable, Words: fmt.Sprintf("%q is no address", d.URL)}
	}
	b := f.batch(src, task, now)
	problem = f.entries(&b, request{src: src, task: task, now: now}, reading{d.UTF8, base}, new(leaf))
	return Reading{b.Entries, b.Warnings, b.Profile}, problem
}

// contain makes a panic of a reader the document's failure and nothing else's.
// It is deferred.
func contain(problem **news.Problem) {
	if r := recover(); r != nil {
		*problem = &news.Problem{Class: news.ClassPanic, Condition: news.Broken, Words: fmt.Sprintf("the answer made the reader fail (%.100v); it is left alone until it changes", r)}
	}
}
