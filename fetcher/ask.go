package fetcher

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"chinanews/news"
)

const maxRedirects = 5

// request is one document to ask for.
type request struct {
	src  news.Source
	task news.Task
	url  *url.URL
	now  time.Time

	begun  time.Time // by this machine's clock, when it was now
	reader string    // that will read the answer
	large  *place
	jar    *jar // of the source's cookies; nil: none are kept or sent
}

// answer is what came back, decompressed.
type answer struct {
	url         string // that answered, after redirects
	at          time.Time
	proto       string // "HTTP/1.1"; empty: nothing came
	status      int
	header      http.Header
	contentType string
	body        []byte
	permanent   bool // it was redirected to, by permanent redirects alone
	certificate news.TLSCertificate
}

// ask makes a request and follows its redirects, each as carefully as the
// first: scheme, address, robots.txt, pace. Waiting for a host's turn does not
// count against the deadline.
func (f *Fetcher) ask(ctx context.Context, b *news.Batch, r request) (answer, *news.Problem) {
	left := f.fetching.Timeout.Std()
	defer func() { b.Took += f.fetching.Timeout.Std() - left }()
	seen := map[string]bool{}
	permanent := true
	for hop := 0; ; hop++ {
		r.url.User, r.url.Fragment, r.url.RawFragment = nil, "", ""
		asked := r.url.String() + "\n" + r.jar.header(r.url) // a page may send to itself those who come without its cookie
		if seen[asked] || hop > maxRedirects {
			return answer{}, redirectProblem(fmt.Sprintf("more than %d redirects, or redirects in a circle, the last to %s", maxRedirects, r.url))
		}
		seen[asked] = true
		a, next, p := f.hop(ctx, b, r, &left)
		if p != nil || next == nil {
			a.permanent = permanent && hop > 0
			return a, p
		}
		if r.url.Scheme == "https" && next.Scheme == "http" {
			return answer{}, redirectProblem(fmt.Sprintf("%s redirects from https to %s, which is not followed; write that address into the row if it is right", r.url, next))
		}
		permanent = permanent && (a.status == http.StatusMovedPermanently || a.status == http.StatusPermanentRedirect)
		b.Redirects, b.FinalURL = append(b.Redirects, next.String()), next.String()
		r.url = next
	}
}

func redirectProblem(words string) *news.Problem {
	return &news.Problem{Class: news.ClassRedirect, Condition: news.Unreachable, Words: words}
}

// permitted asks the guard, the host's own wish for a pause, and robots.txt.
func (f *Fetcher) permitted(ctx context.Context, b *news.Batch, r request, left *time.Duration) *news.Problem {
	if err := f.rules.checkURL(r.url); err != nil {
		return wordsOf(err, r.url)
	}
	if p := f.leftAlone(b, r); p != nil || !r.src.Robots || !f.fetching.Robots {
		return p
	}
	p, fetched := f.robots.forbids(ctx, r.url, r.now, left)
	if fetched != nil {
		b.Hosts = append(b.Hosts, *fetched)
	}
	if p != nil {
		return p
	}
	return f.leftAlone(b, r) // robots.txt may have said so
}

// leftAlone heeds a host's wish for a pause.
func (f *Fetcher) leftAlone(b *news.Batch, r request) *news.Problem {
	until := f.robots.paused(r.url, r.now)
	if !until.After(r.now) {
		return nil
	}
	b.State.RetryAfter = until
	return &news.Problem{Class: news.ClassStatus, Condition: news.Unreachable,
		Words: fmt.Sprintf("%s asked to be left alone until %s; it is asked then", r.url.Hostname(), until.UTC().Format("2006-01-02 15:04 UTC"))}
}

// hop asks one address, again when the connection broke, within what is left
// of the deadline. next is where it redirects to.
func (f *Fetcher) hop(ctx context.Context, b *news.Batch, r request, left *time.Duration) (a answer, next *url.URL, p *news.Problem) {
	if p := f.permitted(ctx, b, r, left); p != nil {
		return a, nil, p
	}
	for try := 0; ; try++ {
		var err error
		a, next, err = f.turn(ctx, r, left)
		if err == nil {
			break
		}
		p := wordsOf(err, r.url)
		if p.Class != news.ClassConnect || try >= f.fetching.RuleFor(r.url.Hostname()).Retries || *left <= 0 || ctx.Err() != nil {
			return answer{}, nil, p
		}
		if wait(ctx, min(time.Second, *left)) != nil {
			return answer{}, nil, p
		}
	}
	b.Status = a.status
	if next != nil {
		return a, next, nil
	}
	return a, nil, f.judge(b, r, a)
}

