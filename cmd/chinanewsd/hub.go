package main

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"chinanews/feedout/hub"
	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

// hubAddress is where changes can be subscribed to; empty: nowhere. Without a
// hub of our own it is another's, which is told of them.
func hubAddress(h news.Hub, base string) string {
	switch {
	case !h.Off:
		return base + "/hub"
	case len(h.Outside) > 0:
		return h.Outside[0]
	}
	return ""
}

// hubbed is how the hub works for what the press prints.
func (h *house) hubbed() hub.Options {
	allow := h.cfg.Hub.Allow
	return hub.Options{
		Book: subscriptions{h.store, h}, Topics: topics(h.press.pub, former(h.bound, h.cfg.Feeds)), Client: h.outgoing,
		Check: func(callback *url.URL) error { return fetcher.CheckOutgoing(allow, callback) },
		Site:  h.press.pub.Site.BaseURL, Lease: h.cfg.Hub.Lease.Std(), Log: h.log,
	}
}

// besideHub has the hub, where there is one, answer at its address, and next
// everywhere else.
func (h *house) besideHub(next http.Handler) http.Handler {
	if h.cfg.Hub.Off {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hub" {
			h.hub.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// topics finds the public feeds, and those that the program makes of them, by
// the addresses that they have and had.
func topics(pub news.Publication, former map[string]string) func(string) (news.Topic, bool) {
	known := make(map[string]news.Topic)
	for _, f := range slices.Concat(publicFeeds(pub.Feeds), noticeFeeds(pub)) {
		for _, format := range formats {
			known["/feeds/"+f.ID+"."+string(format)] = news.Topic{Feed: f.Name, Format: string(format)}
		}
	}
	bases := append([]string{pub.Site.BaseURL}, pub.Site.Was...)
	return func(address string) (news.Topic, bool) {
		for _, base := range bases {
			path, ours := strings.CutPrefix(address, base)
			if !ours {
				continue
			}
			if id, rest := feedPath(path); former[id] != "" {
				path = "/feeds/" + former[id] + rest
			}
			if t, ok := known[path]; ok {
				return t, true
			}
		}
		return news.Topic{}, false
	}
}

// subscriptions are those that the record has, for the hub.
type subscriptions struct {
	*storage.Store
	house *house
}

var _ hub.Book = subscriptions{}

// Subscribe is part of hub.Book. What was printed while the callback was asked
// is told at once.
func (s subscriptions) Subscribe(ctx context.Context, sub news.Subscription) error {
	err := s.Store.Subscribe(ctx, sub)
	s.house.tell.subscribed.Add(1)
	if i, ok := s.house.tell.issue(sub.Topic); ok && i.pos > sub.From {
		s.house.tell.again()
	}
	return err
}

// Unsubscribe is part of hub.Book.
func (s subscriptions) Unsubscribe(ctx context.Context, t news.Topic, callback string) error {
	err := s.Store.Unsubscribe(ctx, t, callback)
	s.house.tell.subscribed.Add(1)
	return err
}

// Expire is part of hub.Book. What is public no more ends too, and what
// subscribers were told is forgotten with them. Those of whom a clock that was
// wrong for a while said that they had ended are told again.
func (s subscriptions) Expire(ctx context.Context) (int, error) {
	if s.house.cfg.Hub.Off || !s.house.flow.rules(ctx) { // it may come back; one node looks after them
		return 0, nil
	}
	public := make(map[news.FeedName]bool)
	for f := range s.house.press.feeds() {
		public[f.Name] = true
	}
	defer s.house.tell.again()
	n, err := s.Store.Expire(ctx, func(t news.Topic) bool { return public[t.Feed] })
	if err != nil {
		return n, err
	}
	return n, s.house.tell.forget(ctx)
}

// Standing is part of hub.Book. A new subscriber is told of what moved after
// what documents show: that may be less than what the record has.
func (s subscriptions) Standing(ctx context.Context, t news.Topic, callback string) (is hub.Standing, err error) {
	is.Tip = s.house.tell.shown(t.Feed).Moved
	err = s.View(ctx, func(l *storage.Ledger) error {
		_, is.Subscribed = l.Subscription(t, callback)
		is.AtHost, is.All = l.CallbacksAt(t, news.Host(callback)), l.SubscriptionCount()
		return nil
	})
	return is, err
}
