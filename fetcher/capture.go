package fetcher

import (
	"bytes"
	"strings"
	"time"

	"chinanews/fetcher/page"
	"chinanews/news"
)

// Bounds of the bytes of a capture. Many may wait to be recorded at once.
const (
	maxTaken = 4 << 20 // of an answer that was read
	maxFound = 1 << 20 // of what a look found in the place of a release: enough to show what it was
)

// taken is an answer as evidence. It shares the answer's bytes; of more than
// maxTaken it is the beginning, under a digest of its own.
func taken(a answer, sum string) news.Capture {
	c := news.Capture{URL: a.url, At: a.at, Proto: a.proto, Status: a.status, Header: a.header, Body: a.body, SHA256: sum}
	cut(&c, maxTaken)
	return c
}

// cut leaves the beginning of a capture that is too large.
func cut(c *news.Capture, most int) {
	if len(c.Body) > most {
		c.Body, c.Cut = bytes.Clone(c.Body[:most]), true
		c.SHA256 = digest(c.Body)
	}
}

// found is an answer that could not be used, if any came.
func found(a answer) []news.Capture {
	if a.proto == "" {
		return nil
	}
	return []news.Capture{taken(a, digest(a.body))}
}

// keepFound keeps of an attempt that failed what a look found in the release's
// place.
func keepFound(b *news.Batch) {
	if b.Kind != news.TaskLook || len(b.Captures) == 0 {
		b.Captures = nil
		return
	}
	for n := range b.Captures {
		cut(&b.Captures[n], maxFound)
	}
	b.Capture, b.Pages = named(b.Captures)
}

// named is how a batch names the answers that it was read from: by the digest
// of one; of several by the digest of theirs, and each.
func named(captures []news.Capture) (whole string, pages []string) {
	if len(captures) == 1 {
		return captures[0].SHA256, nil
	}
	for _, c := range captures {
		pages = append(pages, c.SHA256)
	}
	return digest([]byte(strings.Join(pages, "\n"))), pages
}

// again reads the pages of the last reading, which another reader made, with
// today's, so that the two readings can be compared: the older one comes first
// in the batch. What cannot be read again is left out, and nothing is compared.
func (f *Fetcher) again(b *news.Batch, r request) {
	if b.Kind != news.TaskLook || len(r.task.Older) == 0 || len(b.Entries) != 1 {
		return
	}
	older, ok := f.reread(r)
	if !ok {
		return
	}
	b.Before, _ = named(r.task.Older)
	b.Entries = append([]news.Entry{older}, b.Entries...)
}

// reread reads an article from its captures; false when they are not all that
// this reader would read of it.
func (f *Fetcher) reread(r request) (e news.Entry, ok bool) {
	var problem *news.Problem
	defer func() { ok = ok && problem == nil }()
	defer contain(&problem)
	l, whole := leaf{}, false
	var parts []news.Entry
	for _, c := range r.task.Older {
		at := c.At
		if at.IsZero() {
			at = r.now
		}
		step := news.Batch{Kind: r.task.Kind, Fetched: at.UTC()}
		l.shown++
		doc, p := decode(&step, r.src, answer{url: c.URL, status: c.Status, contentType: contentType(c.Header), body: c.Body})
		if p == nil {
			p = f.entries(&step, r, doc, &l)
		}
		if p != nil {
			return e, false
		}
		if whole = seen(parts, step.Entries[0]); whole {
			break
		}
		parts = append(parts, step.Entries[0])
	}
	whole = whole || l.next == "" || l.shown == page.MaxPages || page.Full(parts)
	if len(parts) == 1 {
		return parts[0], whole
	}
	return page.Join(parts, r.src.Language), whole
}

func contentType(header map[string][]string) string {
	if v := header["Content-Type"]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// since is the time on the batch's clock when something of it happens.
func (r request) since() time.Time {
	if r.begun.IsZero() {
		return r.now.UTC()
	}
	return r.now.Add(time.Since(r.begun)).UTC()
}