// turn waits for the host's turn and makes one request, which may take what is
// left of the deadline.
func (f *Fetcher) turn(ctx context.Context, r request, left *time.Duration) (answer, *url.URL, error) {
	leave, err := f.pace.enter(ctx, r.url.Hostname())
	if err != nil {
		return answer{}, nil, err
	}
	defer leave()
	ctx, w, end := within(ctx, *left)
	defer end()
	r.large.watch = w
	a, next, err := f.once(ctx, r)
	*left = w.remaining()
	if err != nil && context.Cause(ctx) == context.DeadlineExceeded {
		err = context.DeadlineExceeded
	}
	return a, next, err
}

// once makes one request and reads its answer.
func (f *Fetcher) once(ctx context.Context, r request) (a answer, next *url.URL, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url.String(), nil)
	if err != nil {
		return a, nil, err
	}
	f.headers(req, r)
	resp, err := f.transport.RoundTrip(req)
	if err != nil {
		return a, nil, err
	}
	defer resp.Body.Close()
	if r.task.Kind == news.TaskListing {
		r.jar.take(r.url, resp)
	}
	a = answer{url: r.url.String(), at: r.since(), proto: resp.Proto, status: resp.StatusCode, header: resp.Header, contentType: resp.Header.Get("Content-Type")}
	a.certificate = shownBy(r.url.Hostname(), resp.TLS)
	if to := resp.Header.Get("Location"); to != "" && slices.Contains([]int{301, 302, 303, 307, 308}, resp.StatusCode) {
		next, err = r.url.Parse(to)
		if err != nil {
			return a, nil, fmt.Errorf("redirect to %.200q: %w", to, errBlocked)
		}
		next.User, next.Fragment, next.RawFragment, next.RawQuery = nil, "", "", asciiQuery(next.RawQuery)
		return a, next, nil
	}
	if resp.StatusCode == http.StatusNotModified {
		return a, nil, nil
	}
	a.body, err = readBody(ctx, resp, f.fetching.MaxBody, r.large)
	return a, nil, err
}

