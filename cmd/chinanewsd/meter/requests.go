package meter

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// Kind is what a request asks for.
type Kind int

// The kinds of requests.
const (
	OfFeed    Kind = iota // a document of a feed
	OfArchive             // a document of its archive
	OfPage
	OfSearch
	OfHub
	OfDesk
	OfPrivate // what is behind a token
	OfAsset   // what pages consist of
	kinds
)

var kindNames = [kinds]string{"feed", "archive", "page", "search", "hub", "desk", "private", "asset"}

// Requests counts what is served. The zero Requests is ready; it is safe for
// concurrent use. Counting allocates nothing and waits for nobody.
type Requests struct {
	answers [kinds][codes]atomic.Uint64
	bytes   [kinds]atomic.Uint64
}

// Before has what next answers counted, as the kind that of says for the path.
func (q *Requests) Before(of func(path string) Kind, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := answers.Get().(*answer)
		a.ResponseWriter, a.status, a.bytes = w, 0, 0
		kind := of(r.URL.Path)
		defer q.count(kind, a)
		next.ServeHTTP(a, r)
	})
}

// answers are used again: no handler keeps one after it has returned.
var answers = sync.Pool{New: func() any { return new(answer) }}

func (q *Requests) count(kind Kind, a *answer) {
	q.answers[kind][codeOf(a.status)].Add(1)
	q.bytes[kind].Add(a.bytes)
	a.ResponseWriter = nil
	answers.Put(a)
}

// answer sees what a handler answers.
type answer struct {
	http.ResponseWriter
	status int // 0: not said yet
	bytes  uint64
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= 200 { // others come before the answer
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	n, err := a.ResponseWriter.Write(b)
	a.bytes += uint64(n)
	return n, err
}

func (a *answer) WriteString(s string) (int, error) {
	n, err := io.WriteString(a.ResponseWriter, s)
	a.bytes += uint64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

const codes = 5

var codeNames = [codes]string{"2xx", "304", "3xx", "4xx", "5xx"}

// codeOf is the place of a status among codeNames. A handler that says nothing
// has answered 200.
func codeOf(status int) int {
	switch {
	case status < 300:
		return 0
	case status == http.StatusNotModified:
		return 1
	case status < 400:
		return 2
	case status < 500:
		return 3
	}
	return 4
}

func (q *Requests) collect(s sheet) {
	for kind, name := range kindNames {
		for code, label := range codeNames {
			s.put(requestsTotal, float64(q.answers[kind][code].Load()), name, label)
		}
		s.put(bytesTotal, float64(q.bytes[kind].Load()), name)
	}
}
