package outbox

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"chinanews/news"
)

const (
	maxAnswer  = 4 << 10 // bytes that are read of an answer, to use its connection again
	maxAsked   = 6 * time.Hour
	maxTrouble = 200 // bytes of an error that are remembered

	headerID = "X-Delivery"
)

// answer is what came of a post.
type answer struct {
	status int // 0: none came
	after  time.Duration
	err    error
}

// deliver makes one attempt, and has it remembered.
func (w *worker) deliver(ctx context.Context, j *job, o Owed) {
	post, err := o.Post(o.Was.Sent)
	switch {
	case err != nil: // ours, not the recipient's
		w.Failed(fmt.Errorf("what is to be told to %s cannot be said, and is tried again: %w", o.Host(), err))
		w.pass(j, 0, w.pause(1))
		return
	case post.Pos <= o.Was.Sent:
		w.pass(j, o.Upto, 0)
		return
	}
	a := w.post(ctx, o.To(), post)
	if a.err != nil && ctx.Err() != nil { // the end of Run is nobody's failure
		w.pass(j, 0, 0)
		return
	}
	d := news.Delivery{To: o.To(), Sent: post.Pos, What: post.What}
	if a.err != nil {
		d = o.failed(a, max(w.pause(o.Was.Tries+1), min(a.after, maxAsked)))
	}
	if w.Heard != nil {
		w.Heard(d)
	}
	w.landed(j, d, o.Heard(d, a.status))
}

// failed is how a recipient stands after another failure.
func (o Owed) failed(a answer, pause time.Duration) news.Delivery {
	d, now := o.Was, time.Now().UTC()
	if d.Tries == 0 {
		d.Since = now.Truncate(time.Second)
	}
	d.Tries++
	d.Next = now.Add(pause).Truncate(time.Millisecond)
	d.Error = a.err.Error()
	if len(d.Error) > maxTrouble {
		d.Error = strings.ToValidUTF8(d.Error[:maxTrouble], "")
	}
	return d
}

// pause is how long to wait after so many failures in a row. Chance keeps those
// who failed together from being tried together.
func (b *Outbox) pause(tries int) time.Duration {
	d := b.Most
	if shift := tries - 1; shift < 16 && b.First<<shift < b.Most {
		d = b.First << shift
	}
	return time.Duration((0.75 + rand.Float64()/4) * float64(d))
}

// post makes the request. Only 2xx is no error; redirects are not followed.
func (b *Outbox) post(ctx context.Context, to string, p Post) answer {
	ctx, cancel := context.WithTimeout(ctx, b.Timeout)
	defer cancel()
	r, err := b.request(ctx, to, p)
	if err != nil {
		return answer{err: plain(err)}
	}
	res, err := b.Transport.RoundTrip(r)
	if err != nil {
		return answer{err: plain(err)}
	}
	defer res.Body.Close()
	if res.ContentLength != 0 {
		io.CopyN(io.Discard, res.Body, maxAnswer)
	}
	if res.StatusCode/100 == 2 {
		return answer{status: res.StatusCode}
	}
	a := answer{status: res.StatusCode, err: fmt.Errorf("it answered %d", res.StatusCode), after: asked(res.Header.Get("Retry-After"))}
	if res.StatusCode/100 == 3 {
		a.err = fmt.Errorf("it answered %d, and redirects are not followed", res.StatusCode)
	}
	return a
}

func (b *Outbox) request(ctx context.Context, to string, p Post) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, bytes.NewReader(p.Body))
	if err != nil {
		return nil, err
	}
	for name, values := range p.Header {
		r.Header[name] = values
	}
	r.Header.Set(headerID, b.ID(to, p.Pos))
	if p.Secret != "" {
		r.Header.Set(p.Signed, Sign(p.Secret, p.Body))
	}
	return r, nil
}

// Sign is the signature of a body: its HMAC-SHA256, as in X-Hub-Signature
// (WebSub, section 7).
func Sign(secret string, body []byte) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write(body)
	return "sha256=" + hex.EncodeToString(m.Sum(nil))
}

// plain is an error without the address, which may hold a secret.
func plain(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("it did not answer in time")
	}
	return errors.New(cmp.Or(err.Error(), "it could not be asked"))
}

// asked is the pause that a recipient wants (RFC 9110, section 10.2.3); 0: none.
func asked(after string) time.Duration {
	if n, err := strconv.ParseUint(after, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(after); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
