package static

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
)

// Within asks a handler of this process, without a network.
type Within struct{ http.Handler }

// RoundTrip answers with what the handler does. A panic of it is an error here.
func (h Within) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	defer func() {
		if what := recover(); what != nil {
			resp, err = nil, fmt.Errorf("panic: %v\n%s", what, debug.Stack())
		}
	}()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := &recorder{header: make(http.Header), status: http.StatusOK}
	h.ServeHTTP(w, r)
	return &http.Response{StatusCode: w.status, Header: w.header, Body: io.NopCloser(&w.body), Request: r}, nil
}

// recorder keeps what a handler writes.
type recorder struct {
	header http.Header
	status int
	began  bool
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if !w.began {
		w.status, w.began = status, true
	}
}

func (w *recorder) Write(b []byte) (int, error) {
	w.began = true
	return w.body.Write(b)
}
