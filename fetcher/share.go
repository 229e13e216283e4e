package fetcher

import (
	"context"
	"net/http"
	"sync"
	"time"

	"chinanews/news"
)

// sharing lets rows that name one address share its answers: one request, read
// once for each row by that row's own rules.
type sharing struct {
	mu   sync.Mutex
	kept map[string]*kept // by address; every shared address is in it
}

// kept is the last answer of a shared address; its mutex lets one row at a
// time ask.
type kept struct {
	mu      sync.Mutex
	at      time.Time // when it was had or confirmed; zero: there is none
	asked   string    // the address, with the day in it where it wants one
	answer  answer
	problem *news.Problem
	batch   news.Batch      // what the asking left in the batch
	before  news.FetchState // of the row that asked
}

func newSharing(addresses []string) *sharing {
	s := &sharing{kept: make(map[string]*kept)}
	for _, a := range addresses {
		s.kept[a] = new(kept)
	}
	return s
}

// follow takes the answers that another one keeps of the same addresses.
func (s *sharing) follow(before *sharing) {
	before.mu.Lock()
	defer before.mu.Unlock()
	for a := range s.kept {
		if k, ok := before.kept[a]; ok {
			s.kept[a] = k
		}
	}
}

// ask asks for a document, or takes the answer that another row had within this
// row's shortest interval. A row that keeps cookies asks for itself.
func (s *sharing) ask(ctx context.Context, f *Fetcher, b *news.Batch, r request) (answer, *news.Problem) {
	s.mu.Lock()
	k, ok := s.kept[r.task.URL]
	s.mu.Unlock()
	switch {
	case r.task.Kind != news.TaskListing:
		return f.ask(ctx, b, r)
	case !ok || r.src.Cookies:
		return f.askListed(ctx, b, r)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fits(r) {
		b.Status, b.FinalURL, b.Redirects = k.batch.Status, k.batch.FinalURL, k.batch.Redirects
		b.State.RetryAfter = k.batch.State.RetryAfter
		return k.answer, k.problem
	}
	asked := r.url.String()
	if s := &r.task.State; k.whole() {
		s.FinalURL, s.Reader = k.answer.url, r.reader
		s.ETag, s.LastModified = news.Octets(k.answer.header.Get("ETag")), news.Octets(k.answer.header.Get("Last-Modified"))
	}
	a, p := f.askListed(ctx, b, r)
	switch {
	case ctx.Err() != nil:
		return a, p
	case p == nil && a.status == http.StatusNotModified && k.whole():
		k.at, k.asked = r.now, asked
		return k.answer, nil
	}
	k.at, k.asked, k.answer, k.problem, k.batch, k.before = r.now, asked, a, p, *b, r.task.State
	return a, p
}

// whole reports whether a document is kept, and not only that it did not
// change.
func (k *kept) whole() bool {
	return !k.at.IsZero() && k.problem == nil && k.answer.status == http.StatusOK
}

// fits reports whether the kept answer answers a request: it is young enough,
// and a "not modified" is said of what this row has.
func (k *kept) fits(r request) bool {
	if age := r.now.Sub(k.at); k.at.IsZero() || k.asked != r.url.String() || age < 0 || age >= r.src.MinInterval.Std() {
		return false
	}
	s := r.task.State
	return k.answer.status != http.StatusNotModified || s.ETag == k.before.ETag && s.LastModified == k.before.LastModified && s.FinalURL == k.before.FinalURL && s.Reader == r.reader
}
