package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// subscribers are callbacks at one server that meant what they asked for.
type subscribers struct {
	*tellingHouse
	*hearers
}

func newSubscribers(t *testing.T) *subscribers {
	t.Helper()
	a := newAudience(t)
	a.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		a.ServeHTTP(w, r)
	})
	s := &subscribers{tellers(t, oneSource(t), nil), a}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.hub.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		s.leave()
	})
	s.released(3)
	s.settled()
	return s
}

// asks posts to the hub and waits until it is kept that a callback is
// subscribed, with that secret, or is not.
func (s *subscribers) asks(mode, format, path string, more ...string) {
	s.t.Helper()
	form := url.Values{"hub.mode": {mode}, "hub.topic": {"http://news.example/feeds/all." + format}, "hub.callback": {s.URL + path}}
	for n := 0; n < len(more); n += 2 {
		form.Set(more[n], more[n+1])
	}
	r := httptest.NewRequest("POST", "http://news.example/hub", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	if s.public().ServeHTTP(w, r); w.Code != http.StatusAccepted {
		s.t.Fatalf("%v: %d %s", form, w.Code, w.Body)
	}
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
		var sub news.Subscription
		var kept bool
		s.view(func(l *storage.Ledger) {
			sub, kept = l.Subscription(news.Topic{Feed: "all", Format: format}, s.URL+path)
		})
		if kept == (mode == "subscribe") && sub.Secret == form.Get("hub.secret") {
			return
		}
	}
	s.t.Fatalf("%v is not kept", form)
}

// The hub tests of https://websub.rocks/hub to their end, with deliveries.
func TestHubDelivers(t *testing.T) {
	s := newSubscribers(t)
	s.asks("subscribe", "atom", "/100")
	s.asks("subscribe", "atom", "/101", "hub.secret", "a secret")
	s.asks("subscribe", "atom", "/102", "hub.verify", "async", "foo", "bar")
	s.asks("subscribe", "atom", "/103", "hub.secret", "old")
	s.asks("subscribe", "atom", "/103", "hub.secret", "new")
	s.asks("subscribe", "atom", "/104")
	s.asks("unsubscribe", "atom", "/104")
	s.asks("subscribe", "rss", "/105")
	s.asks("subscribe", "json", "/106?own=query")
	s.released(1)
	for _, row := range []struct{ path, format, secret string }{
		{"/100", "atom", ""}, {"/101", "atom", "a secret"}, {"/102", "atom", ""}, {"/103", "atom", "new"}, {"/105", "rss", ""}, {"/106", "json", ""},
	} {
		got := s.heard(t, row.path, 1)[0]
		topic := "/feeds/all." + row.format
		if !bytes.Equal(got.body, s.press.shelf.Body(topic)) {
			t.Errorf("%s was told other bytes than those on the shelf", row.path)
		}
		w := httptest.NewRecorder()
		s.public().ServeHTTP(w, httptest.NewRequest("GET", "http://news.example"+topic, nil))
		if got.Get("Content-Type") != w.Header().Get("Content-Type") || got.Get("Link") != w.Header().Get("Link") {
			t.Errorf("%s was told with %v, the document is served with %v", row.path, got.Header, w.Header())
		}
		want := ""
		if row.secret != "" {
			want = "sha256=" + hmacOf(row.secret, got.body)
		}
		if sig := got.Get("X-Hub-Signature"); sig != want {
			t.Errorf("%s: signed %q, want %q", row.path, sig, want)
		}
	}
	s.heard(t, "/104", 0)
}

// A lease that is renewed while something is owed does not lose it.
func TestRenewingLosesNothing(t *testing.T) {
	s := newSubscribers(t)
	var well atomic.Bool
	s.answer = func(string, int) int {
		if well.Load() {
			return http.StatusNoContent
		}
		return http.StatusServiceUnavailable
	}
	s.asks("subscribe", "atom", "/cb", "hub.secret", "first")
	s.released(1)
	s.settled()
	s.asks("subscribe", "atom", "/cb", "hub.secret", "renewed")
	time.Sleep(50 * time.Millisecond) // of one that is under way
	well.Store(true)
	got := s.heard(t, "/cb", 1)[0]
	if !bytes.Equal(got.body, s.press.shelf.Body("/feeds/all.atom")) || got.Get("X-Hub-Signature") != "sha256="+hmacOf("renewed", got.body) {
		t.Error("it was told something else, or by the old secret")
	}
}

// Who subscribes when something has moved that no document shows yet is told of
// it.
func TestSubscribingBeforeItIsPrinted(t *testing.T) {
	s := newSubscribers(t)
	s.recorded(1)
	old := s.press.shelf.Body("/feeds/all.atom")
	s.asks("subscribe", "atom", "/cb")
	s.press.changed()
	if got := s.heard(t, "/cb", 1)[0]; bytes.Equal(got.body, old) || !bytes.Equal(got.body, s.press.shelf.Body("/feeds/all.atom")) {
		t.Error("it was told something else")
	}
}

// What is printed while a callback is asked is told when it has confirmed, not
// with what comes next.
func TestSubscribingWhileItIsPrinted(t *testing.T) {
	s := newSubscribers(t)
	sub := news.Subscription{Topic: news.Topic{Feed: "all", Format: "atom"}, Callback: s.URL + "/cb", Until: time.Now().Add(time.Hour)}
	sub.From = s.tell.shown("all").Moved
	s.released(1)
	s.settled()
	if err := (subscriptions{s.store, s.house}).Subscribe(t.Context(), sub); err != nil {
		t.Fatal(err)
	}
	s.heard(t, "/cb", 1)
}

// What those were told who come and go does not pile up.
func TestWhatFormerSubscribersWereTold(t *testing.T) {
	s := newSubscribers(t)
	s.asks("subscribe", "atom", "/leaves")
	s.asks("subscribe", "atom", "/stays")
	s.released(1)
	s.heard(t, "/leaves", 1)
	s.heard(t, "/stays", 1)
	s.asks("unsubscribe", "atom", "/leaves")
	s.settled()
	if _, err := (subscriptions{s.store, s.house}).Expire(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.view(func(l *storage.Ledger) {
		if list := slices.Collect(l.Deliveries()); len(list) != 1 || !strings.HasSuffix(list[0].To, "/stays") {
			t.Errorf("remembered %v", list)
		}
	})
}
