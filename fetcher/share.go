package fetcher

import (
	"container/list"
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
	last *lastAnswers
}

// kept is a shared address; its mutex lets one row at a time ask.
type kept struct {
	mu    sync.Mutex
	had   had           // owned by lastAnswers, as place is
	place *list.Element // nil: nothing is had
}

// had is the last answer of a shared address.
type had struct {
	at      time.Time // when it was had or confirmed; zero: there is none
	asked   string    // the address, with the day in it where it wants one
	answer  answer
	problem *news.Problem
	batch   news.Batch      // what the asking left in the batch
	before  news.FetchState // of the row that asked
}

// size is about what it takes, in bytes.
func (h *had) size() int { return len(h.answer.body) + 2<<10 }

// lastAnswers are those of shared addresses, as far as there is room: of one
// that has gone, the address is asked again. Fetchers that follow one another
// share them.
type lastAnswers struct {
	mu         sync.Mutex
	order      list.List // of *kept, the one had or confirmed last first
	most, size int       // bytes
}

func (a *lastAnswers) of(k *kept) had {
	a.mu.Lock()
	defer a.mu.Unlock()
	return k.had
}

// keep puts an answer in the place of an address's last.
func (a *lastAnswers) keep(k *kept, h had) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if k.place != nil {
		a.forget(k)
	}
	k.had, k.place = h, a.order.PushFront(k)
	for a.size += h.size(); a.size > a.most; {
		a.forget(a.order.Back().Value.(*kept))
	}
}

func (a *lastAnswers) forget(k *kept) {
	a.order.Remove(k.place)
	a.size -= k.had.size()
	k.had, k.place = had{}, nil
}

func newSharing(addresses []string, most int) *sharing {
	s := &sharing{kept: make(map[string]*kept), last: &lastAnswers{most: most}}
	for _, a := range addresses {
		s.kept[a] = new(kept)
	}
	return s
}

// follow takes the answers that another one keeps of the same addresses.
func (s *sharing) follow(before *sharing) {
	s.last = before.last
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
	last := s.last.of(k)
	if last.fits(r) {
		b.Status, b.FinalURL, b.Redirects = last.batch.Status, last.batch.FinalURL, last.batch.Redirects
		b.State.RetryAfter = last.batch.State.RetryAfter
		return last.answer, last.problem
	}
	asked := r.url.String()
	if state := &r.task.State; last.whole() {
		state.FinalURL, state.Reader = last.answer.url, r.reader
		state.ETag, state.LastModified = news.Octets(last.answer.header.Get("ETag")), news.Octets(last.answer.header.Get("Last-Modified"))
	}
	a, p := f.askListed(ctx, b, r)
	switch {
	case ctx.Err() != nil:
		return a, p
	case p == nil && a.status == http.StatusNotModified && last.whole():
		last.at, last.asked = r.now, asked
		s.last.keep(k, last)
		return last.answer, nil
	}
	s.last.keep(k, had{r.now, asked, a, p, *b, r.task.State})
	return a, p
}

// whole reports whether a document is had, and not only that it did not change.
func (h *had) whole() bool {
	return !h.at.IsZero() && h.problem == nil && h.answer.status == http.StatusOK
}

// fits reports whether the answer answers a request: it is young enough, and a
// "not modified" is said of what this row has.
func (h *had) fits(r request) bool {
	if age := r.now.Sub(h.at); h.at.IsZero() || h.asked != r.url.String() || age < 0 || age >= r.src.MinInterval.Std() {
		return false
	}
	s := r.task.State
	return h.answer.status != http.StatusNotModified || s.ETag == h.before.ETag && s.LastModified == h.before.LastModified && s.FinalURL == h.before.FinalURL && s.Reader == r.reader
}
