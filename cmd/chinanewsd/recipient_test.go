package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"chinanews/feedout"
	"chinanews/feedout/outbox"
	"chinanews/news"
	"chinanews/storage"
)

// What moved and is in no document, as a notice of what only some may read,
// makes nobody hear the same again: not even after a restart.
func TestTheSameBytesAreToldOnce(t *testing.T) {
	a, s := newAudience(t), oneSource(t)
	h := tellers(t, s, nil)
	h.released(1)
	h.settled()
	sub := h.subscribes("atom", a.URL+"/in", "", time.Hour)
	h.released(1)
	a.heard(t, "/in", 1)
	h.settled()
	owed := func(moved uint64) (n int) {
		restarted := newTeller(h.house, "")
		restarted.printed(map[news.FeedName]news.FeedState{"all": {Moved: moved}})
		if err := restarted.owed(t.Context(), func(outbox.Owed) { n++ }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	moved := h.tell.shown("all").Moved
	if n := owed(moved + 7); n != 0 {
		t.Error("after a restart it is told the same bytes")
	}
	h.press.shelf.Put("/feeds/all.atom", feedout.Sheet{Body: []byte("<feed/>")})
	if owed(moved) != 0 || owed(moved+7) != 1 {
		t.Error("other bytes are to be told when something moved, and only then")
	}
	h.view(func(l *storage.Ledger) {
		if d, _ := l.Delivery(subscriberName(sub)); d.Sent != moved {
			t.Errorf("it stands %+v, want %d", d, moved)
		}
	})
}

// Nobody is given up for a daemon that did not run.
func TestADaemonThatStoodStill(t *testing.T) {
	a, s := newAudience(t), oneSource(t)
	h := tellers(t, s, nil)
	h.released(1)
	h.settled()
	sub := h.subscribes("rss", a.URL+"/in", "", time.Hour)
	since := time.Now().Add(-patience - time.Minute)
	if err := h.store.SaveDeliveries(t.Context(), []news.Delivery{{To: subscriberName(sub), Sent: sub.From, Tries: 1, Since: since, Next: since}}); err != nil {
		t.Fatal(err)
	}
	a.answer = func(_ string, try int) int {
		if try == 1 {
			return http.StatusBadGateway
		}
		return http.StatusOK
	}
	h.released(1)
	a.heard(t, "/in", 1)
}

func TestSubscriptionsEnd(t *testing.T) {
	a, s := newAudience(t), oneSource(t)
	h := tellers(t, s, nil)
	h.released(1)
	h.settled()
	status := map[string]int{"/gone": 410, "/failing": 500, "/failing-long": 500, "/fine": 200, "/leaves": 503}
	a.answer = func(path string, _ int) int { return status[path] }
	var long news.Subscription
	for path := range status {
		sub := h.subscribes("rss", a.URL+path, "", time.Hour)
		if path == "/failing-long" {
			long = sub
		}
	}
	since := time.Now().Add(-patience - time.Minute)
	err := h.store.SaveDeliveries(t.Context(), []news.Delivery{{To: subscriberName(long), Sent: long.From, Tries: 100, Since: since, Next: since}})
	if err != nil {
		t.Fatal(err)
	}
	h.released(1)
	h.settled()
	if err := (subscriptions{h.store, h.house}).Unsubscribe(t.Context(), long.Topic, a.URL+"/leaves"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(500 * time.Millisecond)
	a.mu.Lock()
	left := a.tries["/leaves"]
	if a.tries["/gone"] != 1 || a.tries["/failing-long"] != 1 || a.tries["/fine"] != 1 || a.tries["/failing"] < 3 {
		t.Errorf("tries are %v", a.tries)
	}
	a.mu.Unlock()
	time.Sleep(300 * time.Millisecond)
	a.mu.Lock()
	if a.tries["/leaves"] != left {
		t.Error("one that unsubscribed is asked on")
	}
	a.mu.Unlock()
	there := make(map[string]bool)
	h.view(func(l *storage.Ledger) {
		for sub := range l.Subscriptions() {
			there[strings.TrimPrefix(sub.Callback, a.URL)] = true
		}
		if d, ok := l.Delivery(subscriberName(long)); ok {
			t.Errorf("of one that ended it is remembered %+v", d)
		}
	})
	if there["/gone"] || there["/failing-long"] || !there["/failing"] || !there["/fine"] {
		t.Errorf("there are %v", there)
	}
	again := h.subscribes("rss", a.URL+"/failing-long", "", time.Hour) // it begins anew
	h.released(1)
	h.settled()
	h.view(func(l *storage.Ledger) {
		if d, _ := l.Delivery(subscriberName(again)); d.Tries < 1 || time.Since(d.Since) > time.Hour {
			t.Errorf("it stands %+v", d)
		}
	})
}
