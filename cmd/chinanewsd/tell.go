package main

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"chinanews/feedout"
	"chinanews/feedout/outbox"
	"chinanews/news"
	"chinanews/storage"
)

// teller tells others of what moved in public feeds: subscribers of our hub,
// hubs of others, and webhooks. What is owed to whom follows from the record
// and from what was remembered of deliveries, so that a crash loses nothing.
type teller struct {
	store *storage.Store
	press *press
	hub   news.Hub
	hooks []news.Webhook
	agent string // the User-Agent
	box   *outbox.Outbox
	log   *slog.Logger
	dirty chan struct{}

	mu     sync.Mutex
	issues map[news.Topic]*issue
	moved  map[news.FeedName]uint64 // as of the documents last printed
}

// issue is a document as it is told to others.
type issue struct {
	pos    uint64 // up to which it tells what moved
	seen   uint64 // up to which nothing moved that it shows
	body   []byte
	header http.Header
	url    string
}

// formats are those of topics.
var formats = []feedout.Format{feedout.RSS, feedout.Atom, feedout.JSON}

func newTeller(h *house, transport http.RoundTripper, agent string) *teller {
	t := &teller{store: h.store, press: h.press, hub: h.cfg.Hub, hooks: h.cfg.Webhooks, agent: agent, log: h.log,
		dirty: make(chan struct{}, 1), issues: make(map[news.Topic]*issue), moved: make(map[news.FeedName]uint64)}
	t.box = outbox.New(outbox.Options{Transport: transport, Save: t.store.SaveDeliveries,
		Failed: func(err error) { t.log.Error("others could not be told", "err", err) }})
	return t
}

// printed notes the documents that the press has printed, and up to where each
// feed had moved as they show it.
func (t *teller) printed(moved map[news.FeedName]uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	further := false
	for f := range t.press.feeds() {
		pos, there := moved[f.Name]
		if !there {
			continue
		}
		further = further || pos > t.moved[f.Name] || t.moved[f.Name] == 0
		t.moved[f.Name] = pos
		for _, format := range formats {
			t.reprinted(f, format, pos)
		}
	}
	if !further {
		return
	}
	select {
	case t.dirty <- struct{}{}:
	default:
	}
}

// reprinted notes one document. One whose bytes are as they were tells nobody
// anything, whatever moved.
func (t *teller) reprinted(f news.Feed, format feedout.Format, pos uint64) {
	topic := news.Topic{Feed: f.Name, Format: string(format)}
	path := "/feeds/" + f.ID + "." + string(format)
	body := t.press.shelf.Body(path)
	i := t.issues[topic]
	switch {
	case i == nil:
		doc := feedout.Document{Site: t.press.pub.Site, Feed: f, Hub: t.press.pub.Site.BaseURL + "/hub"}
		i = &issue{pos: pos, url: doc.Site.BaseURL + path, header: http.Header{
			"Content-Type": {format.ContentType()}, "Link": {doc.Link(format)}, "User-Agent": {t.agent}}}
		t.issues[topic] = i
	case pos > i.seen && !bytes.Equal(body, i.body):
		i.pos = pos
	}
	i.seen, i.body = max(i.seen, pos), body
}

// feeds are those of which there are documents.
func (p *press) feeds() iter.Seq[news.Feed] {
	return func(yield func(news.Feed) bool) {
		for _, list := range [][]news.Feed{p.pub.Feeds, noticeFeeds(p.pub)} {
			for _, f := range list {
				if !yield(f) {
					return
				}
			}
		}
	}
}

// issue is what is told of a topic now.
func (t *teller) issue(topic news.Topic) (issue, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := t.issues[topic]
	if i == nil {
		return issue{}, false
	}
	return *i, true
}

// feed is a public feed, and up to where it moved as its documents show it.
func (t *teller) feed(id string) (f news.Feed, moved uint64, ok bool) {
	for _, f := range t.press.pub.Feeds {
		if f.ID == id {
			t.mu.Lock()
			defer t.mu.Unlock()
			return f, t.moved[f.Name], true
		}
	}
	return f, 0, false
}

