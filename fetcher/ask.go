package fetcher

import (
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

	reader string // that will read the answer
	large  *place
}

// answer is what came back, decompressed.
type answer struct {
	url         string // that answered, after redirects
	status      int
	header      http.Header
	contentType string
	body        []byte
	permanent   bool // it was redirected to, by permanent redirects alone
}

// ask makes a request and follows its redirects, each as carefully as the
// first: scheme, address, robots.txt, pace. Waiting for a host's turn does not
// count against the deadline.
func (f *Fetcher) ask(ctx context.Context, b *news.Batch, r request) (answer, *news.Problem) {
	left := f.fetching.Timeout.Std()
	seen := map[string]bool{}
	permanent := true
	for hop := 0; ; hop++ {
		r.url.User, r.url.Fragment, r.url.RawFragment = nil, "", ""
		if seen[r.url.String()] || hop > maxRedirects {
			return answer{}, redirectProblem(fmt.Sprintf("more than %d redirects, or redirects in a circle, the last to %s", maxRedirects, r.url))
		}
		seen[r.url.String()] = true
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
func (f *Fetcher) permitted(ctx context.Context, b *news.Batch, r request) *news.Problem {
	if err := f.rules.checkURL(r.url); err != nil {
		return wordsOf(err, r.url)
	}
	if until := f.robots.paused(r.url); until.After(r.now) {
		b.State.RetryAfter = until
		return &news.Problem{Class: news.ClassStatus, Condition: news.Unreachable,
			Words: fmt.Sprintf("%s asked to be left alone until %s; it is asked then", r.url.Hostname(), until.UTC().Format("2006-01-02 15:04 UTC"))}
	}
	if !r.src.Robots || !f.fetching.Robots {
		return nil
	}
	p, fetched := f.robots.forbids(ctx, r.url, r.now)
	if fetched != nil {
		b.Hosts = append(b.Hosts, *fetched)
	}
	return p
}

// hop asks one address, again when the connection broke, within what is left
// of the deadline. next is where it redirects to.
func (f *Fetcher) hop(ctx context.Context, b *news.Batch, r request, left *time.Duration) (a answer, next *url.URL, p *news.Problem) {
	if p := f.permitted(ctx, b, r); p != nil {
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
			return a, nil, p
		}
		if wait(ctx, min(time.Second, *left)) != nil {
			return a, nil, p
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
	begin := time.Now()
	defer func() { *left -= time.Since(begin) }()
	ctx, cancel := context.WithTimeout(ctx, *left)
	defer cancel()
	return f.once(ctx, r)
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
	a = answer{url: r.url.String(), status: resp.StatusCode, header: resp.Header, contentType: resp.Header.Get("Content-Type")}
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
)

// headers are the same at every request, but for the validators of the answer
// before: byte for byte, both when both were given, only to the address that
// gave them, and only when the present reader read that answer (RFC 9110,
// section 13.1).
func (f *Fetcher) headers(req *http.Request, r request) {
	req.Header.Set("User-Agent", f.agent)
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("Accept", acceptPage)
	if r.task.Kind == news.TaskListing && r.src.Kind != news.KindHTML {
		req.Header.Set("Accept", acceptFeed)
	}
	if r.own() {
		for name, value := range r.src.Headers {
			req.Header.Set(name, value)
		}
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

// own reports whether an address is on a host that the row itself names: its
// headers may hold secrets, which no redirect carries elsewhere.
func (r request) own() bool {
	return slices.ContainsFunc(r.src.URLs, func(u string) bool { return news.Host(u) == strings.ToLower(r.url.Hostname()) })
}

// conditional reports whether a request carries validators.
func (r request) conditional() bool {
	s := r.task.State
	return r.task.Kind == news.TaskListing && s.FinalURL == r.url.String() && s.Reader == r.reader && (s.ETag != "" || s.LastModified != "")
}

// judge says what an answer's status means.
func (f *Fetcher) judge(b *news.Batch, r request, a answer) *news.Problem {
	switch {
	case a.status == http.StatusNotModified && r.conditional():
		return nil
	case a.status == http.StatusNotModified:
		return &news.Problem{Class: news.ClassStatus, Condition: news.Unreachable, Words: "the site answers 304 (not modified) to a request that asked for no such thing"}
	case a.status >= 200 && a.status < 300, slices.Contains(r.src.AcceptStatus, a.status):
		if len(bytes.TrimSpace(a.body)) == 0 {
			return &news.Problem{Class: news.ClassEmpty, Condition: news.Broken, Words: "the answer is empty"}
		}
		return nil
	}
	if p := challenge(a.status, a.body); p != nil {
		return p
	}
	if until := retryAfter(a.header, r.now); !until.IsZero() && (a.status == 429 || a.status == 503) {
		b.State.RetryAfter = until
		b.Hosts = append(b.Hosts, f.robots.pause(r, a.status, until))
	}
	condition := news.Unreachable
	if a.status == http.StatusGone {
		condition = news.Gone
	}
	return &news.Problem{Class: news.ClassStatus, Condition: condition, Words: statusWords(a.status)}
}

func statusWords(status int) string {
	what := fmt.Sprintf("the site answers %d", status)
	if text := http.StatusText(status); text != "" {
		what += " (" + strings.ToLower(text) + ")"
	}
	switch {
	case status == http.StatusNotFound || status == http.StatusGone:
		return what + "; look whether the page moved, or remove the source"
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

// readAll reads to the end, or to the limit. No memory is taken on the word of
// a header, and what is large waits for a place.
func readAll(ctx context.Context, r io.Reader, limit int64, large *place) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, min(limit+1, smallBody)))
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
