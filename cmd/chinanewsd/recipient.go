package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"chinanews/feedout/outbox"
	"chinanews/news"
	"chinanews/storage"
)

// patience is how long a subscriber may fail, and how often at least: nobody
// is given up because nobody was asked.
const (
	patience   = 3 * 24 * time.Hour
	leastTries = 10
)

// hubSubscriber is told of a topic of our hub by fat pings: the newest document
// alone (WebSub, section 7).
type hubSubscriber struct {
	*teller
	sub      news.Subscription
	to, host string
	read     uint64 // how many changes of subscriptions there had been before it was
}

func newSubscriber(t *teller, sub news.Subscription, read uint64) *hubSubscriber {
	return &hubSubscriber{t, sub, subscriberName(sub), news.Host(sub.Callback), read}
}

// subscriberName is who a subscription tells, and of what.
func subscriberName(sub news.Subscription) string {
	return "subscriber " + string(sub.Feed) + "." + sub.Format + " " + sub.Callback
}

func (s *hubSubscriber) To() string   { return s.to }
func (s *hubSubscriber) Host() string { return s.host }

// Post is nothing when the subscription has ended.
func (s *hubSubscriber) Post(after uint64) (p outbox.Post, err error) {
	i, ok := s.issue(s.sub.Topic)
	if !ok || i.pos <= after {
		return p, nil
	}
	if now := s.subscribed.Load(); now != s.read {
		if ok, err = s.renew(); !ok {
			return p, err
		}
		s.read = now
	}
	if !s.sub.Until.After(time.Now()) {
		return p, nil
	}
	return outbox.Post{Pos: i.pos, What: i.digest, URL: s.sub.Callback, Header: i.header, Body: i.body, Secret: s.sub.Secret, Signed: "X-Hub-Signature"}, nil
}

// renew reads the subscription again, which may have another secret; false:
// there is none.
func (s *hubSubscriber) renew() (ok bool, err error) {
	err = s.store.View(context.Background(), func(l *storage.Ledger) error {
		var sub news.Subscription
		if sub, ok = l.Subscription(s.sub.Topic, s.sub.Callback); ok {
			s.sub = sub
		}
		return nil
	})
	return ok, err
}

// Heard ends the subscription of one that is gone, or failed for too long.
func (s *hubSubscriber) Heard(d news.Delivery, status int) (ended bool) {
	if status != http.StatusGone && (d.Tries < leastTries || time.Since(d.Since) < patience) {
		return false
	}
	ctx := context.Background()
	err := errors.Join(s.store.Unsubscribe(ctx, s.sub.Topic, s.sub.Callback), s.store.DropDeliveries(ctx, func(*storage.Ledger) []string { return []string{s.to} }))
	if err != nil {
		s.log.Error("a subscription that ended could not be taken out", "host", s.host, "err", err)
	}
	s.log.Info("a subscriber is told no more", "feed", s.sub.Feed, "host", s.host, "err", d.Error)
	return true
}

// outsideHub is another's hub, which is told that a topic changed and asks for
// it.
type outsideHub struct {
	*teller
	address string
	topic   news.Topic
}

func (o *outsideHub) To() string {
	return "hub " + string(o.topic.Feed) + "." + o.topic.Format + " " + o.address
}

func (o *outsideHub) Host() string { return news.Host(o.address) }

func (o *outsideHub) upto() uint64 {
	i, _ := o.issue(o.topic)
	return i.pos
}

func (o *outsideHub) Post(after uint64) (p outbox.Post, err error) {
	i, _ := o.issue(o.topic)
	if i.pos <= after {
		return p, nil
	}
	form := url.Values{"hub.mode": {"publish"}, "hub.url": {i.url}}
	return outbox.Post{Pos: i.pos, URL: o.address, Body: []byte(form.Encode()),
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "User-Agent": {o.agent}}}, nil
}

func (o *outsideHub) Heard(d news.Delivery, _ int) bool {
	o.tells("a hub of hub.outside", string(o.topic.Feed)+"."+o.topic.Format, o.Host(), d)
	return false
}