// run tells until ctx ends.
func (t *teller) run(ctx context.Context) error {
	over := make(chan struct{})
	go func() {
		defer close(over)
		for enrolled := false; ; {
			select {
			case <-ctx.Done():
				return
			case <-t.dirty:
			}
			var err error
			if !enrolled {
				err = t.enrol(ctx)
				enrolled = err == nil
			}
			if err == nil {
				err = t.box.Tell(func() ([]outbox.Owed, error) { return t.owed(ctx) })
			}
			if err != nil && ctx.Err() == nil {
				t.log.Error("it could not be read whom to tell; it is tried again", "err", err)
				time.AfterFunc(retryWrite, t.again)
			}
		}
	}()
	err := t.box.Run(ctx)
	<-over
	return err
}

// again has it read anew who is to be told.
func (t *teller) again() {
	select {
	case t.dirty <- struct{}{}:
	default:
	}
}

// enrol has webhooks and hubs of others that are new begin with what comes
// next, and forgets those who are told no more.
func (t *teller) enrol(ctx context.Context) error {
	var fresh []news.Delivery
	known := make(map[string]bool)
	var gone []string
	err := t.store.View(ctx, func(l *storage.Ledger) error {
		for r := range t.others() {
			known[r.To()] = true
			if _, ok := l.Delivery(r.To()); !ok {
				fresh = append(fresh, news.Delivery{To: r.To(), Sent: r.upto()})
			}
		}
		for sub := range l.Subscriptions() {
			known[subscriberName(sub)] = true
		}
		for d := range l.Deliveries() {
			if !known[d.To] {
				gone = append(gone, d.To)
			}
		}
		return nil
	})
	if err == nil && len(fresh) > 0 {
		err = t.store.SaveDeliveries(ctx, fresh)
	}
	if err == nil && len(gone) > 0 {
		err = t.store.DropDeliveries(ctx, gone)
	}
	return err
}

// other is a recipient that the configuration names.
type other interface {
	outbox.Recipient
	upto() uint64 // what moved and documents show
}

// others are the webhooks, and hubs of others with each topic.
func (t *teller) others() iter.Seq[other] {
	return func(yield func(other) bool) {
		for _, hook := range t.hooks {
			if !yield(&webhook{t, hook}) {
				return
			}
		}
		for _, address := range t.hub.Outside {
			for f := range t.press.feeds() {
				for _, format := range formats {
					if !yield(&outsideHub{t, address, news.Topic{Feed: f.Name, Format: string(format)}}) {
						return
					}
				}
			}
		}
	}
}

// owed are those to whom something is owed, by the record as it is.
func (t *teller) owed(ctx context.Context) (list []outbox.Owed, err error) {
	err = t.store.View(ctx, func(l *storage.Ledger) error {
		for r := range t.others() {
			was, ok := l.Delivery(r.To())
			if upto := r.upto(); ok && upto > was.Sent {
				list = append(list, outbox.Owed{Recipient: r, Upto: upto, Was: was})
			}
		}
		if t.hub.Off {
			return nil
		}
		for sub := range l.Subscriptions() {
			i, ok := t.issue(sub.Topic)
			if !ok || i.pos <= sub.From {
				continue
			}
			s := newSubscriber(t, sub, l.At())
			was, _ := l.Delivery(s.to)
			if was.Sent < sub.From { // an earlier subscription's
				was = news.Delivery{Sent: sub.From}
			}
			if i.pos > was.Sent {
				list = append(list, outbox.Owed{Recipient: s, Upto: i.pos, Was: was})
			}
		}
		return nil
	})
	return list, err
}

// tells says in the log that others cannot be told, once, and that they can be
// again.
func (t *teller) tells(who, feed, host string, d news.Delivery, before bool) {
	switch {
	case d.Tries == 1:
		t.log.Warn(fmt.Sprintf("%s cannot be told; it is tried again until it can", who), "feed", feed, "host", host, "err", d.Error, "next", d.Next.Format(time.RFC3339))
	case d.Tries == 0 && before:
		t.log.Info(fmt.Sprintf("%s is told again", who), "feed", feed, "host", host)
	}
}