// asciiQuery encodes what no query may hold; a path is encoded by url.URL.
func asciiQuery(raw string) string {
	var b strings.Builder
	for i := range len(raw) {
		if c := raw[i]; c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

const (
	acceptFeed = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
	acceptPage = "text/html, application/xhtml+xml, */*;q=0.5"
	acceptJSON = "application/json, text/javascript;q=0.9, */*;q=0.5"
)

// headers are the same at every request, but for the validators of the answer
// before: byte for byte, both when both were given, only to the address that
// gave them, and only when the present reader read that answer (RFC 9110,
// section 13.1).
func (f *Fetcher) headers(req *http.Request, r request) {
	req.Header.Set("User-Agent", f.agent)
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("Accept", r.accept())
	if len(r.src.Headers) > 0 && r.own() {
		for name, value := range r.src.Headers {
			req.Header.Set(name, value)
		}
	}
	if cookie := r.jar.header(r.url); cookie != "" {
		req.Header.Set("Cookie", cookie)
	}
	if !r.conditional() {
		return
	}
	if s := r.task.State; s.ETag != "" {
		req.Header["If-None-Match"] = []string{string(s.ETag)}
	}
	if s := r.task.State; s.LastModified != "" {
		req.Header["If-Modified-Since"] = []string{string(s.LastModified)}
	}
}

// accept is the media types that a request's answer may have.
func (r request) accept() string {
	switch {
	case r.task.Kind != news.TaskListing, r.src.Kind == news.KindHTML:
		return acceptPage
	case r.src.Kind == news.KindJSON:
		return acceptJSON
	}
	return acceptFeed
}

// own reports whether an address is at a site that the row itself names, by
// scheme, host and port: its headers may hold secrets, which go nowhere else.
func (r request) own() bool {
	return slices.ContainsFunc(r.src.URLs, func(address string) bool {
		u, err := url.Parse(address)
		return err == nil && u.Scheme == r.url.Scheme && strings.EqualFold(u.Hostname(), r.url.Hostname()) && portOf(u) == portOf(r.url)
	})
}

// conditional reports whether a request carries validators.
func (r request) conditional() bool {
	s := r.task.State
	return s.FinalURL == r.url.String() && s.Reader == r.reader && (s.ETag != "" || s.LastModified != "")
}

// judge says what an answer's status means. One that the row accepts is read
// like any other; what the host asks for with it counts all the same.
func (f *Fetcher) judge(b *news.Batch, r request, a answer) *news.Problem {
	if until := retryAfter(a.header, r.now); !until.IsZero() && (a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable) {
		b.State.RetryAfter = until
		b.Hosts = append(b.Hosts, f.robots.pause(r, a.status, until))
	}
	switch {
	case a.status == http.StatusNotModified && r.conditional():
		return nil
	case a.status == http.StatusNotModified:
		return &news.Problem{Class: news.ClassStatus, Condition: news.Unreachable, Words: "the site answers 304 (not modified) to a request that asked for no such thing"}
	case a.status >= 200 && a.status < 300:
		if len(bytes.TrimSpace(a.body)) == 0 {
			return &news.Problem{Class: news.ClassEmpty, Condition: news.Broken, Words: "the answer is empty"}
		}
		return nil
	case slices.Contains(r.src.AcceptStatus, a.status) && len(bytes.TrimSpace(a.body)) > 0:
		return nil
	}
	if p := challenge(a.status, a.body); p != nil {
		return p
	}
	return refused(a.status)
}

// refused is the problem that a status is.
func refused(status int) *news.Problem {
	condition := news.Unreachable
	if status == http.StatusGone {
		condition = news.Gone
	}
	return &news.Problem{Class: news.ClassStatus, Condition: condition, Words: statusWords(status)}
}

func statusWords(status int) string {
	what := fmt.Sprintf("the site answers %d", status)
	if text := http.StatusText(status); text != "" {
		what += " (" + strings.ToLower(text) + ")"
	}
	switch {
	case status == http.StatusNotFound || status == http.StatusGone:
		return what
	case status == http.StatusTooManyRequests:
		return what + "; it is asked less often now"
	case status >= 500:
		return what + "; it is asked again later"
	}
	return what + "; open it in a browser to see why"
}

var (
	errTooLarge  = errors.New("the answer is too large")
	errTruncated = errors.New("the answer is cut off")
	errEncoding  = errors.New("the answer has a Content-Encoding that was not asked for")
)

// readBody reads a body within the limit, decompressed. The header is not
// believed in either direction: what begins like gzip is gzip.
func readBody(ctx context.Context, resp *http.Response, limit int64, large *place) ([]byte, error) {
	body, err := readAll(ctx, resp.Body, limit, large)
	if err != nil {
		return nil, err
	}
	encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	switch {
	case bytes.HasPrefix(body, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, errTruncated
		}
		return readAll(ctx, z, limit, large)
	case encoding == "" || encoding == "identity" || encoding == "gzip" || encoding == "x-gzip":
		return body, nil
	}
	return nil, fmt.Errorf("%w: %.40s", errEncoding, encoding)
}

// readStart reads the first so many bytes of a body, decompressed; that more
// follow is no error.
func readStart(resp *http.Response, limit int64) ([]byte, error) {
	encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	if encoding != "" && encoding != "identity" && encoding != "gzip" && encoding != "x-gzip" {
		return nil, fmt.Errorf("%w: %.40s", errEncoding, encoding)
	}
	raw := bufio.NewReader(resp.Body)
	var r io.Reader = raw
	if magic, _ := raw.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(raw)
		if err != nil {
			return nil, errTruncated
		}
		r = z
	}
	return io.ReadAll(io.LimitReader(r, limit))
}

// readAll reads to the end, or to the limit. No memory is taken on the word of
// a header, and what is large waits for a place.
func readAll(ctx context.Context, r io.Reader, limit int64, large *place) ([]byte, error) {
	body, err := readSmall(r, min(limit+1, smallBody))
	if err == nil && len(body) == smallBody {
		if err := large.take(ctx); err != nil {
			return nil, err
		}
		rest := bytes.NewBuffer(body)
		_, err = rest.ReadFrom(io.LimitReader(r, limit+1-smallBody))
		body = rest.Bytes()
	}
	switch {
	case int64(len(body)) > limit:
		return nil, fmt.Errorf("%w: more than fetch.max_body, %d bytes", errTooLarge, limit)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return nil, errTruncated
	}
	return body, err
}

// buffers are what bodies are read into, to be copied at their size.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readSmall reads to the end, or most bytes.
func readSmall(r io.Reader, most int64) ([]byte, error) {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	_, err := b.ReadFrom(io.LimitReader(r, most))
	body := bytes.Clone(b.Bytes())
	if b.Cap() <= smallBody {
		buffers.Put(b)
	}
	return body, err
}
