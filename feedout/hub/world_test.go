package hub

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/news"
)

const (
	site     = "https://news.example"
	topic    = site + "/feeds/main.atom"
	callback = "https://reader.example/cb/7f3a"
)

// book is a Book in memory.
type book struct {
	mu     sync.Mutex
	kept   map[string]news.Subscription
	others int   // subscriptions that are counted and not there
	broken error // of writing
	tip    uint64
	lag    time.Duration // from when a subscription is there until who keeps it hears of that
}

func (b *book) name(t news.Topic, callback string) string {
	return string(t.Feed) + " " + t.Format + " " + callback
}

func (b *book) Subscribe(_ context.Context, s news.Subscription) error {
	defer time.Sleep(b.lag)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken == nil {
		b.kept[b.name(s.Topic, s.Callback)] = s
	}
	return b.broken
}

// lapse lets the lease of a callback be over.
func (b *book) lapse(callback string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, s := range b.kept {
		if s.Callback == callback {
			s.Until = time.Now()
			b.kept[name] = s
		}
	}
}

func (b *book) Unsubscribe(_ context.Context, t news.Topic, callback string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken == nil {
		delete(b.kept, b.name(t, callback))
	}
	return b.broken
}

func (b *book) Expire(context.Context) (n int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, s := range b.kept {
		if !s.Until.After(time.Now()) {
			delete(b.kept, name)
			n++
		}
	}
	return n, b.broken
}

func (b *book) Standing(_ context.Context, t news.Topic, callback string) (s Standing, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, one := range b.kept {
		if one.Topic == t && news.Host(one.Callback) == news.Host(callback) {
			s.AtHost = append(s.AtHost, one.Callback)
		}
	}
	old, ok := b.kept[b.name(t, callback)]
	s.Subscribed, s.All, s.Tip = ok && old.Until.After(time.Now()), len(b.kept)+b.others, b.tip
	return s, nil
}

// world is a hub with everything around it, in a bubble of synctest: callbacks
// are reached over wires that are in memory, and waiting takes no time.
type world struct {
	*testing.T
	hub  *Hub
	book *book

	mu       sync.Mutex
	callback http.HandlerFunc // what answers at every callback
	wire     func(net.Conn)   // instead of a server, if there is one
	asked    []*url.URL       // of callbacks
	atOnce   int              // callbacks that are being asked
	most     int              // at once
}

// kept are the subscriptions that the book has.
func (w *world) kept() map[string]news.Subscription {
	w.book.mu.Lock()
	defer w.book.mu.Unlock()
	return maps.Clone(w.book.kept)
}

// breaks has the book fail from now on; nil: no more.
func (w *world) breaks(err error) {
	w.book.mu.Lock()
	defer w.book.mu.Unlock()
	w.book.broken = err
}

// inBubble runs a test in a world of its own.
func inBubble(t *testing.T, test func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{T: t, book: &book{kept: make(map[string]news.Subscription), tip: 41}, callback: confirms}
		l := &wires{made: make(chan net.Conn), closed: make(chan struct{})}
		server := &http.Server{Handler: http.HandlerFunc(w.answer), ErrorLog: log.New(io.Discard, "", 0)}
		go server.Serve(l)
		transport := &http.Transport{DialContext: w.dial(l), DialTLSContext: w.dial(l), DisableCompression: true}
		w.hub = New(Options{Book: w.book, Topics: topics, Site: site, Client: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}})
		ctx, cancel := context.WithCancel(t.Context())
		ran := make(chan error)
		go func() { ran <- w.hub.Run(ctx) }()
		test(w)
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
		transport.CloseIdleConnections()
		server.Close()
	})
}

func topics(address string) (news.Topic, bool) {
	rest, ours := strings.CutPrefix(address, site+"/feeds/")
	feed, format, ok := strings.Cut(rest, ".")
	return news.Topic{Feed: news.FeedName(feed), Format: format}, ours && ok && (feed == "main" || feed == "other") && (format == "atom" || format == "rss" || format == "json")
}

// wires are a listener in memory.
type wires struct {
	made   chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *wires) Accept() (net.Conn, error) {
	select {
	case c := <-l.made:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *wires) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *wires) Addr() net.Addr { return &net.TCPAddr{} }

func (w *world) dial(l *wires) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		here, there := net.Pipe()
		if w.wire != nil {
			go w.wire(there)
			return here, nil
		}
		select {
		case l.made <- there:
			return here, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// answers has every callback answer otherwise from now on.
func (w *world) answers(h http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.callback = h
}

// busiest is how many callbacks were asked at once, at the most.
func (w *world) busiest() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.most
}

func (w *world) answer(to http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	w.asked = append(w.asked, r.URL)
	w.atOnce++
	w.most = max(w.most, w.atOnce)
	answer := w.callback
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		w.atOnce--
		w.mu.Unlock()
	}()
	answer(to, r)
}

// confirms is a callback that meant it.
func confirms(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, r.URL.Query().Get("hub.challenge"))
}

// hangs answers when nobody waits any more.
func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// typical is a request, changed by pairs of name and value; an empty value
// leaves a parameter out.
func typical(change ...string) url.Values {
	form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.callback": {callback}}
	for i := 0; i < len(change); i += 2 {
		form.Set(change[i], change[i+1])
		if change[i+1] == "" {
			form.Del(change[i])
		}
	}
	return form
}

// post sends a form and waits until everything that follows has happened that
// takes no time.
func (w *world) post(form url.Values) *httptest.ResponseRecorder {
	w.Helper()
	rec := w.send(form)
	synctest.Wait()
	return rec
}

func (w *world) send(form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/hub", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	w.hub.ServeHTTP(rec, r)
	return rec
}

// accepted is post, for a request that must be taken.
func (w *world) accepted(form url.Values) {
	w.Helper()
	if rec := w.post(form); rec.Code != http.StatusAccepted {
		w.Fatalf("%v: status %d: %s", form, rec.Code, rec.Body)
	}
}

// subscribed is the subscription of a callback to the topic, while it runs.
func (w *world) subscribed(callback string) (news.Subscription, bool) {
	s, ok := w.kept()["main atom "+callback]
	return s, ok && s.Until.After(time.Now())
}

// last is what the last callback was asked.
func (w *world) last() url.Values {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.asked) == 0 {
		return nil
	}
	return w.asked[len(w.asked)-1].Query()
}

func (w *world) visits() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.asked)
}

// speaks is a wire on which a request is read and then something said.
func speaks(say func(net.Conn)) func(net.Conn) {
	return func(c net.Conn) {
		defer c.Close()
		if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			say(c)
		}
	}
}

var errDisk = errors.New("no space left on device")

func at(n int) string { return fmt.Sprintf("https://reader.example/cb/%d", n) }
